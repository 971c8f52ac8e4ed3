"""Lasso, polygon and wand, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.operations import Context
from brainseg_gui.ui.tools.events import (
    Button,
    DoubleClick,
    Hover,
    Key,
    Modifiers,
    Move,
    Press,
    Release,
)
from brainseg_gui.ui.tools.lines.brings import BRINGS, TAKE_AWAY, VERSION, WAYS
from brainseg_gui.ui.tools.operations import MARGIN, OPERATIONS, Operation
from brainseg_gui.ui.tools.tool import Kept
from brainseg_gui.ui.tools.wand import TOLERANCE
from tests.ui.tools.paper import SHAPE, Gesture, Paper

SQUARE: list[Point] = [(4.6, 9.6), (4.6, 14.4), (9.4, 14.4), (9.4, 9.6)]
points = st.lists(st.tuples(st.floats(-5, 45), st.floats(-5, 55)), min_size=3, max_size=8)


def screen(point: Point) -> Point:
    """Return where a point is on a canvas that shows each pixel ten times as large."""
    return 10 * point[0], 10 * point[1]


def way(text: str) -> int:
    """Return the option's value for what a line is to do."""
    return [one.text for one in WAYS].index(text)


def click(gesture: Gesture, *corners: Point, held: Modifiers = Modifiers.NONE) -> None:
    for corner in corners:
        at = screen(corner)
        gesture(Press(corner, at, Button.LEFT, held), Release(corner, at, Button.LEFT))


def test_a_lasso_closes_itself_and_adds_what_is_inside_as_one_step() -> None:
    paper = Paper()
    gesture = Gesture("lasso", paper)
    gesture.drag(*SQUARE)
    assert paper.mask[5:9, 10:14].all()
    assert np.count_nonzero(paper.mask) == 16
    assert paper.steps == ["Lasso"]


@given(points)
def test_adding_and_taking_away_the_same_lasso_leaves_all_else(line: list[Point]) -> None:
    paper = Paper(np.random.default_rng(1).random(SHAPE) < 0.5)
    before = paper.mask.copy()
    Gesture("lasso", paper).drag(*line)
    added = paper.mask & ~before
    Gesture("lasso", paper).drag(*line, held=Modifiers.CONTROL)
    taken = before & ~paper.mask
    assert not (paper.mask & ~before).any()
    whole = Paper()
    Gesture("lasso", whole).drag(*line)
    assert np.array_equal(added | taken, whole.mask)


@pytest.mark.parametrize("layer", [Layer.PREDICTION, Layer.REFERENCE])
def test_inside_a_lasso_the_mask_goes_back_to_another_layer(layer: Layer) -> None:
    paper = Paper(np.random.default_rng(1).random(SHAPE) < 0.5)
    paper.layers[layer] = np.random.default_rng(2).random(SHAPE) < 0.5
    expected = paper.mask.copy()
    expected[5:9, 10:14] = paper.layers[layer][5:9, 10:14]
    paper.options[BRINGS.name] = way(layer.value.capitalize())
    gesture = Gesture("lasso", paper)
    gesture(Press(SQUARE[0], SQUARE[0], Button.LEFT))
    assert f"the mask will be that of the {layer.value}" in gesture.overlay.says
    gesture(Key("Escape"))
    gesture.drag(*SQUARE)
    assert np.array_equal(paper.mask, expected)
    assert paper.steps == [f"Lasso, back to {layer.value}"]


@pytest.mark.parametrize("row", [row for row in OPERATIONS if row.within], ids=lambda row: row.name)
def test_inside_a_lasso_an_operation_works_and_outside_nothing_changes(row: Operation) -> None:
    before = np.zeros(SHAPE, bool)
    before[5:8, 10:13] = before[20:36, 5:45] = True  # a ring and something larger
    before[6, 11] = False
    paper = Paper(before)
    done = row.function(before, Context(options=paper.options))
    paper.options[BRINGS.name] = way(row.plain)
    Gesture("lasso", paper).drag(*SQUARE)
    inside = np.zeros(SHAPE, bool)
    inside[5:9, 10:14] = True
    assert np.array_equal(paper.mask, np.where(inside, done, before))
    assert (done != before)[inside].any()
    name = row.step(paper.options)
    assert paper.steps == [f"Lasso: {name[0].lower()}{name[1:]}"]


def test_inside_a_lasso_the_mask_goes_back_to_the_version_that_was_chosen() -> None:
    paper = Paper(np.random.default_rng(1).random(SHAPE) < 0.5)
    masks = [np.random.default_rng(seed).random(SHAPE) < 0.5 for seed in (2, 3)]
    paper.versions = [
        Kept("bob, corrected 12:03", lambda: masks[0]),
        Kept("ana, accepted 11:59", lambda: masks[1]),
    ]
    paper.options |= {BRINGS.name: way("Earlier version"), VERSION.name: 1}
    expected = paper.mask.copy()
    expected[5:9, 10:14] = masks[1][5:9, 10:14]
    gesture = Gesture("lasso", paper)
    gesture(Press(SQUARE[0], SQUARE[0], Button.LEFT))
    assert "the mask will be that of ana, accepted 11:59" in gesture.overlay.says
    gesture(Key("Escape"))
    gesture.drag(*SQUARE)
    assert np.array_equal(paper.mask, expected)
    assert paper.steps == ["Lasso, back to ana, accepted 11:59"]


def test_a_margin_in_millimetres_needs_the_pixel_size_and_says_so_before() -> None:
    paper = Paper()
    paper.mask[20, 20] = paper._before[20, 20] = True
    paper.options |= {BRINGS.name: way("Grow"), MARGIN.name: MARGIN.choices.index("by 1 mm")}
    around = [(10.0, 10.0), (10.0, 30.0), (30.0, 30.0), (30.0, 10.0)]
    gesture = Gesture("lasso", paper)
    gesture(Press(around[0], around[0], Button.LEFT))
    assert gesture.overlay.says.startswith("The pixel size is not known: closing it will do")
    gesture(Key("Escape"))
    gesture.drag(*around)
    assert np.count_nonzero(paper.mask) == 1
    paper.spacing_mm = 0.5
    gesture.drag(*around)
    assert np.count_nonzero(paper.mask) == 13  # all within two pixels
    assert paper.steps == ["Lasso: grow 1 mm"]


def test_a_layer_that_is_not_there_changes_nothing_and_that_is_said_before() -> None:
    paper = Paper(np.ones(SHAPE, bool))
    paper.options[BRINGS.name] = way("Reference")
    gesture = Gesture("polygon", paper)
    click(gesture, *SQUARE)
    assert "There is no reference here" in gesture.overlay.says
    gesture(Key("Return"))
    assert paper.mask.all()


def test_a_lasso_can_take_away_without_ctrl() -> None:
    paper = Paper(np.ones(SHAPE, bool))
    paper.options[BRINGS.name] = WAYS.index(TAKE_AWAY)
    Gesture("lasso", paper).drag(*SQUARE)
    assert np.count_nonzero(~paper.mask) == 16
    assert paper.steps == ["Lasso, taken away"]


def test_escape_leaves_no_trace_of_a_lasso() -> None:
    paper = Paper()
    gesture = Gesture("lasso", paper)
    gesture(Press((4, 4), (4, 4), Button.LEFT), Move((20, 20), (20, 20), Button.LEFT))
    assert gesture.overlay.keys == {"Escape"}
    gesture(Key("Escape"), Release((20, 4), (20, 4), Button.LEFT))
    assert not paper.mask.any()


def test_a_polygon_is_closed_by_enter_or_a_double_click() -> None:
    for by_enter in (True, False):
        paper = Paper()
        gesture = Gesture("polygon", paper)
        click(gesture, *SQUARE)
        assert not paper.mask.any()
        assert gesture.overlay.marks == tuple(SQUARE)
        if by_enter:
            gesture(Key("Return"))
        else:
            gesture(DoubleClick(SQUARE[-1], screen(SQUARE[-1]), Button.LEFT))
        assert np.count_nonzero(paper.mask) == 16
        assert paper.steps == ["Polygon"]
        assert gesture.overlay.marks == gesture.overlay.lines == ()


def test_backspace_takes_the_last_corner_back_and_escape_all() -> None:
    paper = Paper()
    gesture = Gesture("polygon", paper)
    click(gesture, *SQUARE, (30, 30))
    gesture(Key("Backspace"), Key("Return"))
    assert np.count_nonzero(paper.mask) == 16
    click(gesture, (20, 20), (30, 20), (30, 30))
    gesture(Key("Escape"), Key("Return"))
    assert np.count_nonzero(paper.mask) == 16
    assert gesture.overlay.keys == frozenset()


def test_a_corner_can_be_moved_before_the_polygon_is_closed() -> None:
    paper = Paper()
    gesture = Gesture("polygon", paper)
    click(gesture, *SQUARE[:3], (39.0, 9.6))
    gesture(
        Press((38.6, 9.2), screen((38.6, 9.2)), Button.LEFT),
        Move(SQUARE[3], screen(SQUARE[3]), Button.LEFT),
        Release(SQUARE[3], screen(SQUARE[3]), Button.LEFT),
        Key("Return"),
    )
    assert np.count_nonzero(paper.mask) == 16


def test_ctrl_at_the_first_corner_takes_the_polygon_away() -> None:
    paper = Paper(np.ones(SHAPE, bool))
    gesture = Gesture("polygon", paper)
    click(gesture, SQUARE[0], held=Modifiers.CONTROL)
    click(gesture, *SQUARE[1:])
    gesture(Key("Return"))
    assert np.count_nonzero(~paper.mask) == 16


def test_the_wand_follows_the_drag_live_and_is_one_step() -> None:
    paper = Paper()
    paper.pixels = np.zeros(SHAPE, np.float32)
    paper.pixels[10:20, 10:20] = 100
    paper.pixels[14:16, 14:16] = 85
    paper.options[TOLERANCE.name] = 10
    gesture = Gesture("wand", paper)
    gesture(Hover((12, 12), (12, 12)), Press((12, 12), (12, 12), Button.LEFT))
    assert np.count_nonzero(paper.mask) == 96
    gesture(Move((12, 12), (12, 112), Button.LEFT))
    assert np.count_nonzero(paper.mask) == 100
    gesture(Move((12, 12), (12, 12), Button.LEFT))
    assert np.count_nonzero(paper.mask) == 96
    assert "96 px" in gesture.overlay.says
    gesture(Release((12, 12), (12, 12), Button.LEFT))
    assert paper.steps == ["Wand"]
