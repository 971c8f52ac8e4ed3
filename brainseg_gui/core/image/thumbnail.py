"""A slice as a small picture for the worklist."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.types import Pixels

SIDE = 48  # pixels of a thumbnail, a little more than a row shows of it


def thumbnail(pixels: Pixels) -> NDArray[np.uint8]:
    """Return a slice small, equalised over the head, whole and in the middle of black.

    Parameters
    ----------
    pixels : (H, W) float32

    Returns
    -------
    (SIDE, SIDE) uint8

    Notes
    -----
    Each pixel is the mean of those that fall on it: a plain sub-sample of a slice flickers with
    its noise. Small first, then equalised: the few pixels cost next to nothing.
    """
    height, width = pixels.shape
    scale = SIDE / max(height, width)
    shape = (max(1, round(height * scale)), max(1, round(width * scale)))
    small = _means(_means(pixels, shape[0]).T, shape[1]).T
    levels = np.rint(equalise(grey_levels(small)) * 255).astype(np.uint8)
    result = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (SIDE - shape[0]) // 2, (SIDE - shape[1]) // 2
    result[top : top + shape[0], left : left + shape[1]] = levels
    return result


def _means(lines: NDArray[np.floating], count: int) -> NDArray[np.floating]:
    """Return `count` lines: each the mean of its share; the nearest where there are too few."""
    starts = np.arange(count) * len(lines) // count
    if len(lines) < count:
        return lines[starts]
    widths = np.diff(starts, append=len(lines))
    means: NDArray[np.floating] = np.add.reduceat(lines, starts, axis=0) / widths[:, None]
    return means
