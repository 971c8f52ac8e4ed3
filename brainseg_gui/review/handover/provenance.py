"""`provenance.csv`: of every verdict who gave it, when, what about, and where the mask is."""

from __future__ import annotations

import csv
import dataclasses
import enum
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import numpy as np

from brainseg_gui.core.image.orientation import Turn, turned
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.text import cell, encoded
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.review.handover.names import AS_THEY_ARE, Names
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.values.stored import DecidedMask, StoreError
from brainseg_gui.review.values.verdict import Version

TABLE = "provenance.csv"
_ADDED = frozenset({"grade", "unusable", "reasons", "reference_hidden"})
Written = Mapping[tuple[str, str], Sequence[Path]]  # masks by slice and reader


def write_provenance(
    decided: Sequence[DecidedMask],
    where: Whereabouts,
    written: Written,
    folder: Path,
    names: Names = AS_THEY_ARE,
) -> None:
    """Write one row for each version, oldest first; nothing where there is none.

    Parameters
    ----------
    decided : sequence of DecidedMask
    where : Whereabouts
        Of the slices, for their names and references.
    written : mapping of (str, str) to sequence of Path
        The masks that were written, by slice and reader.
    folder : Path
    names : Names
        What slices and patients are called there.

    Raises
    ------
    WriteError
        If it cannot be written whole.
    """
    found = map(names.row, _rows(decided, where, written, folder, names))
    rows = sorted(found, key=lambda row: int(str(row["id"])))
    if not rows:
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(
        {key: cell(str("" if it is None else it)) for key, it in row.items()} for row in rows
    )
    make_folder(folder)
    write_atomically(folder / TABLE, encoded(text.getvalue()))


def _rows(
    decided: Sequence[DecidedMask],
    where: Whereabouts,
    written: Written,
    folder: Path,
    names: Names,
) -> Iterator[dict[str, object]]:
    by_slice = sorted(decided, key=lambda it: it.version.digest)
    for digest, those in groupby(by_slice, key=lambda it: it.version.digest):
        turn = where.turns.way(digest)
        reference = _reference(where.path(digest), turn)
        for it in those:
            files = written.get((digest, it.version.reader), ()) if it.stands else ()
            its = where.names_of(digest) or (it.name,)
            yield {
                "slice": "; ".join(map(names.slice, its)),
                **_plain(it.version),
                "patient": it.patient,
                "tumour": it.tumour,
                **_measured(it, reference),
                "mask_file": "; ".join(file.relative_to(folder).as_posix() for file in files),
                "turned": "" if turn is Turn.NONE else turn.value,
                **_added(it.version),
            }


def _measured(it: DecidedMask, reference: Mask | None) -> dict[str, object]:
    """Return area and Dice; empty where the mask is damaged, or there is nothing to compare."""
    try:
        mask = it.mask
    except StoreError:
        return {"area_px": None, "dice": None}
    comparable = reference is not None and reference.shape == mask.shape
    score = dice(mask, reference) if comparable and reference is not None else None
    return {
        "area_px": int(np.count_nonzero(mask)),
        "dice": None if score is None else f"{score:.4f}",
    }


def _reference(path: Path | None, turn: Turn) -> Mask | None:
    """Return the reference in a file, turned as the slice was when the masks were made."""
    with suppress(SliceError):
        reference = None if path is None else read_slice(path).reference
        return None if reference is None else turned(reference, turn)
    return None


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
