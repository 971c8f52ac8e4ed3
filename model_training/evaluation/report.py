"""Everything that was measured as one value: what the JSON holds and the HTML shows."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brainseg_gui.files.atomic import make_folder, write_atomically
from model_training.evaluation.html import render
from model_training.evaluation.measure import Measured
from model_training.evaluation.scores import MISSED, to_csv
from model_training.evaluation.sheet import draw_sheet
from model_training.evaluation.split_note import SplitNote
from model_training.evaluation.summary import (
    ROUNDS,
    by_fold,
    by_kind,
    by_patient,
    by_size,
    rounded,
    summary_of,
)

JSON_FILE, HTML_FILE, SHEET_FILE = "report.json", "report.html", "worst.png"
METHOD = (
    "Whole slices in, masks of their own size out. Dice, IoU and HD95 are 0, 0 and the diagonal of "
    "the slice where a tumour is missed altogether; slices without tumour in reference and "
    "prediction have no score and are counted. Sensitivity and precision are shares of pixels in "
    f"a slice. Missed: Dice below {MISSED}. Intervals: 95 %, {ROUNDS} bootstrap rounds over "
    "patients, not slices. Calibration over all pixels."
)
PACKAGES = ("keras", "tensorflow", "jax", "torch", "onnxruntime", "numpy", "scipy")


def build_report(
    title: str, split: SplitNote, ways: Mapping[str, Measured], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the report as plain values for JSON, the same for the same measurements.

    Parameters
    ----------
    title : str
    split : SplitNote
    ways : mapping from name to Measured
        The first is the headline; the others are reported beside it.
    facts : mapping
        networks, left_out, spacing_mm and whatever else is to be said; goes in unchanged.

    Raises
    ------
    ValueError
        If nothing was measured.
    """
    first_name, first = next(iter(ways.items()))
    if not first.scores:
        raise ValueError("none of the slices has a reference to measure against")
    scores, label = first.scores, split.label
    return {
        "title": title,
        "headline": first_name,
        "split": {"kind": split.kind, "text": split.text, "warning": split.warning},
        "method": METHOD,
        **facts,
        "both_empty": first.both_empty,
        "without_reference": first.without_reference,
        "overall": summary_of(scores, label),
        "ways": {name: summary_of(way.scores, label) for name, way in ways.items()},
        "tables": dict(zip(ways, table_files(ways), strict=True)),
        "by_kind": by_kind(scores, label),
        "by_size": by_size(scores, label),
        "by_fold": by_fold(scores, label) if scores[0].fold is not None else {},
        "by_patient": by_patient(scores, label),
        "calibration": first.calibration.summary(label),
        "worst": [{"name": tile.name, "dice": rounded(tile.dice)} for tile in first.worst],
        "software": software(),
    }


def write_report(
    folder: Path, report: Mapping[str, Any], split: SplitNote, ways: Mapping[str, Measured]
) -> None:
    """Write JSON, HTML, the sheet of the worst slices, and a CSV for each way.

    Raises
    ------
    WriteError
        If a file cannot be written; the one that was there before is still whole.
    """
    make_folder(folder)
    first = next(iter(ways.values()))
    sheet = draw_sheet(first.worst, split.mark) if first.worst else b""
    for file, way in zip(table_files(ways), ways.values(), strict=True):
        write_atomically(folder / file, to_csv(way.scores, split.label).encode())
    if sheet:
        write_atomically(folder / SHEET_FILE, sheet)
    write_atomically(folder / JSON_FILE, to_json(report).encode())
    page = render(report, first.scores, sheet, split.mark)
    write_atomically(folder / HTML_FILE, page.encode())


def table_files(ways: Mapping[str, Measured]) -> list[str]:
    """Return the name of each way's table of slices: `scores.csv` is the headline's."""
    return ["scores.csv", *(f"scores_{number}.csv" for number in range(2, len(ways) + 1))]


def to_json(values: Mapping[str, Any]) -> str:
    """Return indented JSON; a number that is none (NaN) would be an error."""
    return json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def software() -> dict[str, str]:
    """Return the versions of what is installed of the packages that matter for the numbers."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def sentence(report: Mapping[str, Any]) -> str:
    """Return the headline as one line for the terminal, with the warning of its split."""
    overall: dict[str, Any] = report["overall"]
    split = report["split"]
    mark = SplitNote(split["kind"], split["text"]).mark
    dice = overall["dice"]
    low, high = dice["interval_95"]
    return (
        f"{report['title']}: mean Dice {dice['mean']:.4f}{mark} "
        f"(95 % over patients {low:.4f}{mark} to {high:.4f}{mark}), "
        f"median {dice['median']:.4f}{mark}, missed {overall['share_missed']:.1%}{mark}; "
        f"{overall['slices']} slices of {overall['patients']} patients"
        + (f". {split['warning']}" if mark else "")
    )
