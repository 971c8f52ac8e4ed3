"""The figures in a `predictions.csv`, as `brainseg-predict` writes it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path

from brainseg_gui.core.measures.lesions import Lesion, lesions_in
from brainseg_gui.core.text import in_one_line, text_of_cell
from brainseg_gui.reports.figures import Figure
from brainseg_gui.review.worklist.entry import State

NEEDED = ("file", "patient", "tumour", "area_px")
MOST = 256 << 20  # bytes; 50,000 slices are 15 MB
SEEN = {"yes": True, "no": False}


class TableError(ValueError):
    """A table that is none of predictions; the message is one sentence."""


def read_table(path: Path, seen: Callable[[str], bool | None] | None = None) -> tuple[Figure, ...]:
    """Return the figures of a table of predictions.

    Parameters
    ----------
    path : Path
    seen : callable, optional
        Tells of a patient whether the network was trained on it, in place of what the table says.

    Raises
    ------
    TableError
        If it cannot be read, has no such columns, or a number is none.
    """
    try:
        if path.stat().st_size > MOST:
            raise TableError(f"{path.name} is larger than any table of predictions.")
        text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise TableError(f"{path.name} cannot be read: {error.strerror}.") from error
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if missing := [name for name in NEEDED if name not in (rows.fieldnames or ())]:
            raise TableError(
                f"{path.name} is no table of brainseg-predict: there is no column "
                f"{' and no column '.join(missing)}."
            )
        return tuple(_figure(row, path, number, seen) for number, row in enumerate(rows, 2))
    except csv.Error as error:
        raise TableError(f"{path.name} is no table: {error}.") from error


def _figure(
    row: dict[str, str],
    path: Path,
    number: int,
    seen: Callable[[str], bool | None] | None,
) -> Figure:
    def value(name: str) -> float | None:
        text = text_of_cell((row.get(name) or "").strip())  # which quoted numbers below 0
        if not text:
            return None
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            told = in_one_line(text)[:40]
            raise TableError(f"{path.name}, line {number}: {name} is no number but {told}.")
        return found

    patient = text_of_cell(row["patient"] or "")
    return Figure(
        digest="",
        name=text_of_cell(row["file"] or ""),
        patient=patient,
        tumour=text_of_cell(row["tumour"] or ""),
        state=State.PREDICTED,
        seen=seen(patient) if seen else SEEN.get((row.get("seen_in_training") or "").strip()),
        risk=value("risk"),
        area_px=_whole(value("area_px")),
        reference_px=_whole(value("reference_px")),
        dice=value("dice"),
        iou=value("iou"),
        hd95_px=value("hd95_px"),
        shift_px=value("shift_px"),
        predicted=True,
        lesions=_lesions(row, path, number),
    )


def _lesions(row: dict[str, str], path: Path, number: int) -> tuple[Lesion, ...] | None:
    text = row.get("lesions_px")
    if text is None or not (row.get("reference_px") or "").strip():
        return None
    try:  # nothing in either mask is written as nothing
        return lesions_in(text)
    except ValueError:
        told = in_one_line(text)[:40]
        raise TableError(f"{path.name}, line {number}: no lesions are {told}.") from None


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
