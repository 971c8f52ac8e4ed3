"""Prove with the manual outline that a mask stands upright."""

from __future__ import annotations

import enum

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.types import Mask


class Orientation(enum.Enum):
    """What the border says about the arrays it came with."""

    UPRIGHT = "upright"
    TRANSPOSED = "transposed"
    UNPROVED = "unproved"


def prove(mask: Mask, border: NDArray[np.float64]) -> Orientation:
    """Compare a mask and its transpose with the filled border.

    Parameters
    ----------
    mask : (H, W) bool
    border : (N, 2) float
        Outline as (row, column), counted from 0.

    Returns
    -------
    Orientation
        The better fit, or UNPROVED where neither overlaps the border by half. A lesion that is
        its own mirror image proves nothing against the file, so a tie is UPRIGHT.
    """
    upright = _overlap(mask, border)
    if upright > 0.9:
        return Orientation.UPRIGHT
    transposed = _overlap(mask.T, border)
    if max(upright, transposed) < 0.5:
        return Orientation.UNPROVED
    return Orientation.UPRIGHT if upright >= transposed else Orientation.TRANSPOSED


def _overlap(mask: Mask, border: NDArray[np.float64]) -> float:
    """Return the Dice of mask and filled border, looking only at the box that holds the border."""
    from skimage.draw import polygon2mask  # here, for the window to open without it

    low = np.maximum(np.floor(border.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(border.max(axis=0)).astype(int) + 1, mask.shape)
    if (high <= low).any():
        return 0.0
    box = mask[low[0] : high[0], low[1] : high[1]]
    filled = polygon2mask(box.shape, border - low)
    common = int(np.count_nonzero(filled & box))
    return 2 * common / max(int(np.count_nonzero(filled) + np.count_nonzero(mask)), 1)
