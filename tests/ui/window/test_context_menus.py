"""The menus under the right button: over the slice, a layer's row, a row of the worklist."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt, QUrl
from PyQt5.QtGui import QContextMenuEvent, QDesktopServices
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QApplication, QMenu, QWidget

from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.panels.compare_panel import LayerRow
from brainseg_gui.ui.widgets.settings import LAYER_WIDTHS, settings
from tests.ui.hands import Hands


def menu() -> QMenu:
    """Return the menu that is open."""
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def entries(opened: QMenu) -> list[str]:
    """Return what a menu offers, as it can be read."""
    return [action.text().replace("&", "") for action in opened.actions() if action.text()]


def choose(hands: Hands, *path: str) -> None:
    """Choose an entry, through its sub-menus, and let the menu go."""
    opened, action = menu(), QAction()
    for text in path:
        action = next(a for a in opened.actions() if a.text().replace("&", "") == text)
        opened = action.menu() or opened
    assert action.isEnabled()
    action.trigger()
    menu().close()
    hands.rest(1)


def right_click(hands: Hands, widget: QWidget, at: QPoint) -> None:
    """Press the right button over a widget and let it come up."""
    there = widget.mapTo(hands.window, at)
    QTest.mouseClick(hands.window.windowHandle(), Qt.RightButton, Qt.NoModifier, there)


@pytest.fixture
def panning(at_first: Hands) -> Hands:
    """Return a window whose tool makes nothing of the right button."""
    at_first.key("h")
    return at_first


def test_the_right_button_opens_the_verdicts_and_tools(panning: Hands) -> None:
    panning.mouse.stroke((64, 64), button=Qt.RightButton)
    assert {"Reject", "Zoom to the mask", "Copy the picture", "Tools"} <= set(entries(menu()))
    choose(panning, "Tools", "Brush")
    assert panning.parts.tools.tool.name == "brush"


def test_it_opens_when_the_button_comes_up_and_not_after_a_drag(panning: Hands) -> None:
    panning.mouse.press((64, 64), Qt.RightButton)
    assert QApplication.activePopupWidget() is None
    panning.mouse.move((64, 90))
    panning.mouse.release((64, 90), Qt.RightButton)
    assert QApplication.activePopupWidget() is None


@pytest.mark.parametrize("tool", ["o", "w"], ids=["lasso", "wand"])
def test_a_tool_that_is_no_brush_leaves_the_right_button_alone(at_first: Hands, tool: str) -> None:
    at_first.mouse.stroke((60, 40), (60, 90))
    before = at_first.mask.copy()
    at_first.key(tool)
    at_first.mouse.stroke((50, 50), (50, 80), (70, 80), (70, 50), button=Qt.RightButton)
    assert (at_first.mask == before).all()


def test_a_brush_erases_with_it_and_has_the_menu_by_its_key(at_first: Hands) -> None:
    at_first.mouse.stroke((64, 64))
    at_first.mouse.stroke((64, 64), button=Qt.RightButton)
    assert QApplication.activePopupWidget() is None
    assert not at_first.mask.any()
    asked = QContextMenuEvent(QContextMenuEvent.Keyboard, QPoint(50, 50), QPoint(50, 50))
    QApplication.sendEvent(at_first.canvas, asked)
    assert "Reject" in entries(menu())
    menu().close()


def test_a_verdict_from_the_menu_is_one(panning: Hands) -> None:
    panning.mouse.stroke((64, 64), button=Qt.RightButton)
    choose(panning, "Reject")
    panning.wait(lambda: panning.rows[0].state.value == "rejected")


def test_a_picture_is_copied_without_the_names_on_it(panning: Hands) -> None:
    named = panning.canvas.viewport().grab().toImage()
    panning.do("copy_picture")
    copied = QApplication.clipboard().image()
    assert copied.size() == named.size()
    corner = named.copy(0, 0, 200, 30)
    assert copied.copy(0, 0, 200, 30) != corner
    assert panning.caption != ""


def test_a_position_is_copied_with_its_value(panning: Hands) -> None:
    panning.mouse.move((51.5, 77.5))
    panning.mouse.stroke((51.5, 77.5), button=Qt.RightButton)
    choose(panning, "Copy the position")
    value = panning.current.slice.pixels[51, 77]
    assert QApplication.clipboard().text() == f"x 77  y 51  value {value:g}"


def layer_row(hands: Hands, layer: Layer) -> LayerRow:
    """Return the row of a layer in the panel."""
    return hands.parts.compare._rows[layer]


def test_a_layers_row_changes_its_line_and_its_fill(at_first: Hands) -> None:
    row = layer_row(at_first, Layer.REFERENCE)
    right_click(at_first, row, QPoint(row.width() // 2, 10))
    choose(at_first, "Line width", "3.6 px")
    assert settings.get(LAYER_WIDTHS[Layer.REFERENCE]) == 3.6
    assert at_first.parts.layers.style(Layer.REFERENCE).width == 3.6
    right_click(at_first, row, QPoint(row.width() // 2, 10))
    choose(at_first, "Opacity of the fill", "50%")
    assert at_first.parts.layers.filled(Layer.REFERENCE)
    assert at_first.parts.layers.opacity(Layer.REFERENCE) == 0.5


def test_a_layers_row_shows_it_alone(at_first: Hands) -> None:
    row = layer_row(at_first, Layer.REFERENCE)
    right_click(at_first, row, QPoint(row.width() // 2, 10))
    choose(at_first, "Only this one")
    assert at_first.parts.layers.shown(Layer.REFERENCE)
    assert not at_first.parts.layers.shown(Layer.PREDICTION)
    assert not at_first.parts.actions["toggle_correction"].isChecked()


def right_click_row(hands: Hands, number: int) -> None:
    """Press the right button over a slice's row."""
    rows = hands.parts.worklist._list
    right_click(hands, rows.viewport(), rows.visualRect(hands.slice_rows()[number]).center())


def test_another_row_is_opened_by_its_menu_and_not_decided_about(at_first: Hands) -> None:
    right_click_row(at_first, 1)
    assert at_first.current.name == "1.mat"
    assert entries(menu()) == ["Open", "Verdicts: open it first", "Show in its folder"]
    choose(at_first, "Open")
    at_first.wait_shown("2.mat")


def test_the_row_on_the_screen_has_its_verdicts(at_first: Hands) -> None:
    right_click_row(at_first, 0)
    choose(at_first, "Flag")
    at_first.wait(lambda: at_first.rows[0].state.value == "flagged")


def test_a_row_shows_its_folder(
    at_first: Hands, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    right_click_row(at_first, 1)
    choose(at_first, "Show in its folder")
    assert [Path(url.toLocalFile()) for url in opened] == [folder]


def test_a_second_button_during_a_stroke_opens_nothing(at_first: Hands) -> None:
    at_first.key("o")
    at_first.mouse.press((30, 30))
    at_first.mouse.move((30, 60))
    both = Qt.LeftButton | Qt.RightButton
    at_first.mouse.report(QEvent.MouseButtonPress, (30, 60), Qt.RightButton, both)
    at_first.mouse.report(QEvent.MouseButtonRelease, (30, 60), Qt.RightButton, Qt.LeftButton)
    assert QApplication.activePopupWidget() is None
    at_first.mouse.release((60, 60))
