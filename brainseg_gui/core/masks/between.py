"""The shape between two shapes: of a slice whose neighbours in a stack were outlined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.types import Mask


def between(below: Mask, above: Mask, share: float) -> Mask:
    """Return the mask that lies between two others, by the distances of each pixel to their edges.

    Where both masks agree, the one between agrees with them; it can be empty where they do not
    touch each other seen from above.

    Parameters
    ----------
    below, above : (H, W) bool
    share : float
        How far the way from `below` to `above` is gone, 0 to 1.

    Raises
    ------
    ValueError
        If the sizes differ, one of them is empty, or the share is none.

    Source: S. P. Raya, J. K. Udupa, Shape-based interpolation of multidimensional objects,
    IEEE Trans. Med. Imaging 9 (1990).
    """
    if below.shape != above.shape:
        raise ValueError("the masks have different sizes")
    if not 0 <= share <= 1:
        raise ValueError(f"no share: {share}")
    boxes = box_of(below), box_of(above)
    if boxes[0] is None or boxes[1] is None:
        raise ValueError("one of the masks is empty")
    box = boxes[0].joined_with(boxes[1])
    # One pixel around it, so that what touches the edge of the box has an outside there.
    wide = Box(box.top - 1, box.bottom + 1, box.left - 1, box.right + 1).clipped(below.shape)
    distance = (1 - share) * _inside(below[wide.slices]) + share * _inside(above[wide.slices])
    found = np.zeros(below.shape, bool)
    found[wide.slices] = distance > 0
    return found


def _inside(mask: Mask) -> NDArray[np.float64]:
    """Return how deep in a mask each pixel lies; below 0 outside."""
    from scipy import ndimage  # here, for the window to start without it

    padded = np.pad(mask, 1)
    found = ndimage.distance_transform_edt(padded) - ndimage.distance_transform_edt(~padded)
    return np.asarray(found[1:-1, 1:-1])
