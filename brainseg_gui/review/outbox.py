"""Edits on their way to the file: none is given up because a disk was full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from brainseg_gui.review.values.record import Record
from brainseg_gui.review.values.stored import StoreError, UnfitError

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore


class Outbox:
    """Records in the order in which they were made; each leaves when it is on the disk.

    Parameters
    ----------
    on_written : callable
        Told of each record that is on the disk.
    """

    def __init__(self, on_written: Callable[[Record], None]) -> None:
        self._records: list[Record] = []
        self._on_written = on_written

    @property
    def slices(self) -> int:
        """Return how many slices have records here."""
        return len({record.label.digest for record in self._records})

    @property
    def records(self) -> tuple[Record, ...]:
        """Return what is here, oldest first."""
        return tuple(self._records)

    @property
    def names_a_network(self) -> bool:
        """Tell whether a record here starts from a prediction."""
        return any(record.model for record in self._records)

    def put(self, record: Record) -> None:
        """Add a record, after all that are here."""
        self._records.append(record)

    def send(self, store: ReviewStore | None) -> None:
        """Write everything, in order; what cannot be written of a slice holds no other slice up.

        Raises
        ------
        UnfitError
            If the file holds other edits of a slice than those made here, or cannot take one;
            the records of that slice stay.
        StoreError
            If something cannot be written, or there is no file; all that was not written stays.
        """
        unfit: dict[tuple[str, str], UnfitError] = {}
        for record in self.records:
            key = record.label.digest, record.reader
            if key in unfit:
                continue
            if store is None:
                raise StoreError("There is no review file to write to.")
            try:
                store.append(record)
            except UnfitError as error:
                unfit[key] = error
                continue
            self._records.remove(record)
            self._on_written(record)
        if unfit:
            raise next(iter(unfit.values()))
