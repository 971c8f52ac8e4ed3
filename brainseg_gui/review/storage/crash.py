"""A mark in the review while a window has it open: one that is found later tells of a crash.

Errors of the connection, and of bytes and words that make no sense, become a StoreError where it
was opened: see `Database`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from brainseg_gui.review.storage.database import set_value
from brainseg_gui.review.storage.tables import EDIT, SETTING, SLICE, VERSION
from brainseg_gui.review.values.record import now

MARK = "open_since"


@dataclass(frozen=True)
class Recovered:
    """What a program that ended unexpectedly left.

    Attributes
    ----------
    sentence : str
        One line for the reader; empty where there was nothing to recover.
    slice_name : str
        The slice edited, or else decided on, last.
    """

    sentence: str = ""
    slice_name: str = ""


def begin(connection: sa.Connection) -> Recovered:
    """Put the mark; return what the program before left, if it did not take its own away."""
    query = sa.select(SETTING.c.value).where(SETTING.c.name == MARK)
    left = connection.execute(query).scalar()
    recovered = _told(connection, json.loads(left)) if left else Recovered()
    mark = {"last": _newest(connection, EDIT), "decided": _newest(connection, VERSION), "at": now()}
    set_value(connection, MARK, json.dumps(mark))
    return recovered


def end(connection: sa.Connection) -> None:
    """Take the mark away."""
    connection.execute(sa.delete(SETTING).where(SETTING.c.name == MARK))


def _newest(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0


def _told(connection: sa.Connection, mark: dict[str, Any]) -> Recovered:
    """Tell of the edits since a mark; where there are none, of the verdicts."""
    return (
        _told_of(connection, EDIT, int(mark["last"]), "edit")
        or _told_of(connection, VERSION, int(mark.get("decided", sys.maxsize)), "verdict")
        or Recovered()
    )


def _told_of(connection: sa.Connection, table: sa.Table, last: int, word: str) -> Recovered | None:
    since = table.c.id > last
    count, slices = connection.execute(
        sa.select(sa.func.count(), sa.func.count(table.c.digest.distinct())).where(since)
    ).one()
    if not count:
        return None
    at, name = connection.execute(
        sa.select(table.c.at, SLICE.c.name)
        .join_from(table, SLICE, table.c.digest == SLICE.c.digest)
        .order_by(table.c.id.desc())
        .limit(1)
    ).one()
    clock = datetime.fromisoformat(at).astimezone().strftime("%H:%M")
    what = f"the {word}" if count == 1 else f"all {count} {word}s"
    where = name if slices == 1 else f"{slices} slices, the last of {name},"
    return Recovered(
        f"brainseg ended unexpectedly after {clock}; {what} of {where} up to then "
        f"{'is' if count == 1 else 'are'} here.",
        name,
    )
