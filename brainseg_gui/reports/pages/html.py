"""A report as one page that needs nothing from outside: it can be mailed and kept."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from importlib import resources
from typing import Any

from brainseg_gui.core.text import in_one_line, shown
from brainseg_gui.extras import REPORTS, is_installed, missing
from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.pages.cohort import METHOD, NOTICE, Report
from brainseg_gui.reports.summaries.by_lesion import Interval, LesionRow

PACKAGE = "brainseg_gui.reports.pages"
TEMPLATE, STYLE = "cohort.html.j2", "report.css"
WORST = 30
# What a table shows of each group, and with how many decimals.
SHOWN: Mapping[str, Mapping[str, int]] = {
    "prediction": {"dice": 3, "iou": 3, "hd95_px": 1, "shift_px": 2, "area_px": 0},
    "correction": {
        "dice": 3,
        "hd95_px": 1,
        "shift_px": 2,
        "added_px": 0,
        "removed_px": 0,
        "removed_islands": 2,
        "seconds": 0,
        "edits": 1,
    },
}
NAMES = {
    "dice": "Dice",
    "iou": "IoU",
    "hd95_px": "HD95, px",
    "shift_px": "shift, px",
    "area_px": "area, px",
}
CORRECTED = NAMES | {
    "dice": "Dice corrected",
    "hd95_px": "HD95 corrected",
    "shift_px": "boundary moved, px",
    "added_px": "added, px",
    "removed_px": "removed, px",
    "removed_islands": "islands removed",
    "seconds": "seconds",
    "edits": "edits",
}
LESION_HEAD = (
    *("size of the lesion", "lesions", "found", "missed", "false"),
    *("recall", "precision", "F1"),
)


class MissingExtraError(Exception):
    """What reports need is not installed; the message is one sentence."""


def need(*packages: str) -> None:
    """Insist on packages that only the extra for reports brings.

    Raises
    ------
    MissingExtraError
        If one is not here.
    """
    known = {"jinja2": "Jinja2", "matplotlib": "matplotlib", "fpdf": "fpdf2"}
    if absent := [known[it] for it in packages if not is_installed(it)]:
        verb = "is" if len(absent) == 1 else "are"
        raise MissingExtraError(missing(f"{' and '.join(absent)} {verb}", REPORTS))


def render(report: Report, pictures: Mapping[str, bytes]) -> str:
    """Return a report as an HTML page.

    Parameters
    ----------
    report : Report
    pictures : mapping of str to bytes
        PNG by caption.
    """
    pages = environment(PACKAGE)
    page = pages.get_template(TEMPLATE)
    text: str = page.render(
        report=report,
        pictures={name: base64.b64encode(it).decode() for name, it in pictures.items()},
        worst=worst_of(report),
        shown=SHOWN,
        names=NAMES,
        corrected=CORRECTED,
        lesion_head=LESION_HEAD,
        lesion_cells=lesion_cells,
        same=lambda name: name,
        notice=NOTICE,
        method=METHOD,
        style=resources.files(PACKAGE).joinpath(STYLE).read_text("utf-8"),
    )
    return text


def environment(package: str) -> Any:
    """Return the templates of a package: everything that they fill in is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader(package, ""), autoescape=True, undefined=StrictUndefined
    )
    pages.filters["number"] = number
    pages.filters["shown"] = lambda text: in_one_line(shown(text))
    return pages


def worst_of(report: Report) -> list[Figure]:
    """Return the slices with the lowest Dice, the lowest first."""
    scored = [it for it in report.shown if it.dice is not None]
    return sorted(scored, key=lambda it: (it.dice or 0.0, it.name))[:WORST]


def lesion_cells(row: LesionRow) -> tuple[str, ...]:
    """Return what a table says of lesions, under `LESION_HEAD`."""
    its = row.counts
    return (
        *(row.name, number(its.found + its.missed, 0), number(its.found, 0)),
        *(number(its.missed, 0), number(its.false, 0), _share(its.recall, row.recall)),
        *(number(its.precision, 3), _share(its.f1, row.f1)),
    )


def _share(value: float | None, interval: Interval) -> str:
    ends = "" if interval is None else f" ({number(interval[0], 3)} to {number(interval[1], 3)})"
    return number(value, 3) + ends


def number(value: float | None, digits: int) -> str:
    """Return a number as people read it, with a dash where there is none.

    Examples
    --------
    >>> number(0.12345, 3), number(1234.5, 0), number(None, 2), number(-0.001, 2)
    ('0.123', '1,234', '–', '0.00')
    """
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not float(text.replace(",", "")) else text
