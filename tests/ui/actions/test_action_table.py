"""The action table: every command has a handler, a tip with its key, and a key of its own."""

from __future__ import annotations

from collections import Counter

import pytest
from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QApplication, QDialog, QMessageBox, QTextBrowser

from brainseg_gui.ui.actions import menus
from brainseg_gui.ui.actions.mouse import MOUSE
from brainseg_gui.ui.actions.table import ACTIONS, ActionSpec, Needs
from brainseg_gui.ui.commands.handlers import handlers
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.dialogs.key_help import KeyHelp
from tests.ui.hands import Hands

every_action = pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.name)


def enabled(hands: Hands) -> set[str]:
    return {name for name, action in hands.parts.actions.items() if action.isEnabled()}


def test_names_are_unique() -> None:
    assert [
        name for name, count in Counter(spec.name for spec in ACTIONS).items() if count > 1
    ] == []


def test_no_two_actions_share_a_key() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []


@every_action
def test_every_key_is_one_that_qt_knows(spec: ActionSpec) -> None:
    sequences = [QKeySequence(key) for key in spec.keys]
    assert all(sequence.count() == 1 and sequence[0] > 0 for sequence in sequences)
    assert "" not in [sequence.toString() for sequence in sequences]


def test_every_action_has_a_handler(hands: Hands) -> None:
    found = handlers(hands.parts)
    assert [spec.name for spec in ACTIONS if not callable(found.get(spec.name))] == []


def test_every_tip_names_its_key(hands: Hands) -> None:
    tips = {spec: hands.parts.actions[spec.name].toolTip() for spec in ACTIONS}
    assert [spec.name for spec, tip in tips.items() if not tip] == []
    without = [spec.name for spec, tip in tips.items() if spec.keys and spec.keys[0] not in tip]
    assert without == []


def test_every_menu_entry_has_its_keys(hands: Hands) -> None:
    for spec in ACTIONS:
        shortcuts = hands.parts.actions[spec.name].shortcuts()
        assert shortcuts == [QKeySequence(key) for key in spec.keys]


def test_no_two_entries_of_a_menu_share_a_letter() -> None:
    letters = Counter(
        (spec.menu, spec.text[spec.text.index("&") + 1].lower())
        for spec in ACTIONS
        if "&" in spec.text
    )
    assert [where for where, count in letters.items() if count > 1] == []


def test_lines_part_the_groups_of_every_long_menu(hands: Hands) -> None:
    for opens in hands.window.menuBar().actions():
        lines = [action.isSeparator() for action in opens.menu().actions()]
        runs = "".join("|" if line else "x" for line in lines).split("|")
        assert all(runs), opens.text()  # none at an end, no two beside each other
        assert max(map(len, runs)) <= 10, opens.text()


def test_a_command_needs_everything_that_it_names(qapp: QApplication) -> None:
    parent = QObject()
    actions = menus.make_actions(parent)
    menus.refresh(actions, ~Needs.NOTHING)
    assert all(action.isEnabled() for action in actions.values())
    for need in Needs:
        menus.refresh(actions, ~need)
        disabled = {name for name, action in actions.items() if not action.isEnabled()}
        assert disabled == {spec.name for spec in ACTIONS if need in spec.needs}


def test_with_nothing_open_nothing_can_be_done_to_a_slice(hands: Hands) -> None:
    assert enabled(hands).isdisjoint(
        {"export_mask", "export_all", "undo", "redo", "start_nothing", "discard", "predict"}
    )
    assert {"open_folder", "open_demo", "quit", "shortcuts"} <= enabled(hands)


def test_an_open_slice_can_be_begun_but_not_yet_exported(at_first: Hands) -> None:
    assert {"start_nothing", "start_reference", "next_slice", "fit"} <= enabled(at_first)
    assert enabled(at_first).isdisjoint({"export_mask", "export_all", "undo", "discard"})


def test_a_stroke_can_be_undone_discarded_and_exported(at_first: Hands) -> None:
    at_first.mouse.stroke((64, 64))
    assert {"export_mask", "export_all", "undo", "discard"} <= enabled(at_first)
    assert "redo" not in enabled(at_first)


def test_the_help_page_names_every_key(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def remember(dialog: QDialog) -> int:
        shown.append(dialog.findChild(QTextBrowser).toPlainText())
        return 0

    monkeypatch.setattr(dialogs.QDialog, "exec_", remember)
    hands.key("?")
    (text,) = shown
    assert [key for spec in ACTIONS for key in spec.keys if key not in text] == []
    assert [does for _, does in MOUSE if does not in text] == []


def test_the_list_of_keys_is_searched_by_typing(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def look(dialog: KeyHelp) -> int:
        for sought in ("zoom mask", "ctrl+shift+z", "nothing such"):
            dialog.search.setText(sought)
            found.append(dialog.text.toPlainText())
        return 0

    monkeypatch.setattr(KeyHelp, "exec_", look)
    hands.key(Qt.Key_F1)
    by_name, by_key, none = found
    assert "Zoom to the mask" in by_name
    assert "Brush" not in by_name
    assert "Redo" in by_key
    assert "Zoom" not in by_key
    assert none == "No command has such a key or name."


def test_about_says_that_it_is_no_medical_device(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "about", lambda _parent, _title, text: said.append(text))
    hands.do("about")
    assert "Not a medical device" in said[0]


def test_ctrl_q_closes_the_window(hands: Hands) -> None:
    hands.do("quit")
    assert not hands.window.isVisible()
