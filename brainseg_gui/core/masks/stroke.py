"""A brush stroke as pixels: a round brush drawn along a line, without gaps."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.types import Mask


def draw_line(mask: Mask, start: Point, end: Point, diameter: float, value: bool) -> Box | None:
    """Set every pixel whose centre lies within the brush as it moves from `start` to `end`.

    Parameters
    ----------
    mask : (H, W) bool
        Changed in place.
    start, end : (row, column)
        In pixel coordinates in which pixel (i, j) covers [i, i+1) x [j, j+1), so that its
        centre is (i + 0.5, j + 0.5). Equal points draw one dab.
    diameter : float
        Brush width in pixels. At 1 the brush paints the pixels under the line itself.
    value : bool
        True paints, False erases.

    Returns
    -------
    Box or None
        The rectangle that may have changed; None if the line misses the image.
    """
    radius = max(diameter, 1.0) / 2
    box = _box_around(start, end, radius, mask.shape)
    if box is None:
        return None
    # A dab smaller than a pixel's diagonal could fall between four centres and paint nothing.
    reach = max(radius, math.sqrt(0.5))
    rows = np.arange(box.top, box.bottom)[:, None] + 0.5
    columns = np.arange(box.left, box.right)[None, :] + 0.5
    mask[box.slices][_distance_squared(rows, columns, start, end) <= reach**2] = value
    return box


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
