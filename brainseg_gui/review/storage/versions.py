"""Versions and predictions: rows that are added and never changed.

Errors of the connection, and of bytes and words that make no sense, become a StoreError where it
was opened: see `Database`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.review.storage.ledger import added, model_columns, put_slice
from brainseg_gui.review.storage.tables import CORRECTION, PREDICTION, VERSION, WITHDRAWAL
from brainseg_gui.review.values.reasons import joined, split
from brainseg_gui.review.values.record import Decision
from brainseg_gui.review.values.verdict import (
    Difficulty,
    Grade,
    KeptPrediction,
    ModelUse,
    Remarks,
    SliceStatus,
    Verdict,
    Version,
)

_LIGHT = [column for column in VERSION.c if column is not VERSION.c.mask]
_WITHDRAWN = WITHDRAWAL.c.id.is_not(None).label("withdrawn")


# Put together once: after every stroke it is asked.
_STATUSES = (
    sa.select(
        CORRECTION.c.digest,
        CORRECTION.c.head,
        CORRECTION.c.start,
        CORRECTION.c.changed_at,
        CORRECTION.c.dice,
        VERSION.c.id,
        VERSION.c.head.label("place"),
        VERSION.c.verdict,
        VERSION.c.comment,
        VERSION.c.difficulty,
        VERSION.c.grade,
        VERSION.c.unusable,
        VERSION.c.reasons,
    )
    .join_from(CORRECTION, VERSION, CORRECTION.c.version == VERSION.c.id, isouter=True)
    .where(CORRECTION.c.reader == sa.bindparam("by"))
)
_STATUS = _STATUSES.where(CORRECTION.c.digest == sa.bindparam("of"))


def add_version(connection: sa.Connection, decision: Decision) -> Version:
    """Add a version; its parent is the reader's last one that was not withdrawn."""
    label = decision.label
    put_slice(connection, label)
    where = _own(CORRECTION, label.digest, decision.reader)
    query = sa.select(CORRECTION.c.head, CORRECTION.c.version, CORRECTION.c.seconds).where(where)
    row = connection.execute(query).one_or_none()
    head, parent, seconds = row or (None, None, 0.0)
    values = {
        "digest": label.digest,
        "reader": decision.reader,
        "at": decision.at,
        "verdict": decision.verdict.value,
        **_remark_columns(decision.remarks),
        "reference_hidden": decision.reference_hidden,
        "start": decision.start.value,
        **model_columns(decision.model),
        "edited_pixels": decision.edited_pixels,
        "seconds": seconds + decision.seconds,
        "parent": parent,
        "head": head,
        "mask": decision.mask,
    }
    number = added(connection.execute(sa.insert(VERSION).values(values)))
    if row is None:
        connection.execute(sa.insert(CORRECTION).values(_untouched(decision, number)))
    else:
        stands = {"version": number, "seconds": 0.0, "changed_at": decision.at}
        connection.execute(sa.update(CORRECTION).where(where).values(stands))
    return _version(connection.execute(_query().where(VERSION.c.id == number)).one())


def withdraw(connection: sa.Connection, digest: str, reader: str, at: str) -> bool:
    """Take the reader's last verdict back, as a row; False where none stands."""
    where = _own(CORRECTION, digest, reader)
    number = connection.execute(sa.select(CORRECTION.c.version).where(where)).scalar()
    if number is None:
        return False
    connection.execute(sa.insert(WITHDRAWAL).values(version=number, reader=reader, at=at))
    parent = sa.select(VERSION.c.parent).where(VERSION.c.id == number).scalar_subquery()
    stands = {"version": parent, "changed_at": at}
    connection.execute(sa.update(CORRECTION).where(where).values(stands))
    return True


def versions(connection: sa.Connection, digest: str | None = None) -> tuple[Version, ...]:
    """Return the versions of one slice, or of all, oldest first.

    Raises
    ------
    ValueError
        If one makes no sense.
    """
    query = _query().order_by(VERSION.c.id)
    if digest is not None:
        query = query.where(VERSION.c.digest == digest)
    return tuple(_version(row) for row in connection.execute(query))


def statuses(
    connection: sa.Connection, reader: str, digest: str | None = None
) -> dict[str, SliceStatus]:
    """Return what a reader made of each slice, or of one, by digest.

    Raises
    ------
    ValueError
        If a verdict makes no sense.
    """
    query = _STATUSES if digest is None else _STATUS
    values = {"by": reader} | ({} if digest is None else {"of": digest})
    return {row.digest: _status(row, reader) for row in connection.execute(query, values)}


def keep_prediction(connection: sa.Connection, kept: KeptPrediction, mask: bytes, at: str) -> None:
    """Keep what a network said; what it said before, with this threshold, stays as it is."""
    values = {
        "digest": kept.digest,
        **model_columns(kept.model),
        "at": at,
        "mask": mask,
        "risk": kept.risk,
        "dice": kept.dice,
        "area": kept.area,
    }
    connection.execute(insert(PREDICTION).values(values).on_conflict_do_nothing())


def predictions(connection: sa.Connection) -> tuple[KeptPrediction, ...]:
    """Return what networks said, in the order in which they did."""
    light = [column for column in PREDICTION.c if column is not PREDICTION.c.mask]
    return tuple(
        KeptPrediction(
            row.digest,
            ModelUse(row.model, row.model_sum, row.threshold),
            row.risk,
            row.dice,
            row.area,
        )
        for row in connection.execute(sa.select(*light).order_by(PREDICTION.c.id))
    )


def predicted_mask(connection: sa.Connection, digest: str, model: ModelUse) -> bytes | None:
    """Return the packed mask that a network said, or None."""
    query = sa.select(PREDICTION.c.mask).where(
        PREDICTION.c.digest == digest,
        PREDICTION.c.model_sum == model.sum,
        PREDICTION.c.threshold == model.threshold,
    )
    return connection.execute(query).scalar()


def predicted_masks(connection: sa.Connection, digest: str) -> list[tuple[ModelUse, bytes]]:
    """Return what every network said of a slice, oldest first, each with its packed mask."""
    query = sa.select(PREDICTION).where(PREDICTION.c.digest == digest).order_by(PREDICTION.c.id)
    return [
        (ModelUse(row.model, row.model_sum, row.threshold), row.mask)
        for row in connection.execute(query)
    ]


def _remark_columns(remarks: Remarks) -> dict[str, object]:
    """Return the columns for what is said beside a verdict."""
    return {
        "comment": remarks.comment,
        "difficulty": remarks.difficulty.value,
        "grade": remarks.grade.value,
        "unusable": remarks.unusable,
        "reasons": joined(remarks.reasons),
    }


def _own(table: sa.Table, digest: str, reader: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.digest == digest, table.c.reader == reader)


def _untouched(decision: Decision, number: int) -> dict[str, object]:
    """Return the row of a slice that got its verdict without an edit."""
    return {
        "digest": decision.label.digest,
        "reader": decision.reader,
        "mask": pack_mask(np.zeros(decision.label.shape, bool)),
        "last": 0,
        "version": number,
        "seconds": 0.0,
        "changed_at": decision.at,
    }


def _query() -> sa.Select[Any]:
    joined = VERSION.join(WITHDRAWAL, WITHDRAWAL.c.version == VERSION.c.id, isouter=True)
    return sa.select(*_LIGHT, _WITHDRAWN).select_from(joined)


def _version(row: Any) -> Version:
    return Version(
        id=row.id,
        digest=row.digest,
        reader=row.reader,
        at=row.at,
        verdict=Verdict(row.verdict),
        comment=row.comment,
        difficulty=Difficulty(row.difficulty),
        start=Layer(row.start),
        model=row.model or "",
        model_sum=row.model_sum or "",
        threshold=row.threshold,
        edited_pixels=row.edited_pixels,
        seconds=row.seconds,
        parent=row.parent,
        withdrawn=bool(row.withdrawn),
        grade=Grade(row.grade),
        unusable=bool(row.unusable),
        reasons=split(row.reasons),
        reference_hidden=bool(row.reference_hidden),
    )


def _status(row: Any, reader: str) -> SliceStatus:
    """A verdict stands as long as the mask is the one that it was given to."""
    stands = row.id is not None and row.place == row.head
    if stands:
        verdict = Verdict(row.verdict)
    else:
        untouched = row.id is None and row.head is None
        verdict = Verdict.UNREVIEWED if untouched else Verdict.IN_PROGRESS
    return SliceStatus(
        verdict,
        reader,
        row.comment or "",
        Difficulty(row.difficulty or ""),
        row.start is not None,
        row.changed_at,
        Grade(row.grade or ""),
        bool(row.unusable),
        split(row.reasons or ""),
        row.dice if row.start is not None else None,
    )
