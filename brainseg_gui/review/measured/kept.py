"""What is measured of the slices of a session, on its way to the review and back."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.review.kept_predictions import AT_ONCE, KeptPredictions
from brainseg_gui.review.values.measured import (
    Effort,
    KeptLevels,
    Measured,
    PackedPrediction,
    Vote,
)
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.stored import StoreError

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore


class KeptMeasures:
    """Measures that are not on the disk yet, and all that are; without a file it holds nothing.

    They can be made again: they are written many at once. A vote cannot, and is written at once.
    """

    def __init__(
        self, store: ReviewStore | None, predicted: KeptPredictions, *, read_only: bool
    ) -> None:
        self._store, self._predicted, self._read_only = store, predicted, read_only
        self._measured: list[Measured] = []
        self._levels: list[KeptLevels] = []

    def keep(self, *measured: Measured, levels: KeptLevels | None = None) -> None:
        """Keep what was measured of a slice, with the levels of its prediction."""
        self._measured += measured
        self._levels += [] if levels is None else [levels]
        if len(self._measured) + len(self._levels) >= AT_ONCE:
            with suppress(StoreError):
                self.write()

    def write(self) -> None:
        """Write predictions and measures that are not on the disk yet, where it is ours to write.

        Raises
        ------
        StoreError
            If they cannot be written; they are kept for the next time.
        """
        self._predicted.write()
        if (self._measured or self._levels) and self._store is not None and not self._read_only:
            self._store.measured.keep(self._measured, self._levels)
            self._measured.clear()
            self._levels.clear()

    def vote(self, *votes: Vote) -> None:
        """Add votes, all or none; they are on the disk when this returns.

        Raises
        ------
        StoreError
            If they cannot be written.
        """
        if self._store is None or self._read_only:
            raise StoreError("There is no review file to keep a vote in.")
        self.write()
        self._store.measured.vote(*votes)


class MeasuredContents:
    """Reads what reports are made of, on any thread; without a review file it is empty."""

    def __init__(self, store: ReviewStore | None) -> None:
        self._store = store

    def measures(self) -> dict[tuple[str, str, str], Compared]:
        """Return what was measured, by slice and keys of both masks; StoreError if unreadable."""
        return self._store.measured.measures() if self._store else {}

    def levels(self, digest: str, model_sum: str) -> bytes | None:
        """Return the packed levels of a prediction, or None; StoreError if unreadable."""
        return self._store.measured.levels(digest, model_sum) if self._store else None

    def votes(self) -> tuple[Vote, ...]:
        """Return every vote, oldest first; StoreError if unreadable."""
        return self._store.measured.votes() if self._store else ()

    def labels(self) -> dict[str, SliceLabel]:
        """Return what is known of each slice, by its digest; StoreError if unreadable."""
        return self._store.measured.labels() if self._store else {}

    def predictions(self) -> tuple[PackedPrediction, ...]:
        """Return what networks said, with masks, oldest first; StoreError if unreadable."""
        return self._store.measured.predictions() if self._store else ()

    def efforts(self) -> dict[tuple[str, str], Effort]:
        """Return what each slice took each reader; StoreError if unreadable."""
        return self._store.measured.efforts() if self._store else {}
