"""The versions, verdicts and predictions of one review."""

from __future__ import annotations

import sqlalchemy as sa

from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage import versions
from brainseg_gui.review.storage.database import Database, set_value
from brainseg_gui.review.storage.ledger import origins
from brainseg_gui.review.storage.rescue.journal import Decided, Withdrawn
from brainseg_gui.review.storage.tables import CORRECTION, SLICE, VERSION
from brainseg_gui.review.values.record import LAST_SLICE, Decision, now
from brainseg_gui.review.values.stored import DecidedMask, StoreError
from brainseg_gui.review.values.verdict import KeptPrediction, ModelUse, SliceStatus, Version


class Decisions:
    """What readers decided and networks said; every failure is a StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, *made: Decision) -> tuple[Version, ...]:
        """Add a version for each decision, all or none; they are on disk when this returns.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        with self._database.writing() as connection:
            for decision in made[-1:]:
                set_value(connection, LAST_SLICE, decision.label.name)
            added = tuple(versions.add_version(connection, decision) for decision in made)
        self._database.journal.entries += [
            Decided(decision, version.id) for decision, version in zip(made, added, strict=True)
        ]
        return added

    def withdraw(self, reader: str, *digests: str) -> int:
        """Take a reader's last verdicts on slices back, all or none; return how many stood.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        at = now()
        with self._database.writing() as connection:
            stood = [it for it in digests if versions.withdraw(connection, it, reader, at)]
        self._database.journal.entries += [Withdrawn(it, reader, at) for it in stood]
        return len(stood)

    def versions(self, digest: str | None = None) -> tuple[Version, ...]:
        """Return the versions of a slice, or of all, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return versions.versions(connection, digest)

    def decided(self) -> set[tuple[str, str]]:
        """Return slice and reader of every verdict, those that were taken back too.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(VERSION.c.digest, VERSION.c.reader).distinct())
            return {(row.digest, row.reader) for row in rows}

    def masks(self) -> tuple[DecidedMask, ...]:
        """Return the versions of all slices with their masks, oldest first, at one moment.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        query = (
            sa.select(
                *(VERSION.c.id, VERSION.c.mask, VERSION.c.head),
                *(SLICE.c.name, SLICE.c.patient, SLICE.c.tumour, SLICE.c.height, SLICE.c.width),
                sa.and_(
                    CORRECTION.c.version == VERSION.c.id,
                    CORRECTION.c.head.is_not_distinct_from(VERSION.c.head),
                ).label("stands"),
            )
            .join_from(VERSION, SLICE, VERSION.c.digest == SLICE.c.digest)
            .join(
                CORRECTION,
                sa.and_(
                    CORRECTION.c.digest == VERSION.c.digest,
                    CORRECTION.c.reader == VERSION.c.reader,
                ),
                isouter=True,
            )
        )
        with self._database.reading() as connection:
            rows = {row.id: row for row in connection.execute(query)}
            said, loaded = versions.versions(connection), origins(connection)
        found = ((it, rows[it.id]) for it in said if it.id in rows)
        review = self._database.path.name
        return tuple(
            DecidedMask(
                version=it,
                packed=row.mask,
                shape=(row.height, row.width),
                name=row.name,
                patient=row.patient,
                tumour=row.tumour,
                stands=bool(row.stands),
                review=review,
                origin=loaded.get(row.head, ""),
            )
            for it, row in found
        )

    def mask(self, version: int) -> Mask:
        """Return the (H, W) bool mask of a version.

        Raises
        ------
        StoreError
            If there is no such version, or the review cannot be read.
        """
        query = sa.select(VERSION.c.mask, SLICE.c.height, SLICE.c.width).join_from(
            VERSION, SLICE, VERSION.c.digest == SLICE.c.digest
        )
        with self._database.reading() as connection:
            row = connection.execute(query.where(VERSION.c.id == version)).one_or_none()
            if row is None:
                raise StoreError(f"{self._database.path.name} holds no version {version}.")
            return unpack_mask(row.mask, (row.height, row.width))

    def statuses(self, reader: str, digest: str | None = None) -> dict[str, SliceStatus]:
        """Return what a reader made of each slice, or of one, by digest.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return versions.statuses(connection, reader, digest)

    def keep_predictions(self, kept: list[tuple[KeptPrediction, bytes]]) -> None:
        """Keep what a network said, with packed masks, in one go.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        with self._database.writing() as connection:
            for prediction, mask in kept:
                versions.keep_prediction(connection, prediction, mask, now())
        self._database.journal.predictions += kept

    def predictions(self) -> tuple[KeptPrediction, ...]:
        """Return what networks said, in the order in which they did.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            return versions.predictions(connection)

    def predicted_mask(self, digest: str, model: ModelUse, shape: tuple[int, int]) -> Mask | None:
        """Return the (H, W) bool mask that a network said, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self._database.reading() as connection:
            packed = versions.predicted_mask(connection, digest, model)
            return None if packed is None else unpack_mask(packed, shape)

    def predicted_masks(self, digest: str, shape: tuple[int, int]) -> dict[ModelUse, Mask]:
        """Return the (H, W) bool mask that each network said of a slice, oldest first.

        Raises
        ------
        StoreError
            If the review cannot be read.
        ValueError, zlib.error
            If a mask is not of that size, or damaged.
        """
        with self._database.reading() as connection:
            found = versions.predicted_masks(connection, digest)
        return {model: unpack_mask(packed, shape) for model, packed in found}
