"""The difference of two masks over the slice, and the piece of it that is looked at."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QPointF, QRectF

from brainseg_gui.core.masks.pieces import Piece
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.compare.difference_item import DifferenceItem
from brainseg_gui.ui.canvas.compare.screen_items import Ring
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.comparing.adjudicating import Adjudicating, described
from brainseg_gui.ui.controllers.comparing.comparing import Comparing
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from brainseg_gui.ui.controllers.comparing.side_pair import VersionItems
from brainseg_gui.ui.controllers.on_screen import Screen
from brainseg_gui.ui.panels.comparing.piece_line import PieceLine

BELOW_ALL_LAYERS = 9
AROUND = 24.0  # pixels of the window beside a piece, for its ring
NOTHING = "There are no two masks to compare here."


class DifferenceLook(QObject):
    """Draws what `Comparing` finds while it is on, and says of it what there is to say."""

    def __init__(
        self,
        screen: Screen,
        canvas: Canvas,
        layers: Layers,
        comparing: Comparing,
        adjudicating: Adjudicating,
        line: PieceLine,
    ) -> None:
        super().__init__(line)
        self._screen, self._canvas, self._layers = screen, canvas, layers
        self._comparing, self._adjudicating, self._line = comparing, adjudicating, line
        self._item, self._ring = DifferenceItem(), Ring(canvas)
        self._item.setZValue(BELOW_ALL_LAYERS)
        canvas.view.addItem(self._item, ignoreBounds=True)
        self._versions = VersionItems(canvas)  # no layer shows these
        self.on = self._aside = False
        self._kept: tuple[Piece, ...] = ()
        self._looked: Piece | None = None
        comparing.changed.connect(self._on_comparison)
        comparing.followed.connect(self._on_followed)
        adjudicating.changed.connect(self._on_followed)
        layers.changed.connect(self._follow_layers)

    def show(self, on: bool) -> None:
        """Show the difference from now on, or no more."""
        self.on = on
        self._comparing.use("difference", on)
        self._line.setVisible(on)
        if not on:
            self._adjudicating.forget()
        self._on_comparison(self._comparing.now)

    def put_aside(self, aside: bool) -> None:
        """Let the image alone for a while: the two masks are shown in turn."""
        self._aside = aside
        self._follow_layers()

    def _on_comparison(self, comparison: Comparison | None) -> None:
        if self.on:
            self._kept = self._adjudicating.done
            found = comparison.difference if comparison is not None else None
            self._item.show_difference(found, self._kept)
        else:
            self._item.show_difference(None)
        self._versions.show(comparison if self.on else None)
        self._follow_layers()
        self._say()

    def _on_followed(self) -> None:
        """A step may have kept a piece, or taken that back; another may be looked at."""
        if not self.on:
            return
        kept, comparison = self._adjudicating.done, self._comparing.now
        if kept != self._kept and comparison is not None:
            self._kept = kept
            self._item.show_difference(comparison.difference, kept)
        self._say()

    def _follow_layers(self) -> None:
        """Hidden with the layers."""
        shown = self.on and not self._layers.hidden
        self._item.setVisible(shown and not self._aside)
        self._versions.follow(
            hidden=not shown or self._layers.only is not None,
            outline_only=self._layers.outline_only,
        )
        piece = self._adjudicating.piece
        if shown and piece is not None:
            self._ring.show_ring(piece.box, str(piece.number))
        else:
            self._ring.show_ring(None)

    def _say(self) -> None:
        comparison, piece = self._comparing.now, self._adjudicating.piece
        if piece is not self._looked:
            self._looked = piece
            self._follow_layers()
            if piece is not None:
                self._bring_into_view(piece)
        if not self.on:
            return
        if comparison is None:
            self._line.say(NOTHING, "")
        elif piece is None:
            self._line.say(*_summary(comparison))
        else:
            now = self._screen.now
            spacing = None if now is None else now.spacing_mm
            said = self._adjudicating.said_of(piece)
            self._line.say(*described(piece, comparison, said, spacing))

    def _bring_into_view(self, piece: Piece) -> None:
        """Move the slice, and nothing else, where the piece lies outside of the window."""
        box, seen = piece.box, self._canvas.view.viewRect()
        place = QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)
        around = AROUND / self._canvas.scale_factor
        if not seen.contains(place.adjusted(-around, -around, around, around)):
            way: QPointF = place.center() - seen.center()
            self._canvas.view.translateBy(x=way.x(), y=way.y())


def _summary(comparison: Comparison) -> tuple[str, str]:
    """Return two lines on a difference of which no piece is looked at yet."""
    count = len(comparison.difference)
    if not count:
        return f"{comparison.a.name.capitalize()} and {comparison.b.name} are the same", ""
    return "1 difference" if count == 1 else f"{count} differences", ""
