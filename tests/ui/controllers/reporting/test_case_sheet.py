"""Ctrl+P writes what there is to say of a slice, or of the chosen rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.reports.pages import html
from brainseg_gui.ui.dialogs import paper
from tests.ui.hands import Hands
from tests.ui.predicted_slice import predict_square


def write(hands: Hands, monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    """Press Ctrl+P, choose a file, and wait for what is said."""
    monkeypatch.setattr(paper, "ask_sheet_file", lambda *_: path)
    hands.parts.notice.hide()
    hands.key(Qt.Key_P, Qt.ControlModifier)
    hands.wait(lambda: hands.notice)
    return hands.notice


def test_the_sheet_says_what_the_screen_says(
    at_first: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict_square(at_first)
    at_first.parts.actions["advance"].setChecked(False)
    at_first.mouse.stroke((60, 60))
    at_first.do("accept")
    told = write(at_first, monkeypatch, tmp_path / "sheet.html")
    assert told == f"Case sheet written: {tmp_path / 'sheet.html'}."
    text = (tmp_path / "sheet.html").read_text()
    for word in ("1.mat", "glioma", "Ada", "corrected", "small", "abc", "0.5", "900 px"):
        assert word in text, word
    assert "Research use, not for diagnosis." in text
    assert "nobody can say: its Dice here is no measure of accuracy" in text
    assert text.count("data:image/png;base64,") == 1


def test_chosen_rows_become_one_document(
    at_first: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.wait_indexed(3)
    view = at_first.parts.worklist._list
    view.selectAll()
    told = write(at_first, monkeypatch, tmp_path / "sheets.pdf")
    assert told.startswith("3 case sheets written")
    content = (tmp_path / "sheets.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 3


def test_a_reference_that_is_hidden_is_not_on_the_sheet(
    at_first: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.wait_indexed(3)
    predict_square(at_first)
    at_first.do("hide_reference")
    write(at_first, monkeypatch, tmp_path / "sheet.html")
    text = (tmp_path / "sheet.html").read_text()
    assert "hidden until the verdict" in text
    assert "outlines of prediction" in text
    assert f"{at_first.reference.sum()} px" not in text


def test_what_is_not_installed_is_said_with_the_extra_that_brings_it(
    at_first: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "is_installed", lambda _package: False)
    told = write(at_first, monkeypatch, tmp_path / "sheet.pdf")
    assert told.startswith("matplotlib and fpdf2 are not installed here; the extra “reports”")
    assert not (tmp_path / "sheet.pdf").exists()


@pytest.mark.parametrize(
    ("typed", "chosen", "expected"),
    [("a", "Web page (*.html)", "a.html"), ("a.PDF", "Web page (*.html)", "a.PDF")],
)
def test_a_name_without_a_kind_gets_that_of_the_filter(
    typed: str, chosen: str, expected: str, monkeypatch: pytest.MonkeyPatch, at_first: Hands
) -> None:
    monkeypatch.setattr(paper.QFileDialog, "getSaveFileName", lambda *_: (typed, chosen))
    assert paper.ask_sheet_file(at_first.window, Path("x.pdf")) == Path(expected)
