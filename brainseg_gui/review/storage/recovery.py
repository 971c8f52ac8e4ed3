"""Read what can be read of a damaged review into a new one; the damaged one stays as it is."""

from __future__ import annotations

import math
import tempfile
import zlib
from collections import defaultdict
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import sqlalchemy as sa

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage.crash import MARK
from brainseg_gui.review.storage.file import VERSION_SETTING
from brainseg_gui.review.storage.ledger import (
    advance,
    append,
    layer_in,
    layer_text,
    model_columns,
    model_in,
)
from brainseg_gui.review.storage.packed import unpack_patch
from brainseg_gui.review.storage.remains import Row, read_remains
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.storage.tables import (
    CORRECTION,
    EDIT,
    LESIONS,
    LEVELS,
    MEASURE,
    PREDICTION,
    SETTING,
    SLICE,
    VERSION,
    VOTE,
    WITHDRAWAL,
)
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Correction
from brainseg_gui.review.values.measured import Fault
from brainseg_gui.review.values.record import Record, SliceLabel, now
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Difficulty, Grade, Verdict

_LARGEST = 1 << 15  # pixels along a side; more is a damaged number
_AS_THEY_ARE = (SLICE, VERSION, WITHDRAWAL, PREDICTION, MEASURE, LESIONS, LEVELS, VOTE)


@dataclass(frozen=True)
class Report:
    """What a recovery brought back.

    Attributes
    ----------
    corrections, edits, versions : int
        That are in the new review.
    dropped : int
        Rows of the ledger that could be read but do not follow from those before them.
    mended : int
        Corrections whose mask was read though their ledger has gaps; one row of the kind
        "recovered" leads to it.
    lost : int
        Corrections that are known of, but of which no mask could be read.
    """

    corrections: int
    edits: int
    versions: int
    dropped: int
    mended: int
    lost: int

    def __str__(self) -> str:
        return (
            f"{self.corrections} corrections, {self.edits} edits and {self.versions} versions are "
            f"in the new review; {self.mended} corrections have gaps in their ledger, "
            f"{self.dropped} edits could not be used, {self.lost} corrections are lost."
        )


def recover(damaged: Path, new: Path) -> Report:
    """Read what can be read of a review into a new file.

    Raises
    ------
    StoreError
        If there is no such review, `new` exists or cannot be written, or nothing could be read.
    """
    if not damaged.is_file():
        raise StoreError(f"There is no review {damaged}.")
    if new.exists():
        raise StoreError(f"{new.name} exists already: choose a name for a new file.")
    try:
        with tempfile.TemporaryDirectory(prefix="brainseg-") as folder:
            tables = read_remains(damaged, Path(folder))
        with closing(ReviewStore(new)) as store:
            return _write(store, tables)
    except OSError as error:
        raise StoreError(f"{damaged.name} cannot be recovered: {error.strerror}.") from error
    except StoreError:
        raise
    except Exception as error:  # what a damaged file holds has no end of surprises
        raise StoreError(f"{damaged.name} cannot be recovered: {error}.") from error


def _write(store: ReviewStore, tables: dict[str, list[Row]]) -> Report:
    """Fill a new review."""
    with store.database.writing() as connection:
        tables["slice"] = [row for row in tables["slice"] if _is_slice(row)]
        tables["slice"] += _guessed(tables)
        shapes = {row["digest"]: (row["height"], row["width"]) for row in tables["slice"]}
        for table in _AS_THEY_ARE:
            for row in tables.get(table.name, []):
                if "mask" in table.c and _unpacked(row, shapes.get(row["digest"])) is None:
                    continue
                if not _says_what_it_may(table, row):
                    continue
                # A row that was read and makes no sense is as lost as one that was not.
                with suppress(sa.exc.StatementError), connection.begin_nested():
                    _insert(connection, table, row)
        for row in tables.get("setting", []):
            if row["name"] not in {VERSION_SETTING, MARK}:
                _insert(connection, SETTING, row)
        found = _Corrections(connection, tables)
        for key in found.keys():  # noqa: SIM118
            found.bring(*key)
        return Report(
            found.brought,
            found.used,
            connection.execute(sa.select(sa.func.count()).select_from(VERSION)).scalar() or 0,
            found.dropped,
            found.mended,
            found.lost,
        )


def _guessed(tables: dict[str, list[Row]]) -> list[Row]:
    """Return slices of which only masks were read, as large as those must be for their bits."""
    known = {row["digest"] for row in tables["slice"]}
    sizes = {(row["height"], row["width"]) for row in tables["slice"]}
    found: dict[str, Row] = {}
    for row in tables["correction"]:
        digest = row["digest"]
        if digest in known or digest in found:
            continue
        side = math.isqrt(8 * _bytes_in(row["mask"]))
        for shape in (*sorted(sizes), (side, side)):
            if 0 < max(shape) <= _LARGEST and _unpacked(row, shape) is not None:
                found[digest] = {
                    **{"digest": digest, "name": f"unknown-{digest[:8]}", "patient": ""},
                    **{"tumour": "", "height": shape[0], "width": shape[1]},
                }
                break
    return list(found.values())


def _bytes_in(packed: bytes) -> int:
    unpack = zlib.decompressobj()
    with suppress(zlib.error):
        return len(unpack.decompress(packed, _LARGEST**2 // 8))
    return 0


class _Corrections:
    """Brings corrections back, each from its ledger and from the mask that was saved of it."""

    def __init__(self, connection: sa.Connection, tables: dict[str, list[Row]]) -> None:
        self._connection = connection
        self._slices = {row["digest"]: row for row in tables["slice"]}
        self._saved = {(row["digest"], row["reader"]): row for row in tables["correction"]}
        self._edits: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in tables.get("edit", []):
            self._edits[row["digest"], row["reader"]].append(row)
        self.brought = self.used = self.dropped = self.mended = self.lost = 0

    def keys(self) -> list[tuple[str, str]]:
        """Return each slice and reader of whom anything was read."""
        return sorted(self._saved.keys() | self._edits.keys())

    def bring(self, digest: str, reader: str) -> None:
        """Bring one correction back."""
        known, saved = self._slices.get(digest), self._saved.get((digest, reader))
        rows = self._edits.get((digest, reader), [])
        if known is None:
            self.lost, self.dropped = self.lost + 1, self.dropped + len(rows)
            return
        shape = known["height"], known["width"]
        correction, last = Correction(np.zeros(shape, bool)), 0
        for row in rows:
            try:
                with self._connection.begin_nested():
                    _insert(self._connection, EDIT, row)
                    _follow(correction, row)
            except (StoreError, sa.exc.StatementError, ValueError, zlib.error, TypeError):
                self.dropped += 1
            else:
                self.used, last = self.used + 1, row["id"]
        mask = _unpacked(saved, shape)
        score = None if mask is None or saved is None else saved.get("dice")
        self._put(digest, reader, correction, last, saved, score)
        if mask is None:
            self.lost += not rows
            self.brought += bool(rows)
            return
        self.brought += 1
        assert saved is not None
        label = SliceLabel(digest, known["name"], known["patient"], known["tumour"], shape)
        before, model = correction.history.head, model_in(_row(saved))
        start = _start(saved["start"])
        edit = correction.replace("Recovered", mask, start, EditKind.RECOVERED, model)
        if edit is not None:
            self.mended += 1
            packed = pack_mask(mask)
            append(
                self._connection,
                Record(label, reader, now(), edit.kind, edit, before, edit, packed, 0.0, score),
            )

    def _put(
        self,
        digest: str,
        reader: str,
        correction: Correction,
        last: int,
        saved: Row | None,
        score: float | None,
    ) -> None:
        """Write the correction as its ledger leads to it."""
        head = correction.history.head
        values = {
            "digest": digest,
            "reader": reader,
            "mask": pack_mask(correction.mask),
            "start": layer_text(correction.start),
            **model_columns(correction.model),
            "head": head.id if head else None,
            "last": last,
            "version": self._standing(digest, reader),
            "seconds": (saved or {}).get("seconds", 0.0),
            "changed_at": (saved or {}).get("changed_at", now()),
            "dice": score,
        }
        self._connection.execute(sa.insert(CORRECTION).values(values))

    def _standing(self, digest: str, reader: str) -> int | None:
        """Return the reader's last version of a slice that was not withdrawn."""
        query = (
            sa.select(sa.func.max(VERSION.c.id))
            .where(VERSION.c.digest == digest, VERSION.c.reader == reader)
            .where(VERSION.c.id.not_in(sa.select(WITHDRAWAL.c.version)))
        )
        return self._connection.execute(query).scalar()


def _follow(correction: Correction, row: Row) -> None:
    """Take one row of the ledger into account; an error if it does not follow."""
    told = _row(row)
    patch = None
    if row["pixels"] is not None:
        rows, columns = slice(row["top"], row["bottom"]), slice(row["left"], row["right"])
        patch = unpack_patch(row["pixels"], rows, columns)
        if not np.array_equal(correction.mask[rows, columns], patch.before):
            raise StoreError(f"Row {row['id']} of the ledger does not follow from those before it.")
    moved = correction.history.head
    advance(correction.history, told, lambda _: patch)
    if row["kind"] == EditKind.UNDO.value:
        assert moved is not None
        _apply(correction, moved.load(), back=True)
        correction.start, correction.model = moved.start_before, moved.model_before
        return
    edit = correction.history.head
    assert edit is not None
    _apply(correction, edit.load(), back=False)
    correction.start, correction.model = edit.start_after, edit.model_after


def _apply(correction: Correction, patch: MaskPatch | None, *, back: bool) -> None:
    if patch is not None:
        (patch.undo if back else patch.redo)(correction.mask)


def _start(text: Any) -> Layer | None:
    """Return the layer that a correction started from; a mask of unknown origin has none."""
    try:
        return layer_in(text)
    except ValueError:
        return Layer.NOTHING


def _is_slice(row: Row) -> bool:
    sides = row["height"], row["width"]
    texts = row["digest"], row["name"], row["patient"], row["tumour"]
    return all(isinstance(side, int) and 0 < side <= _LARGEST for side in sides) and all(
        isinstance(text, str) for text in texts
    )


def _says_what_it_may(table: sa.Table, row: Row) -> bool:
    """Tell whether the words of a row are known; one with others would hide all others."""
    words: dict[str, type[Enum]] = {}
    if table is VERSION:
        words = {"verdict": Verdict, "difficulty": Difficulty, "grade": Grade, "start": Layer}
    elif table is VOTE:
        words = {"verdict": Fault}
    return all(row[name] in {it.value for it in known} for name, known in words.items())


def _unpacked(saved: Row | None, shape: tuple[int, int] | None) -> Mask | None:
    """Return the mask that was saved, or None where it cannot be read."""
    if saved is None or shape is None:
        return None
    try:
        return unpack_mask(saved["mask"], shape)
    except (zlib.error, ValueError, TypeError):
        return None


def _insert(connection: sa.Connection, table: sa.Table, row: Row) -> None:
    values = {column.name: row.get(column.name) for column in table.c}
    connection.execute(sa.insert(table).values(values))


def _row(row: Row) -> Any:
    return SimpleNamespace(**({"model": None, "model_sum": None, "threshold": None} | row))
