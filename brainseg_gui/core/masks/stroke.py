"""A brush stroke as pixels: a round or square brush drawn along a line, without gaps."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.types import Mask

HAIR = 1e-9  # by which a square reaches farther up and left: of two equal rows it takes one


def draw_line(mask: Mask, start: Point, end: Point, diameter: float, value: bool) -> Box | None:
    """Set every pixel whose centre lies within a round brush as it moves from `start` to `end`.

    Parameters
    ----------
    mask : (H, W) bool
        Changed in place.
    start, end, diameter
        As `swept` takes them.
    value : bool
        True paints, False erases.

    Returns
    -------
    Box or None
        The rectangle that may have changed; None if the line misses the image.
    """
    found = swept(mask.shape, start, end, diameter)
    if found is None:
        return None
    box, covered = found
    mask[box.slices][covered] = value
    return box


def swept(
    shape: tuple[int, ...], start: Point, end: Point, width: float, *, square: bool = False
) -> tuple[Box, Mask] | None:
    """Return the pixels whose centres lie within the brush as it moves from `start` to `end`.

    Parameters
    ----------
    shape : (H, W)
    start, end : (row, column)
        In pixel coordinates in which pixel (i, j) covers [i, i+1) x [j, j+1), so that its
        centre is (i + 0.5, j + 0.5). Equal points draw one dab.
    width : float
        Diameter or side of the brush in pixels. At 1 it takes the pixels under the line itself.
    square : bool
        The brush is a square that does not turn; a side of n takes n x n pixels.

    Returns
    -------
    (Box, (h, w) bool) or None
        A rectangle of the image and what of it is covered; None if the line misses the image.
    """
    box = _box_around(start, end, max(width, 1.0) / 2, shape)
    if box is None:
        return None
    rows = np.arange(box.top, box.bottom)[:, None] + 0.5
    columns = np.arange(box.left, box.right)[None, :] + 0.5
    if square:
        return box, _under_square(rows, columns, start, end, max(width, 1.0) / 2)
    # A dab smaller than a pixel's diagonal could fall between four centres and paint nothing.
    reach = max(width / 2, math.sqrt(0.5))
    covered: Mask = _distance_squared(rows, columns, start, end) <= reach**2
    return box, covered


def _under_square(
    rows: NDArray[np.floating], columns: NDArray[np.floating], start: Point, end: Point, half: float
) -> Mask:
    """Return where row and column are under the square at one and the same time of its way."""
    above = _times(rows + HAIR, start[0], end[0], half)
    beside = _times(columns + HAIR, start[1], end[1], half)
    covered: Mask = np.maximum(above[0], beside[0]) <= np.minimum(above[1], beside[1])
    return covered


def _times(
    places: NDArray[np.floating], start: float, end: float, half: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return from when to when, of 0 to 1, places lie within `half` of what moves."""
    way = end - start
    if abs(way) < HAIR:
        under = np.abs(places - start) <= half
        return np.where(under, 0.0, 2.0), np.where(under, 1.0, -1.0)
    arrives, leaves = (places - half - start) / way, (places + half - start) / way
    first, last = (arrives, leaves) if way > 0 else (leaves, arrives)
    return np.maximum(first, 0.0), np.minimum(last, 1.0)


def _box_around(start: Point, end: Point, radius: float, shape: tuple[int, ...]) -> Box | None:
    reach = radius + 1
    box = Box(
        max(math.floor(min(start[0], end[0]) - reach), 0),
        min(math.ceil(max(start[0], end[0]) + reach), shape[0]),
        max(math.floor(min(start[1], end[1]) - reach), 0),
        min(math.ceil(max(start[1], end[1]) + reach), shape[1]),
    )
    return box if box.top < box.bottom and box.left < box.right else None


def _distance_squared(
    rows: NDArray[np.floating], columns: NDArray[np.floating], start: Point, end: Point
) -> NDArray[np.float64]:
    """Return the squared distance of each pixel centre from the segment `start` to `end`."""
    down, right = end[0] - start[0], end[1] - start[1]
    length = down * down + right * right
    if length == 0:
        squared: NDArray[np.float64] = (rows - start[0]) ** 2 + (columns - start[1]) ** 2
        return squared
    along = ((rows - start[0]) * down + (columns - start[1]) * right) / length
    along = np.clip(along, 0, 1)
    nearest: NDArray[np.float64] = (rows - start[0] - along * down) ** 2 + (
        columns - start[1] - along * right
    ) ** 2
    return nearest
