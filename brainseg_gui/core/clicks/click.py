"""One click of a reader who corrects a mask."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.types import Mask


@dataclass(frozen=True)
class Click:
    """A place, and the side that it belongs to.

    Attributes
    ----------
    row, column : float
        In pixel coordinates: pixel (i, j) covers [i, i+1) x [j, j+1).
    inside : bool
        True where there is tumour, False where there is none.
    """

    row: float
    column: float
    inside: bool

    @property
    def pixel(self) -> tuple[int, int]:
        """Return row and column of the pixel that was clicked."""
        return math.floor(self.row), math.floor(self.column)

    def within(self, shape: tuple[int, ...]) -> bool:
        """Tell whether the click hit a pixel of an (H, W) image."""
        if not (math.isfinite(self.row) and math.isfinite(self.column)):
            return False
        return all(0 <= at < side for at, side in zip(self.pixel, shape, strict=True))


def obey(mask: Mask, clicks: Iterable[Click]) -> Mask:
    """Return a copy of a mask with every clicked pixel on its side; the latest click wins."""
    obeyed = np.array(mask, bool)
    for click in clicks:
        obeyed[click.pixel] = click.inside
    return obeyed
