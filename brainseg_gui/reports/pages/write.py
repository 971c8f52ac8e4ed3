"""All files of a report, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.reports.audit.errata import TABLE as ERRATA
from brainseg_gui.reports.pages.cohort import Report
from brainseg_gui.reports.pages.html import need, render
from brainseg_gui.reports.pages.pdf import to_pdf
from brainseg_gui.reports.pages.pictures import pictures
from brainseg_gui.reports.pages.table import to_csv, to_json

HTML, PDF, CSV, JSON, FIXES = "report.html", "report.pdf", "cohort.csv", "cohort.json", "fixes.json"


def write_report(
    report: Report, folder: Path, *, pdf: bool = False, errata: bytes = b""
) -> tuple[Path, ...]:
    """Write a report into a folder, which is made where it is missing; return what was written.

    Parameters
    ----------
    report : Report
    folder : Path
    pdf : bool
        Write it as PDF too.
    errata : bytes
        The table of votes; not written where it is empty.

    Raises
    ------
    MissingExtraError
        If a package that it needs is not installed; nothing is written then.
    WriteError
        If a file cannot be written; those before it are whole.
    """
    need("jinja2", "matplotlib", *(["fpdf"] if pdf else []))
    make_folder(folder)
    drawn = pictures(report.shown)
    wanted: dict[str, Callable[[], bytes]] = {
        CSV: lambda: to_csv(report.figures, report.bands),
        JSON: lambda: to_json(report).encode(),
        HTML: lambda: render(report, drawn).encode(),
    }
    fixes = report.fixes
    if fixes is not None:
        wanted[FIXES] = lambda: fixes.to_json().encode()
    if errata:
        wanted[ERRATA] = lambda: errata
    if pdf:
        wanted[PDF] = lambda: to_pdf(report, drawn)
    for name, made in wanted.items():
        write_atomically(folder / name, made())
    return tuple(folder / name for name in wanted)
