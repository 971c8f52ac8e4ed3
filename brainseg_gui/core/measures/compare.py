"""How far two masks agree.

Empty masks follow one convention everywhere: a missed tumour scores Dice 0, IoU 0 and the image
diagonal as distance; two empty masks have no score (None) and are left out of means.
"""

from __future__ import annotations

import math

import numpy as np

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.types import Mask


def dice(a: Mask, b: Mask) -> float | None:
    """Return 2|A∩B| / (|A| + |B|) of two (H, W) bool masks; None if both are empty.

    References
    ----------
    Dice, "Measures of the amount of ecologic association between species", Ecology 26, 1945.
    """
    total = np.count_nonzero(a) + np.count_nonzero(b)
    return None if total == 0 else 2 * int(np.count_nonzero(a & b)) / total


def iou(a: Mask, b: Mask) -> float | None:
    """Return |A∩B| / |A∪B| of two (H, W) bool masks; None if both are empty."""
    union = np.count_nonzero(a | b)
    return None if union == 0 else int(np.count_nonzero(a & b)) / union


def hd95(a: Mask, b: Mask) -> float | None:
    """Return the 95th percentile of boundary distances in pixels.

    The larger of the two directed percentiles (a to b, b to a). One mask empty: the diagonal of
    the image; both empty: None.

    References
    ----------
    Maier-Hein et al., "Metrics reloaded", Nature Methods 21, 2024.
    """
    from scipy import ndimage  # here, for the window to open without it

    box = box_of(a | b)
    if box is None:
        return None
    if not a.any() or not b.any():
        return math.hypot(*a.shape)
    first, second = boundary(a)[box.slices], boundary(b)[box.slices]
    forth = ndimage.distance_transform_edt(~second)[first]
    back = ndimage.distance_transform_edt(~first)[second]
    return float(max(np.percentile(forth, 95), np.percentile(back, 95)))


def boundary(mask: Mask) -> Mask:
    """Return as (H, W) bool the pixels of a mask that touch its outside or the image's edge.

    Examples
    --------
    >>> boundary(np.ones((3, 4), bool)).astype(int).tolist()
    [[1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1]]
    """
    inner = np.zeros_like(mask)
    inner[1:-1, 1:-1] = (
        mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    )
    return mask & ~inner
