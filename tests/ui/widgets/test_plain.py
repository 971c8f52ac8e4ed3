"""Texts from files and their names are shown letter by letter, never as Qt's markup."""

from __future__ import annotations

from pathlib import Path

import pytest
import scipy.io
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QTextDocument
from PyQt5.QtWidgets import QLabel

from brainseg_gui.ui.widgets.notice import Notice
from brainseg_gui.ui.widgets.plain import plain
from tests.ui.hands import Hands
from tests.ui.slice_factory import write_slices

PICTURE = '<img src="//elsewhere/x.png">'


def as_shown(text: str) -> str:
    """Return what a tooltip shows of a text."""
    if not Qt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return str(document.toPlainText())


@pytest.mark.parametrize("text", ["a", "a < b", f"a {PICTURE}\nb & c", "&lt;b&gt;", "<b>x</b>"])
def test_a_tooltip_shows_every_letter(text: str) -> None:
    assert as_shown(plain(text)) == text


def test_a_sentence_over_the_slice_is_no_markup(qapp: object) -> None:
    notice = Notice()
    notice.tell(f"found: {PICTURE}")
    assert (notice.text.textFormat(), notice.text.text()) == (Qt.PlainText, f"found: {PICTURE}")


def test_no_file_brings_a_picture_into_the_window(hands: Hands, tmp_path: Path) -> None:
    folder = write_slices(tmp_path / "slices", "1<b>.mat")
    scipy.io.savemat(folder / "2.mat", {"variable": 1})
    named = (folder / "2.mat").read_bytes().replace(b"variable", b"<i>a</i>")
    (folder / "2.mat").write_bytes(named)
    hands.open(folder, first="1<b>.mat")
    hands.wait_indexed(2)
    tips = [as_shown(row.data(Qt.ToolTipRole)) for row in hands.slice_rows()]
    assert any(tip.startswith("1<b>.mat: ") for tip in tips)
    assert any("(found: <i>a</i>)" in tip for tip in tips)
    labels = [it for it in hands.window.findChildren(QLabel) if "1<b>.mat" in it.text()]
    assert labels
    assert all(it.textFormat() == Qt.PlainText for it in labels)
    assert all("1<b>.mat" in as_shown(it.toolTip()) for it in labels)
