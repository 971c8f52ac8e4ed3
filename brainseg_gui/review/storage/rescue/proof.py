"""Whether a file holds what was said to be in it.

Errors of the connection become a StoreError where it was opened: see `Database`.
"""

from __future__ import annotations

import sqlalchemy as sa

from brainseg_gui.review.storage.rescue.journal import Decided, Edited, Journal, Withdrawn
from brainseg_gui.review.storage.tables import EDIT, SETTING, VERSION, VOTE, WITHDRAWAL

_COUNTED = (EDIT, VERSION)


def counts(connection: sa.Connection) -> dict[str, tuple[int, int]]:
    """Return how many edits and versions there are, and the highest number among them."""
    found = {}
    for table in _COUNTED:
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(table.c.id), 0))
        count, highest = connection.execute(query.select_from(table)).one()
        found[table.name] = count, highest
    return found


def holds(connection: sa.Connection, journal: Journal) -> bool:
    """Tell whether a file is whole, and has what it had and what was written since."""
    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        return False
    return (
        all(_had(connection, table, journal) for table in _COUNTED)
        and {(it.number, *_of(it)) for it in journal.entries if isinstance(it, Edited)}
        <= rows(connection, EDIT)
        and {(it.number, *_of(it)) for it in journal.entries if isinstance(it, Decided)}
        <= rows(connection, VERSION)
        and {_of(it) for it in journal.entries if isinstance(it, Withdrawn)}
        <= withdrawals(connection)
        and {(it.reader, it.at) for it in journal.votes} <= votes(connection)
        and journal.settings.items() <= _settings(connection).items()
    )


def rows(connection: sa.Connection, table: sa.Table) -> set[tuple[int, str, str]]:
    """Return number, reader and moment of every edit or version."""
    query = sa.select(table.c.id, table.c.reader, table.c.at)
    return {(row.id, row.reader, row.at) for row in connection.execute(query)}


def withdrawals(connection: sa.Connection) -> set[tuple[str, str]]:
    """Return reader and moment of every verdict that was taken back."""
    query = sa.select(WITHDRAWAL.c.reader, WITHDRAWAL.c.at)
    return {(row.reader, row.at) for row in connection.execute(query)}


def votes(connection: sa.Connection) -> set[tuple[str, str]]:
    """Return reader and moment of every vote."""
    query = sa.select(VOTE.c.reader, VOTE.c.at)
    return {(row.reader, row.at) for row in connection.execute(query)}


def _had(connection: sa.Connection, table: sa.Table, journal: Journal) -> bool:
    count, highest = journal.before.get(table.name, (0, 0))
    query = sa.select(sa.func.count()).select_from(table).where(table.c.id <= highest)
    return connection.execute(query).scalar() == count


def _settings(connection: sa.Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(sa.select(SETTING))}


def _of(entry: Edited | Decided | Withdrawn) -> tuple[str, str]:
    if isinstance(entry, Withdrawn):
        return entry.reader, entry.at
    said = entry.record if isinstance(entry, Edited) else entry.decision
    return said.reader, said.at
