"""From an older layout of a review to this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage.ledger import append
from brainseg_gui.review.storage.tables import (
    LAYOUT_3,
    SCHEMA_VERSION,
    SETTING,
    VERSION,
    make_missing,
)
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Edit
from brainseg_gui.review.values.record import Record, SliceLabel


def migrate(connection: sa.Connection, version: int) -> None:
    """Bring a review of an older layout up to this one, inside the caller's transaction.

    Raises
    ------
    ValueError, zlib.error
        If a mask or a layer makes no sense.
    StoreError
        If a step does not follow from those before it.
    """
    for step in range(version, SCHEMA_VERSION):
        _STEPS[step](connection)
    connection.execute(
        sa.update(SETTING)
        .where(SETTING.c.name == "schema_version")
        .values(value=str(SCHEMA_VERSION))
    )


def _from_1(connection: sa.Connection) -> None:
    """Layout 1 kept one mask for each slice; each becomes the first row of a ledger."""
    connection.exec_driver_sql("ALTER TABLE correction RENAME TO correction_1")
    make_missing(connection)
    for row in connection.exec_driver_sql("SELECT * FROM correction_1 ORDER BY rowid").all():
        shape = row.height, row.width
        mask, label = unpack_mask(row.mask, shape), _label(row, shape)
        append(connection, _imported(label, row.reader, row.changed_at, mask, Layer(row.start)))
    connection.exec_driver_sql("DROP TABLE correction_1")


def _label(row: sa.Row[Any], shape: tuple[int, int]) -> SliceLabel:
    return SliceLabel(row.digest, row.name, row.patient, "", shape)


def _imported(label: SliceLabel, reader: str, at: str, mask: Mask, start: Layer) -> Record:
    """Return the ledger's first row of a slice: a mask from before there was one."""
    patch = MaskPatch.between(np.zeros_like(mask), mask)
    edit = Edit("Imported", None, start, EditKind.IMPORTED, patch=patch)
    return Record(label, reader, at, edit.kind, edit, None, edit, pack_mask(mask), 0.0)


def _from_2(connection: sa.Connection) -> None:
    """Layout 2 knew no grade, and not whether the reference was hidden; nothing was, then.

    What came from layout 1 a moment ago has the columns already.
    """
    there = {it["name"] for it in sa.inspect(connection).get_columns(VERSION.name)}
    if VERSION.c.grade.name in there:
        return
    for column in LAYOUT_3:
        connection.execute(sa.DDL(f"ALTER TABLE {column.table.name} ADD COLUMN {_ddl(column)}"))


def _ddl(column: sa.Column[Any]) -> str:
    """Return how SQLite is told of a column."""
    return str(sa.schema.CreateColumn(column).compile(dialect=sqlite.dialect()))


_STEPS: dict[int, Callable[[sa.Connection], None]] = {
    1: _from_1,
    2: _from_2,
    3: make_missing,  # it kept no measures but Dice and area, and no votes
    4: make_missing,  # it kept no lesions
}
