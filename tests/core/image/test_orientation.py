"""The border tells which way a mask lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.draw import polygon2mask

from brainseg_gui.core.image.orientation import (
    TURNS,
    Turn,
    turn_that_fits,
    turned,
    turned_back,
)
from brainseg_gui.core.slices import Slice
from tests.strategies import images, masks

every_turn = st.sampled_from(list(Turn))
SQUARE = np.array([[22.0, 22.0], [22.0, 42.0], [42.0, 42.0], [42.0, 22.0]])
HOOK = np.array([[5, 8], [5, 30], [9, 30], [9, 14], [24, 14], [24, 8]], float)


@pytest.mark.parametrize("shape", [(64, 64), (40, 64), (64, 40)])
@pytest.mark.parametrize("turn", list(Turn))
def test_each_way_in_which_a_mask_can_lie_is_told(turn: Turn, shape: tuple[int, int]) -> None:
    upright = polygon2mask(shape, HOOK)
    stored = turned_back(upright, turn)
    assert turn_that_fits(stored, HOOK) is turn
    assert np.array_equal(TURNS[turn](stored), upright)


def test_a_mask_elsewhere_fits_no_way() -> None:
    elsewhere = np.zeros((64, 64), bool)
    elsewhere[30:34, 30:34] = True
    assert turn_that_fits(elsewhere, HOOK) is None


@given(st.integers(-4, 4), st.integers(-4, 4))
def test_a_mask_that_was_moved_is_told_and_not_taken_for_a_turned_one(down: int, left: int) -> None:
    line = HOOK + 0.3  # through no pixel's middle
    moved = np.roll(polygon2mask((64, 64), line), (down, left), (0, 1))
    assert turn_that_fits(moved, line) is (Turn.NONE if down == left == 0 else None)


def test_a_lesion_that_is_nearly_its_own_mirror_image_is_moved_and_not_mirrored() -> None:
    line = np.array([[20.3, 20.3], [22.3, 36.3], [36.3, 42.3], [48.3, 37.3], [46.3, 19.3]])
    upright = polygon2mask((96, 96), line)
    for right in range(14, 18):
        moved = np.roll(upright, right, 1)
        assert turn_that_fits(moved, line) is None
    assert turn_that_fits(upright[:, ::-1], line) is Turn.LEFT_RIGHT


def test_a_mask_that_is_its_own_mirror_image_lies_as_it_should() -> None:
    assert turn_that_fits(polygon2mask((64, 64), SQUARE), SQUARE) is Turn.NONE


def test_a_border_drawn_with_a_generous_hand_turns_nothing_and_is_told() -> None:
    lesion = np.array([[21.0, 20.0], [21.0, 40.0], [42.0, 40.0], [42.0, 20.0]])
    wide = lesion + np.array([[-3, -3], [-3, 3], [3, 3], [3, -3]])
    assert turn_that_fits(polygon2mask((64, 64), lesion), wide) is None


@pytest.mark.parametrize("far", [200.0, -200.0, 1e300])
def test_a_border_outside_the_image_fits_no_way(far: float) -> None:
    with np.errstate(all="raise"):
        assert turn_that_fits(polygon2mask((64, 64), HOOK), HOOK + far) is None


def test_an_empty_mask_fits_no_way() -> None:
    assert turn_that_fits(np.zeros((64, 64), bool), HOOK) is None


@given(masks(), every_turn)
def test_a_mask_that_is_turned_and_turned_back_is_the_same(mask: np.ndarray, turn: Turn) -> None:
    assert np.array_equal(turned_back(turned(mask, turn), turn), mask)
    assert np.array_equal(turned(turned_back(mask, turn), turn), mask)


@given(images(), every_turn)
def test_a_slice_is_known_by_its_file_however_it_is_turned(image: np.ndarray, turn: Turn) -> None:
    as_read = Slice(image.astype(np.float32))
    upright = as_read.turned(turn)
    assert upright.stored_digest == as_read.digest
    assert np.array_equal(upright.pixels, turned(as_read.pixels, turn))


@pytest.mark.parametrize("shape", [(3, 4), (4, 4)])
def test_a_slice_is_another_one_in_each_position_even_if_it_looks_the_same(
    shape: tuple[int, int],
) -> None:
    dark = Slice(np.zeros(shape, np.float32))
    assert len({dark.turned(turn).digest for turn in Turn}) == len(Turn)


def test_a_border_stays_where_it_is_when_image_and_reference_are_turned() -> None:
    upright = polygon2mask((40, 64), HOOK)
    stored = turned_back(upright, Turn.LEFT)
    slice_ = Slice(stored.astype(np.float32), stored, HOOK, fits_if=Turn.LEFT)
    found = slice_.turned(Turn.LEFT)
    assert found.border is slice_.border
    assert found.reference is not None
    assert np.array_equal(found.reference, upright)
    assert np.array_equal(found.pixels > 0, upright)
    with pytest.raises(ValueError, match="already"):
        found.turned(Turn.LEFT)
