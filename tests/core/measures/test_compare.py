"""Agreement of two masks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from scipy import ndimage

from brainseg_gui.core.measures.compare import Against, boundary, dice, hd95, iou
from brainseg_gui.core.types import Mask
from tests.strategies import mask_pairs, masks


def square(top: int, left: int, side: int, shape: tuple[int, int] = (40, 40)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[top : top + side, left : left + side] = True
    return mask


EMPTY = np.zeros((40, 40), bool)


def test_a_missed_tumour_scores_nothing_and_lies_a_diagonal_away() -> None:
    tumour = square(5, 5, 10)
    assert dice(tumour, EMPTY) == 0
    assert iou(EMPTY, tumour) == 0
    assert hd95(tumour, EMPTY) == math.hypot(40, 40)
    assert hd95(EMPTY, tumour) == math.hypot(40, 40)


def test_two_empty_masks_have_no_score() -> None:
    assert dice(EMPTY, EMPTY) is None
    assert iou(EMPTY, EMPTY) is None
    assert hd95(EMPTY, EMPTY) is None


def test_a_square_moved_by_half_its_side_overlaps_by_half() -> None:
    a, b = square(0, 0, 10), square(0, 5, 10)
    assert dice(a, b) == 0.5
    assert iou(a, b) == pytest.approx(1 / 3)


def test_a_square_moved_by_three_pixels_is_three_pixels_away() -> None:
    assert hd95(square(5, 5, 10), square(5, 8, 10)) == pytest.approx(3)


def test_one_stray_pixel_in_twenty_does_not_count_as_distance() -> None:
    a = square(5, 5, 10)
    b = a.copy()
    b[39, 39] = True
    assert hd95(a, b) == 0


@given(mask_pairs())
def test_agreement_does_not_depend_on_the_order(pair: tuple[Mask, Mask]) -> None:
    a, b = pair
    assert dice(a, b) == dice(b, a)
    assert iou(a, b) == iou(b, a)
    assert hd95(a, b) == hd95(b, a)


@given(mask_pairs())
def test_dice_and_iou_are_two_readings_of_the_same_overlap(pair: tuple[Mask, Mask]) -> None:
    overlap, union = dice(*pair), iou(*pair)
    assert (overlap is None) == (union is None)
    if overlap is not None and union is not None:
        assert 0 <= union <= overlap <= 1
        assert overlap == pytest.approx(2 * union / (1 + union))


@given(mask_pairs())
def test_the_dice_against_a_mask_that_stays_is_that_of_the_two(pair: tuple[Mask, Mask]) -> None:
    assert Against(pair[0]).dice(pair[1]) == dice(*pair)


@given(masks())
def test_a_mask_agrees_with_itself(mask: Mask) -> None:
    if mask.any():
        assert (dice(mask, mask), iou(mask, mask), hd95(mask, mask)) == (1, 1, 0)


@given(masks())
def test_the_boundary_is_what_an_erosion_takes_away(mask: Mask) -> None:
    assert np.array_equal(boundary(mask), mask & ~ndimage.binary_erosion(mask))
