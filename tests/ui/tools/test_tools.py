"""Tools without a window: events go in, paint and overlays come out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.masks.stroke import draw_line
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.brush import RANGE, SIZE
from brainseg_gui.ui.tools.brush import SHAPE as BRUSH_SHAPE
from brainseg_gui.ui.tools.eraser import SIZE as ERASER_SIZE
from brainseg_gui.ui.tools.events import (
    Button,
    Hover,
    Key,
    Modifiers,
    Move,
    Option,
    Press,
    Release,
)
from brainseg_gui.ui.tools.table import TOOLS, options_of
from brainseg_gui.ui.tools.tool import Cursor
from tests.ui.tools.paper import SHAPE, Gesture, Paper

places = st.tuples(st.floats(-20, 60), st.floats(-20, 70))


@given(st.lists(places, min_size=1, max_size=6))
def test_the_brush_paints_the_line_of_the_mouse_as_one_step(points: list[Point]) -> None:
    paper, expected = Paper(), np.zeros(SHAPE, bool)
    Gesture("brush", paper).drag(*points)
    for start, end in zip([points[0], *points], points, strict=False):
        draw_line(expected, start, end, SIZE.default, True)
    assert np.array_equal(paper.mask, expected)
    assert paper.steps == (["Brush stroke"] if expected.any() else [])


@pytest.mark.parametrize(
    ("tool", "button", "held"),
    [
        ("eraser", Button.LEFT, Modifiers.NONE),
        ("brush", Button.RIGHT, Modifiers.NONE),
        ("brush", Button.LEFT, Modifiers.CONTROL),
    ],
)
def test_eraser_right_button_and_ctrl_erase(tool: str, button: Button, held: Modifiers) -> None:
    paper = Paper(np.ones(SHAPE, bool))
    gesture = Gesture(tool, paper)
    gesture(Press((20, 20), (20, 20), button, held))
    assert gesture.overlay.ring is not None
    assert gesture.overlay.ring.erases
    gesture(Release((20, 20), (20, 20), button, held))
    assert not paper.mask[20, 20]
    assert paper.mask[0, 0]
    assert paper.steps == ["Erase"]


def test_brush_and_eraser_have_a_size_each() -> None:
    paper = Paper(np.ones(SHAPE, bool))
    paper.options |= {SIZE.name: 30, ERASER_SIZE.name: 1}
    Gesture("eraser", paper).drag((20.5, 20.5))
    assert np.count_nonzero(~paper.mask) == 1


def test_a_square_brush_paints_squares_and_shows_one() -> None:
    paper = Paper()
    paper.options |= {SIZE.name: 4, BRUSH_SHAPE.name: 1}
    gesture = Gesture("brush", paper)
    ring = gesture(Hover((10, 10), (10, 10))).ring
    assert ring is not None
    assert ring.square
    gesture.drag((10, 10))
    assert np.count_nonzero(paper.mask) == 16
    assert paper.mask[8:12, 8:12].all()


@pytest.mark.parametrize(("held", "value"), [(Modifiers.NONE, True), (Modifiers.CONTROL, False)])
def test_within_its_range_the_brush_takes_only_what_is_like_its_first_pixel(
    held: Modifiers, value: bool
) -> None:
    paper = Paper(np.full(SHAPE, not value))
    paper.pixels[:, 25:] = 100
    paper.pixels[20, 20:24] = 12, 8, 10, 10.4
    paper.options |= {SIZE.name: 20, RANGE.name: 10}
    like = (paper.pixels >= 2) & (paper.pixels <= 22)
    gesture = Gesture("brush", paper)
    label = gesture(Hover((20.5, 20.5), (0, 0))).ring
    assert label is not None
    assert label.label == "12 ± 10"
    gesture(Press((20.5, 20.5), (0, 0), Button.LEFT, held))
    shown = gesture(Move((20.5, 24.5), (0, 0), Button.LEFT, held)).ring
    assert shown is not None
    assert shown.label == "12 ± 10"
    gesture(Release((20.5, 24.5), (0, 0), Button.LEFT, held))
    assert np.array_equal(paper.mask == value, like)


def test_a_stroke_that_comes_in_from_outside_takes_what_is_like_its_first_pixel_on_the_slice() -> (
    None
):
    paper = Paper()
    paper.pixels[:, 3:] = 100
    paper.options |= {SIZE.name: 8, RANGE.name: 5}
    Gesture("brush", paper).drag((20.5, -1.0), (20.5, 1.5), (20.5, 10.5))
    assert paper.mask[20, :3].all()
    assert not paper.mask[:, 3:].any()


def test_beside_each_tool_its_options_stand_in_its_own_order() -> None:
    names = options_of(TOOLS)
    for tool in TOOLS:
        places = [names.index(option) for option in tool.options]
        assert places == sorted(places)


@pytest.mark.parametrize(("pressure", "width"), [(0.0, 8), (0.5, 12), (1.0, 16)])
def test_pressure_widens_the_brush_from_half_to_full(pressure: float, width: float) -> None:
    paper, expected = Paper(), np.zeros(SHAPE, bool)
    gesture = Gesture("brush", paper)
    gesture(Press((20, 20), (0, 0), Button.LEFT, pressure=pressure))
    assert gesture.overlay.ring is not None
    assert gesture.overlay.ring.diameter == width
    gesture(Release((20, 20), (0, 0), Button.LEFT, pressure=0.0))
    draw_line(expected, (20, 20), (20, 20), width, True)
    assert np.array_equal(paper.mask, expected)


def test_escape_takes_a_stroke_back_and_is_asked_for_only_then() -> None:
    paper = Paper()
    gesture = Gesture("brush", paper)
    assert gesture(Hover((5, 5), (5, 5))).keys == frozenset()
    assert gesture(Press((20, 20), (20, 20), Button.LEFT)).keys == {"Escape"}
    assert paper.mask.any()
    assert gesture(Key("Escape")).keys == frozenset()
    assert not paper.mask.any()
    gesture(Release((20, 20), (20, 20), Button.LEFT))
    assert paper.steps == []


@given(
    st.sampled_from(["brush", "eraser", "lasso", "wand", "islands", "move", "contour"]),
    arrays(bool, SHAPE),
    st.lists(places, min_size=2, max_size=5),
    st.sampled_from([Modifiers.NONE, Modifiers.CONTROL, Modifiers.SHIFT]),
)
def test_escape_in_the_middle_of_any_drag_leaves_the_mask_as_it_was(
    tool: str, mask: Mask, points: list[Point], held: Modifiers
) -> None:
    paper = Paper(mask)
    gesture = Gesture(tool, paper)
    gesture(Press(points[0], points[0], Button.LEFT, held))
    gesture(*(Move(point, point, Button.LEFT, held) for point in points[1:]))
    gesture(Key("Escape"), Release(points[-1], points[-1], Button.LEFT, held))
    assert np.array_equal(paper.mask, mask)
    assert paper.steps == []


def test_a_new_size_shows_at_once_where_the_mouse_rests() -> None:
    paper = Paper()
    gesture = Gesture("brush", paper)
    gesture(Hover((5, 6), (5, 6)))
    paper.options[SIZE.name] = 21
    ring = gesture(Option(SIZE.name, 21)).ring
    assert ring is not None
    assert (ring.centre, ring.diameter) == ((5, 6), 21)


def test_the_hand_keeps_what_it_holds_under_the_mouse_and_paints_nothing() -> None:
    paper = Paper()
    gesture = Gesture("pan", paper)
    assert gesture.overlay.cursor is Cursor.OPEN_HAND
    gesture(Press((3, 4), (3, 4), Button.LEFT))
    assert gesture(Move((9, 9), (9, 9), Button.LEFT)).cursor is Cursor.CLOSED_HAND
    assert paper.moves[-1] == ((3, 4), (9, 9))
    assert gesture(Release((3, 4), (9, 9), Button.LEFT)).cursor is Cursor.OPEN_HAND
    assert not paper.mask.any()
