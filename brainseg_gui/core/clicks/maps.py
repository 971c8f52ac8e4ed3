"""What a corrector sees beside the image: mask, probability, and the clicks as disks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

MAPS = 4  # mask, probability, clicks inside, clicks outside
Place = tuple[float, float, bool]
"""Row, column and side of a click in the network's own pixels."""


def disks(places: Iterable[Place], size: int, radius: float) -> NDArray[np.float32]:
    """Return the (S, S, 2) maps of clicks inside and outside, 1 within `radius` of one, else 0.

    Parameters
    ----------
    places : iterable of (row, column, inside)
        Oldest first; where two disks overlap the later one counts.
    size : int
    radius : float
        In pixels of the maps. The pixel that was clicked always belongs to the disk.
    """
    maps = np.zeros((size, size, 2), np.float32)
    for row, column, inside in places:
        reached = disk(row, column, size, radius)
        maps[reached, 0 if inside else 1] = 1
        maps[reached, 1 if inside else 0] = 0
    return maps


def disk(row: float, column: float, size: int, radius: float) -> NDArray[np.bool_]:
    """Return the (S, S) pixels whose middle is within `radius` of a place, and its own pixel."""
    middles = np.arange(size) + 0.5
    reached: NDArray[np.bool_] = (middles[:, None] - row) ** 2 + (
        middles - column
    ) ** 2 <= radius**2
    last = size - 1
    reached[min(max(int(row), 0), last), min(max(int(column), 0), last)] = True
    return reached
