"""What a review holds: ledger and corrections, every change committed before the next event."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.text import shown
from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage import ledger
from brainseg_gui.review.storage.decisions import Decisions
from brainseg_gui.review.storage.file import ReviewFile
from brainseg_gui.review.storage.ledger import layer_in
from brainseg_gui.review.storage.measured.store import MeasureStore
from brainseg_gui.review.storage.rescue.journal import Edited
from brainseg_gui.review.storage.tables import CORRECTION, SLICE, VERSION
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Correction
from brainseg_gui.review.values.record import Record
from brainseg_gui.review.values.stored import (
    PackedCorrection,
    StoredCorrection,
    StoreError,
    UnfitError,
)
from brainseg_gui.review.values.verdict import ModelUse, Step, Verdict


class ReviewStore(ReviewFile):
    """The ledger, the versions and the corrections of one review; see `ReviewFile`."""

    def __init__(self, path: Path, *, read_only: bool = False, check_later: bool = False) -> None:
        super().__init__(path, read_only=read_only, check_later=check_later)
        self.decisions = Decisions(self.database)
        self.measured = MeasureStore(self.database)

    # --- the ledger ---

    def append(self, record: Record) -> None:
        """Add a row to the ledger; it is on disk when this returns.

        Of a mask that was loaded that is so after `Database.flush`: its file is there still.

        Raises
        ------
        UnfitError
            If this record cannot be written, though others may.
        StoreError
            If it could not be written; what was there before is still there.
        """
        flushed = record.kind is not EditKind.IMPORTED
        with self.database.writing(flushed=flushed) as connection:
            try:
                number = ledger.append(connection, record)
            except (ValueError, OverflowError, sa.exc.InterfaceError, sa.exc.DataError) as error:
                name = shown(record.label.name)
                raise UnfitError(f"The last edits of {name} cannot be saved: {error}.") from error
        self.database.journal.entries.append(Edited(record, number))

    def correction(self, digest: str, reader: str) -> Correction | None:
        """Return a reader's correction with what can be undone; None where nothing was done.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            row = connection.execute(_masks().where(_own(digest, reader))).one_or_none()
            if row is None:
                return None
            history = ledger.history(ledger.rows_of(connection, digest, reader), self._patch)
            mask, start = unpack_mask(row.mask, (row.height, row.width)), layer_in(row.start)
        return Correction(mask, start, ledger.model_in(row), history)

    def steps(self, digest: str, reader: str) -> tuple[Step, ...]:
        """Return the time line of a slice and reader.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            return tuple(ledger.steps(ledger.rows_of(connection, digest, reader)))

    def replay(
        self, digest: str, reader: str, last: int | None = None
    ) -> tuple[Mask, Layer | None, ModelUse | None]:
        """Make a mask from nothing but the ledger; see `ledger.replay`.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            return ledger.replay(connection, digest, reader, last)

    def replayed(self) -> Iterator[tuple[str, str, str]]:
        """Replay every ledger; yield slice, reader, and what is wrong: "" for nothing.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            rows = connection.execute(_masks().order_by(SLICE.c.name, CORRECTION.c.reader)).all()
        for row in rows:
            yield row.name or row.digest[:8], row.reader, self._wrong(row)

    # --- corrections ---

    def load(self, digest: str, reader: str | None = None) -> StoredCorrection | None:
        """Return the correction of a slice, the last changed where no reader is named, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        query = _masks().where(CORRECTION.c.digest == digest, CORRECTION.c.start.is_not(None))
        if reader is not None:
            query = query.where(CORRECTION.c.reader == reader)
        with self.database.reading() as connection:
            row = connection.execute(query.order_by(CORRECTION.c.last.desc()).limit(1)).first()
            return None if row is None else _stored(row, self.path.name).unpacked()

    def corrections(self, reader: str | None = None) -> Iterator[StoredCorrection]:
        """Yield every mask that readers made, or accepted as predicted, in the order of names.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        for correction in self.packed(reader):
            yield correction.unpacked()

    def packed(self, reader: str | None = None) -> tuple[PackedCorrection, ...]:
        """Return what `corrections` yields, as it is at one moment; the file is let go of at once.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        accepted = sa.and_(
            VERSION.c.verdict == Verdict.ACCEPTED.value,
            CORRECTION.c.head.is_not_distinct_from(VERSION.c.head),
        )
        query = _masks().where(sa.or_(CORRECTION.c.start.is_not(None), accepted))
        if reader is not None:
            query = query.where(CORRECTION.c.reader == reader)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(SLICE.c.name, CORRECTION.c.reader))
            found, loaded = rows.all(), ledger.origins(connection)
        return tuple(
            replace(_stored(row, self.path.name), origin=loaded.get(row.head, "")) for row in found
        )

    def digests(self, reader: str | None = None) -> set[str]:
        """Return which slices have a correction.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        query = sa.select(CORRECTION.c.digest).where(CORRECTION.c.start.is_not(None))
        if reader is not None:
            query = query.where(CORRECTION.c.reader == reader)
        with self.database.reading() as connection:
            return set(connection.scalars(query))

    def worked_on(self) -> set[tuple[str, str]]:
        """Return slice and reader of every correction, undone ones too, and of every version.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            queries = (sa.select(it.c.digest, it.c.reader) for it in (CORRECTION, VERSION))
            rows = [row for query in queries for row in connection.execute(query)]
        return {(row.digest, row.reader) for row in rows}

    def readers(self) -> tuple[str, ...]:
        """Return who corrected or decided, in the order of their names.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        query = sa.select(CORRECTION.c.reader).distinct().order_by(CORRECTION.c.reader)
        with self.database.reading() as connection:
            return tuple(connection.scalars(query))

    def names(self) -> dict[str, str]:
        """Return the name that each slice was last known by, by its digest.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(SLICE.c.digest, SLICE.c.name))
            return {row.digest: row.name for row in rows}

    def _patch(self, number: int) -> MaskPatch | None:
        with self.database.reading() as connection:
            return ledger.patch_of(connection, number)

    def _wrong(self, row: sa.Row[Any]) -> str:
        """Return what is wrong with a correction that should follow from its ledger."""
        try:
            mask, start, _ = self.replay(row.digest, row.reader)
            saved = unpack_mask(row.mask, (row.height, row.width))
        except (StoreError, zlib.error, ValueError) as error:
            return str(error)
        if (text := ledger.layer_text(start)) != row.start:
            return f"the ledger leads to a start from {text}, saved is {row.start}"
        unlike = int(np.count_nonzero(mask != saved))
        return f"{unlike} pixels of the saved mask are not what the ledger leads to" * bool(unlike)


def _masks() -> sa.Select[Any]:
    """Return the query for corrections with what is known of their slices."""
    return sa.select(
        CORRECTION,
        VERSION.c.verdict,
        VERSION.c.head.label("place"),
        VERSION.c.mask.label("accepted"),
        *_LABEL,
    ).select_from(
        CORRECTION.join(SLICE, SLICE.c.digest == CORRECTION.c.digest).join(
            VERSION, VERSION.c.id == CORRECTION.c.version, isouter=True
        )
    )


def _stored(row: sa.Row[Any], review: str) -> PackedCorrection:
    """Return a correction, or the prediction that was accepted in place of one."""
    packed = row.accepted if row.start is None else row.mask
    start = layer_in(row.start) or Layer.PREDICTION
    size = row.height, row.width
    stands = row.verdict is not None and row.head == row.place
    verdict = Verdict(row.verdict) if stands else Verdict.IN_PROGRESS
    return PackedCorrection(
        row.digest, row.name, row.patient, packed, size, start, row.reader, review, verdict
    )


def _own(digest: str, reader: str) -> sa.ColumnElement[bool]:
    return sa.and_(CORRECTION.c.digest == digest, CORRECTION.c.reader == reader)


_LABEL = (SLICE.c.name, SLICE.c.patient, SLICE.c.height, SLICE.c.width)
