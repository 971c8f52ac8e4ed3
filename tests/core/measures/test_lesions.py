"""Agreement by lesion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from skimage.measure import label

from brainseg_gui.core.measures.lesions import (
    LesionCounts,
    counts,
    lesions,
    lesions_in,
    lesions_text,
)
from brainseg_gui.core.types import Mask
from tests.strategies import mask_pairs, masks


def squares(*places: tuple[int, int, int]) -> Mask:
    """Return squares of (top, left, side)."""
    mask = np.zeros((100, 100), bool)
    for top, left, side in places:
        mask[top : top + side, left : left + side] = True
    return mask


def test_found_missed_and_invented_lesions_are_counted() -> None:
    reference = squares((0, 0, 10), (0, 50, 20), (60, 60, 5))
    mask = squares((0, 2, 10), (0, 50, 18), (80, 5, 30))
    found = counts(lesions(mask, reference))
    assert found == LesionCounts(found=2, missed=1, false=1)
    assert (found.recall, found.precision) == (2 / 3, 2 / 3)
    assert found.f1 == pytest.approx(2 / 3)


def test_one_blot_over_two_lesions_finds_one_of_them_the_better_one() -> None:
    reference = squares((10, 10, 10), (10, 24, 14))
    blot = np.zeros((100, 100), bool)
    blot[10:24, 10:38] = True
    first, second = lesions(blot, reference)
    assert (first.reference_px, first.iou) == (196, 196 / 392)
    assert (second.area_px, second.reference_px) == (None, 100)


def test_a_brush_of_the_edge_is_no_lesion_found() -> None:
    reference, mask = squares((10, 10, 10)), squares((10, 19, 30))
    assert counts(lesions(mask, reference)) == LesionCounts(missed=1, false=1)
    assert counts(lesions(mask, reference, least_iou=0)) == LesionCounts(found=1)


def test_where_there_is_nothing_there_is_no_share() -> None:
    nothing = counts(lesions(squares(), squares()))
    assert (nothing.recall, nothing.precision, nothing.f1) == (None, None, None)
    assert counts(lesions(squares(), squares((0, 0, 5)))).f1 == 0


@given(mask_pairs())
def test_every_piece_is_of_exactly_one_lesion(pair: tuple[Mask, Mask]) -> None:
    mask, reference = pair
    found = lesions(mask, reference)
    for own, of in ((0, mask), (1, reference)):
        sizes = sorted(np.bincount(label(of, connectivity=2).ravel())[1:])
        named = [(it.area_px, it.reference_px)[own] for it in found]
        assert sorted(size for size in named if size is not None) == sizes
    assert lesions_in(lesions_text(found)) == tuple(replace(it, iou=0.0) for it in found)


@given(mask_pairs(), mask_pairs())
def test_slices_add_up(one: tuple[Mask, Mask], other: tuple[Mask, Mask]) -> None:
    both = [*lesions(*one), *lesions(*other)]
    assert counts(both) == counts(lesions(*one)) + counts(lesions(*other))


@given(masks())
def test_a_mask_finds_every_lesion_of_itself(mask: Mask) -> None:
    found = counts(lesions(mask, mask))
    assert (found.missed, found.false) == (0, 0)
