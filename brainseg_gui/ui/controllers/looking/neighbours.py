"""The masks of the patient's slices beside the one on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.slices import size_text
from brainseg_gui.core.types import Mask
from brainseg_gui.files.find import natural_key
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.controllers.strip.masks import mask_of
from brainseg_gui.ui.worklist.model import WorklistModel


@dataclass(frozen=True)
class Other:
    """Another slice of the patient.

    Attributes
    ----------
    entry : Entry
    by : int
        How many slices after the one on the screen it lies; below 0 before.
    """

    entry: Entry
    by: int

    @property
    def name(self) -> str:
        """Return the last part of its name, which tells the slices of a stack apart."""
        return self.entry.name.rpartition("/")[2]

    @property
    def place(self) -> str:
        """Return where it lies, in words."""
        return f"{abs(self.by)} {'before' if self.by < 0 else 'after'}"


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
            text, mask = self.proposed(now, by)
        except StoreError as error:
            self.complained.emit(str(error))
        except LookupError as reason:
            self.told.emit(str(reason.args[0]))
        else:
            self._editing.put_anew(mask, text)

    def proposed(self, now: OnScreen, by: int) -> tuple[str, Mask]:
        """Return the name of that step, and the mask that would be.

        Raises
        ------
        LookupError
            With a sentence, where there is none.
        StoreError
        """
        entries, whose = self._of_patient(now)
        place = _place(entries, now) + by
        if not 0 <= place < len(entries):
            which = "first" if by < 0 else "last"
            raise LookupError(f"{now.name} is the {which} slice {whose}.")
        entry = entries[place]
        found = mask_of(self._data_set, entry, None)(now.slice.shape)
        return step_of(entry), fitting(entry, None if found is None else found[1], now)

    def others(self, now: OnScreen) -> list[Other]:
        """Return the patient's other slices that have a mask, the nearest first.

        Raises
        ------
        LookupError
            With a sentence, where there is none.
        """
        entries, whose = self._of_patient(now)
        own = _place(entries, now)
        found = [
            Other(entry, at - own)
            for at, entry in enumerate(entries)
            if at != own and (entry.corrected or entry.predicted)
        ]
        if not found:
            raise LookupError(f"No other slice {whose} has a mask yet: predict or correct one.")
        return sorted(found, key=lambda other: (abs(other.by), other.by))

    def _of_patient(self, now: OnScreen) -> tuple[Sequence[Entry], str]:
        """Return the slices beside each other, and whose they are; LookupError for nobody's."""
        if stack := self._rows.stack_of(now.path):
            return stack, "of its stack"
        patient = now.slice.patient
        if not patient:
            raise LookupError(f"{now.name} does not say whose it is: it has no neighbours.")
        entries = [
            entry
            for entry in self._rows.entries()
            if (entry.patient == patient and not entry.problem) or entry.path == now.path
        ]
        return sorted(entries, key=lambda entry: natural_key(entry.name)), f"of patient {patient}"


def step_of(entry: Entry) -> str:
    """Return what copying a slice's mask is called."""
    return f"Copy from {entry.name}"


def fitting(entry: Entry, mask: Mask | None, now: OnScreen) -> Mask:
    """Return the mask of a slice; LookupError with a sentence where the slice shown has no use."""
    if mask is None:
        raise LookupError(f"{entry.name} has no mask yet: predict or correct it first.")
    if mask.shape != now.slice.shape:
        sizes = f"{size_text(mask.shape)}, this one {size_text(now.slice.shape)}"
        raise LookupError(f"The mask of {entry.name} does not fit: it has {sizes}.")
    return mask


def _place(entries: Sequence[Entry], now: OnScreen) -> int:
    return next((at for at, entry in enumerate(entries) if entry.path == now.path), 0)
