"""A report as one page that needs nothing from outside: it can be mailed and kept."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from model_training.evaluation.plots import reliability_plot, size_plot
from model_training.evaluation.scores import SliceScore

TEMPLATE, STYLE = "report.html.j2", "report.css"
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
AS_JSON = ("folds", "tables", "networks", "choices", "software")


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
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader("model_training.evaluation", ""),
        autoescape=True,
        undefined=StrictUndefined,
    )
    pages.filters["json"] = json.dumps
    pages.tests["measured_in"] = _measured_in
    rest = {name: report[name] for name in AS_JSON if name in report}
    page = pages.get_template(TEMPLATE, globals={"mark": mark, "measure_names": NAMES})
    return page.render(
        report=report,
        left_out=LEFT_OUT,
        style=resources.files("model_training.evaluation").joinpath(STYLE).read_text("utf-8"),
        reliability=reliability_plot(report["calibration"], mark),
        sizes=size_plot(
            [score.reference_px for score in scores],
            [score.dice for score in scores],
            [score.kind for score in scores],
            mark,
        ),
        sheet=base64.b64encode(sheet).decode(),
        rest=json.dumps(rest, indent=1, ensure_ascii=False),
    )


def _measured_in(measure: str, groups: Mapping[str, Any]) -> bool:
    return any(group[measure] for group in groups.values())
