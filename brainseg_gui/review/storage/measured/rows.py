"""Measures, levels and votes: rows that are added and never changed.

Errors of the connection, and of bytes and words that make no sense, become a StoreError where it
was opened: see `Database`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.review.storage.ledger import model_columns, model_in, put_slice
from brainseg_gui.review.storage.tables import (
    CORRECTION,
    EDIT,
    LESIONS,
    LEVELS,
    MEASURE,
    PREDICTION,
    SLICE,
    VERSION,
    VOTE,
)
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.measured import (
    Effort,
    Fault,
    KeptLevels,
    Measured,
    PackedPrediction,
    Vote,
)
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.verdict import ModelUse

_NUMBERS = tuple(
    it.name for it in dataclasses.fields(Compared) if it.name != "lesions"
)  # which is the last


def keep_measured(connection: sa.Connection, measured: Measured) -> None:
    """Keep what was measured, and under which name the slice is known."""
    put_slice(connection, measured.label)
    digest, one, other = measured.key
    masks = {"digest": digest, "one": one, "other": other}
    numbers = dataclasses.asdict(measured.values)
    found = numbers.pop("lesions")
    connection.execute(insert(MEASURE).values(masks | numbers).on_conflict_do_nothing())
    if found is not None:
        connection.execute(insert(LESIONS).values(found=found, **masks).on_conflict_do_nothing())


def keep_levels(connection: sa.Connection, levels: KeptLevels) -> None:
    """Keep the levels of a prediction, and under which name the slice is known."""
    put_slice(connection, levels.label)
    values = {
        "digest": levels.label.digest,
        "model_sum": levels.model_sum,
        "packed": levels.packed,
    }
    connection.execute(insert(LEVELS).values(values).on_conflict_do_nothing())


def add_vote(connection: sa.Connection, vote: Vote) -> None:
    """Add a vote."""
    put_slice(connection, vote.label)
    values = {
        "digest": vote.label.digest,
        "reader": vote.reader,
        "at": vote.at,
        "verdict": vote.fault.value,
        **model_columns(vote.model),
        "dice": vote.dice,
    }
    connection.execute(sa.insert(VOTE).values(values))


def measures(connection: sa.Connection) -> dict[tuple[str, str, str], Compared]:
    """Return what was measured by slice and keys of the masks."""
    same = sa.and_(*(MEASURE.c[it] == LESIONS.c[it] for it in ("digest", "one", "other")))
    query = sa.select(MEASURE, LESIONS.c.found).select_from(MEASURE.outerjoin(LESIONS, same))
    return {
        (row.digest, row.one, row.other): Compared(
            *(getattr(row, name) for name in (*_NUMBERS, LESIONS.c.found.name))
        )
        for row in connection.execute(query)
    }


def levels(connection: sa.Connection, digest: str, model_sum: str) -> bytes | None:
    """Return the packed levels of a prediction, or None."""
    query = sa.select(LEVELS.c.packed).where(
        LEVELS.c.digest == digest, LEVELS.c.model_sum == model_sum
    )
    return connection.execute(query).scalar()


def votes(connection: sa.Connection) -> Iterator[Vote]:
    """Yield every vote, oldest first, those that were taken back or given anew too.

    Raises
    ------
    ValueError
        If one makes no sense.
    """
    columns = (SLICE.c.name, SLICE.c.patient, SLICE.c.tumour, SLICE.c.height, SLICE.c.width)
    query = sa.select(VOTE, *columns).join_from(VOTE, SLICE, VOTE.c.digest == SLICE.c.digest)
    for row in connection.execute(query.order_by(VOTE.c.id)):
        shape = row.height, row.width
        label = SliceLabel(row.digest, row.name, row.patient, row.tumour, shape)
        yield Vote(label, row.reader, row.at, Fault(row.verdict), model_in(row), row.dice)


def labels(connection: sa.Connection) -> dict[str, SliceLabel]:
    """Return what is known of each slice, by its digest."""
    return {
        row.digest: SliceLabel(
            row.digest, row.name, row.patient, row.tumour, (row.height, row.width)
        )
        for row in connection.execute(sa.select(SLICE))
    }


def predictions(connection: sa.Connection) -> tuple[PackedPrediction, ...]:
    """Return what networks said, with the masks, in the order in which they did."""
    return tuple(
        PackedPrediction(
            row.digest,
            ModelUse(row.model, row.model_sum, row.threshold),
            row.risk,
            row.dice,
            row.area,
            row.mask,
        )
        for row in connection.execute(sa.select(PREDICTION).order_by(PREDICTION.c.id))
    )


def efforts(connection: sa.Connection) -> dict[tuple[str, str], Effort]:
    """Return what each slice took each reader, by slice and reader."""
    moves = [kind.value for kind in EditKind if kind.moves]
    steps = (
        sa.select(EDIT.c.digest, EDIT.c.reader, sa.func.count(), sa.literal(0.0))
        .where(EDIT.c.kind.not_in(moves))
        .group_by(EDIT.c.digest, EDIT.c.reader)
    )
    # A version has the time since the one before it, a correction that since the last one.
    spent = (
        sa.select(it.c.digest, it.c.reader, sa.literal(0), sa.func.sum(it.c.seconds)).group_by(
            it.c.digest, it.c.reader
        )
        for it in (VERSION, CORRECTION)
    )
    found: dict[tuple[str, str], Effort] = {}
    for query in (steps, *spent):
        for digest, reader, edits, seconds in connection.execute(query):
            old = found.get((digest, reader), Effort())
            found[digest, reader] = Effort(old.edits + edits, old.seconds + seconds)
    return found
