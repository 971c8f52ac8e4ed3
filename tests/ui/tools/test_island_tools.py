"""What is done with the island under the mouse, without a window."""

from __future__ import annotations

import numpy as np
import pytest

from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Button, Hover, Key, Modifiers, Press, Release
from tests.ui.tools.paper import SHAPE, Gesture, Paper

AT = (6.5, 6.5)  # on the first of two islands


@pytest.fixture
def two() -> Mask:
    mask = np.zeros(SHAPE, bool)
    mask[5:8, 5:9] = mask[20:30, 20:30] = True
    return mask


def test_a_click_deletes_the_island_as_one_step(two: Mask) -> None:
    paper = Paper(two)
    Gesture("islands", paper).drag(AT)
    assert np.count_nonzero(paper.mask) == 100
    assert paper.steps == ["Delete island"]


@pytest.mark.parametrize(
    ("button", "held"), [(Button.LEFT, Modifiers.CONTROL), (Button.RIGHT, Modifiers.NONE)]
)
def test_ctrl_or_the_right_button_keeps_only_it(two: Mask, button: Button, held: Modifiers) -> None:
    paper = Paper(two)
    Gesture("islands", paper).drag(AT, button=button, held=held)
    assert np.count_nonzero(paper.mask) == 12
    assert paper.mask[6, 6]
    assert paper.steps == ["Keep one island"]


def test_the_island_under_the_mouse_is_outlined_and_what_a_click_does_is_said(two: Mask) -> None:
    paper = Paper(two)
    gesture = Gesture("islands", paper)
    overlay = gesture(Hover(AT, AT))
    (line,) = overlay.lines
    rows, columns = np.array(line).T
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 8, 5, 9)
    assert "Deletes this island of 12 px" in overlay.says
    assert overlay.crosses
    with_ctrl = gesture(Hover(AT, AT, modifiers=Modifiers.CONTROL))
    assert "Keeps only this island of 12 px" in with_ctrl.says
    assert not with_ctrl.crosses
    assert gesture(Hover((15, 40), (15, 40))).lines == ()
    assert np.array_equal(paper.mask, two)


def test_escape_before_the_button_is_up_deletes_nothing(two: Mask) -> None:
    paper = Paper(two)
    gesture = Gesture("islands", paper)
    gesture(Press(AT, AT, Button.LEFT))
    assert gesture.overlay.keys == {"Escape"}
    gesture(Key("Escape"), Release(AT, AT, Button.LEFT))
    assert np.array_equal(paper.mask, two)
    assert gesture.overlay.keys == frozenset()


def test_what_was_painted_meanwhile_is_part_of_the_island(two: Mask) -> None:
    paper = Paper(two)
    gesture = Gesture("islands", paper)
    gesture(Hover(AT, AT))
    paper.mask[7:21, 8] = True
    paper.mask[20, 8:20] = True
    gesture.drag(AT)
    assert not paper.mask.any()
