"""The part of a mask that an edit changed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from brainseg_gui.core.masks.patch import MaskPatch, agree
from brainseg_gui.core.types import Mask
from tests.strategies import SHAPES, mask_pairs, masks


def several_masks() -> st.SearchStrategy[list[Mask]]:
    """A mask and what became of it, step by step."""
    return SHAPES.flatmap(lambda shape: st.lists(masks(shape), min_size=2, max_size=6))


@given(mask_pairs())
def test_masks_agree_where_no_pixel_differs(pair: tuple[Mask, Mask]) -> None:
    assert agree(*pair) == np.array_equal(*pair)
    tall = np.zeros((200, 3), bool)
    other = tall.copy()
    assert agree(tall, other)
    other[199, 2] = True
    assert not agree(tall, other)


@given(mask_pairs())
def test_undo_and_redo_lead_exactly_there_and_back(pair: tuple[Mask, Mask]) -> None:
    before, after = pair
    patch = MaskPatch.between(before, after)
    assume(patch is not None)
    assert patch is not None
    mask = after.copy()
    patch.undo(mask)
    np.testing.assert_array_equal(mask, before)
    patch.redo(mask)
    np.testing.assert_array_equal(mask, after)


@given(several_masks())
def test_patches_undone_in_reverse_lead_back_to_the_beginning(states: list[Mask]) -> None:
    steps = [MaskPatch.between(one, next_) for one, next_ in pairwise(states)]
    mask = states[-1].copy()
    for patch in reversed(steps):
        if patch is not None:
            patch.undo(mask)
    np.testing.assert_array_equal(mask, states[0])


@given(mask_pairs())
def test_there_is_no_patch_exactly_where_nothing_changed(pair: tuple[Mask, Mask]) -> None:
    before, after = pair
    assert (MaskPatch.between(before, after) is None) == np.array_equal(before, after)


@given(mask_pairs())
def test_a_patch_is_no_larger_than_the_change(pair: tuple[Mask, Mask]) -> None:
    patch = MaskPatch.between(*pair)
    assume(patch is not None)
    assert patch is not None
    changed = patch.before != patch.after
    for edge in (changed[0], changed[-1], changed[:, 0], changed[:, -1]):
        assert edge.any()


@given(mask_pairs())
def test_nothing_outside_the_rectangle_changes(pair: tuple[Mask, Mask]) -> None:
    before, after = pair
    patch = MaskPatch.between(before, after)
    assume(patch is not None)
    assert patch is not None
    outside = np.ones(before.shape, bool)
    outside[patch.rows, patch.columns] = False
    elsewhere = ~after
    patch.undo(elsewhere)
    np.testing.assert_array_equal(elsewhere[outside], ~after[outside])


@given(mask_pairs())
def test_comparing_two_masks_changes_neither(pair: tuple[Mask, Mask]) -> None:
    before, after = pair
    copies = before.copy(), after.copy()
    MaskPatch.between(before, after)
    np.testing.assert_array_equal((before, after), copies)


def test_a_patch_keeps_its_pixels_when_the_masks_go_on_changing() -> None:
    before, after = np.zeros((4, 4), bool), np.ones((4, 4), bool)
    patch = MaskPatch.between(before, after)
    before[:], after[:] = True, False
    assert patch is not None
    assert patch.after.all()
    assert not patch.before.any()


def test_only_the_touched_rectangle_is_kept() -> None:
    before, after = np.zeros((512, 512), bool), np.zeros((512, 512), bool)
    after[10:20, 30:35] = True
    patch = MaskPatch.between(before, after)
    assert patch is not None
    assert (patch.rows, patch.columns) == (slice(10, 20), slice(30, 35))
    assert patch.before.base is None
    assert patch.after.base is None
