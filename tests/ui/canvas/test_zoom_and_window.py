"""Zoom by buttons, key and double click; window and level by dragging with Ctrl and Shift."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, QRectF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QToolButton

from tests.ui.hands import Hands

BOTH = Qt.ControlModifier | Qt.ShiftModifier


def view(hands: Hands) -> QRectF:
    """Return which part of the slice is shown."""
    return hands.canvas.view.viewRect()


def click(hands: Hands, action: str) -> None:
    """Click a button on the slice's corner."""
    buttons = hands.parts.zoom_buttons.findChildren(QToolButton)
    button = next(b for b in buttons if b.defaultAction() is hands.parts.actions[action])
    at = button.mapTo(hands.window, button.rect().center())
    QTest.mouseClick(hands.window.windowHandle(), Qt.LeftButton, Qt.NoModifier, at)


def limits(hands: Hands) -> tuple[float, float]:
    """Return the window, 0 to 1."""
    return hands.parts.display_panel.window_control.limits


def test_the_buttons_zoom_in_and_out_to_one_and_to_the_whole(at_first: Hands) -> None:
    whole = view(at_first)
    click(at_first, "zoom_in")
    assert view(at_first).width() < whole.width()
    click(at_first, "zoom_out")
    assert view(at_first).width() == pytest.approx(whole.width())
    click(at_first, "actual_size")
    assert at_first.canvas.scale_factor == pytest.approx(1)
    click(at_first, "fit")
    assert view(at_first) == whole
    assert not at_first.current.correction.exists


def test_there_are_no_buttons_where_nothing_is_open(hands: Hands) -> None:
    assert not hands.parts.zoom_buttons.isVisible()


def test_a_key_zooms_to_the_masks_that_are_shown(at_first: Hands) -> None:
    at_first.key("y")
    rows, columns = at_first.reference.nonzero()
    shown = view(at_first)
    assert shown.contains(QRectF(columns.min(), rows.min(), 1, 1))
    assert shown.contains(QRectF(columns.max(), rows.max(), 1, 1))
    assert shown.width() < 2 * (columns.max() - columns.min())
    before = view(at_first)
    at_first.mouse.stroke((66, 84))
    at_first.key("y")
    assert view(at_first).bottom() > before.bottom()


def test_it_does_not_give_a_hidden_mask_away(at_first: Hands) -> None:
    whole = view(at_first)
    at_first.key("g")
    at_first.key("y")
    assert view(at_first) == whole
    assert at_first.notice == "There is no mask to zoom to."


def test_a_double_click_fits_while_the_hand_holds_no_brush(at_first: Hands) -> None:
    whole = view(at_first)
    at_first.key("h")
    at_first.mouse.wheel(5, (30, 90))
    at_first.mouse.double_click((30, 90))
    assert view(at_first) == whole


def test_a_hand_that_trembles_on_a_double_click_moves_nothing(at_first: Hands) -> None:
    whole = view(at_first)
    at_first.key("h")
    at_first.mouse.wheel(3, (60, 60))
    at_first.mouse.report(QEvent.MouseButtonDblClick, (60, 60), Qt.LeftButton, Qt.LeftButton)
    at_first.mouse.report(QEvent.MouseMove, (62, 63), Qt.NoButton, Qt.LeftButton)
    at_first.mouse.report(QEvent.MouseButtonRelease, (62, 63), Qt.LeftButton, Qt.NoButton)
    assert view(at_first) == whole


def test_two_quick_dabs_of_the_brush_leave_the_zoom(at_first: Hands) -> None:
    at_first.mouse.wheel(3, (60, 60))
    before = view(at_first)
    at_first.mouse.double_click((60, 60))
    assert view(at_first) == before
    assert at_first.mask[60, 60]


def test_a_double_click_with_the_middle_button_fits_whatever_the_tool(at_first: Hands) -> None:
    whole = view(at_first)
    at_first.mouse.wheel(3, (60, 60))
    at_first.mouse.report(QEvent.MouseButtonDblClick, (60, 60), Qt.MiddleButton, Qt.MiddleButton)
    assert view(at_first) == whole


def test_ctrl_shift_and_drag_set_window_and_level_and_paint_nothing(at_first: Hands) -> None:
    at_first.mouse.stroke((64, 80), (64, 40), modifiers=BOTH)
    low, high = narrower = limits(at_first)
    assert high - low < 0.9
    at_first.mouse.press((80, 64), modifiers=BOTH)
    at_first.mouse.move((20, 64))
    assert "double click: as at first" in at_first.parts.status.currentMessage()
    at_first.mouse.release((20, 64), modifiers=BOTH)
    assert at_first.parts.status.currentMessage() == ""
    assert limits(at_first)[0] < narrower[0]
    assert limits(at_first)[1] - limits(at_first)[0] == pytest.approx(high - low, abs=0.01)
    assert not at_first.current.correction.exists


def test_a_double_click_with_both_brings_window_and_level_back(at_first: Hands) -> None:
    before = limits(at_first)
    at_first.mouse.stroke((64, 80), (64, 40), modifiers=BOTH)
    assert limits(at_first) != before
    at = at_first.mouse.aim((64, 64))
    QTest.mouseDClick(at_first.window.windowHandle(), Qt.LeftButton, BOTH, at)
    assert limits(at_first) == before
    assert not at_first.current.correction.exists


def test_a_drag_that_went_too_far_comes_back_the_same_way(at_first: Hands) -> None:
    before = limits(at_first)
    at_first.mouse.press((64, 64), modifiers=BOTH)
    at_first.mouse.move((64, 4))
    at_first.mouse.move((64, 64))
    at_first.mouse.release((64, 64), modifiers=BOTH)
    assert limits(at_first) == pytest.approx(before, abs=0.01)
