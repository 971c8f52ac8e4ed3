"""A report as one page that needs nothing from outside: it can be mailed and kept."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from importlib import resources
from typing import Any

from model_training.evaluation.plots import reliability_plot, size_plot
from model_training.evaluation.scores import SliceScore
from model_training.evaluation.summary import MEASURES

NAMES = {
    "dice": "Dice",
    "iou": "IoU",
    "sensitivity": "Sensitivity",
    "precision": "Precision",
    "hd95_px": "HD95, pixels",
    "hd95_mm": "HD95, mm",
}
LEFT_OUT = {
    "trained_on": "their patients were trained on",
    "without_patient": "no patient id, so nobody can say that they are new to the network",
    "unreadable": "the file could not be read",
}


def render(
    report: Mapping[str, Any], scores: Sequence[SliceScore], sheet: bytes, mark: str = ""
) -> str:
    """Return a report as an HTML page; every number on it comes from `report`.

    Parameters
    ----------
    report : mapping
        From `build_report`.
    scores : sequence of SliceScore
        For the figure of Dice by size.
    sheet : bytes
        PNG of the worst slices, empty if there are none.
    mark : str
        Put behind every number of a split that overstates the network.
    """
    sections = [
        _headline(report, mark),
        _ways(report, mark),
        _groups("By tumour type", report["by_kind"], mark),
        _groups("By size", report["by_size"], mark, note=_SIZE_NOTE),
        _groups("By fold", report["by_fold"], mark),
        _figures(report, scores, mark),
        _patients(report["by_patient"], mark),
        _worst(report["worst"], sheet, mark),
        _how(report, mark),
    ]
    style = resources.files("model_training.evaluation").joinpath("report.css").read_text("utf-8")
    title = escape(report["title"])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head><body>\n"
        f"<h1>{title}</h1>\n" + "\n".join(filter(None, sections)) + "\n</body></html>\n"
    )


_SIZE_NOTE = "Quarters of all slices by the area of the reference in pixels."


def _headline(report: Mapping[str, Any], mark: str) -> str:
    overall, number = report["overall"], partial(_number, mark=mark)
    cards = [
        (number(overall["dice"]["mean"]), f"mean Dice, {_interval(overall['dice'], mark)}"),
        (number(overall["dice"]["median"]), "median Dice"),
        (
            number(overall["share_missed"]),
            f"share missed, {_interval(overall, mark, 'share_missed_interval_95')}",
        ),
        (number(overall["hd95_px"]["median"]), "median HD95, pixels"),
        (number(overall["slices"]), f"slices of {number(overall['patients'])} patients"),
    ]
    if overall["hd95_mm"]:
        cards.insert(4, (number(overall["hd95_mm"]["median"]), "median HD95, mm"))
    warnings = [report["split"]["warning"], report["unfinished"]]
    return (
        f"<p>{escape(report['split']['text'])}</p>"
        + "".join(f'<p class="warning">{escape(text)}</p>' for text in warnings if text)
        + '<div class="cards">'
        + "".join(f'<div class="card"><b>{b}</b><span>{text}</span></div>' for b, text in cards)
        + "</div>"
    )


def _ways(report: Mapping[str, Any], mark: str) -> str:
    """Return the headline in every measure, and what flips or more networks would add."""
    found = "<h2>All slices</h2>" + _measures({report["headline"]: report["overall"]}, mark)
    if len(report["ways"]) > 1:
        note = "Nothing of the further rows has entered the headline, which is the first."
        found += _groups("Beside the headline", report["ways"], mark, note=note)
    return found


def _groups(title: str, groups: Mapping[str, Any], mark: str, note: str = "") -> str:
    """Return one row a group, and every measure of it to be unfolded."""
    if not groups:
        return ""
    head = ["", "slices", "patients", "Dice", "95 %", "median", "missed"]
    shown = [measure for measure in MEASURES[1:] if any(g[measure] for g in groups.values())]
    rows = []
    for name, group in groups.items():
        area = f"{group['from_px']}{mark} to {group['to_px']}{mark} px" if "to_px" in group else ""
        cells = [
            f"{escape(name)} <small>{area}</small>",
            _number(group["slices"], mark),
            _number(group["patients"], mark),
            _number(group["dice"]["mean"], mark),
            _interval(group["dice"], mark, words=""),
            _number(group["dice"]["median"], mark),
            _number(group["share_missed"], mark),
        ]
        cells += [_number(group[m] and group[m]["mean"], mark) for m in shown]
        rows.append(cells)
    table = _table(head + [NAMES[measure] for measure in shown], rows)
    more = f"<details><summary>every measure</summary>{_measures(groups, mark)}</details>"
    return f'<h2>{escape(title)}</h2><p class="quiet">{escape(note)}</p>{table}{more}'


def _measures(groups: Mapping[str, Any], mark: str) -> str:
    head = ["", "measure", "mean", "95 % over patients", "median", "sd", "quartiles", "slices"]
    rows = []
    for name, group in groups.items():
        for measure in MEASURES:
            if found := group[measure]:
                rows.append(
                    [
                        escape(name),
                        NAMES[measure],
                        _number(found["mean"], mark),
                        _interval(found, mark, words=""),
                        _number(found["median"], mark),
                        _number(found["sd"], mark),
                        _interval(found, mark, "iqr", words=""),
                        _number(found["slices"], mark),
                    ]
                )
        missed = _interval(group, mark, "share_missed_interval_95", words="")
        share, slices = _number(group["share_missed"], mark), _number(group["slices"], mark)
        rows.append([escape(name), "Share missed", share, missed, "", "", "", slices])
    return f'<div class="measures">{_table(head, rows)}</div>'


def _figures(report: Mapping[str, Any], scores: Sequence[SliceScore], mark: str) -> str:
    found = report["calibration"]
    sizes = size_plot(
        [score.reference_px for score in scores],
        [score.dice for score in scores],
        [score.kind for score in scores],
        mark,
    )
    rows = [
        [_number(row[name], mark) for name in row] for row in found["bins"] if isinstance(row, dict)
    ]
    head = ["from", "to", "pixels", "mean probability", "share in reference"]
    caption = (
        f"Expected calibration error {_number(found['ece'], mark)} over "
        f"{_number(found['pixels'], mark)} pixels, "
        f"{_number(found['ece_above_first_bin'], mark)} without the first bin; "
        f"Brier score {_number(found['brier'], mark)}. The dashed line is a network whose "
        "probabilities hold."
    )
    return (
        "<h2>Calibration and size</h2>"
        f'<div class="figures"><figure>{reliability_plot(found, mark)}'
        f"<figcaption>{caption}</figcaption></figure>"
        f"<figure>{sizes}<figcaption>One dot a slice.</figcaption></figure></div>"
        f"<details><summary>bins of the reliability plot</summary>{_table(head, rows)}</details>"
    )


def _patients(found: Mapping[str, Any], mark: str) -> str:
    spread = found["dice"]
    text = (
        f"Each patient with the same weight: mean Dice {_number(spread['mean'], mark)} "
        f"({_interval(spread, mark)}), median {_number(spread['median'], mark)}, "
        f"sd {_number(spread['sd'], mark)}, quartiles {_interval(spread, mark, 'iqr', words='')}."
    )
    head = ["patient", "type", "slices", "mean Dice", "median", "lowest", "missed", "mean HD95, px"]
    rows = [
        [
            escape(row["patient"]),
            escape(row["kind"]),
            *(_number(row[name], mark) for name in list(row)[2:]),
        ]
        for row in sorted(found["rows"], key=lambda row: (row["mean_dice"], row["patient"]))
    ]
    table = (
        f"<details><summary>all patients, the worst first</summary>{_table(head, rows)}</details>"
    )
    return f"<h2>By patient</h2><p>{text}</p>{table}"


def _worst(worst: Sequence[Mapping[str, Any]], sheet: bytes, mark: str) -> str:
    if not worst:
        return ""
    source = "data:image/png;base64," + base64.b64encode(sheet).decode()
    alternative = "; ".join(f"{row['name']} Dice {row['dice']}{mark}" for row in worst)
    rows = [[escape(row["name"]), _number(row["dice"], mark)] for row in worst]
    return (
        '<h2>The worst slices</h2><figure class="sheet">'
        f'<img src="{source}" alt="{escape(alternative)}">'
        "<figcaption>Solid blue: reference. Dashed orange: prediction.</figcaption></figure>"
        f"<details><summary>as a list</summary>{_table(['slice', 'Dice'], rows)}</details>"
    )


def _how(report: Mapping[str, Any], mark: str) -> str:
    left_out = [
        f"<li>{_number(count, mark)} slices left out: {LEFT_OUT[reason]}.</li>"
        for reason, count in report["left_out"].items()
    ]
    left_out += [
        f"<li>{_number(report['both_empty'], mark)} slices without tumour in reference and "
        "prediction: no score.</li>",
        f"<li>{_number(report['without_reference'], mark)} slices without a reference: "
        "nothing to measure against.</li>",
    ]
    if spacing := report["spacing_mm"]:
        left_out.append(f"<li>A pixel is declared to be {_number(spacing)} mm wide.</li>")
    rest = {
        name: report[name]
        for name in ("folds", "tables", "networks", "choices", "software")
        if name in report
    }
    settings = escape(json.dumps(rest, indent=1, ensure_ascii=False))
    return (
        f"<h2>How it was measured</h2><p>{escape(report['method'])}</p>"
        f"<ul>{''.join(left_out)}</ul>"
        "<details><summary>networks, settings and versions</summary>"
        f"<pre>{settings}</pre></details>"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _number(value: float | None, mark: str = "") -> str:
    """Return a number as JSON spells it, so that page and file can be compared by eye."""
    return "–" if value is None else f"{json.dumps(value)}{mark}"


def _interval(
    found: Mapping[str, Any], mark: str, name: str = "interval_95", words: str = "95 %: "
) -> str:
    low, high = found[name]
    return f"{words}{_number(low, mark)} to {_number(high, mark)}"
