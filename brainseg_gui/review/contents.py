"""All that a review holds, for exports, tables and checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brainseg_gui.core.types import Mask
from brainseg_gui.files.wishes import Wishes
from brainseg_gui.review.measured.kept import MeasuredContents
from brainseg_gui.review.values.kept_wishes import WISHES, wishes_in
from brainseg_gui.review.values.stored import DecidedMask, PackedCorrection, StoredCorrection
from brainseg_gui.review.values.turns import PREFIX, Turns
from brainseg_gui.review.values.verdict import ModelUse, SliceStatus, Version

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore


class Contents:
    """Reads a review as a whole, on any thread; without a review file it is empty."""

    def __init__(self, store: ReviewStore | None) -> None:
        self._store = store
        self.measured = MeasuredContents(store)

    def readers(self) -> tuple[str, ...]:
        """Return who corrected or decided, in the order of their names.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._store.readers() if self._store else ()

    def masks(self, reader: str | None = None) -> Iterator[StoredCorrection]:
        """Yield every mask that readers made, or accepted as predicted, in the order of names.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._store.corrections(reader) if self._store else iter(())

    def correction(self, digest: str, reader: str) -> Mask | None:
        """Return a reader's (H, W) correction of a slice as it is on the disk, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        found = self._store.load(digest, reader) if self._store else None
        return None if found is None else found.mask

    def predicted(self, digest: str, model: ModelUse, shape: tuple[int, int]) -> Mask | None:
        """Return the (H, W) mask that a network said of a slice as it is on the disk, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        store = self._store
        return store.decisions.predicted_mask(digest, model, shape) if store else None

    def packed_masks(self, reader: str | None = None) -> tuple[PackedCorrection, ...]:
        """Return what `masks` yields, as it is at one moment; the file is let go of at once.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._store.packed(reader) if self._store else ()

    def decided(self, reader: str | None = None) -> tuple[DecidedMask, ...]:
        """Return the versions of all slices with their masks, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        found = self._store.decisions.masks() if self._store else ()
        return tuple(it for it in found if reader in {None, it.version.reader})

    def versions(self, reader: str | None = None) -> tuple[Version, ...]:
        """Return the versions of all slices, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        versions = self._store.decisions.versions() if self._store else ()
        return tuple(version for version in versions if reader in {None, version.reader})

    def turns(self) -> Turns:
        """Return how the slices are turned.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return Turns.of(self._store.settings_of(PREFIX) if self._store else {})

    def wishes(self) -> Wishes:
        """Return what is wanted of the files of the data set.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return wishes_in(self._store.setting(WISHES) if self._store else None)

    def names(self) -> dict[str, str]:
        """Return the name that each slice was last known by, by its digest.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._store.names() if self._store else {}

    def statuses(self, reader: str) -> dict[str, SliceStatus]:
        """Return what a reader made of each slice that it touched, by digest.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._store.decisions.statuses(reader) if self._store else {}

    def replayed(self) -> Iterator[tuple[str, str, str]]:
        """Replay every ledger; yield slice, reader, and what is wrong: "" for nothing.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        return self._store.replayed() if self._store else iter(())
