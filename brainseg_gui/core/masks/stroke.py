"""A brush stroke as pixels: a round brush drawn along a line, without gaps."""

from __future__ import annotations

import math

import numpy as np

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
    box = _box_around(start, end, max(diameter, 1.0) / 2, mask.shape)
    if box is not None:
        mask[box.slices][_covered(box, start, end, diameter)] = value
    return box


def brushed(
    mask: Mask, start: Point, end: Point, diameter: float, value: bool
) -> tuple[Box, Mask] | None:
    """Return what `draw_line` would make of a mask, which stays as it is.

    Returns
    -------
    (Box, (h, w) bool) or None
        The rectangle that may change and its new pixels; None if the line misses the image.
    """
    box = _box_around(start, end, max(diameter, 1.0) / 2, mask.shape)
    if box is None:
        return None
    part = mask[box.slices].copy()
    part[_covered(box, start, end, diameter)] = value
    return box, part


def _covered(box: Box, start: Point, end: Point, diameter: float) -> Mask:
    """Return which pixels of a box have their centres under the brush on its way."""
    # A dab smaller than a pixel's diagonal could fall between four centres and paint nothing.
    reach = max(diameter / 2, math.sqrt(0.5))
    rows = np.arange(box.top, box.bottom)[:, None] + 0.5
    columns = np.arange(box.left, box.right)[None, :] + 0.5
    covered: Mask = _distance_squared(rows, columns, start, end) <= reach**2
    return covered


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
    rows: np.ndarray, columns: np.ndarray, start: Point, end: Point
) -> np.ndarray:
    """Return the squared distance of each pixel centre from the segment `start` to `end`."""
    down, right = end[0] - start[0], end[1] - start[1]
    length = down * down + right * right
    if length == 0:
        squared: np.ndarray = (rows - start[0]) ** 2 + (columns - start[1]) ** 2
        return squared
    along = ((rows - start[0]) * down + (columns - start[1]) * right) / length
    along = np.clip(along, 0, 1)
    nearest: np.ndarray = (rows - start[0] - along * down) ** 2 + (
        columns - start[1] - along * right
    ) ** 2
    return nearest
