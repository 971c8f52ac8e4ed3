"""Case sheets as one page, or as one document on paper."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

from brainseg_gui.core.text import in_one_line, shown
from brainseg_gui.reports.pages.html import environment, need
from brainseg_gui.reports.pages.pdf import GREY, INK, LINE, new_paper, quiet
from brainseg_gui.reports.sheets.picture import picture
from brainseg_gui.reports.sheets.sheet import NOTICE, Sheet

PACKAGE = "brainseg_gui.reports.sheets"
TEMPLATE, STYLE = "sheet.html.j2", "sheet.css"
HTML, PDF = ".html", ".pdf"


def to_html(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as a page that needs nothing from outside.

    Raises
    ------
    MissingExtraError
        If a package that it needs is not installed; as `to_pdf`.
    """
    need("jinja2", "matplotlib")
    page = environment(PACKAGE).get_template(TEMPLATE)
    text: str = page.render(
        title=sheets[0].name if len(sheets) == 1 else f"{len(sheets)} case sheets",
        sheets=[(it, base64.b64encode(picture(it)).decode()) for it in sheets],
        notice=NOTICE,
        style=resources.files(PACKAGE).joinpath(STYLE).read_text("utf-8"),
    )
    return text.encode()


def to_pdf(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as a document, each on a page of its own."""
    need("matplotlib", "fpdf")
    paper = new_paper()
    for number, sheet in enumerate(sheets):
        if number:
            paper.add_page()
        _put(paper, sheet)
    return bytes(paper.output())


WRITERS: dict[str, Callable[[Sequence[Sheet]], bytes]] = {HTML: to_html, PDF: to_pdf}
"""By the suffix of the file."""


def _put(paper: Any, sheet: Sheet) -> None:
    paper.set_font("DejaVu", "B", 13)
    paper.set_text_color(*INK)
    paper.multi_cell(0, 7, in_one_line(shown(sheet.name)), align="L", new_x="LMARGIN", new_y="NEXT")
    quiet(paper, NOTICE)
    paper.image(io.BytesIO(picture(sheet)), paper.l_margin, None, paper.epw)
    paper.ln(3)
    _lines(paper, [(name, value) for name, value in sheet.about], (38, paper.epw - 38))
    if sheet.measures:
        paper.ln(3)
        columns = len(sheet.rows[0]) - 1
        _lines(paper, sheet.rows, (38, *[min(48, (paper.epw - 38) / columns)] * columns))
    paper.ln(2)
    for note in sheet.slice.notes:
        quiet(paper, note)
    quiet(
        paper,
        "Dice, IoU, HD95 and shift are against the reference. The contrast of the picture is for "
        "the eye alone.",
    )


def _lines(paper: Any, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    from fpdf.fonts import FontFace

    paper.set_font("DejaVu", "", 8)
    paper.set_draw_color(*LINE)
    with paper.table(
        width=sum(widths),
        align="LEFT",
        col_widths=tuple(widths),
        text_align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        line_height=4.8,
        first_row_as_headings=False,
    ) as made:
        for row in rows:
            written = made.row()
            for place, cell in enumerate(row):
                colour = GREY if place == 0 or (row is rows[0] and row[0] == "") else INK
                written.cell(in_one_line(shown(cell)), style=FontFace(color=colour))
