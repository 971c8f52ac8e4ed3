"""Measures of a mask in three dimensions, from those of its slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from brainseg_gui.core.types import Mask

EVEN = 0.01  # of a step: slices lie evenly


@dataclass(frozen=True)
class Overlap:
    """Pixels of two masks of a stack, counted slice by slice; overlaps add up.

    Examples
    --------
    >>> one = Overlap.of(np.array([[1, 1]], bool), np.array([[1, 0]], bool))
    >>> (one + one).dice == one.dice == 2 / 3
    True
    """

    both: int = 0
    first: int = 0
    second: int = 0

    @classmethod
    def of(cls, first: Mask, second: Mask) -> Overlap:
        """Count the pixels of one slice; ValueError if the masks have different sizes."""
        if first.shape != second.shape:
            raise ValueError("the masks have different sizes")
        counts = (np.count_nonzero(it) for it in (first & second, first, second))
        return cls(*map(int, counts))

    def __add__(self, other: Overlap) -> Overlap:
        """Return the overlap of both together."""
        return Overlap(self.both + other.both, self.first + other.first, self.second + other.second)

    @property
    def dice(self) -> float | None:
        """Return the Dice in three dimensions; None where both masks are empty."""
        total = self.first + self.second
        return 2 * self.both / total if total else None


def step_mm(places: Sequence[float]) -> float | None:
    """Return the distance between neighbouring slices, None where they do not lie evenly.

    Parameters
    ----------
    places : sequence of float
        Of all slices of a stack along their normal, in mm.
    """
    steps = [later - earlier for earlier, later in pairwise(sorted(places))]
    if not steps or min(steps) <= 0:
        return None
    middle = sorted(steps)[len(steps) // 2]
    even = all(abs(step - middle) <= EVEN * middle for step in steps)
    return middle if even else None


def millilitres(pixels: int, spacing_mm: float, step: float) -> float:
    """Return the volume of that many pixels.

    Examples
    --------
    >>> millilitres(1000, 1.0, 5.0)
    5.0
    """
    return pixels * spacing_mm**2 * step / 1000


def foci(masks: Sequence[Mask | None]) -> int:
    """Return how many pieces a mask has in three dimensions; they may touch at a corner.

    Parameters
    ----------
    masks : sequence of (H, W) bool, or None
        Of all slices of a stack in their order; None where a slice has no mask.

    Raises
    ------
    ValueError
        If they differ in size.
    """
    from scipy import ndimage  # here, for the window to start without it

    shapes = {mask.shape for mask in masks if mask is not None}
    if len(shapes) > 1:
        raise ValueError("the masks have different sizes")
    filled = [mask for mask in masks if mask is not None and mask.any()]
    if not filled:
        return 0
    used = np.logical_or.reduce(filled)
    rows = np.flatnonzero(used.any(axis=1))
    columns = np.flatnonzero(used.any(axis=0))
    inside = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    shape = used[inside].shape
    stacked = [np.zeros(shape, bool) if mask is None else mask[inside] for mask in masks]
    _, count = ndimage.label(np.array(stacked), structure=np.ones((3, 3, 3), bool))
    return int(count)
