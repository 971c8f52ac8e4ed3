"""Whether the reader has seen the reference of a slice: it can be kept hidden until the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainseg_gui.core.slices import Slice
from brainseg_gui.review.values.record import HIDES_REFERENCE
from brainseg_gui.review.values.stored import StoreError

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore


class Blinding:
    """What is hidden from whom.

    The reference of a slice is hidden from a reader until the first verdict on it; one that was
    taken back counts, for nobody unsees anything. That it was hidden is claimed of a verdict only
    if the slice was never open with its reference since this review was opened.

    Attributes
    ----------
    hides : bool
        The references of this review are kept hidden until the verdict.

    Raises
    ------
    StoreError
        If the review cannot be read.
    """

    def __init__(self, store: ReviewStore | None) -> None:
        self._store = store
        self.hides = store is not None and store.setting(HIDES_REFERENCE) == "1"
        self._decided = store.decisions.decided() if store is not None else set()
        # Slice and reader of what was open with its reference shown, and with it hidden.
        self._exposed: set[tuple[str, str]] = set()
        self._covered: set[tuple[str, str]] = set()

    def hide(self, on: bool) -> None:
        """Keep references hidden from now on, or show them.

        Raises
        ------
        StoreError
            If it cannot be written; it is then as it was.
        """
        if self._store is None:
            raise StoreError("There is no review file to keep that in.")
        self._store.set_setting(HIDES_REFERENCE, "1" if on else "0")
        self.hides = on

    def hides_from(self, digest: str, reader: str) -> bool:
        """Tell whether the reference of a slice, if it has one, is hidden from a reader."""
        return self.hides and (digest, reader) not in self._decided

    def note_open(self, slice_: Slice, reader: str) -> None:
        """A slice is on the screen; with its reference, unless that is hidden."""
        if slice_.reference is not None:
            hidden = self.hides_from(slice_.digest, reader)
            (self._covered if hidden else self._exposed).add((slice_.digest, reader))

    def unseen(self, digest: str, reader: str) -> bool:
        """Tell whether a slice was open and has a reference that the reader has not seen."""
        key = digest, reader
        return key in self._covered - self._exposed and self.hides_from(digest, reader)

    def note_decided(self, digest: str, reader: str) -> None:
        """A verdict was given: the reference is shown from now on."""
        self._decided.add((digest, reader))
