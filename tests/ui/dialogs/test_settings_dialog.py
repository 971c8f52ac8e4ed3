"""The settings dialog, by mouse and keys: what is set there counts at once and is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QPushButton,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.canvas.mask_item import LayerStyle
from brainseg_gui.ui.dialogs import dialogs, setting_fields
from brainseg_gui.ui.dialogs.key_list import WAITING, key_text
from brainseg_gui.ui.dialogs.key_page import KeyPage
from brainseg_gui.ui.dialogs.settings_dialog import SettingsDialog
from brainseg_gui.ui.panels.swatch import Swatch
from brainseg_gui.ui.widgets.settings import (
    ADVANCE,
    BRUSH_AT_START,
    FONT_SIZE,
    KEYS,
    LAYER_COLOURS,
    SETTINGS,
    VIEW_AT_START,
    Page,
    settings,
)
from tests.ui.hands import Hands, NewHands

RED = "#FF0000"
INSIDE = (51, 77)  # of the reference


class Dialog:
    """Works on the settings dialog by its mouse and keys."""

    def __init__(self, hands: Hands) -> None:
        hands.key(",", Qt.ControlModifier)
        found = hands.window.findChild(SettingsDialog)
        assert found is not None
        self.window, self._hands = found, hands
        hands.wait(found.isActiveWindow)

    @property
    def keys(self) -> KeyPage:
        """Return the page of keys."""
        page = self.window.pages[Page.KEYS]
        assert isinstance(page, KeyPage)
        return page

    @property
    def said(self) -> str:
        """Return what is said beside the list of keys."""
        return self.keys.said.text()

    def key(self, key: int | str, modifiers: int = Qt.NoModifier) -> None:
        """Press a key, wherever the cursor is."""
        QTest.keyClick(self.window.windowHandle(), key, modifiers)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click on a part of the dialog."""
        place = widget.mapTo(self.window, at or widget.rect().center())
        QTest.mouseClick(self.window.windowHandle(), Qt.LeftButton, Qt.NoModifier, place)

    def click_row(self, name: str) -> None:
        """Click on the row of a command."""
        rows = self.keys.list
        rows.scrollToItem(rows.row(name))
        self.click(rows.viewport(), rows.visualItemRect(rows.row(name)).center())

    def bind(self, name: str, key: int | str, modifiers: int = Qt.NoModifier) -> None:
        """Click on a command and press a key."""
        self.click_row(name)
        self.key(key, modifiers)

    def go(self, page: Page) -> QWidget:
        """Choose a page by the arrow keys."""
        self.window.titles.setFocus()
        self.key(Qt.Key_Home)
        for _ in range(list(Page).index(page)):
            self.key(Qt.Key_Down)
        assert self.window.pages[page].isVisible()
        return self.window.pages[page]

    def close(self) -> None:
        """Leave it by Escape, and wait until the window has the keys again."""
        QTest.keyPress(self.window.windowHandle(), Qt.Key_Escape)  # gone before the key comes up
        self._hands.window.activateWindow()  # as the window manager does
        self._hands.wait(self._hands.window.isActiveWindow)


@pytest.fixture
def open_settings(at_first: Hands) -> Callable[[], Dialog]:
    """Open the settings of the window."""
    return lambda: Dialog(at_first)


@pytest.fixture
def dialog(open_settings: Callable[[], Dialog]) -> Dialog:
    """Return the settings as they open."""
    return open_settings()


def shown_keys(dialog: Dialog, name: str) -> str:
    return dialog.keys.list.row(name).text(1)


# --- keys ---


def test_a_key_that_is_pressed_on_a_row_is_the_commands_at_once(
    at_first: Hands, dialog: Dialog
) -> None:
    dialog.bind("toggle_reference", Qt.Key_F12)
    assert shown_keys(dialog, "toggle_reference") == "F12"
    dialog.close()
    at_first.key("g")
    assert at_first.window.parts.layers.shown(Layer.REFERENCE)
    at_first.key(Qt.Key_F12)
    assert not at_first.window.parts.layers.shown(Layer.REFERENCE)


def test_a_new_key_is_there_after_a_restart(
    at_first: Hands, dialog: Dialog, new_hands: NewHands
) -> None:
    dialog.bind("toggle_reference", Qt.Key_F9, Qt.ShiftModifier)
    dialog.close()
    again = new_hands()
    again.key(Qt.Key_F9, Qt.ShiftModifier)
    assert not again.window.parts.layers.shown(Layer.REFERENCE)
    assert at_first.window.parts.layers.shown(Layer.REFERENCE)


def test_the_keyboard_alone_can_find_and_bind_a_command(dialog: Dialog) -> None:
    dialog.key(Qt.Key_Tab)
    for letter in "ground truth":
        dialog.key(letter)
    dialog.key(Qt.Key_Return)
    dialog.key(Qt.Key_Return)
    assert shown_keys(dialog, "toggle_reference") == WAITING
    dialog.key(Qt.Key_Return, Qt.ControlModifier)
    assert shown_keys(dialog, "toggle_reference") == "Ctrl+Return"


def test_escape_leaves_a_row_that_waits_and_not_the_dialog(dialog: Dialog) -> None:
    dialog.bind("fit", Qt.Key_Escape)
    assert shown_keys(dialog, "fit") == "R   Ctrl+F"
    assert dialog.window.isVisible()


def test_a_key_of_another_command_is_refused_in_a_sentence_that_names_both(dialog: Dialog) -> None:
    dialog.bind("fit", "g")
    assert dialog.said == (
        "G is the key of “Reference (ground truth)”: “Fit” cannot have it as well."
    )
    dialog.key(Qt.Key_Escape)
    assert dialog.window.isVisible()
    assert dialog.said == ""
    assert (shown_keys(dialog, "fit"), settings.get(KEYS)) == ("R   Ctrl+F", "")


def test_return_in_the_search_answers_no_question(dialog: Dialog) -> None:
    dialog.bind("fit", "g")
    dialog.click(dialog.keys.search)
    dialog.key(Qt.Key_Return)
    assert dialog.window.isVisible()
    assert settings.get(KEYS) == ""


def test_two_commands_swap_their_keys_if_the_reader_wants_it(
    at_first: Hands, dialog: Dialog
) -> None:
    dialog.bind("toggle_prediction", "g")
    dialog.key(Qt.Key_Return)
    dialog.close()
    at_first.key("m")
    assert not at_first.window.parts.layers.shown(Layer.REFERENCE)
    assert at_first.window.parts.layers.shown(Layer.PREDICTION)


@pytest.mark.parametrize("key", [Qt.Key_Space, Qt.Key_Tab])
def test_a_reserved_key_is_refused_and_nothing_is_offered(dialog: Dialog, key: int) -> None:
    dialog.bind("fit", key)
    assert "“Fit” needs another key." in dialog.said
    assert not dialog.keys.instead.isVisible()
    assert settings.get(KEYS) == ""


def test_keys_can_be_added_and_taken_away(dialog: Dialog) -> None:
    dialog.click_row("fit")
    dialog.click(dialog.keys.add)
    dialog.key(Qt.Key_F12)
    assert shown_keys(dialog, "fit") == "R   Ctrl+F   F12"
    dialog.click(dialog.keys.none)
    assert shown_keys(dialog, "fit") == ""


def test_one_command_or_all_get_their_own_keys_back(dialog: Dialog) -> None:
    for name, key in (("fit", Qt.Key_F12), ("flag", "q"), ("predict", Qt.Key_F11)):
        dialog.bind(name, key)
    dialog.keys.list.choose("flag")
    dialog.click(dialog.keys.reset)
    assert [shown_keys(dialog, name) for name in ("fit", "flag")] == ["F12   Ctrl+F", "F"]
    dialog.click(dialog.keys.reset_all)
    assert [shown_keys(dialog, name) for name in ("fit", "predict")] == ["R   Ctrl+F", "I"]
    assert settings.get(KEYS) == ""


def test_a_reset_that_takes_a_key_from_another_command_asks(dialog: Dialog) -> None:
    dialog.bind("fit", "g")
    dialog.click(dialog.keys.instead)
    dialog.keys.list.choose("toggle_reference")
    dialog.click(dialog.keys.reset)
    assert dialog.said.startswith("G is the key of “Fit”")
    dialog.click(dialog.keys.instead)
    assert [shown_keys(dialog, name) for name in ("toggle_reference", "fit")] == ["G", "Ctrl+F"]


def test_what_names_a_key_names_the_new_one(
    at_first: Hands, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.bind("toggle_reference", Qt.Key_F12)
    dialog.bind("brush_smaller", Qt.Key_F11)
    dialog.bind("comment", Qt.Key_F9)
    window, parts = at_first.window, at_first.window.parts
    assert parts.actions["toggle_reference"].toolTip().endswith("(F12)")
    assert parts.tool_bar.field("brush").toolTip() == "Brush size  (F11 and ], Shift+wheel)"
    assert parts.decision_panel.comment.toolTip().endswith("(F9)")
    assert any("Reference" in text and ">F12<" in text for text in texts(parts.compare))
    pages: list[str] = []
    monkeypatch.setattr(QDialog, "exec_", lambda page: pages.append(page_text(page)))
    dialogs.show_keys(window)
    assert "F12Reference" in pages[0].replace("\n", "").replace(" ", "")


def page_text(page: QDialog) -> str:
    browser = page.findChild(QTextBrowser)
    assert browser is not None
    return str(browser.toPlainText())


def texts(widget: QWidget) -> list[str]:
    return [str(part.text()) for part in widget.findChildren(QWidget) if hasattr(part, "text")]


def test_a_deciding_key_that_is_new_belongs_to_the_search_while_that_is_typed(
    at_first: Hands, dialog: Dialog
) -> None:
    dialog.bind("reject", Qt.Key_F9)
    dialog.close()
    at_first.key("/")
    at_first.key(Qt.Key_F9)
    assert not at_first.rows[0].verdict.is_decision
    at_first.window.parts.canvas.setFocus()
    at_first.key(Qt.Key_F9)
    assert at_first.rows[0].verdict.is_decision


@pytest.mark.parametrize("modifiers", [Qt.NoModifier, Qt.ShiftModifier])
def test_a_new_key_peeks_under_the_layers_while_it_is_held(
    at_first: Hands, dialog: Dialog, modifiers: int
) -> None:
    dialog.bind("hide_layers", Qt.Key_F12, modifiers)
    dialog.close()
    at_first.key_down(Qt.Key_F12, modifiers)
    assert at_first.window.parts.layers.hidden
    QTest.qWait(360)
    at_first.key_up(Qt.Key_F12, modifiers)
    assert not at_first.window.parts.layers.hidden


@pytest.mark.parametrize(
    ("key", "held", "text"),
    [
        (Qt.Key_Question, Qt.ShiftModifier, "?"),
        (Qt.Key_Plus, Qt.ControlModifier | Qt.ShiftModifier, "Ctrl++"),
        (Qt.Key_Enter, Qt.KeypadModifier, "Enter"),
        (Qt.Key_A, Qt.ShiftModifier, "Shift+A"),
        (Qt.Key_F1, Qt.ShiftModifier, "Shift+F1"),
        (Qt.Key_Control, Qt.ControlModifier, ""),
    ],
)
def test_a_key_is_what_is_printed_on_it(key: int, held: int, text: str) -> None:
    event = QKeyEvent(QEvent.KeyPress, key, Qt.KeyboardModifiers(held))
    assert key_text(event) == text


# --- layers, brush, start ---


def pick(monkeypatch: pytest.MonkeyPatch, colour: str) -> None:
    """Let the question for a colour be answered."""
    monkeypatch.setattr(setting_fields, "ask_colour", lambda *_: colour)


def colour_button(dialog: Dialog, name: str) -> QPushButton:
    buttons = dialog.go(Page.LAYERS).findChildren(QPushButton)
    return next(button for button in buttons if button.accessibleName() == f"{name} Colour")


def swatches(hands: Hands) -> list[str]:
    return [swatch.styleSheet() for swatch in hands.window.parts.compare.findChildren(Swatch)]


def test_a_new_colour_repaints_the_layer_and_its_swatch(
    at_first: Hands, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.window.parts.layers.set_opacity(Layer.REFERENCE, 1.0)
    pick(monkeypatch, RED)
    dialog.click(colour_button(dialog, "Reference"))
    QApplication.processEvents()
    assert at_first.colour_at(INSIDE).name().upper() == RED
    assert [RED in sheet for sheet in swatches(at_first)] == [True, False, False]


def test_a_correction_is_painted_in_its_new_style_from_the_start_on(
    new_hands: NewHands, at_first: Hands
) -> None:
    settings.put(LAYER_COLOURS[Layer.CORRECTION], RED)
    hands = new_hands()
    assert hands.window.parts.layers.style(Layer.CORRECTION) == LayerStyle(RED, Qt.SolidLine, 2.6)
    assert at_first.window.parts.layers.style(Layer.CORRECTION).colour == RED
    at_first.mouse.stroke((90, 30))
    at_first.window.parts.layers.set_opacity(Layer.CORRECTION, 1.0)
    assert at_first.colour_at((90, 30)).name().upper() == RED


def test_a_page_can_be_reset(dialog: Dialog, at_first: Hands) -> None:
    for setting in LAYER_COLOURS.values():
        settings.put(setting, RED)
    page = dialog.go(Page.LAYERS)
    dialog.click(page.reset)
    assert {settings.get(setting) for setting in LAYER_COLOURS.values()} != {RED}
    assert colour_button(dialog, "Reference").text().strip() == "#56B4E9"
    assert at_first.window.parts.layers.style(Layer.REFERENCE).colour == "#56B4E9"


def test_every_setting_with_a_page_has_a_field_there(dialog: Dialog) -> None:
    names = {part.accessibleName() for part in dialog.window.findChildren(QWidget)}
    wanted = {f"{s.group} {s.label}".strip() for s in SETTINGS if s.page and s is not KEYS}
    assert wanted - names == set()


def test_a_number_and_a_choice_are_set_by_keys(dialog: Dialog) -> None:
    brush = dialog.go(Page.BRUSH)
    dialog.key(Qt.Key_Tab)
    for digit in "24":
        dialog.key(digit)
    dialog.key(Qt.Key_Return)
    assert brush.isVisible()
    assert settings.get(BRUSH_AT_START) == 24
    start = dialog.go(Page.START)
    assert start.findChild(QComboBox) is not None
    dialog.key(Qt.Key_Tab)
    dialog.key(Qt.Key_Down)
    assert settings.get(VIEW_AT_START) == "raw"


def test_menu_and_dialog_agree_whether_to_go_on_after_a_verdict(
    at_first: Hands, dialog: Dialog
) -> None:
    settings.put(ADVANCE, False)
    assert not at_first.window.parts.actions["advance"].isChecked()
    at_first.do("advance")
    assert settings.get(ADVANCE)


def test_the_size_of_text_is_set_by_keys_and_everything_makes_room_for_it(
    at_first: Hands, dialog: Dialog
) -> None:
    panel = at_first.parts.side_panel
    accept = next(
        button
        for button in panel.findChildren(QToolButton)
        if button.defaultAction() is at_first.parts.actions["accept"]
    )
    before, width = accept.height(), panel.width()
    dialog.go(Page.TEXT)
    dialog.key(Qt.Key_Tab)
    for digit in "18":
        dialog.key(digit)
    dialog.key(Qt.Key_Return)
    assert settings.get(FONT_SIZE) == 18
    at_first.wait(lambda: accept.height() > before)
    assert panel.width() > width
    assert accept.width() >= accept.minimumSizeHint().width()
    rows = at_first.parts.worklist._list
    assert rows.visualRect(at_first.slice_rows()[0]).height() > 46
    settings.reset(FONT_SIZE)
    at_first.wait(lambda: accept.height() == before)
    assert panel.width() == width
