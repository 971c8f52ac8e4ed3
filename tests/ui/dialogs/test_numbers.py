"""Numbers that are typed: `0.49` and `0,49` are the same in every locale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt5.QtCore import QLocale, Qt
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot

from brainseg_gui.ui.dialogs.pixel_size import PixelSize
from brainseg_gui.ui.widgets.number_box import NumberBox


@pytest.fixture(params=["C", "en_US", "de_DE", "ar_EG", "fr_FR"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.mark.usefixtures("locale")
@pytest.mark.parametrize("typed", ["0.49", "0,49"])
def test_a_size_is_read_as_typed_and_what_was_understood_is_said(qtbot: QtBot, typed: str) -> None:
    dialog = PixelSize(None, None, mask_px=4569, head_px=400)
    qtbot.addWidget(dialog)
    QTest.keyClicks(dialog.field, typed)
    assert dialog.understood.text() == "0.49 mm: this mask is 1097 mm²"
    dialog.accept()
    assert (dialog.result(), dialog.value) == (PixelSize.Accepted, 0.49)


@pytest.mark.usefixtures("locale")
@pytest.mark.parametrize("typed", ["0.4", "0,4"])
def test_a_field_for_a_number_reads_it_as_typed(qtbot: QtBot, typed: str) -> None:
    box = NumberBox(decimals=1, suffix=" px")
    qtbot.addWidget(box)
    box.selectAll()
    QTest.keyClicks(box, typed)
    QTest.keyClick(box, Qt.Key_Return)
    assert (box.value(), box.text()) == (0.4, "0.4 px")


@pytest.mark.parametrize(("typed", "cm"), [("4", "160"), ("0.049", "2")])
def test_a_head_of_another_size_than_heads_have_asks_back(
    qtbot: QtBot, typed: str, cm: str
) -> None:
    asked: list[str] = []

    def refuse(sentence: str) -> bool:
        asked.append(sentence)
        return False

    dialog = PixelSize(None, None, head_px=400, ask=refuse)
    qtbot.addWidget(dialog)
    QTest.keyClicks(dialog.field, typed)
    dialog.accept()
    assert dialog.result() != PixelSize.Accepted
    assert f"{cm} cm" in asked[0]


def test_what_is_no_size_cannot_be_taken(qtbot: QtBot) -> None:
    dialog = PixelSize(None, None)
    qtbot.addWidget(dialog)
    QTest.keyClicks(dialog.field, "1.234,5")
    dialog.accept()
    assert dialog.result() != PixelSize.Accepted
    assert "Not a size" in dialog.understood.text()
