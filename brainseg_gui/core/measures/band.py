"""How sure the area of a prediction is: what it would be at a lower and at a higher threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.types import Mask

LENIENT, STRICT = 30, 70  # percent


@dataclass(frozen=True)
class AreaBand:
    """Between which areas a prediction moves.

    Attributes
    ----------
    low_px, high_px : int
        In this order, whatever they are areas of.
    """

    low_px: int
    high_px: int

    def with_area(self, pixels: int) -> AreaBand:
        """Return the band that holds another area too, for example of a second prediction."""
        return AreaBand(min(self.low_px, pixels), max(self.high_px, pixels))


def area_band(percent: NDArray[np.uint8]) -> AreaBand:
    """Return the areas at p 0.7 and at p 0.3 of (H, W) probabilities in percent.

    Examples
    --------
    >>> area_band(np.array([[10, 30, 50, 70, 90]], np.uint8))
    AreaBand(low_px=2, high_px=4)
    """
    return AreaBand(*(int(np.count_nonzero(percent >= level)) for level in (STRICT, LENIENT)))


def band_lines(percent: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    """Return the outlines of both areas, each (N, 2) of (row, column), as of `contours`."""
    masks: list[Mask] = [percent >= level for level in (LENIENT, STRICT)]
    return [line for mask in masks for line in contours(mask)]
