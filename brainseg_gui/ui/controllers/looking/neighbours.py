"""The masks of the patient's slices beside the one on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.slices import size_text
from brainseg_gui.core.types import Mask
from brainseg_gui.files.find import natural_key
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.worklist.model import WorklistModel


class Neighbours(QObject):
    """Copies a mask from slice to slice: neighbours of one patient look alike.

    Which slices are beside each other is told by their place in a stack, else by their names,
    however the list is sorted.

    Signals
    -------
    told(str)
        Why nothing was copied.
    complained(str)
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(self, data_set: DataSet, editing: Editing, rows: WorklistModel) -> None:
        super().__init__()
        self._data_set, self._editing, self._rows = data_set, editing, rows

    def copy(self, by: int) -> None:
        """Make the mask of the slice before (-1) or after (1) that of this one, as one step."""
        self._editing.finish()
        now = self._data_set.screen.now
        if now is None:
            return
        try:
            name, mask = self._beside(now, by)
        except StoreError as error:
            self.complained.emit(str(error))
        except LookupError as reason:
            self.told.emit(str(reason.args[0]))
        else:
            self._editing.put_anew(mask, f"Copy from {name}")

    def _beside(self, now: OnScreen, by: int) -> tuple[str, Mask]:
        """Return name and mask of a neighbour; LookupError with a sentence where there is none."""
        entry = self._neighbour(now, by)
        mask = self._mask_of(entry, now.slice.shape)
        if mask is None:
            raise LookupError(f"{entry.name} has no mask yet: predict or correct it first.")
        if mask.shape != now.slice.shape:
            sizes = f"{size_text(mask.shape)}, this one {size_text(now.slice.shape)}"
            raise LookupError(f"The mask of {entry.name} does not fit: it has {sizes}.")
        return entry.name, mask

    def _neighbour(self, now: OnScreen, by: int) -> Entry:
        if stack := self._rows.stack_of(now.path):
            return _beside_in(stack, now, by, "of its stack")
        patient = now.slice.patient
        if not patient:
            raise LookupError(f"{now.name} does not say whose it is: it has no neighbours.")
        entries = [
            entry
            for entry in self._rows.entries()
            if (entry.patient == patient and not entry.problem) or entry.path == now.path
        ]
        entries.sort(key=lambda entry: natural_key(entry.name))
        return _beside_in(entries, now, by, f"of patient {patient}")

    def _mask_of(self, entry: Entry, shape: tuple[int, int]) -> Mask | None:
        """Return the correction of a slice, else its prediction."""
        session, digest = self._data_set.session, entry.digest
        corrected = session.correction_of(digest)
        if corrected is not None:
            return corrected
        predicted = self._data_set.predictions.get(digest)
        if predicted is not None:
            return predicted.mask
        kept = self._data_set.rows.kept(digest)
        return None if kept is None else session.adopt_prediction(kept, shape)


def _beside_in(entries: Sequence[Entry], now: OnScreen, by: int, whose: str) -> Entry:
    place = next((at for at, entry in enumerate(entries) if entry.path == now.path), 0) + by
    if not 0 <= place < len(entries):
        which = "first" if by < 0 else "last"
        raise LookupError(f"{now.name} is the {which} slice {whose}.")
    return entries[place]
