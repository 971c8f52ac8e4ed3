"""The threshold of the probability, without a window."""

from __future__ import annotations

import numpy as np
import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Probability
from brainseg_gui.ui.tools.events import Button, Key, Modifiers, Move, Option, Press, Release, Wheel
from brainseg_gui.ui.tools.threshold import PER_PIXEL, THRESHOLD
from tests.ui.tools.paper import SHAPE, Gesture, Paper

AT = (20.0, 20.0)


@pytest.fixture
def paper() -> Paper:
    """A large island of high probability, and a small one that comes at 0.3."""
    paper = Paper()
    chance = np.zeros(SHAPE, np.float32)
    chance[10:20, 10:20] = np.float32(80) / np.float32(100)
    chance[30:33, 40:43] = np.float32(30) / np.float32(100)
    paper.probability = Probability(chance)
    paper.layers[Layer.PREDICTION] = chance >= 0.5
    return paper


def right(percent: float) -> tuple[float, float]:
    """Return where on the canvas a drag is that has moved the threshold so far."""
    return 0.0, percent / PER_PIXEL


def test_islands_come_and_go_while_the_mouse_is_dragged_and_the_mask_waits(paper: Paper) -> None:
    gesture = Gesture("threshold", paper)
    gesture(Press(AT, right(0), Button.LEFT))
    shown = gesture(Move(AT, right(-20), Button.LEFT))
    assert paper.options[THRESHOLD.name] == 30
    assert len(shown.lines) == 2
    assert "p ≥ 0.30: 109 px in 2 islands" in shown.says
    shown = gesture(Move(AT, right(-19), Button.LEFT))
    assert len(shown.lines) == 1
    assert "100 px in 1 island." in shown.says
    assert gesture(Move(AT, right(31), Button.LEFT)).lines == ()
    assert not paper.mask.any()


def test_letting_go_takes_it_as_one_step(paper: Paper) -> None:
    gesture = Gesture("threshold", paper)
    gesture(Press(AT, right(0), Button.LEFT), Move(AT, right(-20), Button.LEFT))
    gesture(Release(AT, right(-20), Button.LEFT))
    assert np.count_nonzero(paper.mask) == 109
    assert paper.steps == ["Threshold 0.30"]
    assert gesture.overlay.lines == ()
    assert gesture.overlay.keys == frozenset()


def test_enter_takes_what_wheel_and_field_show_and_escape_drops_it(paper: Paper) -> None:
    gesture = Gesture("threshold", paper)
    paper.options[THRESHOLD.name] = 31
    gesture(Option(THRESHOLD.name, 31))
    gesture(Wheel(AT, AT, modifiers=Modifiers.ALT, steps=-1.0))
    assert paper.options[THRESHOLD.name] == 30
    assert gesture.overlay.keys == {"Return", "Escape"}
    gesture(Key("Escape"))
    assert not paper.mask.any()
    assert gesture.overlay.lines == ()
    gesture(Wheel(AT, AT, modifiers=Modifiers.ALT, steps=-1.0), Key("Return"))
    assert np.count_nonzero(paper.mask) == 109
    assert paper.steps == ["Threshold 0.29"]


def test_escape_in_a_drag_drops_it_though_the_button_is_still_down(paper: Paper) -> None:
    gesture = Gesture("threshold", paper)
    gesture(Press(AT, right(0), Button.LEFT), Move(AT, right(-20), Button.LEFT), Key("Escape"))
    gesture(Move(AT, right(-30), Button.LEFT), Release(AT, right(-30), Button.LEFT))
    assert not paper.mask.any()
    assert paper.steps == []


def test_a_click_that_moves_nothing_takes_nothing(paper: Paper) -> None:
    gesture = Gesture("threshold", paper)
    gesture(Press(AT, right(0), Button.LEFT), Release(AT, right(0), Button.LEFT))
    assert paper.steps == []


def test_without_a_probability_that_is_said_and_one_that_comes_later_is_used(
    paper: Paper,
) -> None:
    chance, paper.probability = paper.probability, None
    gesture = Gesture("threshold", paper)
    assert "predict it first" in gesture.overlay.says
    gesture(Option(THRESHOLD.name, 50), Key("Return"))
    assert paper.steps == []
    paper.probability = chance
    gesture(Option(THRESHOLD.name, 50), Key("Return"))
    assert np.count_nonzero(paper.mask) == 100
