"""From an older layout of a review to this one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sqlalchemy as sa

from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.review.storage.ledger import append
from brainseg_gui.review.storage.tables import METADATA, SCHEMA_VERSION, SETTING
from brainseg_gui.review.values.history import Edit
from brainseg_gui.review.values.record import Record, SliceLabel


def migrate(connection: sa.Connection, version: int) -> None:
    """Bring a review of an older layout up to this one, inside the caller's transaction."""
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
    METADATA.create_all(connection)
    for row in connection.exec_driver_sql("SELECT * FROM correction_1 ORDER BY rowid").all():
        mask = unpack_mask(row.mask, (row.height, row.width))
        label = SliceLabel(row.digest, row.name, row.patient, "", mask.shape)  # type: ignore[arg-type]
        imported = whole_mask(label, row.reader, row.changed_at, mask, row.start, "Imported")
        append(connection, imported)
    connection.exec_driver_sql("DROP TABLE correction_1")


def whole_mask(
    label: SliceLabel, reader: str, at: str, mask: np.ndarray, start: str, text: str
) -> Record:
    """Return the ledger's first row of a slice: a mask from elsewhere."""
    patch = MaskPatch.between(np.zeros_like(mask), mask)
    edit = Edit(text, None, start, text.lower(), patch=patch)
    return Record(label, reader, at, edit.kind, edit, None, edit, pack_mask(mask), 0.0)


_STEPS: dict[int, Callable[[sa.Connection], None]] = {1: _from_1}
