"""A slice as a small picture for the worklist."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.types import Pixels

SIDE = 48  # pixels of a thumbnail, a little more than a row shows of it


def thumbnail(pixels: Pixels, side: int = SIDE) -> NDArray[np.uint8]:
    """Return a slice small, equalised over the head, whole and in the middle of black.

    Parameters
    ----------
    pixels : (H, W) float32
    side : int
        Of the picture, in pixels.

    Returns
    -------
    (side, side) uint8

    Notes
    -----
    Each pixel is the mean of those that fall on it: a plain sub-sample of a slice flickers with
    its noise. Small first, then equalised: the few pixels cost next to nothing.
    """
    small = reduced(pixels, side)
    levels = np.rint(equalise(grey_levels(small)) * 255).astype(np.uint8)
    result = np.zeros((side, side), np.uint8)
    top, left = ((side - length) // 2 for length in small.shape)
    result[top : top + small.shape[0], left : left + small.shape[1]] = levels
    return result


def reduced(values: NDArray[np.floating], side: int) -> NDArray[np.floating]:
    """Return (H, W) values small, the longer side so many pixels: each the mean of its share."""
    scale = side / max(values.shape)
    height, width = (max(1, round(length * scale)) for length in values.shape)
    return _means(_means(values, height).T, width).T


def _means(lines: NDArray[np.floating], count: int) -> NDArray[np.floating]:
    """Return `count` lines: each the mean of its share; the nearest where there are too few."""
    starts = np.arange(count) * len(lines) // count
    if len(lines) < count:
        return lines[starts]
    widths = np.diff(starts, append=len(lines))
    means: NDArray[np.floating] = np.add.reduceat(lines, starts, axis=0) / widths[:, None]
    return means
