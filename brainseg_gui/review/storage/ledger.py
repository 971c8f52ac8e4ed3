"""The ledger: what was done, in rows that are only ever added.

Errors of the connection, and of bytes and words that make no sense, become a StoreError where it
was opened: see `Database`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import Insert, insert

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage.packed import pack_patch, unpack_patch
from brainseg_gui.review.storage.tables import CORRECTION, EDIT, SLICE
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Edit, History, origin_after
from brainseg_gui.review.values.record import Record, SliceLabel
from brainseg_gui.review.values.stored import StoreConflictError, StoreError
from brainseg_gui.review.values.verdict import ModelUse, Step

Fetch = Callable[[int], MaskPatch | None]
_PATCH = (EDIT.c.top, EDIT.c.bottom, EDIT.c.left, EDIT.c.right, EDIT.c.pixels)
_START = (EDIT.c.start_after, EDIT.c.model, EDIT.c.model_sum, EDIT.c.threshold)
_LIGHT = [column for column in EDIT.c if column not in set(_PATCH)]


def _own(table: sa.Table, digest: Any, reader: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.digest == digest, table.c.reader == reader)


def _put() -> Insert:
    """Return what adds a slice, or gives one that is there the name that it has now."""
    statement = insert(SLICE)
    told = {key: statement.excluded[key] for key in ("name", "patient", "tumour")}
    changed = sa.or_(*(SLICE.c[key] != value for key, value in told.items()))
    return statement.on_conflict_do_update(
        index_elements=["digest"],
        set_=told,
        where=sa.and_(statement.excluded.name != "", changed),
    )


def _follow() -> Insert:
    """Return what brings a correction up to a new row; the seconds add up."""
    statement = insert(CORRECTION)
    columns = (
        "mask",
        "start",
        "model",
        "model_sum",
        "threshold",
        "head",
        "last",
        "changed_at",
        "dice",
    )
    follows = {key: statement.excluded[key] for key in columns}
    spent = CORRECTION.c.seconds + statement.excluded.seconds
    return statement.on_conflict_do_update(
        index_elements=["digest", "reader"], set_={**follows, "seconds": spent}
    )


# Put together once: that takes longer than SQLite does, and a stroke is kept by three of them.
_HEAD = sa.select(CORRECTION.c.head).where(_own(CORRECTION, sa.bindparam("of"), sa.bindparam("by")))
_PUT, _FOLLOW = _put(), _follow()


def append(connection: sa.Connection, record: Record) -> int:
    """Add one row and bring the correction up to it; return the row's id.

    Raises
    ------
    StoreConflictError
        If the file's last step is not the one that this was done on.
    """
    label, edit = record.label, record.edit
    own = {"digest": label.digest, "reader": record.reader}
    head = connection.execute(_HEAD, {"of": label.digest, "by": record.reader}).scalar()
    if head != (record.before.id if record.before else None):
        raise StoreConflictError(f"The correction of {label.name} was changed by another program.")
    put_slice(connection, label)
    number = added(connection.execute(sa.insert(EDIT), _row(record)))
    new_head = (record.after.id if record.after else None) if record.moves else number
    follows = {
        "mask": record.mask,
        "start": layer_text(record.start),
        **model_columns(record.model),
        "head": new_head,
        "last": number,
        "changed_at": record.at,
        "dice": record.dice,
    }
    connection.execute(_FOLLOW, own | {"seconds": record.seconds} | follows)
    if not record.moves:
        edit.id = number
    return number


def put_slice(connection: sa.Connection, label: SliceLabel) -> None:
    """Make a slice known, under the name that it has now."""
    height, width = label.shape
    told = {"name": label.name, "patient": label.patient, "tumour": label.tumour}
    connection.execute(_PUT, {"digest": label.digest, "height": height, "width": width} | told)


def rows_of(connection: sa.Connection, digest: str, reader: str) -> Sequence[sa.Row[Any]]:
    """Return the ledger of one slice and reader without its pixels, oldest first."""
    query = sa.select(*_LIGHT).where(_own(EDIT, digest, reader)).order_by(EDIT.c.id)
    return connection.execute(query).all()


def history(rows: Iterable[sa.Row[Any]], fetch: Fetch) -> History:
    """Return what can be undone and redone after these rows; patches are fetched when needed.

    Raises
    ------
    StoreError
        If the rows do not follow from each other.
    ValueError
        If one makes no sense.
    """
    found = History()
    for row in rows:
        advance(found, row, fetch)
    return found


def advance(found: History, row: sa.Row[Any], fetch: Fetch) -> None:
    """Take one more row into account; the other half of `history`.

    Raises
    ------
    StoreError
        If the row does not follow from those before it.
    ValueError
        If its kind or layers are none that this program knows.
    """
    kind = EditKind(row.kind)
    if kind.moves:
        stack = found.done if kind is EditKind.UNDO else found.undone
        if not stack or stack[-1].id != row.target:
            raise StoreError(f"Row {row.id} of the ledger does not follow from those before it.")
        found.back() if kind is EditKind.UNDO else found.forth()
        return
    head = found.head
    if row.parent != (head.id if head else None):
        raise StoreError(f"Row {row.id} of the ledger does not follow from those before it.")
    found.note(_edit(row, head, fetch))


def origins(connection: sa.Connection) -> dict[int, str]:
    """Return which file the mask after each step was loaded from, for those that were."""
    loaded = sa.select(EDIT.c.digest).where(EDIT.c.kind == EditKind.IMPORTED.value)
    columns = [EDIT.c.id, EDIT.c.digest, EDIT.c.kind, EDIT.c.text, EDIT.c.parent, *_START]
    query = sa.select(*columns)
    found: dict[int, str] = {}
    known: defaultdict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query.where(EDIT.c.digest.in_(loaded)).order_by(EDIT.c.id)):
        start, kind = layer_in(row.start_after), EditKind(row.kind)
        step = Edit(row.text, None, start, kind, model_after=model_in(row))
        found[row.id] = origin_after(step, found.get(row.parent, ""), known[row.digest])
    return found


def patch_of(connection: sa.Connection, number: int) -> MaskPatch | None:
    """Return the pixels that a row changed, or None.

    Raises
    ------
    ValueError, zlib.error
        If they are damaged.
    """
    row = connection.execute(sa.select(*_PATCH).where(EDIT.c.id == number)).one()
    if row.pixels is None:
        return None
    return unpack_patch(row.pixels, slice(row.top, row.bottom), slice(row.left, row.right))


def replay(
    connection: sa.Connection, digest: str, reader: str, last: int | None = None
) -> tuple[Mask, Layer | None, ModelUse | None]:
    """Make the mask from nothing but the ledger.

    Parameters
    ----------
    connection : sa.Connection
    digest, reader : str
    last : int, optional
        Row after which to stop.

    Returns
    -------
    mask : (H, W) bool
    start : Layer or None
        That it started from; None where there is no correction.
    model : ModelUse or None

    Raises
    ------
    StoreError, ValueError, zlib.error
        If the ledger is damaged.
    """
    rows = rows_of(connection, digest, reader)
    if last is not None:
        rows = [row for row in rows if row.id <= last]
    chain = history(rows, lambda number: patch_of(connection, number)).done
    mask = np.zeros(shape_of(connection, digest), bool)
    for edit in chain:
        patch = edit.load()
        if patch is None:
            continue
        if not np.array_equal(mask[patch.rows, patch.columns], patch.before):
            raise StoreError(f"Row {edit.id} of the ledger does not follow from those before it.")
        patch.redo(mask)
    return mask, *((chain[-1].start_after, chain[-1].model_after) if chain else (None, None))


def steps(rows: Sequence[sa.Row[Any]]) -> Iterator[Step]:
    """Yield the time line of one slice and reader.

    Raises
    ------
    StoreError, ValueError
        If the rows do not follow from each other, or make no sense.
    """
    found = history(rows, lambda _: None)
    in_effect = {edit.id for edit in found.done}
    texts = {row.id: row.text for row in rows}
    for row in rows:
        text = f"{row.kind.capitalize()}: {texts[row.target]}" if row.target else row.text
        kind = EditKind(row.kind)
        yield Step(row.id, row.at, row.reader, text, kind, row.id in in_effect)


def shape_of(connection: sa.Connection, digest: str) -> tuple[int, int]:
    """Return (H, W) of a slice.

    Raises
    ------
    StoreError
        If the review does not know it.
    """
    query = sa.select(SLICE.c.height, SLICE.c.width).where(SLICE.c.digest == digest)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise StoreError(f"The review does not know a slice {digest[:8]}.")
    return row.height, row.width


def added(result: sa.CursorResult[Any]) -> int:
    """Return the id of the row that was inserted."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def layer_text(layer: Layer | None) -> str | None:
    """Return how the tables spell a layer; NULL is no correction."""
    return None if layer is None else layer.value


def layer_in(text: str | None) -> Layer | None:
    """Return the layer that the tables spell so.

    Raises
    ------
    ValueError
        If there is no such layer.
    """
    return None if text is None else Layer(text)


def model_columns(model: ModelUse | None) -> dict[str, object]:
    """Return the columns that name a network."""
    if model is None:
        return {"model": None, "model_sum": None, "threshold": None}
    return {"model": model.name, "model_sum": model.sum, "threshold": model.threshold}


def model_in(row: sa.Row[Any]) -> ModelUse | None:
    """Return the network that a row names."""
    return None if row.model is None else ModelUse(row.model, row.model_sum, row.threshold)


def _row(record: Record) -> dict[str, object]:
    edit, before = record.edit, record.before
    row: dict[str, object] = {
        "digest": record.label.digest,
        "reader": record.reader,
        "at": record.at,
        "kind": record.kind.value,
        "seconds": record.seconds,
        "changed": 0,
        "text": edit.text,
    }
    if record.moves:
        return row | {"target": edit.id}
    row |= {
        "parent": before.id if before else None,
        "start_before": layer_text(edit.start_before),
        "start_after": layer_text(edit.start_after),
        **model_columns(edit.model_after),
        "changed": edit.changed,
    }
    if edit.patch is not None:
        rows, columns = edit.patch.rows, edit.patch.columns
        # Plain numbers: SQLite would keep those of NumPy as bytes.
        places = map(int, (rows.start, rows.stop, columns.start, columns.stop))
        row |= dict(zip(("top", "bottom", "left", "right"), places, strict=True))
        row["pixels"] = pack_patch(edit.patch)
    return row


def _edit(row: sa.Row[Any], before: Edit | None, fetch: Fetch) -> Edit:
    return Edit(
        row.text,
        layer_in(row.start_before),
        layer_in(row.start_after),
        EditKind(row.kind),
        before.model_after if before else None,
        model_in(row),
        row.changed,
        row.id,
        fetch=lambda: fetch(row.id),
    )
