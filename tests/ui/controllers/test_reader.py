"""Who reviews: asked once, shown, changed; each reader has his own corrections and verdicts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QToolButton

from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui import app
from brainseg_gui.ui.app import Options, ask_reader_once
from brainseg_gui.ui.dialogs import reader_choice
from brainseg_gui.ui.dialogs.reader_choice import ReaderDialog, known_readers, remembered_reader
from tests.ui.hands import Hands, NewHands


class Platform:
    """An application that says where it runs."""

    def __init__(self, name: str) -> None:
        self._name = name

    def platformName(self) -> str:
        return self._name


def options(**what: object) -> Options:
    plain: dict[str, object] = {
        "paths": (), "demo": False, "model": None, "use_model": False,
        "review": None, "reader": None, "screenshot": None,
    }  # fmt: skip
    return Options(**(plain | what))  # type: ignore[arg-type]


def shown_reader(hands: Hands) -> str:
    return str(hands.parts.tool_bar.findChild(QToolButton, "reader").text())


def asked(hands: Hands) -> ReaderDialog:
    dialog = hands.window.findChild(ReaderDialog)
    assert dialog is not None
    hands.wait(dialog.isVisible)
    return dialog


def test_the_first_start_asks_with_the_login_as_proposal() -> None:
    assert app._asks_reader(Platform("xcb"), options())


@pytest.mark.parametrize("what", [{"reader": "Bo"}, {"screenshot": Path("x.png")}, {"demo": True}])
def test_nobody_is_asked_who_said_it_or_whom_it_would_stop(what: dict[str, object]) -> None:
    assert not app._asks_reader(Platform("xcb"), options(**what))


def test_nobody_is_asked_where_there_is_no_screen() -> None:
    assert not app._asks_reader(Platform("offscreen"), options())


def test_slices_are_opened_behind_the_question_and_the_answer_counts(
    hands: Hands, folder: Path
) -> None:
    ask_reader_once(hands.window, hands.parts)
    dialog = asked(hands)
    assert dialog.name == "Ada"
    hands.open(folder)
    QTest.keyClicks(dialog.field, "  Dr.  Bo ")
    QTest.keyClick(dialog.field, Qt.Key_Return)
    assert hands.parts.data_set.session.reader == "Dr. Bo"
    assert remembered_reader() == "Dr. Bo"
    assert "Dr. Bo" in shown_reader(hands)
    assert not app._asks_reader(Platform("xcb"), options())


def test_a_name_of_blanks_is_none(hands: Hands) -> None:
    ask_reader_once(hands.window, hands.parts)
    dialog = asked(hands)
    dialog.field.setCurrentText("   ")
    QTest.keyClick(dialog.field, Qt.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key_Escape)
    assert hands.parts.data_set.session.reader == "Ada"


def test_the_tool_bar_shows_the_reader_and_offers_those_who_were_here(hands: Hands) -> None:
    reader_choice.remember_reader("Bo")
    hands.parts.reviewing.tell_reader()
    assert "Ada" in shown_reader(hands)
    menu = hands.parts.tool_bar.findChild(QToolButton, "reader").menu()
    assert [action.text() for action in menu.actions()][:2] == ["&Ada", "&Bo"]
    menu.actions()[1].trigger()
    assert "Bo" in shown_reader(hands)
    assert hands.parts.data_set.session.reader == "Bo"


def test_the_keyboard_reaches_the_question_too(
    at_first: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(dialog: ReaderDialog) -> int:
        dialog.field.setCurrentText("Bo")
        return 1

    monkeypatch.setattr(ReaderDialog, "exec_", answer)
    at_first.do("change_reader")
    assert at_first.parts.data_set.session.reader == "Bo"
    assert known_readers() == ["Bo"]


def test_each_reader_has_his_own_correction_and_verdict(at_first: Hands) -> None:
    at_first.parts.actions["advance"].setChecked(False)
    at_first.mouse.stroke((30, 30))
    adas = at_first.mask.copy()
    at_first.key(Qt.Key_Return)
    at_first.parts.reviewing.use_reader("Bo")
    assert not at_first.current.correction.exists
    assert at_first.now.status.verdict is Verdict.UNREVIEWED
    assert at_first.rows[0].verdict is Verdict.UNREVIEWED
    at_first.mouse.stroke((90, 90))
    assert not np.array_equal(at_first.mask, adas)
    at_first.parts.reviewing.use_reader("Ada")
    assert np.array_equal(at_first.mask, adas)
    assert at_first.now.status.verdict is Verdict.CORRECTED
    assert at_first.rows[0].verdict is Verdict.CORRECTED


def test_a_stroke_under_the_mouse_belongs_to_who_drew_it(at_first: Hands) -> None:
    at_first.mouse.press((30, 30))
    at_first.mouse.move((30, 90))
    drawn = at_first.mask.copy()
    at_first.parts.reviewing.use_reader("Bo")
    assert not at_first.current.correction.exists
    at_first.parts.reviewing.use_reader("Ada")
    assert np.array_equal(at_first.mask, drawn)
    assert at_first.stored.reader == "Ada"


def test_the_next_start_begins_with_the_same_reader(at_first: Hands, new_hands: NewHands) -> None:
    at_first.parts.reviewing.use_reader("Bo")
    assert remembered_reader() == "Bo"
    assert QApplication.activeModalWidget() is None
