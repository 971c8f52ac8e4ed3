"""What is left of a damaged review: the rows of its tables, by whatever way they are found."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from brainseg_gui.review.storage import salvage
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.storage.tables import (
    CORRECTION,
    EDIT,
    LAYOUT_3,
    LESIONS,
    LEVELS,
    MEASURE,
    PREDICTION,
    SETTING,
    SLICE,
    VERSION,
    VOTE,
    WITHDRAWAL,
    AnyText,
    before_layout_3,
)
from brainseg_gui.review.values.stored import StoreError

Row = dict[str, Any]
_TABLES = (
    *(SETTING, EDIT, CORRECTION, SLICE, VERSION, WITHDRAWAL, PREDICTION),
    *(MEASURE, LESIONS, LEVELS, VOTE),
)
_PYTHON: tuple[tuple[Any, Any], ...] = (
    (sa.Boolean, int),
    ((sa.String, AnyText), str),
    (sa.Integer, int),
    (sa.Float, (int, float)),
    (sa.LargeBinary, bytes),
)


def read_remains(damaged: Path, folder: Path) -> dict[str, list[Row]]:
    """Return the rows of each table that can be read, by the table's name.

    Parameters
    ----------
    damaged : Path
        Stays as it is.
    folder : Path
        An empty one, for copies.

    Raises
    ------
    StoreError
        If nothing can be read.
    OSError
        If the review cannot be read, or the folder not written to.
    """
    ReviewStore(folder / "sound.sqlite").close()
    copy = salvage.copy_with_log(damaged, folder)
    salvage.mend_header(copy, folder / "sound.sqlite")
    carved = _carved(copy)
    tables = _asked(copy)
    if not any("height" in row for row in tables["correction"]):
        tables = {table.name: _merged(table, tables, carved) for table in _TABLES}
    if not any(tables.values()):
        raise StoreError(f"Nothing of {damaged.name} can be read.")
    if any("height" in row for row in tables["correction"]):
        return _of_layout_1(tables["correction"])
    return tables


def _asked(copy: Path) -> dict[str, list[Row]]:
    """Return the rows that SQLite itself finds."""
    tables: dict[str, list[Row]] = {table.name: [] for table in _TABLES}
    with suppress(sqlite3.Error), closing(salvage.connect(copy)) as connection:
        for name, found in tables.items():
            found += salvage.rows(connection, name)
    return tables


def _carved(copy: Path) -> dict[str, list[Row]]:
    """Return the rows on all pages, whatever leads there; each may be of an earlier time."""
    tables: dict[str, list[Row]] = {table.name: [] for table in _TABLES}
    for pages in salvage.pages_of(copy):
        for number, values in salvage.Carved(pages).rows():
            for table in _TABLES:
                row = dict(zip(table.c.keys(), values, strict=False))
                if "id" in row and row["id"] is None:
                    row["id"] = number
                if len(values) in _lengths(table) and _is_row(table, row):
                    tables[table.name].append(row)
    return tables


def _lengths(table: sa.Table) -> set[int]:
    """Return how many values a row has: one from before layout 3 stays as short as it was."""
    added = sum(column.table is table for column in LAYOUT_3)
    return {len(table.c), len(table.c) - added}


def _merged(
    table: sa.Table, asked: dict[str, list[Row]], carved: dict[str, list[Row]]
) -> list[Row]:
    """Return one row for each key, in order: the one that SQLite finds, else the latest."""
    keys = [column.name for column in table.primary_key]
    found: dict[tuple[Any, ...], Row] = {}
    for row in (*asked[table.name], *carved[table.name]):
        if not _is_row(table, row):
            continue
        key = tuple(row[name] for name in keys)
        old = found.get(key)
        if old is None or row.get("last", 0) > old.get("last", 0):
            found[key] = row
    return [found[key] for key in sorted(found)]


def _fits(column: sa.Column[Any], value: object) -> bool:
    """Tell whether a value is of the type that a column has."""
    if value is None:
        return bool(column.nullable)
    return isinstance(value, next(its for kind, its in _PYTHON if isinstance(column.type, kind)))


def _is_row(table: sa.Table, row: Row) -> bool:
    """Tell whether a row could be one of a table.

    Names of any bytes are made text for that, and what an older layout lacks is added.
    """
    for column in LAYOUT_3:
        if column.table is table:
            row.setdefault(column.name, before_layout_3(column))
    for column in table.c:
        value = row.get(column.name)
        if isinstance(column.type, AnyText) and isinstance(value, bytes):
            with suppress(UnicodeDecodeError):
                row[column.name] = value.decode("utf-8", "surrogatepass")
    return all(_fits(column, row.get(column.name)) for column in table.c)


def _of_layout_1(corrections: list[Row]) -> dict[str, list[Row]]:
    """Return the masks of the first layout as corrections whose ledger is gone."""
    return {"slice": [row | {"tumour": ""} for row in corrections], "correction": corrections}
