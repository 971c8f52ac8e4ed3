"""Walking the pieces of a difference, and keeping the one or the other mask at each."""

from __future__ import annotations

import enum

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.pieces import Mark, Only, Piece
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.comparing.comparing import Comparing
from brainseg_gui.ui.controllers.comparing.comparison import Comparison, Work
from brainseg_gui.ui.controllers.comparing.sides import Side
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen


class Word(enum.Enum):
    """What was said of a piece."""

    NONE = "none"
    A = "keep A"
    B = "keep B"
    LEFT = "leave as it is"

    @property
    def keep(self) -> Only | None:
        """Return the mask that is kept, if one is."""
        return Only[self.name] if self in {Word.A, Word.B} else None


class Adjudicating(QObject):
    """Holds which piece is looked at, and what was said of each since the two masks were chosen.

    Signals
    -------
    changed()
        Another piece is looked at, or one was kept or left.
    told(str)
        In a few words, why nothing was done.
    """

    changed = pyqtSignal()
    told = pyqtSignal(str)

    def __init__(
        self, screen: Screen, layers: Layers, editing: Editing, comparing: Comparing
    ) -> None:
        super().__init__()
        self._screen, self._layers = screen, layers
        self._editing, self._comparing = editing, comparing
        self.piece: Piece | None = None
        self._said: dict[Mark, Word] = {}
        self._work: Work | None = None
        comparing.changed.connect(self._on_comparison)

    # --- walking ---

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) piece; from nowhere to the first, or the last."""
        comparison = self._comparing.now
        if comparison is None or not len(comparison.difference):
            return
        count = len(comparison.difference)
        before = (0 if by > 0 else count + 1) if self.piece is None else self.piece.number
        number = before + by
        if 1 <= number <= count:
            self._look_at(comparison, number)
        else:
            end = "last" if by > 0 else "first"
            self.told.emit(f"This is the {end} of {count} differences.")

    def forget(self) -> None:
        """Look at no piece any more."""
        self.piece = None
        self.changed.emit()

    # --- keeping ---

    def say(self, word: Word) -> None:
        """Keep A or B at the piece that is looked at, or leave it, and go to the next.

        Where none is looked at yet, the first one is shown and nothing is done.
        """
        comparison, piece = self._comparing.now, self.piece
        if comparison is None or piece is None:
            self.step(1)
            return
        if word.keep is not None:
            self._keep(comparison, piece, word.keep)
        self._said[piece.mark] = word
        self._go_on(piece)

    def said_of(self, piece: Piece) -> Word:
        """Return what was said of a piece; what was undone since, or painted over, was not kept."""
        word = self._said.get(piece.mark, Word.NONE)
        if word.keep is None:
            return word
        now = self._screen.now
        mask = now.correction if now is not None else None
        return word if mask is not None and piece.is_as(mask, word.keep) else Word.NONE

    @property
    def done(self) -> tuple[Piece, ...]:
        """Return the pieces of which something was said."""
        comparison = self._comparing.now
        if comparison is None:
            return ()
        found = (comparison.difference.find(mark) for mark in self._said)
        return tuple(it for it in found if it is not None and self.said_of(it) is not Word.NONE)

    def _keep(self, comparison: Comparison, piece: Piece, keep: Only) -> None:
        now, session = self._screen.now, self._screen.session
        if now is None:
            return
        self._editing.finish()
        self._comparing.hold()
        if self._layers.only is None:
            self._layers.uncover(Layer.CORRECTION)
        text = f"Keep {comparison.side(keep).name} in difference {piece.number}"
        begun = comparison.mask_a if now.correction is None else now.correction
        start, model = _start_of(comparison.a, now)
        made = piece.kept(begun, keep)
        self._editing.replace(lambda: session.take(text, made, start, begun, model))

    def _go_on(self, piece: Piece) -> None:
        """Look at the piece after one; where that is gone, the next has its number."""
        self._comparing.catch_up()
        comparison = self._comparing.now
        if comparison is None:
            return
        count = len(comparison.difference)
        stays = comparison.difference.find(piece.mark) is not None
        number = piece.number + 1 if stays else piece.number
        if number <= count:
            self._look_at(comparison, number)
        elif count:
            self._look_at(comparison, count)
            self.told.emit("That was the last difference.")
        else:
            self.piece = None
            self.changed.emit()
            self.told.emit("The two masks are the same now.")

    def _look_at(self, comparison: Comparison, number: int) -> None:
        self.piece = comparison.difference.piece(number)
        self.changed.emit()

    def _on_comparison(self, comparison: Comparison | None) -> None:
        work = comparison.work if comparison is not None else None
        if work != self._work:
            self._work = work
            self._said.clear()
            self.piece = None
        elif comparison is not None and self.piece is not None:
            self.piece = comparison.difference.find(self.piece.mark)
        self.changed.emit()


def _start_of(side: Side, now: OnScreen) -> tuple[Layer, ModelUse | None]:
    """Return the layer that a correction begins from where it begins from a side."""
    if side.version is not None:
        return side.version.start, side.version.network
    if side.network:
        return Layer.PREDICTION, side.model
    predicted = side.layer is Layer.PREDICTION and now.prediction is not None
    return side.layer, now.prediction.model if predicted and now.prediction else None


def described(
    piece: Piece, comparison: Comparison, said: Word, spacing_mm: float | None
) -> tuple[str, str]:
    """Return two lines on a piece: which it is and what was done, and how large it is."""
    count = len(comparison.difference)
    which = f"{piece.number} of {count} · only {comparison.side(piece.only).name}"
    if said is Word.LEFT:
        which += " · left"
    elif said.keep is not None:
        which += f" · {comparison.side(said.keep).name} kept"
    return which, " · ".join(_sizes(piece.area, comparison.distance(piece), spacing_mm))


def _sizes(area: int, distance: float | None, spacing_mm: float | None) -> list[str]:
    sizes = [f"{area} px"]
    if spacing_mm is not None:
        sizes[0] += f", {area * spacing_mm**2:.0f} mm²"
    if distance is not None:
        apart = f"up to {distance:.1f} px"
        if spacing_mm is not None:
            apart += f", {distance * spacing_mm:.1f} mm"
        sizes.append(f"{apart} apart")
    return sizes
