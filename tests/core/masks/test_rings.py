"""Outlines along pixel edges give back the pixels that they were made of."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage.draw import polygon2mask

from brainseg_gui.core.masks.rings import Ring, filled, in_one_line, pieces
from brainseg_gui.core.types import Mask

any_mask = arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def all_rings(mask: Mask) -> list[Ring]:
    return [ring for it in pieces(mask) for ring in (it.outer, *it.holes)]


@given(any_mask)
def test_filled_rings_are_the_mask(mask: Mask) -> None:
    np.testing.assert_array_equal(filled(all_rings(mask), mask.shape), mask)


@given(any_mask)
def test_one_line_through_all_rings_is_the_mask_when_it_is_filled(mask: Mask) -> None:
    line = in_one_line(all_rings(mask))
    if not mask.any():
        assert line.shape == (0, 2)
        return
    assert line[0].tolist() == line[-1].tolist()
    np.testing.assert_array_equal(polygon2mask(mask.shape, line - 0.5), mask)


@given(any_mask)
def test_each_piece_is_one_that_hangs_together_with_its_own_holes(mask: Mask) -> None:
    labels, count = ndimage.label(mask)
    found = pieces(mask)
    assert len(found) == count
    for number, piece in enumerate(found, 1):
        own = filled((piece.outer, *piece.holes), mask.shape)
        np.testing.assert_array_equal(own, labels == number)


@given(any_mask)
def test_a_ring_has_no_corner_twice_in_a_row_and_turns_at_each(mask: Mask) -> None:
    for ring in all_rings(mask):
        steps = np.roll(ring, -1, axis=0) - ring
        assert (np.count_nonzero(steps, axis=1) == 1).all()
        across = steps[:, 0] != 0
        assert (across != np.roll(across, 1)).all()


def test_outer_rings_and_holes_run_opposite_ways() -> None:
    mask = np.ones((5, 6), bool)
    mask[2, 2:4] = False
    (piece,) = pieces(mask)
    assert piece.outer.tolist() == [[0, 0], [0, 6], [5, 6], [5, 0]]
    (hole,) = piece.holes
    assert sorted(hole.tolist()) == [[2, 2], [2, 4], [3, 2], [3, 4]]
    assert hole.tolist().index([3, 2]) == (hole.tolist().index([2, 2]) + 1) % 4
