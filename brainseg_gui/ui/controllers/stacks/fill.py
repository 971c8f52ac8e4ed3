"""Fill between slices: the shape that lies between two that were corrected."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.masks.between import between
from brainseg_gui.core.slices import size_text
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.worklist.model import WorklistModel


class Fill(QObject):
    """Fills the slice on the screen from the nearest corrections below and above it.

    Only that slice, as one step: nothing is drawn on a slice that nobody sees.

    Signals
    -------
    told(str)
        Why nothing was filled.
    complained(str)
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(self, data_set: DataSet, editing: Editing, rows: WorklistModel) -> None:
        super().__init__()
        self._data_set, self._editing, self._rows = data_set, editing, rows

    def fill(self) -> None:
        """Make the shape between two corrections of the stack that of this slice."""
        self._editing.finish()
        now = self._data_set.screen.now
        if now is None:
            return
        try:
            text, mask = self.proposed(now)
        except StoreError as error:
            self.complained.emit(str(error))
        except LookupError as reason:
            self.told.emit(str(reason.args[0]))
        else:
            self._editing.put_anew(mask, text)

    def proposed(self, now: OnScreen) -> tuple[str, Mask]:
        """Return the name of that step, and the mask that would be.

        Raises
        ------
        LookupError
            With a sentence, where there is none.
        StoreError
        """
        stack = self._rows.stack_of(now.path)
        at = next((n for n, entry in enumerate(stack) if entry.path == now.path), -1)
        if len(stack) < 2 or at < 0:
            raise LookupError(f"{now.name} is no slice of a stack: there is nothing between.")
        below = self._corrected(reversed(stack[:at]), "before")
        above = self._corrected(stack[at + 1 :], "after")
        first, last = self._fitting(below, now), self._fitting(above, now)
        places = [it.place.at for it in (below, stack[at], above) if it.place is not None]
        if len(places) < 3 or not places[0] < places[1] < places[2]:
            raise LookupError("Slices of this stack lie in the same place: nothing is between.")
        found = between(first, last, (places[1] - places[0]) / (places[2] - places[0]))
        if not found.any():
            raise LookupError(
                f"The masks of {below.name} and {above.name} lie too far apart to be joined."
            )
        return f"Fill between {_last(below)} and {_last(above)}", found

    def _corrected(self, entries: Iterable[Entry], side: str) -> Entry:
        """Return the first of some slices that has a correction which is not empty."""
        for entry in entries:
            mask = self._data_set.session.correction_of(entry.digest)
            if mask is not None and mask.any():
                return entry
        raise LookupError(
            f"No slice {side} this one was corrected: fill between slices needs one on both sides."
        )

    def _fitting(self, entry: Entry, now: OnScreen) -> Mask:
        mask = self._data_set.session.correction_of(entry.digest)
        if mask is None or mask.shape != now.slice.shape:
            raise LookupError(
                f"The mask of {entry.name} does not fit: this slice has "
                f"{size_text(now.slice.shape)}."
            )
        return mask


def _last(entry: Entry) -> str:
    """Return the last part of a name, which tells the slices of a stack apart."""
    return entry.name.rpartition("/")[2]
