"""Undo and redo of one slice's correction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.review.values.history import Correction, Edit
from tests.strategies import masks

SHAPE = (5, 7)
LAYERS = (Layer.PREDICTION, Layer.REFERENCE, Layer.NOTHING)


@pytest.fixture
def correction():
    return Correction(np.zeros(SHAPE, bool))


def square(top, left):
    mask = np.zeros(SHAPE, bool)
    mask[top : top + 2, left : left + 2] = True
    return mask


def draw(correction, mask):
    """Change the mask in place as a brush does, then note the stroke."""
    patch = MaskPatch.between(correction.mask, mask)
    if patch is not None:
        correction.mask[:] = mask
        start_before = correction.start
        correction.start = correction.start or Layer.NOTHING
        correction.history.note(Edit("Brush stroke", start_before, correction.start, patch=patch))
    return patch is not None


steps = st.one_of(
    st.tuples(st.just("draw"), masks(SHAPE)),
    st.tuples(st.sampled_from(LAYERS), masks(SHAPE)),
    st.tuples(st.just("discard"), st.just(np.zeros(SHAPE, bool))),
    st.tuples(st.sampled_from(["undo", "redo"]), st.none()),
)


@given(st.lists(steps, max_size=12))
def test_every_way_through_undo_and_redo_shows_the_state_that_was_there(way) -> None:
    correction = Correction(np.zeros(SHAPE, bool))
    states, now = [(correction.mask.copy(), None)], 0
    for step, mask in way:
        if step == "undo":
            assert (correction.undo() is None) == (now == 0)
            now = max(now - 1, 0)
        elif step == "redo":
            assert (correction.redo() is None) == (now == len(states) - 1)
            now = min(now + 1, len(states) - 1)
        else:
            if step == "draw":
                changed = draw(correction, mask)
                start = states[now][1] or Layer.NOTHING
            else:
                start = None if step == "discard" else step
                changed = correction.replace(step, mask, start)
            if changed:
                states[now + 1 :] = [(mask.copy(), start)]
                now += 1
        np.testing.assert_array_equal(correction.mask, states[now][0])
        assert correction.start == states[now][1]


def test_a_slice_has_no_correction_before_the_first_step(correction) -> None:
    assert not correction.exists


def test_starting_from_nothing_is_a_correction_although_no_pixel_changes(correction) -> None:
    assert correction.replace("Start from nothing", np.zeros(SHAPE, bool), Layer.NOTHING)
    assert correction.exists


def test_a_stroke_on_a_slice_without_a_correction_begins_one(correction) -> None:
    draw(correction, square(1, 1))
    assert correction.start == Layer.NOTHING


def test_undoing_the_first_step_leaves_no_correction(correction) -> None:
    draw(correction, square(1, 1))
    correction.undo()
    assert not correction.exists


def test_what_changes_nothing_is_no_step(correction) -> None:
    correction.replace("Start from reference", square(1, 1), Layer.REFERENCE)
    assert not correction.replace("Start from reference", square(1, 1), Layer.REFERENCE)
    assert correction.undo_text == "Start from reference"
    correction.undo()
    assert correction.undo_text == ""


def test_the_buttons_name_the_step_they_take_back_or_repeat(correction) -> None:
    correction.replace("Start from prediction", square(0, 0), Layer.PREDICTION)
    draw(correction, square(3, 3))
    assert (correction.undo_text, correction.redo_text) == ("Brush stroke", "")
    correction.undo()
    assert (correction.undo_text, correction.redo_text) == ("Start from prediction", "Brush stroke")


def test_a_new_step_ends_what_could_be_redone(correction) -> None:
    draw(correction, square(0, 0))
    correction.undo()
    draw(correction, square(3, 3))
    assert correction.redo() is None
    np.testing.assert_array_equal(correction.mask, square(3, 3))


def test_the_mask_stays_the_same_array_so_that_the_screen_can_share_it(correction) -> None:
    mask = correction.mask
    correction.replace("Start from reference", square(1, 1), Layer.REFERENCE)
    correction.undo()
    correction.redo()
    assert correction.mask is mask


def test_the_layer_it_started_from_is_copied_not_drawn_on(correction) -> None:
    reference = square(1, 1)
    reference.setflags(write=False)
    correction.replace("Start from reference", reference, Layer.REFERENCE)
    draw(correction, square(3, 3))
    np.testing.assert_array_equal(reference, square(1, 1))
