"""Which classes of masks are tumour: asked once, and kept with the review."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.core.masks.classes import classes_text
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.reviewing import Reviewing
from brainseg_gui.ui.worklist.model import WorklistModel

NOT_SEVERAL = "No mask of this data set holds several classes, as far as it was read."


@dataclass(frozen=True)
class FoundClasses:
    """The classes of the masks of a data set, as far as it was read.

    Attributes
    ----------
    areas, slices : mapping of int to int
        Pixels of each class, and slices that have any.
    read, listed : int
        Slices whose masks were read, and all of them.
    """

    areas: Counter[int]
    slices: Counter[int]
    read: int
    listed: int


class MaskClasses(QObject):
    """Offers to say it where masks of several classes come up, and asks; then opens them anew.

    Signals
    -------
    offered(str)
        One sentence; `ask` is what it leads to.
    told(str)
    complained(str)
    """

    offered = pyqtSignal(str)
    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, reviewing: Reviewing, model: WorklistModel, asks: QWidget
    ) -> None:
        super().__init__()
        self._data_set, self._reviewing, self._asks = data_set, reviewing, asks
        self._model = model
        self._offered = False
        data_set.opened.connect(self._begin_anew)
        data_set.rows_changed.connect(self._look)
        data_set.screen.changed.connect(lambda *_: self._look())

    def ask(self) -> None:
        """Show the classes that were found, and keep what the reader says of them."""
        found = self._found()
        session = self._data_set.session
        try:
            wishes = session.contents.wishes()
            known = dict(wishes.classes)
            if len(found.areas) < 2 and not known:
                self.told.emit(NOT_SEVERAL)
                return
            chosen = choose(self._asks.window(), found, known)
            said = known if chosen is None else known | chosen
            if said == known:
                return
            session.wish_for(replace(wishes, classes=tuple(sorted(said.items()))))
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._reviewing.open(self._data_set.paths, session.path)

    def _begin_anew(self) -> None:
        self._offered = self._data_set.rows.unsaid = False

    def _look(self) -> None:
        """Offer it once such a mask was read."""
        now = self._data_set.screen.now
        bare = now is not None and now.slice.reference is None
        shown = {value for value, _ in now.slice.classes} if now is not None and bare else set()
        if self._offered or not (shown or self._data_set.rows.unsaid):
            return
        self._offered = True
        values = shown | set(self._found().areas)
        if not self._data_set.session.read_only:
            self.offered.emit(
                f"Masks of this data set hold the classes {classes_text(values)}. They are not "
                "used until it is said which of them are tumour."
            )

    def _found(self) -> FoundClasses:
        areas, slices, read = Counter[int](), Counter[int](), 0
        entries = self._model.entries()
        for entry in entries:
            read += bool(entry.digest or entry.problem)
            for value, area in entry.classes:
                areas[value] += area
                slices[value] += area > 0
        return FoundClasses(areas, slices, read, len(entries))


def choose(parent: QWidget, found: FoundClasses, known: dict[int, bool]) -> dict[int, bool] | None:
    """Return of each class whether it is tumour, as the reader says; None if that was left."""
    # Here, because few data sets want it.
    from brainseg_gui.ui.dialogs.wishes.mask_classes import MaskClassesDialog

    dialog = MaskClassesDialog(parent, found.areas, found.slices, known)
    if found.read < found.listed:
        dialog.say_how_far(found.read, found.listed)
    return dialog.chosen if dialog.exec_() else None
