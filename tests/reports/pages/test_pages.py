"""The files of a report: complete, harmless, and with the same numbers in each."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.reports.pages import html
from brainseg_gui.reports.pages.cohort import NOTICE, Report
from brainseg_gui.reports.pages.html import MissingExtraError, render
from brainseg_gui.reports.pages.pdf import to_pdf
from brainseg_gui.reports.pages.pictures import limits_of_agreement, pictures
from brainseg_gui.reports.pages.table import to_csv, to_json
from brainseg_gui.reports.pages.write import write_report
from brainseg_gui.review.values.measured import Fault
from tests.reports.cohort_factory import figure, reading

NASTY = '<script>alert("1")</script>&\udcff$x_$'


@pytest.fixture(scope="module")
def report() -> Report:
    """A report in which every text is as nasty as a file may make it."""
    its = [figure(n, readings=(reading(n=n),) if n % 2 else ()) for n in range(12)]
    its.append(figure(12, seen=True))
    its.append(figure(13, name=NASTY, patient="=2+3", tumour=NASTY, readings=(reading(NASTY),)))
    its.append(figure(14, faults=((NASTY, Fault.REFERENCE),)))
    return Report.of(f"Cohort {NASTY}", its, notes=[NASTY])


class Page(HTMLParser):
    """Notes the tags of a page, and whether each that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in {"meta", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_needs_nothing_from_outside_and_runs_nothing(report: Report) -> None:
    text = render(report, pictures(report.shown))
    page = Page(text)
    assert page.open == []
    assert "script" not in page.tags
    assert "&lt;script&gt;" in text
    assert all(it.startswith("data:image/png;base64,") for it in page.sources)
    assert len(page.sources) == 5
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert NOTICE in text
    text.encode()  # no half of a pair is left


def test_every_picture_is_one(report: Report) -> None:
    for caption, picture in pictures(report.shown).items():
        with Image.open(io.BytesIO(picture)) as image:
            levels = np.asarray(image.convert("L"))
        assert levels.std() > 5, caption
    assert pictures([]) == {}


def test_table_json_and_page_have_the_same_numbers(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(report.figures, report.bands).decode("latin-1"))))
    scores = [float(it["dice"]) for it in rows if it["seen_in_training"] == "no" and it["dice"]]
    found = json.loads(to_json(report))
    assert found["all"]["prediction"]["dice"]["mean"] == pytest.approx(np.mean(scores), abs=1e-4)
    assert f"{np.mean(scores):.3f}" in render(report, {})
    assert len(found["slices"]) == len(report.figures) == 15
    assert found["all"]["slices"] == 14, "one was seen in training"
    assert found["without_contested"]["slices"] == 13


def test_no_cell_is_taken_for_a_formula(report: Report) -> None:
    rows = csv.reader(io.StringIO(to_csv(report.figures, report.bands).decode("latin-1")))
    texts = [cell for row in rows for cell in row]
    assert "'=2+3" in texts
    assert not [it for it in texts if it.startswith(("=", "+", "@", "\t"))]


def test_the_paper_opens_and_says_what_it_is_for(report: Report) -> None:
    content = to_pdf(report, pictures(report.shown))
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert content.count(b"/Type /Page\n") >= 3
    assert b"/JavaScript" not in content


def test_under_pseudonyms_no_file_names_a_patient_or_a_slice(tmp_path: Path) -> None:
    its = [figure(n, name=f"secret{n}.mat", patient=f"Mustermann{n}") for n in range(4)]
    report = Report.of("it", its).pseudonymous(Pseudonyms(b"k" * 32))
    for path in write_report(report, tmp_path):
        text = path.read_bytes()
        text += b"".join(map(base64.b64decode, re.findall(rb"base64,([^\"]*)", text)))
        assert b"secret" not in text, path
        assert b"Mustermann" not in text, path


def test_limits_of_agreement_are_the_mean_and_1_96_sd() -> None:
    difference = np.array([1.0, 2.0, 4.0, -3.0])
    sd = (((difference - 1) ** 2).sum() / 3) ** 0.5
    assert limits_of_agreement(difference) == pytest.approx((1, 1 - 1.96 * sd, 1 + 1.96 * sd))


def test_what_is_not_installed_is_one_sentence_with_the_extra_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "is_installed", lambda package: package == "jinja2")
    with pytest.raises(MissingExtraError, match=r"matplotlib and fpdf2 are not.*“reports”"):
        write_report(Report.of("it", [figure()]), tmp_path / "out", pdf=True)
    assert not (tmp_path / "out").exists()
