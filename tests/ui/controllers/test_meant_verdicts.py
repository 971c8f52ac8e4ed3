"""Verdicts that are meant: a key that is held decides once, and nothing is decided unseen."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QWidget

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.controllers import seen
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.widgets import held_keys
from tests.ui.hands import Hands

REPEAT_MS = 30  # as window systems do
UP_MS, LEAST_MS = held_keys.UP_MS, seen.LEAST_MS  # as people have them; most tests are quicker


def test_a_key_is_up_after_100_ms_and_a_slice_seen_after_150() -> None:
    assert (UP_MS, LEAST_MS) == (100, 150)


@pytest.fixture
def people(at_first: Hands, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Return a window with predictions on all slices, and keys as people press them."""
    for row in at_first.rows:
        at_first.wait_indexed(3)
        chance = Probability(np.zeros((128, 128), np.float32))
        chance[40:60, 40:60] = 1
        at_first.parts.worklist.choose(row.path)
        at_first.wait_shown(row.name)
        at_first.parts.data_set.predictions.put(at_first.current.slice, Prediction(chance, 0.5))
        at_first.parts.data_set.session.keep_prediction(
            at_first.current.slice.digest, chance > 0.5, "m", "s", 0.5, 0.1, None, 400
        )
    at_first.parts.worklist.choose(at_first.rows[0].path)
    at_first.wait_shown("1.mat")
    at_first.parts.screen.refresh()
    monkeypatch.setattr(held_keys, "UP_MS", UP_MS)
    monkeypatch.setattr(seen, "LEAST_MS", LEAST_MS)
    at_first.wait(lambda: at_first.parts.seen.meant)
    return at_first


def decided(hands: Hands) -> list[str]:
    """Return the slices that have a verdict."""
    return [row.name for row in hands.rows if row.verdict.is_decision]


def hold(hands: Hands, key: int, milliseconds: int) -> None:
    """Hold a key, which the window system repeats by releases and presses without saying so."""
    for _ in range(milliseconds // REPEAT_MS):
        hands.key_down(key)
        QTest.qWait(REPEAT_MS // 2)
        hands.key_up(key)
        QTest.qWait(REPEAT_MS // 2)


def test_enter_held_for_long_accepts_one_slice(people: Hands) -> None:
    hold(people, Qt.Key_Return, 1200)
    assert decided(people) == ["1.mat"]
    QTest.qWait(UP_MS + LEAST_MS)
    people.key(Qt.Key_Return)
    assert len(decided(people)) == 2


def test_no_key_held_at_random_decides_more_than_it_was_pressed(people: Hands) -> None:
    rng = random.Random(7)
    for number in range(1, 4):
        hold(people, rng.choice([Qt.Key_Return, Qt.Key_F, Qt.Key_Backspace]), rng.randint(40, 500))
        assert len(decided(people)) == number
        QTest.qWait(UP_MS + LEAST_MS)


def test_a_held_arrow_arms_no_verdict_until_it_is_up(people: Hands) -> None:
    people.key_down(Qt.Key_Right)
    people.wait_shown("2.mat")
    QTest.qWait(LEAST_MS + 20)
    people.key_down(Qt.Key_Return)
    people.key_up(Qt.Key_Return)
    assert decided(people) == []
    people.key_up(Qt.Key_Right)
    QTest.qWait(UP_MS + 20)
    people.key(Qt.Key_Return)
    assert decided(people) == ["2.mat"]


def test_a_held_key_takes_back_no_second_verdict(people: Hands) -> None:
    for name in ("2.mat", "3.mat"):
        people.key(Qt.Key_Return)
        people.wait_shown(name)
        QTest.qWait(UP_MS + LEAST_MS)
    hold(people, Qt.Key_U, 600)
    assert decided(people) == ["1.mat"]


def test_a_grade_and_enter_may_follow_each_other_as_quickly_as_hands_can(people: Hands) -> None:
    QTest.keyClick(people.window.windowHandle(), Qt.Key_6)
    QTest.keyClick(people.window.windowHandle(), Qt.Key_Return)
    assert decided(people) == ["1.mat"]
    people.wait_shown("2.mat")
    QTest.qWait(LEAST_MS)
    hold(people, Qt.Key_6, 200)
    QTest.keyClick(people.window.windowHandle(), Qt.Key_Return)
    assert decided(people) == ["1.mat"], "one that is held is down until no press follows"


def test_a_slice_that_was_hardly_painted_is_not_decided_about(people: Hands) -> None:
    people.parts.worklist.choose(people.rows[1].path)
    people.wait(lambda: people.parts.seen.painted)
    QTest.keyClick(people.window.windowHandle(), Qt.Key_Return)
    assert decided(people) == []


@pytest.mark.parametrize("hides", ["layers", "eye", "list"])
def test_a_verdict_on_what_cannot_be_seen_asks_first(
    people: Hands, monkeypatch: pytest.MonkeyPatch, hides: str
) -> None:
    asked: list[str] = []

    def ask(_parent: QWidget, why: str, _verdict: str) -> bool:
        asked.append(why)
        return len(asked) == 2

    monkeypatch.setattr(dialogs, "ask_unseen", ask)
    if hides == "layers":
        people.key("x")
        assert people.canvas.warning == "LAYERS HIDDEN"
    elif hides == "eye":
        people.parts.layers.show(Layer.PREDICTION, False)
    else:
        people.parts.worklist.search.setText("2.mat")
    people.parts.canvas.setFocus()
    for times, then in enumerate(([], ["1.mat"]), 1):
        QTest.qWait(UP_MS + 20)
        people.key("f")
        assert len(asked) == times
        assert decided(people) == then


def test_what_was_decided_is_said_and_u_takes_it_back_where_it_was(people: Hands) -> None:
    people.key(Qt.Key_Return)
    people.wait_shown("2.mat")
    assert people.notice == "1.mat accepted. U takes it back."
    QTest.qWait(UP_MS + 20)
    people.key("u")
    people.wait_shown("1.mat")
    people.wait(lambda: decided(people) == [])
    assert people.parts.screen.now is not None
    assert people.parts.screen.now.status.verdict is Verdict.UNREVIEWED
    assert people.notice == "1.mat: the verdict is taken back."


def test_a_peek_ends_with_the_key_however_it_is_repeated(people: Hands) -> None:
    hold(people, Qt.Key_X, 700)
    assert people.parts.layers.hidden
    people.wait(lambda: not people.parts.layers.hidden)
    assert people.canvas.warning == ""


def test_a_peek_ends_with_the_slice_and_with_the_keyboard(people: Hands) -> None:
    people.key_down(Qt.Key_X)
    people.parts.worklist.choose(people.rows[1].path)
    people.wait_shown("2.mat")
    assert not people.parts.layers.hidden
    people.key_up(Qt.Key_X)
    QTest.qWait(UP_MS + 20)
    people.key_down(Qt.Key_X)
    QTest.qWait(UP_MS + 350)
    other = QWidget()
    other.show()
    other.activateWindow()
    people.wait(lambda: not people.parts.layers.hidden)
    other.close()
    people.key_up(Qt.Key_X)


def test_a_held_arrow_waits_for_every_slice_to_be_painted(people: Hands) -> None:
    people.canvas.viewport().setUpdatesEnabled(False)
    hold(people, Qt.Key_Right, 300)
    assert people.parts.slices.path == people.rows[1].path
    people.canvas.viewport().setUpdatesEnabled(True)
    hold(people, Qt.Key_Right, 300)
    assert people.parts.slices.path == people.rows[2].path
