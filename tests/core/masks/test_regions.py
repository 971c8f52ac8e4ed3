"""Regions that a line encloses, and pixels that are alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage.draw import polygon

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.masks.regions import Alike, enclosed
from brainseg_gui.core.types import Mask

SHAPE = (30, 40)
corners = st.tuples(st.floats(-10, 40), st.floats(-10, 50))


def whole(points: list[Point]) -> Mask:
    """Return what a line encloses as a mask of the whole image."""
    mask = np.zeros(SHAPE, bool)
    box, inside = enclosed(points, SHAPE)
    mask[box.slices] = inside
    return mask


def test_a_rectangle_holds_the_pixels_whose_centres_are_inside() -> None:
    expected = np.zeros(SHAPE, bool)
    expected[5:9, 10:14] = True
    assert np.array_equal(whole([(4.6, 9.6), (4.6, 14.4), (9.4, 14.4), (9.4, 9.6)]), expected)


@given(st.lists(corners, min_size=1, max_size=8))
def test_any_line_gives_a_box_on_the_image(points: list[Point]) -> None:
    box, inside = enclosed(points, SHAPE)
    assert inside.shape == box.shape
    assert 0 <= box.top <= box.bottom <= SHAPE[0]
    assert 0 <= box.left <= box.right <= SHAPE[1]


@given(st.integers(0, 1000), st.integers(1, 40))
def test_a_line_that_crosses_itself_encloses_what_is_inside_an_odd_number_of_times(
    seed: int, count: int
) -> None:
    line = np.random.default_rng(seed).uniform(-10, 50, (count, 2))
    expected = np.zeros(SHAPE, bool)
    expected[polygon(*(line - 0.5).T, SHAPE)] = True
    assert np.array_equal(whole([(row, column) for row, column in line]), expected)


@given(st.integers(4, 12), st.integers(10, 20), st.integers(10, 25))
def test_the_outline_of_a_disc_encloses_the_disc(radius: int, row: int, column: int) -> None:
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    disc = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
    (line,) = contours(disc)
    again = whole([(float(r), float(c)) for r, c in line])
    assert np.count_nonzero(again != disc) <= len(line) // 4  # outlines cut corners


@pytest.mark.parametrize("tolerance", [0.0, 1.5, 100.0])
def test_alike_are_the_pixels_that_hang_together_within_the_tolerance(tolerance: float) -> None:
    pixels = np.random.default_rng(3).integers(0, 6, SHAPE).astype(np.float32)
    seed = (12, 20)
    near = np.abs(pixels - pixels[seed]) <= tolerance
    pieces, _ = ndimage.label(near, np.ones((3, 3)))
    box, found = Alike(pixels, seed).within(tolerance)
    mask = np.zeros(SHAPE, bool)
    mask[box.slices] = found
    assert np.array_equal(mask, pieces == pieces[seed])


@pytest.mark.parametrize("seed", [(0, 0), (150, 150), (299, 301)])
def test_alike_reaches_as_far_as_it_hangs_together(seed: tuple[int, int]) -> None:
    pixels = np.zeros((300, 302), np.float32)
    pixels[1::4, :-1] = pixels[3::4, 1:] = 9  # walls with a gap, left and right in turn
    pixels[seed] = 0
    box, found = Alike(pixels, seed).within(1)
    assert (box.top, box.bottom, box.left, box.right) == (0, 300, 0, 302)
    assert np.array_equal(found, pixels == 0)
