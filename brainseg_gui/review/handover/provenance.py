"""`provenance.csv`: of every verdict who gave it, when, what about, and where the mask is."""

from __future__ import annotations

import csv
import dataclasses
import enum
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from brainseg_gui.core.image.orientation import Turn, turned
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.text import cell, encoded
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.review.handover.names import AS_THEY_ARE, Names
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.values.stored import DecidedMask, StoreError
from brainseg_gui.review.values.verdict import Version

TABLE = "provenance.csv"
_ADDED = frozenset({"grade", "unusable", "reasons", "reference_hidden"})
Row = Mapping[str, object]
Written = Mapping[tuple[str, str], Sequence[str]]  # files of masks by slice and reader


@dataclasses.dataclass(frozen=True)
class Measured:
    """Area in pixels and Dice; None where the mask is damaged, or nothing can be compared."""

    area_px: int | None = None
    dice: float | None = None

    @classmethod
    def of(cls, mask: Mask, slice_: Slice | None, turn: Turn) -> Measured:
        """Measure a mask as it was drawn, on a slice as its file has it."""
        score = None
        if slice_ is not None and slice_.reference is not None:
            reference = turned(slice_.reference, turn)
            score = dice(mask, reference) if reference.shape == mask.shape else None
        return cls(int(np.count_nonzero(mask)), score)

    @property
    def dice_text(self) -> str | None:
        """Return the Dice as tables spell it."""
        return None if self.dice is None else f"{self.dice:.4f}"


def measured(it: DecidedMask, slice_: Slice | None, turn: Turn) -> Measured:
    """Measure the mask of a version."""
    try:
        return Measured.of(it.mask, slice_, turn)
    except StoreError:
        return Measured()


def rows_of(
    decided: Iterable[DecidedMask],
    where: Whereabouts,
    written: Written,
    found: Mapping[int, Measured],
    names: Names = AS_THEY_ARE,
) -> list[Row]:
    """Return one row for each version, oldest first.

    Parameters
    ----------
    decided : iterable of DecidedMask
    where : Whereabouts
        Of the slices, for their names.
    written : mapping of (str, str) to sequence of str
        The files that were written, by slice and reader.
    found : mapping of int to Measured
        By the id of the version.
    names : Names
        What slices and patients are called there.
    """
    rows: list[Row] = []
    for it in sorted(decided, key=lambda it: it.version.id):
        digest = it.version.digest
        turn = where.turns.way(digest)
        files = written.get((digest, it.version.reader), ()) if it.stands else ()
        size = found.get(it.version.id, Measured())
        row: dict[str, object] = {
            "slice": "; ".join(map(names.slice, where.names_of(digest) or (it.name,))),
            **_plain(it.version),
            "patient": it.patient,
            "tumour": it.tumour,
            "area_px": size.area_px,
            "dice": size.dice_text,
            "mask_file": "; ".join(files),
            "turned": "" if turn is Turn.NONE else turn.value,
            **_added(it.version),
            "origin": names.origin(it.origin),
        }
        rows.append(names.row(row))
    return rows


def write_table(rows: Sequence[Row], folder: Path, *, keeps_others: bool = False) -> None:
    """Write the rows as `provenance.csv`, read them back and compare; nothing where there is none.

    Parameters
    ----------
    rows : sequence of mapping
    folder : Path
    keeps_others : bool
        Whether rows of an earlier table stay that are about other slices.

    Raises
    ------
    WriteError
        If it cannot be written whole.
    """
    if not rows:
        return
    table = [{key: cell(str("" if it is None else it)) for key, it in row.items()} for row in rows]
    path = folder / TABLE
    if keeps_others:
        table = [*_of_other_slices(path, table), *table]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    make_folder(folder)
    write_atomically(path, encoded(text.getvalue()))
    if [*map(_bytes, _read(path))] != [*map(_bytes, table)]:
        raise WriteError(path, "what is on the disk differs from what was written")


def _of_other_slices(path: Path, table: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows of a table that is there, unless it names things in another way.

    An older one may lack the last columns.
    """
    present = {it["digest"] for it in table}
    length = {len(it) for it in present}  # that of pseudonyms is another one
    columns = list(table[0])
    read = [it for it in _read(path) if list(it) == columns[: len(it)] and it.get("digest")]
    alike = [dict.fromkeys(columns, "") | it for it in read]
    return [it for it in alike if it["digest"] not in present and {len(it["digest"])} == length]


def _read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table; none where there is no table."""
    try:
        with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
            return list(csv.DictReader(file, restval=""))
    except (OSError, csv.Error):
        return []


def _bytes(row: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(encoded(key), encoded(value)) for key, value in row.items()]


def _plain(version: Version) -> dict[str, object]:
    """Return the fields of a version as text and numbers."""
    values = dataclasses.asdict(version)
    return {
        key: value.value if isinstance(value, enum.Enum) else value
        for key, value in values.items()
        if key not in _ADDED
    }


def _added(version: Version) -> dict[str, object]:
    """Return what older tables did not have."""
    return {
        "grade": version.grade.value,
        "unusable": version.unusable,
        "reasons": "; ".join(version.reasons),
        "reference_hidden": version.reference_hidden,
    }
