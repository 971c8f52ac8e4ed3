"""A brush stroke as pixels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.masks.stroke import draw_line, swept
from brainseg_gui.core.types import Mask
from tests.strategies import masks

SHAPE = (24, 30)
EVERYWHERE = np.ones((3, 3))
EIGHTHS = 8

diameters = st.floats(0.1, 20)
widths = st.sampled_from([1, 2, 3, 4, 7, 16])


def points(margin: float = 0.0) -> st.SearchStrategy[Point]:
    """(row, column) anywhere on the image, or as far outside as `margin`."""
    row, column = (st.floats(-margin, side + margin - 1e-3) for side in SHAPE)
    return st.tuples(row, column).map(lambda point: (round(point[0], 5), round(point[1], 5)))


def grid_points(margin: int) -> st.SearchStrategy[Point]:
    """Points on eighths of a pixel: shifting them by whole pixels rounds nothing."""
    rows, columns = SHAPE
    row = st.integers(-margin * EIGHTHS, (rows + margin) * EIGHTHS)
    column = st.integers(-margin * EIGHTHS, (columns + margin) * EIGHTHS)
    return st.tuples(row, column).map(lambda point: (point[0] / EIGHTHS, point[1] / EIGHTHS))


def blank() -> Mask:
    return np.zeros(SHAPE, bool)


def painted(start: Point, end: Point, diameter: float) -> Mask:
    mask = blank()
    draw_line(mask, start, end, diameter, True)
    return mask


def distances(start: Point, end: Point) -> NDArray[np.float64]:
    """Distance of each pixel centre from the segment, by complex numbers."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5
    centre, first, last = rows + 1j * columns, complex(*start), complex(*end)
    if first == last:
        return abs(centre - first)
    share = ((centre - first) * np.conj(last - first)).real / abs(last - first) ** 2
    return abs(centre - first - np.clip(share, 0, 1) * (last - first))


@given(points(10), points(10), diameters)
def test_a_line_sets_the_pixels_whose_centre_the_brush_covers_and_no_others(
    start: Point, end: Point, diameter: float
) -> None:
    reach = max(diameter / 2, np.sqrt(0.5))
    distance = distances(start, end)
    certain = abs(distance - reach) > 1e-6
    np.testing.assert_array_equal(
        painted(start, end, diameter)[certain], (distance < reach)[certain]
    )


@given(points(), diameters)
def test_even_the_smallest_dab_paints_the_pixel_under_it(point: Point, diameter: float) -> None:
    mask = painted(point, point, diameter)
    assert mask[int(point[0]), int(point[1])]


@given(points(), points(), st.floats(0, 1))
def test_a_brush_of_one_pixel_paints_every_pixel_under_the_line(
    start: Point, end: Point, share: float
) -> None:
    row = start[0] + share * (end[0] - start[0])
    column = start[1] + share * (end[1] - start[1])
    near_an_edge = min(row % 1, 1 - row % 1, column % 1, 1 - column % 1) < 1e-6
    assert painted(start, end, 1)[int(row), int(column)] or near_an_edge


@given(st.lists(points(), min_size=2, max_size=6), widths)
def test_a_stroke_is_one_piece_however_far_apart_its_points_are(
    stroke: list[Point], diameter: float
) -> None:
    mask = blank()
    for start, end in pairwise(stroke):
        draw_line(mask, start, end, diameter, True)
    assert ndimage.label(mask, EVERYWHERE)[1] == 1


@given(st.lists(grid_points(0), min_size=2, max_size=6), widths)
def test_a_stroke_holds_together_by_edges_not_by_corners_alone(
    stroke: list[Point], diameter: float
) -> None:
    mask = np.zeros((SHAPE[0] + 20, SHAPE[1] + 20), bool)
    for (row, column), (next_row, next_column) in pairwise(stroke):
        start, end = (row + 10, column + 10), (next_row + 10, next_column + 10)
        draw_line(mask, start, end, diameter, True)
    assert ndimage.label(mask)[1] == 1


@given(points(10), points(10), diameters)
def test_erasing_a_stroke_takes_back_painting_it(start: Point, end: Point, diameter: float) -> None:
    mask = painted(start, end, diameter)
    draw_line(mask, start, end, diameter, False)
    assert not mask.any()


@given(masks(SHAPE), points(10), points(10), diameters)
def test_erasing_clears_exactly_what_painting_would_set(
    mask: Mask, start: Point, end: Point, diameter: float
) -> None:
    expected = mask & ~painted(start, end, diameter)
    draw_line(mask, start, end, diameter, False)
    np.testing.assert_array_equal(mask, expected)


@given(masks(SHAPE), points(40), points(40), diameters, st.booleans())
def test_nothing_outside_the_returned_box_changes(
    mask: Mask, start: Point, end: Point, diameter: float, value: bool
) -> None:
    before = mask.copy()
    box = draw_line(mask, start, end, diameter, value)
    if box is not None:
        mask[box.slices] = before[box.slices]
    np.testing.assert_array_equal(mask, before)


@given(points(40), points(40), diameters)
def test_the_returned_box_lies_on_the_image(start: Point, end: Point, diameter: float) -> None:
    box = draw_line(blank(), start, end, diameter, True)
    if box is not None:
        assert 0 <= box.top < box.bottom <= SHAPE[0]
        assert 0 <= box.left < box.right <= SHAPE[1]


@given(grid_points(30), grid_points(30), st.floats(0.1, 20))
def test_a_stroke_that_leaves_the_image_is_cut_at_its_edge(
    start: Point, end: Point, diameter: float
) -> None:
    room = 80
    larger = np.zeros((SHAPE[0] + 2 * room, SHAPE[1] + 2 * room), bool)
    draw_line(
        larger,
        (start[0] + room, start[1] + room),
        (end[0] + room, end[1] + room),
        diameter,
        True,
    )
    np.testing.assert_array_equal(painted(start, end, diameter), larger[room:-room, room:-room])


@pytest.mark.parametrize("point", [(-50, 5), (5, -50), (90, 5), (5, 90), (-50, 90)])
def test_a_dab_beside_the_image_touches_nothing(point: Point) -> None:
    mask = blank()
    assert draw_line(mask, point, point, 16, True) is None
    assert not mask.any()


@given(points(10), points(10), diameters, diameters)
def test_a_wider_brush_covers_what_a_narrower_one_does(
    start: Point, end: Point, one: float, other: float
) -> None:
    narrow = painted(start, end, min(one, other))
    wide = painted(start, end, max(one, other))
    assert not (narrow & ~wide).any()


@given(grid_points(10), grid_points(10), diameters)
def test_a_line_is_the_same_from_either_end(start: Point, end: Point, diameter: float) -> None:
    differs = painted(start, end, diameter) != painted(end, start, diameter)
    rim = abs(distances(start, end) - max(diameter / 2, np.sqrt(0.5))) < 1e-6
    assert not (differs & ~rim).any()


def test_the_two_axes_are_not_mixed_up() -> None:
    mask = painted((3.5, 5.5), (3.5, 20.5), 1)
    rows, columns = np.nonzero(mask)
    assert set(rows.tolist()) == {3}
    assert columns.tolist() == list(range(5, 21))


def test_two_boxes_join_to_the_smallest_one_around_both() -> None:
    assert Box(2, 5, 7, 9).joined_with(Box(4, 8, 1, 8)) == Box(2, 8, 1, 9)


@given(grid_points(margin=0), st.integers(1, 9))
def test_a_square_dab_of_side_n_has_n_by_n_pixels(centre: Point, side: int) -> None:
    shape = (SHAPE[0] + 40, SHAPE[1] + 40)
    middle = centre[0] + 20, centre[1] + 20
    found = swept(shape, middle, middle, side, square=True)
    assert found is not None
    rows, columns = np.nonzero(found[1])
    assert len(rows) == side**2
    assert np.ptp(rows) == np.ptp(columns) == side - 1


@given(points(10), points(10), st.floats(1, 12))
def test_a_square_leaves_what_the_hull_of_both_its_ends_covers(
    start: Point, end: Point, side: float
) -> None:
    corners = [
        (place[0] + down * side / 2, place[1] + right * side / 2)
        for place in (start, end)
        for down in (-1, 1)
        for right in (-1, 1)
    ]
    planes = ConvexHull(corners).equations
    centres = np.moveaxis(np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5, 0, -1)
    outside = (centres @ planes[:, :2].T + planes[:, 2]).max(axis=-1)
    covered, found = blank(), swept(SHAPE, start, end, side, square=True)
    if found is not None:
        covered[found[0].slices] = found[1]
    clear = abs(outside) > 1e-6  # on the very edge one side is as good as the other
    assert np.array_equal(covered[clear], (outside < 0)[clear])
