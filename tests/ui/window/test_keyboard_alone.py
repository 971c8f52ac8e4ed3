"""The window without a mouse: focus that is seen, letters of any alphabet."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPoint, QRect, Qt
from PyQt5.QtGui import QImage, QKeyEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QWidget

from brainseg_gui.ui.dialogs.settings_dialog import SettingsDialog
from brainseg_gui.ui.widgets.physical_keys import latin_key
from tests.ui.hands import Hands

MOST_STOPS = 80


def focused() -> QWidget:
    """Return what has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def stops(hands: Hands) -> list[QWidget]:
    """Return everything that Tab leads to, from the slice on and once round."""
    hands.canvas.setFocus()
    found: list[QWidget] = []
    for _ in range(MOST_STOPS):
        QTest.keyClick(hands.window.windowHandle(), Qt.Key_Tab)
        if focused() in found:
            break
        found.append(focused())
    return found


def rim(hands: Hands, widget: QWidget) -> np.ndarray:
    """Return the outermost pixels of a widget as the window shows them."""
    return rim_of(hands.window, widget)


def rim_of(window: QWidget, widget: QWidget) -> np.ndarray:
    """Return (N, 3) the outermost pixels of a widget as the window shows it."""
    area = QRect(widget.mapTo(window, QPoint()), widget.size())
    image = window.grab(area).toImage().convertToFormat(QImage.Format_RGB32)
    bits = image.bits().asarray(image.byteCount())
    shown = np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)[..., :3]
    return np.concatenate([shown[0], shown[-1], shown[:, 0], shown[:, -1]]).astype(int)


def test_every_stop_shows_that_it_has_the_keyboard(at_first: Hands) -> None:
    found = stops(at_first)
    assert len(found) > 25
    without: list[str] = []
    for widget in found:
        widget.setFocus(Qt.TabFocusReason)
        with_focus = rim(at_first, widget)
        (found[0] if widget is not found[0] else found[1]).setFocus(Qt.TabFocusReason)
        changed = np.abs(rim(at_first, widget) - with_focus).max(axis=1) > 40
        if changed.mean() < 0.8:
            without.append(f"{type(widget).__name__} {widget.objectName()} {changed.mean():.2f}")
    assert without == []


def test_tab_goes_from_the_list_over_the_slice_to_the_decision_and_back(at_first: Hands) -> None:
    parts = at_first.parts
    order = stops(at_first)
    wanted = [parts.decision_panel.comment, parts.worklist.search, parts.worklist._list]
    places = [order.index(widget) for widget in wanted]
    assert places == sorted(places)
    assert order[-1] is at_first.canvas
    assert order.index(at_first.canvas) == places[-1] + 1


def press(hands: Hands, letter: str, scan_code: int, held: int = Qt.NoModifier) -> None:
    """Press and release a key of another alphabet, as its window system reports it."""
    key = ord(letter.upper())
    for kind in (QEvent.ShortcutOverride, QEvent.KeyPress, QEvent.KeyRelease):
        modifiers = Qt.KeyboardModifiers(held)
        event = QKeyEvent(kind, key, modifiers, scan_code, key, 0, letter, False, 1)
        QApplication.sendEvent(focused(), event)


def test_letters_of_other_alphabets_give_the_command_of_their_place(at_first: Hands) -> None:
    cyrillic = ("у", 26, "eraser"), ("и", 56, "brush"), ("р", 43, "pan")
    for letter, scan_code, tool in (*cyrillic, ("ε", 26, "eraser")):
        press(at_first, letter, scan_code)
        assert at_first.parts.tools.tool.name == tool
    at_first.do("tool_brush")
    at_first.mouse.stroke((64, 64))
    press(at_first, "я", 52, Qt.ControlModifier)
    assert not at_first.current.correction.exists


def test_in_the_search_they_are_letters(at_first: Hands) -> None:
    at_first.key("/")
    press(at_first, "у", 26)
    assert at_first.parts.worklist.search.text() == "у"
    assert at_first.parts.tools.tool.name == "brush"


@pytest.mark.parametrize(
    ("key", "scan_code", "virtual", "platform", "latin"),
    [
        (0x0418, 56, 0, "linux", "B"),
        (0x0425, 34, 0, "linux", "["),
        (0x0418, 0, ord("B"), "win32", "B"),
        (0x0418, 0, 11, "darwin", "B"),
        (ord("Y"), 52, 0, "linux", "Y"),  # a German keyboard's: Latin letters are what they are
        (ord("Ö"), 47, 0, "linux", "Ö"),
        (int(Qt.Key_F2), 68, 0, "linux", ""),
    ],
)
def test_a_key_is_known_by_its_place_on_every_system(
    key: int, scan_code: int, virtual: int, platform: str, latin: str
) -> None:
    event = QKeyEvent(QEvent.KeyPress, key, Qt.NoModifier, scan_code, virtual, 0)
    assert latin_key(event, platform) == (ord(latin) if latin else key)


def test_a_dialog_shows_it_as_well(at_first: Hands) -> None:
    at_first.do("settings")
    dialog = at_first.window.findChild(SettingsDialog)
    at_first.wait(dialog.isActiveWindow)
    titles = focused()
    with_focus = rim_of(dialog, titles)
    QTest.keyClick(dialog.windowHandle(), Qt.Key_Tab)
    assert focused() is not titles
    assert (np.abs(rim_of(dialog, titles) - with_focus).max(axis=1) > 40).mean() > 0.8
    dialog.close()
