"""Masks made elsewhere become corrections, of slices that need not be open."""

from __future__ import annotations

from dataclasses import dataclass

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.open_review import OpenReview
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.record import Record, SliceLabel, now
from brainseg_gui.review.values.stored import StoreError


@dataclass(frozen=True, eq=False)
class Incoming:
    """A mask for a slice.

    Attributes
    ----------
    label : SliceLabel
    mask : (H, W) bool
        As the reader sees the slice.
    origin : str
        What the step is called.
    predicted : bool
        A network drew it, the file says; which one is not known.
    dice : float or None
        Against the reference of the slice.
    """

    label: SliceLabel
    mask: Mask
    origin: str
    predicted: bool = False
    dice: float | None = None

    @property
    def start(self) -> Layer:
        """Return what a correction is said to have begun from that was made elsewhere."""
        return Layer.PREDICTION if self.predicted else Layer.CORRECTION


class Loading(OpenReview):
    """Takes masks from elsewhere."""

    def flush_loaded(self) -> None:
        """Have what was loaded on the disk for good; from any thread, `load` waits for no disk.

        Raises
        ------
        StoreError
            If the disk fails.
        """
        if self._store is None:
            return
        try:
            self._store.database.flush()
        except OSError as error:
            raise StoreError(f"The disk fails: {error.strerror}.") from error

    def load(self, it: Incoming) -> bool:
        """Make a mask the correction of its slice, open or not, as one step that can be undone.

        Returns
        -------
        bool
            Something changed.

        Raises
        ------
        StoreError
            If it could not be written; the step is made all the same and tried again. Or if the
            review can only be looked at, or cannot be read: then nothing is changed.
        """
        if self.read_only:
            raise StoreError(self.holder)
        self.save_all()
        label, opened = it.label, self.current
        is_open = opened is not None and opened.slice.digest == label.digest
        if is_open and opened is not None and opened.reader == self.reader:
            correction = opened.correction
        else:
            correction = self.correction_at(label.digest, label.shape, self.reader)
        before = correction.history.head
        edit = correction.replace(it.origin, it.mask, it.start, EditKind.IMPORTED)
        if edit is None:
            return False
        key = label.digest, self.reader
        known = key in self._touched or is_open
        self._touched[key] = correction
        self._note_work(label.digest)
        packed, head = pack_mask(correction.mask), correction.history.head
        seconds = self._spent() if is_open else 0.0
        about = (label, self.reader, now(), EditKind.IMPORTED, edit, before, head, packed)
        self._outbox.put(Record(*about, seconds, it.dice))
        self.save_all()
        if not known:  # it is on the disk: thousands of masks are not kept in memory
            del self._touched[key]
        return True
