"""The outline of a mask."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.measure import points_in_poly

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.masks.outline import block_edges, contours, pixel_edges
from brainseg_gui.core.types import Mask
from tests.strategies import masks

Edge = tuple[tuple[int, int], tuple[int, int]]

SMALL = st.tuples(st.integers(1, 12), st.integers(1, 12))


def whole(mask: Mask) -> Box:
    return Box(0, mask.shape[0], 0, mask.shape[1])


@st.composite
def masks_and_boxes(draw: st.DrawFn) -> tuple[Mask, Box]:
    """A mask and a box that lies on it."""
    mask = draw(masks(SMALL))
    top, bottom = sorted(draw(st.lists(st.integers(0, mask.shape[0]), min_size=2, max_size=2)))
    left, right = sorted(draw(st.lists(st.integers(0, mask.shape[1]), min_size=2, max_size=2)))
    assume(top < bottom and left < right)
    return mask, Box(top, bottom, left, right)


def unit_edges(segments: NDArray[np.int_]) -> list[Edge]:
    """Segments cut into edges of one pixel, each named by its two ends."""
    edges = []
    for row, column, last_row, last_column in segments.tolist():
        assert (row == last_row) != (column == last_column)
        assert row <= last_row
        assert column <= last_column
        down, right = int(row != last_row), int(column != last_column)
        for step in range(last_row - row + last_column - column):
            start = (row + step * down, column + step * right)
            edges.append((start, (start[0] + down, start[1] + right)))
    return edges


def edges_around(mask: Mask, inside: Mask | None = None) -> set[Edge]:
    """Every pixel edge between in and out, one pixel of it within `inside`, pixel by pixel."""
    height, width = mask.shape
    found = set()
    for row, column in np.argwhere(np.ones_like(mask) if inside is None else inside).tolist():
        around = {
            (row - 1, column): ((row, column), (row, column + 1)),
            (row + 1, column): ((row + 1, column), (row + 1, column + 1)),
            (row, column - 1): ((row, column), (row + 1, column)),
            (row, column + 1): ((row, column + 1), (row + 1, column + 1)),
        }
        for (other_row, other_column), edge in around.items():
            on_image = 0 <= other_row < height and 0 <= other_column < width
            other = on_image and mask[other_row, other_column]
            if mask[row, column] != other:
                found.add(edge)
    return found


@given(masks(SMALL))
def test_the_edges_of_the_whole_mask_are_exactly_its_perimeter(mask: Mask) -> None:
    edges = unit_edges(pixel_edges(mask, whole(mask)))
    assert len(edges) == len(set(edges))
    assert set(edges) == edges_around(mask)


@given(masks(SMALL))
def test_edges_in_one_line_are_joined_to_one_segment(mask: Mask) -> None:
    segments = pixel_edges(mask, whole(mask)).tolist()
    across = [(a, b, d) for a, b, c, d in segments if a == c]
    down = [(b, a, c) for a, b, c, d in segments if b == d]
    for lines in (across, down):
        ends = {(line, end) for line, _, end in lines}
        assert not any((line, start) in ends for line, start, _ in lines)


@given(masks_and_boxes())
def test_the_edges_of_a_box_are_edges_of_the_mask(mask_and_box: tuple[Mask, Box]) -> None:
    mask, box = mask_and_box
    assert set(unit_edges(pixel_edges(mask, box))) <= edges_around(mask)


@given(masks_and_boxes())
def test_no_edge_of_a_pixel_in_the_box_is_missing(mask_and_box: tuple[Mask, Box]) -> None:
    mask, box = mask_and_box
    inside = np.zeros_like(mask)
    inside[box.slices] = True
    assert set(unit_edges(pixel_edges(mask, box))) >= edges_around(mask, inside)


@given(masks(SMALL), st.integers(1, 5), st.integers(1, 5))
def test_the_edges_of_tiles_make_up_the_edges_of_the_whole(
    mask: Mask, height: int, width: int
) -> None:
    edges = set()
    for top in range(0, mask.shape[0], height):
        for left in range(0, mask.shape[1], width):
            bottom, right = min(top + height, mask.shape[0]), min(left + width, mask.shape[1])
            edges |= set(unit_edges(pixel_edges(mask, Box(top, bottom, left, right))))
    assert edges == edges_around(mask)


@given(masks_and_boxes())
def test_only_the_box_and_a_pixel_around_it_are_looked_at(mask_and_box: tuple[Mask, Box]) -> None:
    mask, box = mask_and_box
    far = np.ones_like(mask)
    far[max(box.top - 1, 0) : box.bottom + 1, max(box.left - 1, 0) : box.right + 1] = False
    np.testing.assert_array_equal(pixel_edges(mask, box), pixel_edges(mask ^ far, box))


@given(masks_and_boxes(), st.sampled_from([1, 2, 4, 8]), st.randoms(use_true_random=False))
def test_edges_of_blocks_go_around_each_that_has_a_pixel(
    mask_and_box: tuple[Mask, Box], step: int, rng: Random
) -> None:
    blocks, box = mask_and_box
    fine = np.zeros([side * step for side in blocks.shape], bool)
    for row, column in np.argwhere(blocks).tolist():
        fine[row * step + rng.randrange(step), column * step + rng.randrange(step)] = True
    begin, end = rng.randrange(step), rng.randrange(step)
    sides = box.top * step + begin, box.bottom * step - end, box.left * step, box.right * step
    around = Box(min(sides[0], sides[1] - 1), max(sides[1], sides[0] + 1), *sides[2:])
    assume(-(-around.bottom // step) == box.bottom and around.top // step == box.top)
    found = block_edges(fine, around, step)
    assert sorted(found.tolist()) == sorted((pixel_edges(blocks, box) * step).tolist())


@given(masks(SMALL))
def test_contours_tell_each_pixel_inside_from_each_outside(mask: Mask) -> None:
    centres = np.argwhere(np.ones_like(mask)) + 0.5
    inside = np.zeros(len(centres), bool)
    for line in contours(mask):
        inside ^= points_in_poly(centres, line)
    np.testing.assert_array_equal(inside.reshape(mask.shape), mask)


@given(masks(SMALL))
def test_contours_are_closed_even_at_the_edge_of_the_image(mask: Mask) -> None:
    for line in contours(mask):
        np.testing.assert_array_equal(line[0], line[-1])


@given(masks(SMALL))
def test_contours_stay_on_the_image(mask: Mask) -> None:
    for line in contours(mask):
        assert (line >= 0).all()
        assert (line <= mask.shape).all()


def test_the_contour_of_a_rectangle_encloses_its_area_less_the_four_corners() -> None:
    mask = np.zeros((20, 30), bool)
    mask[4:9, 10:17] = True
    (line,) = contours(mask)
    rows, columns = line[:, 0], line[:, 1]
    area = abs(np.dot(rows[:-1], columns[1:]) - np.dot(rows[1:], columns[:-1])) / 2
    assert area == 5 * 7 - 4 * 0.125


def test_an_empty_mask_has_neither_contour_nor_edge() -> None:
    mask = np.zeros((5, 6), bool)
    assert contours(mask) == []
    assert pixel_edges(mask, whole(mask)).shape == (0, 4)
