"""A report on paper."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brainseg_gui.core.text import in_one_line, shown
from brainseg_gui.reports.pages.cohort import METHOD, NOTICE, Report
from brainseg_gui.reports.pages.html import (
    CORRECTED,
    LESION_HEAD,
    NAMES,
    SHOWN,
    lesion_cells,
    number,
    worst_of,
)
from brainseg_gui.reports.summaries.by_lesion import LesionRow
from brainseg_gui.reports.summaries.spread import Spread
from brainseg_gui.reports.summaries.summary import Summary

FONT = "DejaVu"  # comes with matplotlib, and has letters of most scripts
MARGIN = 14  # mm
GREY, INK, LINE = (92, 92, 102), (27, 27, 30), (217, 217, 222)
Row = Sequence[str]


def to_pdf(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """Return a report as PDF: A4 across, the same numbers as on the page."""
    paper = new_paper("L")
    heading(paper, report.title, 16)
    quiet(paper, " ".join((NOTICE, *report.notes)))
    both = [report.overall, *([report.uncontested] if report.uncontested else [])]
    _groups(paper, "All slices", both, _same)
    for by, rows in report.groups.items():
        text = report.bands.text if by == "size" else _same
        _groups(paper, f"By {by}", rows, text)
    _by_lesion(paper, report.lesions)
    _figures(paper, pictures)
    heading(paper, "The lowest Dice")
    head = ("slice", "patient", "type", "Dice", "HD95, px", "area, px", "reference, px")
    worst = [
        (
            *(it.name, it.patient, it.tumour, number(it.dice, 3), number(it.hd95_px, 1)),
            *(number(it.area_px, 0), number(it.reference_px, 0)),
        )
        for it in worst_of(report)
    ]
    table(paper, head, worst, (5, 2, 2, 1, 1, 1, 1))
    heading(paper, "How it was measured")
    quiet(paper, METHOD)
    return bytes(paper.output())


def new_paper(orientation: str = "P") -> Any:
    """Return an empty A4 document whose pages are numbered."""
    import matplotlib
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-11)
            self.set_font(FONT, size=7)
            self.set_text_color(*GREY)
            self.cell(0, 5, f"{NOTICE}   {self.page_no()} / {{nb}}", align="R")

    paper = Paper(orientation, "mm", "A4")
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        paper.add_font(FONT, style, fonts / file)
    paper.set_margin(MARGIN)
    paper.set_auto_page_break(True, 14)
    paper.add_page()
    return paper


def heading(paper: Any, text: str, size: float = 11) -> None:
    """Write a heading; one at the foot of a page goes to the next."""
    if paper.will_page_break(30):
        paper.add_page()
    paper.ln(3)
    _write(paper, text, size, INK, "B")


def quiet(paper: Any, text: str) -> None:
    """Write a paragraph that does not ask for attention."""
    _write(paper, text, 8, GREY)


def table(paper: Any, head: Row, rows: Sequence[Row], widths: Sequence[float]) -> None:
    """Write a table; its first column is text, the others are numbers."""
    from fpdf.fonts import FontFace

    paper.set_text_color(*INK)
    paper.set_draw_color(*LINE)
    with _size(paper, 7.5):
        aligned = ("LEFT", *["RIGHT"] * (len(head) - 1))
        face = FontFace(emphasis="", color=GREY)
        with paper.table(
            col_widths=tuple(widths),
            text_align=aligned,
            headings_style=face,
            borders_layout="HORIZONTAL_LINES",
            line_height=4.6,
        ) as made:
            for row in (head, *rows):
                made.row([in_one_line(shown(it)) for it in row])


def _write(
    paper: Any, text: str, size: float, colour: tuple[int, int, int], style: str = ""
) -> None:
    paper.set_font(FONT, style, size)
    paper.set_text_color(*colour)
    paper.multi_cell(
        0, size * 0.55, in_one_line(shown(text)), align="L", new_x="LMARGIN", new_y="NEXT"
    )
    paper.ln(1)


@contextmanager
def _size(paper: Any, size: float) -> Iterator[None]:
    paper.set_font(FONT, "", size)
    yield
    paper.ln(2)


def _groups(paper: Any, title: str, rows: Sequence[Summary], text: Callable[[str], str]) -> None:
    if not rows:
        return
    heading(paper, title)
    names = SHOWN["prediction"]
    head = ("", "slices", "patients", *(NAMES[it] for it in names), "missed", "without Dice")
    cells = [
        (
            *(text(it.name), str(it.slices), "–" if it.patients is None else str(it.patients)),
            *(_spread(it.prediction[name], digits) for name, digits in names.items()),
            *(str(it.missed), str(it.both_empty + it.unmeasured)),
        )
        for it in rows
    ]
    table(paper, head, cells, (3.4, 0.8, 0.9, 2.2, 2.2, 1.8, 2, 2.2, 0.8, 1.2))
    read = [it for it in rows if it.verdicts]
    if not read:
        return
    names = SHOWN["correction"]
    head = ("readers", *(CORRECTED[it] for it in names))
    cells = [
        (text(it.name), *(_spread(it.correction[name], digits) for name, digits in names.items()))
        for it in read
    ]
    table(paper, head, cells, (3, *[2] * len(names)))


def _by_lesion(paper: Any, rows: Sequence[LesionRow]) -> None:
    if rows:
        heading(paper, "By lesion")
        table(paper, LESION_HEAD, [lesion_cells(it) for it in rows], (3, 1, 1, 1, 1, 3, 2, 3))


def _figures(paper: Any, pictures: Mapping[str, bytes]) -> None:
    if not pictures:
        return
    heading(paper, "Pictures")
    gap, across = 5, 3
    width = (paper.epw - gap * (across - 1)) / across
    height = width * 3.8 / 5.4
    for number_, (caption, picture) in enumerate(pictures.items()):
        place = number_ % across
        left = paper.l_margin + place * (width + gap)
        if place == 0 and paper.will_page_break(height + 6):
            paper.add_page()
        top = paper.get_y()
        paper.image(io.BytesIO(picture), left, top, width, height, alt_text=caption)
        paper.set_xy(left, top + height)
        paper.set_font(FONT, "", 7.5)
        paper.set_text_color(*GREY)
        paper.cell(width, 5, caption)
        ends = place == across - 1 or number_ == len(pictures) - 1
        paper.set_xy(paper.l_margin, top + (height + 7 if ends else 0))


def _spread(found: Spread | None, digits: int) -> str:
    if found is None:
        return "–"
    mean = number(found.mean, digits)
    if found.low is None:
        return mean
    return f"{mean} ({number(found.low, digits)} to {number(found.high, digits)})"


def _same(name: str) -> str:
    return name
