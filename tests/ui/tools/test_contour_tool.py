"""Dragging the outline, without a window."""

from __future__ import annotations

import numpy as np
import pytest

from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.contour import REACH
from brainseg_gui.ui.tools.events import Button, Hover, Key, Move, Press, Release
from tests.ui.tools.paper import SHAPE, Gesture, Paper

ON_EDGE = (10.4, 20.2)


@pytest.fixture
def square() -> Mask:
    mask = np.zeros(SHAPE, bool)
    mask[10:30, 10:30] = True
    return mask


def test_a_drag_bends_the_outline_live_and_is_one_step(square: Mask) -> None:
    paper = Paper(square)
    paper.options[REACH.name] = 6
    gesture = Gesture("contour", paper)
    gesture(Press(ON_EDGE, ON_EDGE, Button.LEFT), Move((4.4, 20.2), (0, 0), Button.LEFT))
    assert paper.mask[5, 20]
    gesture(Move((7.4, 20.2), (0, 0), Button.LEFT))
    assert not paper.mask[5, 20]
    assert paper.mask[8, 20]
    assert not paper.mask[8, 12]
    gesture(Release((7.4, 20.2), (0, 0), Button.LEFT))
    assert paper.mask[8, 20]
    assert np.array_equal(paper.mask[10:], square[10:])
    assert paper.steps == ["Drag outline"]


def test_what_would_follow_is_shown_before(square: Mask) -> None:
    paper = Paper(square)
    paper.options[REACH.name] = 6
    gesture = Gesture("contour", paper)
    shown = gesture(Hover(ON_EDGE, ON_EDGE))
    ((row, column),) = shown.marks
    assert (row, column) == pytest.approx((10, 20.2), abs=0.5)
    (line,) = shown.lines
    rows, columns = np.array(line).T
    assert rows.max() == 10
    assert (columns.min(), columns.max()) == pytest.approx((14.2, 26.2), abs=1)
    assert (abs(np.diff(columns)) <= 1).all()  # in one piece, wherever the outline begins
    assert "6 px on either side" in shown.says
    assert gesture(Hover((35, 45), (0, 0))).marks == ()


def test_escape_puts_the_outline_back_and_a_press_far_from_it_does_nothing(square: Mask) -> None:
    paper = Paper(square)
    gesture = Gesture("contour", paper)
    gesture(Press(ON_EDGE, ON_EDGE, Button.LEFT), Move((4.4, 20.2), (0, 0), Button.LEFT))
    gesture(Key("Escape"), Release((4.4, 20.2), (0, 0), Button.LEFT))
    assert np.array_equal(paper.mask, square)
    gesture.drag((39.5, 49.5), (20, 20))
    assert np.array_equal(paper.mask, square)
    assert paper.steps == []


def test_an_outline_that_is_dragged_off_the_slice_stops_at_its_edge(square: Mask) -> None:
    paper = Paper(square)
    gesture = Gesture("contour", paper)
    gesture.drag(ON_EDGE, (-40.0, 20.2))
    assert paper.mask[0, 20]
