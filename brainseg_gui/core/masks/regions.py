"""Parts of a slice that a hand or a click encloses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.masks.outline import box_of
from brainseg_gui.core.types import Mask, Pixels


def enclosed(points: Sequence[Point], shape: tuple[int, ...]) -> tuple[Box, Mask]:
    """Return the pixels whose centres lie inside a closed line.

    Parameters
    ----------
    points : sequence of (row, column)
        In pixel coordinates in which pixel (i, j) covers [i, i+1) x [j, j+1); the line goes back
        from the last to the first.
    shape : (H, W)

    Returns
    -------
    Box, (h, w) bool
        A box on the image around the line, and what of it lies inside.
    """
    from skimage.draw import polygon

    line = np.asarray(points, float)
    low, high = np.floor(line.min(axis=0)), np.ceil(line.max(axis=0)) + 1
    box = Box(int(low[0]), int(high[0]), int(low[1]), int(high[1])).clipped(shape)
    inside = np.zeros(box.shape, bool)
    rows, columns = (line - (box.top + 0.5, box.left + 0.5)).T
    inside[polygon(rows, columns, box.shape)] = True
    return box, inside


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
    from skimage.segmentation import flood  # not at the start: it brings SciPy

    found: Mask = flood(pixels, seed, tolerance=tolerance)
    found[seed] = True
    box = box_of(found)
    assert box is not None
    return box, found[box.slices]
