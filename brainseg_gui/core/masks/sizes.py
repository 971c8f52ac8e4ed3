"""The pieces of a mask by their size, to leave out what is small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.types import Mask


def pieces(mask: Mask) -> tuple[NDArray[np.signedinteger], NDArray[np.intp]]:
    """Return the (H, W) number of each pixel's piece and the area of each; 0 is outside.

    Pieces that touch at a corner are one.
    """
    from scipy import ndimage  # here, for the window to open without it

    numbers, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    areas = np.bincount(numbers.ravel())
    areas[0] = 0
    return numbers, areas


def large_enough(areas: NDArray[np.intp], smallest: float) -> NDArray[np.bool_]:
    """Return True for the pieces of at least so many pixels, and for the largest.

    Parameters
    ----------
    areas : (N,) int
        From `pieces`.
    smallest : float
        Pixels.
    """
    keep: NDArray[np.bool_] = areas >= smallest
    keep[areas.argmax()] = True
    keep[0] = False
    return keep
