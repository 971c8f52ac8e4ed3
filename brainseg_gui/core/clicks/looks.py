"""Several looks at one place, since what a network says of a crop depends on where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.crop import Crop
from brainseg_gui.core.types import Mask

WIDER = 1.25  # of the two crops that are looked at, the side of the second in sides of the first
FURTHER = 1.5  # how much wider both become where a change runs out of the first
RIM = 2  # pixels of a crop's edge, within which a change counts as cut off there

Found = tuple[tuple[slice, slice], NDArray[np.float32]]
"""Where in an image a crop lies, and the probability there."""


@dataclass(frozen=True)
class Look:
    """A crop as a network is shown it.

    Attributes
    ----------
    crop : Crop
    mirrored : bool
        Left and right are exchanged.
    """

    crop: Crop
    mirrored: bool


def looks_at(
    crop: Crop, shape: tuple[int, ...], *, mirrored: Sequence[bool] = (False, True)
) -> list[Look]:
    """Return a look at a crop, and one at a wider crop around it; `mirrored` is how each is."""
    return [
        Look(each, turned)
        for each, turned in zip((crop, crop.wider(WIDER, shape)), mirrored, strict=True)
    ]


def proposal(mask: Mask, answers: Sequence[Found], threshold: float) -> Mask:
    """Return a mask as some looks would have it: by their mean, and as it was where none went.

    Parameters
    ----------
    mask : (H, W) bool
    answers : sequence of Found
    threshold : float
        Mean probability from which a pixel belongs to the mask.
    """
    total, count = np.zeros(mask.shape, np.float32), np.zeros(mask.shape, np.uint8)
    for places, probability in answers:
        total[places] += probability
        count[places] += 1
    proposed = mask.copy()
    for places, _ in answers:
        proposed[places] = total[places] >= threshold * count[places]
    return proposed


def runs_out(changed: Mask, crop: Crop) -> bool:
    """Tell whether a change reaches the edge of a crop where the image goes on beyond it."""
    (top, bottom), (left, right) = (
        (start + RIM if start > 0 else 0, start + crop.side - (RIM if end < length else 0))
        for start, end, length in (
            (crop.top, crop.top + crop.side, changed.shape[0]),
            (crop.left, crop.left + crop.side, changed.shape[1]),
        )
    )
    inner = changed[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    return bool(np.count_nonzero(inner) < np.count_nonzero(changed))
