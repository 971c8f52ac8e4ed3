"""What is kept of two masks, against scikit-image, SciPy and counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from skimage.measure import label
from skimage.segmentation import find_boundaries

from brainseg_gui.core.masks.levels import (
    THRESHOLDS,
    levels_of,
    mask_at,
    pack_levels,
    unpack_levels,
)
from brainseg_gui.core.measures.compared import compared
from brainseg_gui.core.types import Mask, Probability


def masks_of(seed: int) -> tuple[Mask, Mask]:
    """Return two masks of a few blots each, some of them in both."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:40, :50]
    pair = []
    for _ in range(2):
        mask = np.zeros((40, 50), bool)
        for _ in range(3):
            row, column, radius = rng.integers(5, 35), rng.integers(5, 45), rng.integers(1, 7)
            mask |= np.hypot(rows - row, columns - column) < radius
        pair.append(mask)
    return pair[0], pair[1]


def outline(mask: Mask) -> np.ndarray:
    padded = find_boundaries(np.pad(mask, 1), connectivity=1, mode="inner")
    return np.argwhere(padded[1:-1, 1:-1])


@given(st.integers(0, 10_000))
def test_counts_and_shift_are_those_of_independent_programs(seed: int) -> None:
    mask, other = masks_of(seed)
    found = compared(mask, other)
    both = (mask & other).sum()
    assert (found.added_px, found.removed_px) == (mask.sum() - both, other.sum() - both)
    assert found.changed_px == (mask != other).sum()
    pieces = label(other, connectivity=2)
    gone = [it for it in range(1, pieces.max() + 1) if not mask[pieces == it].any()]
    assert found.removed_islands == len(gone)
    assert compared(other, mask).new_islands == len(gone)
    mine, theirs = outline(mask), outline(other)
    apart = cdist(mine, theirs)
    forth = apart.min(axis=1) * np.where(other[tuple(mine.T)], -1, 1)
    back = apart.min(axis=0) * np.where(mask[tuple(theirs.T)], 1, -1)
    assert found.shift_px == pytest.approx(np.concatenate([forth, back]).mean())


def test_empty_masks_are_as_everywhere() -> None:
    empty, mask = np.zeros((30, 40), bool), np.zeros((30, 40), bool)
    mask[3:5, 3:5] = True
    missed, neither = compared(empty, mask), compared(empty, empty)
    assert (missed.dice, missed.iou, missed.hd95_px, missed.shift_px) == (0, 0, 50, None)
    assert (neither.dice, neither.iou, neither.hd95_px, neither.shift_px) == (None,) * 4


@given(st.integers(0, 10_000))
def test_levels_are_the_masks_at_every_threshold_also_after_packing(seed: int) -> None:
    chance = np.random.default_rng(seed).random((9, 14)).astype(np.float32)
    chance[0, :13] = THRESHOLDS  # a pixel at the threshold belongs to the mask
    levels = unpack_levels(pack_levels(levels_of(Probability(chance))), (9, 14))
    for number, threshold in enumerate(THRESHOLDS):
        np.testing.assert_array_equal(mask_at(levels, number), chance >= threshold)


def test_bytes_that_are_no_levels_are_refused() -> None:
    packed = pack_levels(np.full((4, 4), 99, np.uint8))
    with pytest.raises(ValueError, match="levels"):
        unpack_levels(packed, (4, 4))
    with pytest.raises(ValueError, match="levels"):
        unpack_levels(pack_levels(np.zeros((4, 5), np.uint8)), (4, 4))
