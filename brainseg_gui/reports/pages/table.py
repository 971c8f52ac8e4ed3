"""A report as a table and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.core.measures.lesions import lesions_text
from brainseg_gui.core.text import cell, encoded, shown
from brainseg_gui.reports.figures import Figure, Reading
from brainseg_gui.reports.fixes.fixes import plain_spread
from brainseg_gui.reports.pages.cohort import METHOD, NOTICE, Report
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.reports.summaries.by_lesion import plain_rows
from brainseg_gui.reports.summaries.summary import Summary

SEEN = {True: "yes", False: "no", None: ""}
COLUMNS = (
    *("file", "patient", "tumour", "size", "state", "network", "network_sum", "threshold"),
    *("seen_in_training", "risk", "area_px", "reference_px", "dice", "iou", "hd95_px", "shift_px"),
    *("reader", "verdict", "when", "seconds", "edits"),
    *("correction_area_px", "correction_dice", "correction_iou", "correction_hd95_px"),
    *("corrected_shift_px", "added_px", "removed_px", "removed_islands", "new_islands", "votes"),
    "lesions_px",
)


def to_csv(figures: Sequence[Figure], bands: Bands) -> bytes:
    """Return a table with one row for each slice and reader; what is not known is empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for figure in figures:
        for row in rows_of(figure, bands):
            writer.writerow({key: cell(str(it)) if it != "" else "" for key, it in row.items()})
    return encoded(text.getvalue())


def rows_of(figure: Figure, bands: Bands) -> Iterator[dict[str, object]]:
    """Yield the rows of a slice: one for each reader, one where there is none."""
    model = figure.network
    own: dict[str, object] = {
        "file": figure.name,
        "patient": figure.patient,
        "tumour": figure.tumour,
        "size": bands.name(figure.size_px),
        "state": figure.state.value,
        "network": model.name if model else "",
        "network_sum": model.sum if model else "",
        "threshold": model.threshold if model else "",
        "seen_in_training": SEEN[figure.seen] if figure.predicted else "",
        "risk": _number(figure.risk, 4),
        "area_px": _number(figure.area_px, 0),
        "reference_px": _number(figure.reference_px, 0),
        "dice": _number(figure.dice, 4),
        "iou": _number(figure.iou, 4),
        "hd95_px": _number(figure.hd95_px, 2),
        "shift_px": _number(figure.shift_px, 2),
        "lesions_px": "" if figure.lesions is None else lesions_text(figure.lesions),
        "votes": "; ".join(f"{reader}: {fault.value}" for reader, fault in figure.faults),
    }
    for reading in figure.readings:
        yield own | _reading(reading)
    if not figure.readings:
        yield own


def to_json(report: Report) -> str:
    """Return the summaries, and what every number of the pictures is made of."""
    found: dict[str, Any] = {
        "title": shown(report.title),
        "use": NOTICE,
        "method": METHOD,
        "notes": list(report.notes),
        "size_limits_px": list(report.bands.limits),
        "all": plain_summary(report.overall),
        **{f"by_{by}": [plain_summary(it) for it in its] for by, its in report.groups.items()},
        "by_lesion": plain_rows(report.lesions),
        "without_contested": report.uncontested and plain_summary(report.uncontested),
        "slices": [_plain(it, report.bands) for it in report.figures],
    }
    return json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain_summary(summary: Summary) -> dict[str, Any]:
    """Return a summary for JSON."""
    return {
        "name": shown(summary.name),
        "slices": summary.slices,
        "patients": summary.patients,
        "missed": summary.missed,
        "both_empty": summary.both_empty,
        "unmeasured": summary.unmeasured,
        "prediction": {name: plain_spread(it) for name, it in summary.prediction.items()},
        "correction": {name: plain_spread(it) for name, it in summary.correction.items()},
        "verdicts": dict(summary.verdicts),
    }


def _plain(figure: Figure, bands: Bands) -> dict[str, Any]:
    return {
        "file": shown(figure.name),
        "patient": shown(figure.patient),
        "tumour": shown(figure.tumour),
        "size": bands.name(figure.size_px),
        "state": figure.state.value,
        "seen_in_training": figure.seen,
        "area_px": figure.area_px,
        "reference_px": figure.reference_px,
        "dice": figure.dice,
        "iou": figure.iou,
        "hd95_px": figure.hd95_px,
        "shift_px": figure.shift_px,
        "readers": [
            {"reader": shown(it.reader), "verdict": it.verdict.value, "seconds": it.seconds}
            for it in figure.readings
        ],
    }


def _reading(it: Reading) -> dict[str, object]:
    reference, prediction = it.against_reference, it.against_prediction
    either: Compared | None = reference or prediction
    row: dict[str, object] = {
        "reader": it.reader,
        "verdict": it.verdict.value,
        "when": it.at,
        "seconds": f"{it.seconds:.1f}",
        "edits": it.edits,
        "correction_area_px": either.area_px if either else "",
    }
    if reference is not None:
        row["correction_dice"] = _number(reference.dice, 4)
        row["correction_iou"] = _number(reference.iou, 4)
        row["correction_hd95_px"] = _number(reference.hd95_px, 2)
    if prediction is not None:
        row["corrected_shift_px"] = _number(prediction.shift_px, 2)
        for name in ("added_px", "removed_px", "removed_islands", "new_islands"):
            row[name] = getattr(prediction, name)
    return row


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
