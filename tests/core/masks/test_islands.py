"""The islands of a mask, against SciPy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from brainseg_gui.core.masks.islands import Islands
from brainseg_gui.core.types import Mask

SHAPE = (9, 11)
masks = arrays(bool, SHAPE)
pixels = st.tuples(st.integers(0, SHAPE[0] - 1), st.integers(0, SHAPE[1] - 1))


def labelled(mask: Mask) -> tuple[np.ndarray, int]:
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    return labels, count


@given(masks, pixels)
def test_the_island_under_a_pixel_is_its_connected_piece(
    mask: Mask, pixel: tuple[int, int]
) -> None:
    labels, _ = labelled(mask)
    found = Islands(mask).at((pixel[0] + 0.5, pixel[1] + 0.5))
    if mask[pixel]:
        assert found is not None
        piece = labels == labels[pixel]
        assert np.array_equal(found.whole(SHAPE), piece)
        assert found.area == np.count_nonzero(piece)


@given(masks, st.integers(1, 6))
def test_only_islands_of_enough_pixels_stay(mask: Mask, area: int) -> None:
    labels, count = labelled(mask)
    expected = np.zeros(SHAPE, bool)
    for number in range(1, count + 1):
        if np.count_nonzero(labels == number) >= area:
            expected |= labels == number
    assert np.array_equal(Islands(mask).of_at_least(area), expected)


def test_a_speck_is_hit_from_three_pixels_beside_it_and_the_nearer_one_is_meant() -> None:
    mask = np.zeros((20, 40), bool)
    mask[10, 10] = mask[10, 16:20] = True
    islands = Islands(mask)
    assert islands.at((10.5, 14.5)) is islands.at((10.5, 17.5))
    near = islands.at((10.5, 12.5))
    assert near is not None
    assert near.area == 1
    assert islands.at((6.5, 10.5)) is None
    assert Islands(np.zeros(SHAPE, bool)).at((4.5, 4.5)) is None
