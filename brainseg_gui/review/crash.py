"""A mark in the review while a window has it open: one that is found later tells of a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from brainseg_gui.review.database import set_value
from brainseg_gui.review.record import now
from brainseg_gui.review.tables import EDIT, SETTING, SLICE

MARK = "open_since"


@dataclass(frozen=True)
class Recovered:
    """What a program that ended unexpectedly left.

    Attributes
    ----------
    sentence : str
        One line for the reader; empty where there was nothing to recover.
    slice_name : str
        The slice edited last.
    """

    sentence: str = ""
    slice_name: str = ""


def begin(connection: sa.Connection) -> Recovered:
    """Put the mark; return what the program before left, if it did not take its own away."""
    query = sa.select(SETTING.c.value).where(SETTING.c.name == MARK)
    left = connection.execute(query).scalar()
    recovered = _told(connection, int(json.loads(left)["last"])) if left else Recovered()
    last = connection.execute(sa.select(sa.func.max(EDIT.c.id))).scalar() or 0
    set_value(connection, MARK, json.dumps({"last": last, "at": now()}))
    return recovered


def end(connection: sa.Connection) -> None:
    """Take the mark away."""
    connection.execute(sa.delete(SETTING).where(SETTING.c.name == MARK))


def _told(connection: sa.Connection, last: int) -> Recovered:
    since = EDIT.c.id > last
    edits, slices = connection.execute(
        sa.select(sa.func.count(), sa.func.count(EDIT.c.digest.distinct())).where(since)
    ).one()
    if not edits:
        return Recovered()
    at, name = connection.execute(
        sa.select(EDIT.c.at, SLICE.c.name)
        .join_from(EDIT, SLICE, EDIT.c.digest == SLICE.c.digest)
        .order_by(EDIT.c.id.desc())
        .limit(1)
    ).one()
    clock = datetime.fromisoformat(at).astimezone().strftime("%H:%M")
    what = "the edit" if edits == 1 else f"all {edits} edits"
    where = name if slices == 1 else f"{slices} slices, the last of {name},"
    return Recovered(
        f"brainseg ended unexpectedly after {clock}; {what} of {where} up to then "
        f"{'is' if edits == 1 else 'are'} here.",
        name,
    )
