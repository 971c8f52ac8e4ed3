"""Parts of a slice that a hand or a click encloses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, Point, box_of
from brainseg_gui.core.types import Mask, Pixels

FIRST_REACH = 64  # pixels around a seed that are looked at first: most of what is alike is near


def enclosed(
    points: Sequence[Point] | NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[Box, Mask]:
    """Return the pixels whose centres lie inside a closed line.

    Parameters
    ----------
    points : sequence of (row, column), or (N, 2) float
        In pixel coordinates in which pixel (i, j) covers [i, i+1) x [j, j+1); the line goes back
        from the last to the first.
    shape : (H, W)

    Returns
    -------
    Box, (h, w) bool
        A box on the image around the line, and what of it lies inside.
    """
    line = np.asarray(points, float)
    low, high = np.floor(line.min(axis=0)), np.ceil(line.max(axis=0)) + 1
    box = Box(int(low[0]), int(high[0]), int(low[1]), int(high[1])).clipped(shape)
    return box, _crossed_once(line - (box.top + 0.5, box.left + 0.5), box.shape)


def _crossed_once(line: NDArray[np.float64], shape: tuple[int, int]) -> Mask:
    """Return which whole (row, column) have an odd number of a closed line's edges above them.

    Only where edges cross columns is looked at, and no pixel's place among the edges: a line
    drawn by hand has hundreds of them.
    """
    height, width = shape
    start, end = line, np.roll(line, -1, axis=0)
    first, beyond = (
        np.clip(np.ceil(side(start[:, 1], end[:, 1])), 0, width).astype(int)
        for side in (np.minimum, np.maximum)
    )
    counts = beyond - first
    edge = np.repeat(np.arange(len(line)), counts)
    column = np.arange(len(edge)) + np.repeat(first - np.cumsum(counts) + counts, counts)
    slope = (end - start)[edge]
    row = start[edge, 0] + (column - start[edge, 1]) * slope[:, 0] / slope[:, 1]
    crossings = np.zeros((height + 1, width), np.uint8)  # those below the last row count nowhere
    np.bitwise_xor.at(crossings, (np.clip(np.ceil(row), 0, height).astype(int), column), 1)
    odd: Mask = np.bitwise_xor.accumulate(crossings[:height], axis=0).view(bool)
    return odd


def alike(pixels: Pixels, seed: tuple[int, int], tolerance: float) -> tuple[Box, Mask]:
    """Return the pixels that hang together with a seed and differ from it by `tolerance` at most.

    Parameters
    ----------
    pixels : (H, W) float32
    seed : (row, column)
    tolerance : float
        In units of the pixels.

    Returns
    -------
    Box, (h, w) bool
        The smallest box around them, and which of it they are; the seed is one.
    """
    from skimage.measure import label  # not at the start: it brings SciPy

    reach = FIRST_REACH
    while True:
        window = Box(seed[0] - reach, seed[0] + reach, seed[1] - reach, seed[1] + reach)
        window = window.clipped(pixels.shape)
        pieces = label(np.abs(pixels[window.slices] - pixels[seed]) <= tolerance, connectivity=2)
        found: Mask = pieces == pieces[seed[0] - window.top, seed[1] - window.left]
        inner = box_of(found)
        assert inner is not None
        box = inner.moved(window.top, window.left)
        if box.widened(1).clipped(pixels.shape).joined_with(window) == window:
            return box, found[inner.slices]
        reach *= 4  # it may go on outside
