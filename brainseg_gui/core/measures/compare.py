"""How far two masks agree.

Empty masks follow one convention everywhere: a missed tumour scores Dice 0, IoU 0 and the image
diagonal as distance; two empty masks have no score (None) and are left out of means.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


class Against:
    """Scores one (H, W) bool mask after the other against one that stays as it is.

    What they share lies in its box: of a large slice nothing else is looked at.
    """

    def __init__(self, fixed: Mask) -> None:
        self._box = box_of(fixed)
        self._part = fixed if self._box is None else fixed[self._box.slices]
        self._area = int(np.count_nonzero(fixed))

    def dice(self, mask: Mask) -> float | None:
        """Return what `dice` does."""
        total = int(np.count_nonzero(mask)) + self._area
        if total == 0 or self._box is None:
            return 0.0 if total else None
        return 2 * int(np.count_nonzero(mask[self._box.slices] & self._part)) / total


def iou(a: Mask, b: Mask) -> float | None:
    """Return |A∩B| / |A∪B| of two (H, W) bool masks; None if both are empty."""
    union = np.count_nonzero(a | b)
    return None if union == 0 else int(np.count_nonzero(a & b)) / union


def sensitivity(mask: Mask, reference: Mask) -> float | None:
    """Return which share of an (H, W) bool reference a mask covers; None if there is no reference.

    Also called recall. A missed tumour has 0.
    """
    there = int(np.count_nonzero(reference))
    return None if there == 0 else int(np.count_nonzero(mask & reference)) / there


def precision(mask: Mask, reference: Mask) -> float | None:
    """Return which share of an (H, W) bool mask lies in the reference; None if it is empty."""
    return sensitivity(reference, mask)


def hd95(a: Mask, b: Mask) -> float | None:
    """Return the 95th percentile of boundary distances in pixels.

    The larger of the two directed percentiles (a to b, b to a). One mask empty: the diagonal of
    the image; both empty: None.

    References
    ----------
    Maier-Hein et al., "Metrics reloaded", Nature Methods 21, 2024.
    """
    between = distances(a, b)
    if between is not None:
        return between.hd95
    return math.hypot(*a.shape) if a.any() or b.any() else None


@dataclass(frozen=True, eq=False)
class BoundaryDistances:
    """How far the boundary pixels of two masks lie from the nearest one of the other, in pixels.

    Attributes
    ----------
    forth : (N,) float
        Of the first mask's; positive where it lies outside the second mask.
    back : (M,) float
        Of the second mask's; positive where it lies inside the first mask. Positive is always
        where the first mask is the larger one.
    """

    forth: NDArray[np.float64]
    back: NDArray[np.float64]

    @property
    def hd95(self) -> float:
        """Return the larger 95th percentile of the two directions, without signs."""
        return float(max(np.percentile(np.abs(each), 95) for each in (self.forth, self.back)))

    @property
    def shift(self) -> float:
        """Return the mean signed distance over all boundary pixels of both masks.

        Of the first mask drawn 2 pixels wider than the second all round it is about 2, of one
        drawn narrower about -2, of one that lies beside it about 0. Exchanged masks have the same
        shift with the other sign. Without signs it would be the average symmetric surface
        distance.

        References
        ----------
        Heimann et al., "Comparison and evaluation of methods for liver segmentation from CT
        datasets", IEEE Transactions on Medical Imaging 28, 2009 (the distance without signs).
        """
        return float(np.concatenate([self.forth, self.back]).mean())


def distances(a: Mask, b: Mask) -> BoundaryDistances | None:
    """Return how far the boundaries of two (H, W) bool masks lie apart; None if one is empty."""
    from scipy import ndimage  # here, for the window to open without it

    box = box_of(a | b)
    if box is None or not a.any() or not b.any():
        return None
    part, other = a[box.slices], b[box.slices]
    first, second = boundary(a)[box.slices], boundary(b)[box.slices]
    forth = ndimage.distance_transform_edt(~second)[first]
    back = ndimage.distance_transform_edt(~first)[second]
    return BoundaryDistances(
        np.where(other[first], -forth, forth), np.where(part[second], back, -back)
    )


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
