"""What clicks are worth, as files: JSON, a page, the curves, the worst slices and a table."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from brainseg_gui.files.atomic import make_folder, write_atomically
from model_training.clicks.curves import draw_curves
from model_training.clicks.evaluate import WORST_AFTER, Found
from model_training.clicks.measure import AFTER, CORRECTOR, DAB, GOALS, HARM
from model_training.clicks.trial import CAP, GOOD_ENOUGH, SHOWN
from model_training.evaluation.report import software, to_json
from model_training.evaluation.sheet import draw_sheet

JSON_FILE, HTML_FILE, CURVES_FILE, SHEET_FILE, TABLE_FILE = (
    "report.json",
    "report.html",
    "curves.svg",
    "worst.png",
    "clicks.csv",
)
METHOD = (
    "A robot clicks into the largest connected piece of the error, pixels touching at their sides: "
    "the robot `centre` on the pixel farthest from the piece's border, the robot `jittered` "
    "somewhere in its inner half and with an unsteady hand. Both are seeded by the slice's name. "
    "The ideal dab paints a disk at the same robot's click, of 1.25 times the radius of the "
    "largest circle in that piece, and starts from the same mask. "
    f"Each slice is given {SHOWN} clicks, or fewer where nothing is left to mend, and up to {CAP} "
    f"until its Dice was {GOOD_ENOUGH}; one that never reaches a Dice counts with {CAP} clicks. "
    f"Harm: share of the first {SHOWN} clicks after which Dice fell by more than {HARM}. "
    "Intervals: 95 %, bootstrap over patients, not slices."
)
REASONS = {
    "trained_on": "their patients were trained on",
    "without_patient": "no patient id, so nobody can say that they are new to the network",
    "without_start": "no prediction to start from",
    "without_tumour": "no tumour in the reference",
}


def build_report(found: Found, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report as plain values for JSON; ValueError if there was no slice.

    Parameters
    ----------
    found : Found
    facts : mapping
        title, split, start, network and whatever else is to be said; goes in unchanged.
    """
    return {
        **facts,
        "method": METHOD,
        "left_out": dict(found.left_out),
        "robots": found.summary(),
        "worst": [{"name": tile.name, "dice": round(tile.dice, 4)} for tile in found.worst],
        "software": software(),
    }


def write_report(folder: Path, report: Mapping[str, Any], found: Found) -> None:
    """Write all files of a report; WriteError if one cannot be written."""
    make_folder(folder)
    curves, sheet = draw_curves(found.tried), draw_sheet(found.worst)
    write_atomically(folder / TABLE_FILE, _table_of(found).encode())
    write_atomically(folder / CURVES_FILE, curves.encode())
    write_atomically(folder / SHEET_FILE, sheet)
    write_atomically(folder / JSON_FILE, to_json(report).encode())
    write_atomically(folder / HTML_FILE, render(report, curves, sheet).encode())


def render(report: Mapping[str, Any], curves: str, sheet: bytes) -> str:
    """Return a report as an HTML page that needs nothing from outside."""
    style = resources.files("model_training.evaluation").joinpath("report.css").read_text("utf-8")
    title, source = escape(report["title"]), base64.b64encode(sheet).decode()
    sections = [f"<p>{escape(report['split'])} {escape(report['start'])}</p>"]
    for robot, found in report["robots"].items():
        groups = {"all slices": found["all"]} | found["by_kind"] | found["by_size"]
        sections += [f"<h2>Robot: {escape(robot)}</h2>", _dice(groups), _clicks(groups)]
        times = json.dumps(found["milliseconds"])
        sections.append(f"<p>Milliseconds a click, from pixels to mask: {escape(times)}</p>")
    left_out = "".join(
        f"<li>{count} slices left out: {REASONS[reason]}.</li>"
        for reason, count in report["left_out"].items()
    )
    rest = {name: report[name] for name in ("network", "software")}
    sections += [
        f"<h2>Curves</h2><figure>{curves}</figure>",
        f'<h2>The worst slices</h2><figure class="sheet"><img alt="the worst slices" '
        f'src="data:image/png;base64,{source}"><figcaption>After {WORST_AFTER} clicks. Solid blue: '
        "reference. Dashed orange: corrected mask.</figcaption></figure>",
        f"<h2>How it was measured</h2><p>{escape(report['method'])}</p><ul>{left_out}</ul>",
        f"<details><summary>network and versions</summary><pre>"
        f"{escape(json.dumps(rest, indent=1, ensure_ascii=False))}</pre></details>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head><body>\n"
        f"<h1>{title}</h1>\n" + "\n".join(sections) + "\n</body></html>\n"
    )


def _dice(groups: Mapping[str, Any]) -> str:
    head = ["Dice after clicks", "slices", "patients", "", *map(str, AFTER)]
    rows = []
    for name, group in groups.items():
        about = [escape(name), str(group["slices"]), str(group["patients"])]
        for way in (CORRECTOR, DAB):
            after = group[way]["dice_after"]
            rows.append([*about, way, *(_spread(after[str(n)]) for n in AFTER)])
            about = ["", "", ""]
        apart = group["corrector_minus_dab"]
        cells = [_spread(apart[str(n)]) if str(n) in apart else "" for n in AFTER]
        rows.append([*about, "difference", *cells])
    return _table(head, rows)


def _clicks(groups: Mapping[str, Any]) -> str:
    goals = [f"{goal:.2f}" for goal in GOALS]
    head = ["clicks to Dice (share that failed)", "", *goals, "harmful clicks"]
    rows = []
    for name, group in groups.items():
        for way in (CORRECTOR, DAB):
            reached = [group[way]["clicks_to"][goal] for goal in goals]
            cells = [f"{one['mean']} <small>({one['failed']})</small>" for one in reached]
            share = (
                f"{group[way]['harm']['share']} <small>of {group[way]['harm']['clicks']}</small>"
            )
            rows.append([escape(name), way, *cells, share])
    return _table(head, rows)


def _spread(found: Mapping[str, Any]) -> str:
    low, high = found["interval_95"]
    return f"{found['mean']} <small>{low} to {high}</small>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _table_of(found: Found) -> str:
    """Return one line a slice, robot and way."""
    rows = [
        one.row(robot, way)
        for robot, tried in found.tried.items()
        for one in tried
        for way in (CORRECTOR, DAB)
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
