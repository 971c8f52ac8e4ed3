"""What is done with the island under the mouse, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Button, Hover, Key, Modifiers, Move, Press, Release
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


def test_an_island_is_moved_by_whole_pixels_as_one_step(two: Mask) -> None:
    paper = Paper(two)
    Gesture("move", paper).drag(AT, (7.7, 30.0), (9.7, 4.4))
    expected = np.zeros(SHAPE, bool)
    expected[8:11, 3:7] = expected[20:30, 20:30] = True
    assert np.array_equal(paper.mask, expected)
    assert paper.steps == ["Move 3 px down and 2 px left"]


@pytest.mark.parametrize(("start", "held"), [(AT, Modifiers.SHIFT), ((15.0, 45.0), Modifiers.NONE)])
def test_with_shift_or_beside_the_islands_the_whole_mask_moves(
    two: Mask, start: Point, held: Modifiers
) -> None:
    paper = Paper(two)
    Gesture("move", paper).drag(start, (start[0] - 2, start[1] + 1), held=held)
    assert np.array_equal(paper.mask, np.roll(two, (-2, 1), (0, 1)))
    assert paper.steps == ["Move 2 px up and 1 px right"]


def test_an_island_that_is_moved_over_another_one_leaves_it_as_it_was(two: Mask) -> None:
    paper = Paper(two)
    gesture = Gesture("move", paper)
    gesture.drag(AT, (24.5, 24.5), AT)
    assert np.array_equal(paper.mask, two)
    assert paper.steps == []


def test_what_leaves_the_slice_comes_back_within_the_drag_and_escape_puts_all_back(
    two: Mask,
) -> None:
    paper = Paper(two)
    gesture = Gesture("move", paper)
    gesture(Press(AT, AT, Button.LEFT), Move((-60.5, 6.5), (0, 0), Button.LEFT))
    assert np.count_nonzero(paper.mask) == 100
    gesture(Move((7.5, 6.5), (0, 0), Button.LEFT))
    assert np.count_nonzero(paper.mask) == 112
    assert "1 px down" in gesture.overlay.says
    gesture(Key("Escape"), Release((7.5, 6.5), (0, 0), Button.LEFT))
    assert np.array_equal(paper.mask, two)


@given(arrays(bool, SHAPE), st.tuples(st.integers(-45, 45), st.integers(-55, 55)))
def test_the_whole_mask_moves_pixel_by_pixel(mask: Mask, by: tuple[int, int]) -> None:
    paper = Paper(mask)
    middle = (20.0, 25.0)
    to = (middle[0] + by[0], middle[1] + by[1])
    Gesture("move", paper).drag(middle, to, held=Modifiers.SHIFT)
    room = np.pad(mask, 60)
    rows, columns = slice(60 - by[0], 100 - by[0]), slice(60 - by[1], 110 - by[1])
    assert np.array_equal(paper.mask, room[rows, columns])


def test_nothing_to_move_is_no_step_and_no_error() -> None:
    paper = Paper()
    Gesture("move", paper).drag(AT, (20.5, 20.5))
    assert paper.steps == []
