"""What reports are made of, in one review."""

from __future__ import annotations

from collections.abc import Iterable

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.review.storage.database import Database
from brainseg_gui.review.storage.measured import rows
from brainseg_gui.review.values.measured import (
    Effort,
    KeptLevels,
    Measured,
    PackedPrediction,
    Vote,
)
from brainseg_gui.review.values.record import SliceLabel


class MeasureStore:
    """Measures, levels and votes; every failure is a StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, measured: Iterable[Measured], levels: Iterable[KeptLevels]) -> None:
        """Keep what was measured, in one go; what is kept already stays as it is.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        measured, levels = tuple(measured), tuple(levels)
        with self._database.writing() as connection:
            for it in measured:
                rows.keep_measured(connection, it)
            for its in levels:
                rows.keep_levels(connection, its)
        self._database.journal.measured += measured
        self._database.journal.levels += levels

    def vote(self, *votes: Vote) -> None:
        """Add votes, all or none; they are on the disk when this returns.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        with self._database.writing() as connection:
            for it in votes:
                rows.add_vote(connection, it)
        self._database.journal.votes += votes

    def measures(self) -> dict[tuple[str, str, str], Compared]:
        """Return what was measured, by slice and keys of both masks.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return rows.measures(connection)

    def levels(self, digest: str, model_sum: str) -> bytes | None:
        """Return the packed levels of a prediction, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return rows.levels(connection, digest, model_sum)

    def votes(self) -> tuple[Vote, ...]:
        """Return every vote, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return tuple(rows.votes(connection))

    def labels(self) -> dict[str, SliceLabel]:
        """Return what is known of each slice, by its digest.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return rows.labels(connection)

    def predictions(self) -> tuple[PackedPrediction, ...]:
        """Return what networks said, with the masks, in the order in which they did.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return rows.predictions(connection)

    def efforts(self) -> dict[tuple[str, str], Effort]:
        """Return what each slice took each reader.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return rows.efforts(connection)
