"""Places in a slice: arrays are (row, column), pixel (i, j) covers [i, i+1) x [j, j+1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.types import Mask

Point = tuple[float, float]  # row, column


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels, half open: rows `top` to `bottom`, columns `left` to `right`."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Return (rows, columns) to index an array with."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        """Return (height, width)."""
        return self.bottom - self.top, self.right - self.left

    @property
    def outline(self) -> tuple[Point, ...]:
        """Return the corners, the first one again at the end."""
        top, bottom, left, right = self.top, self.bottom, self.left, self.right
        return (top, left), (top, right), (bottom, right), (bottom, left), (top, left)

    def clipped(self, shape: tuple[int, ...]) -> Box:
        """Return the part that lies on an image of this size; empty where none does."""
        height, width = shape
        top, left = min(max(self.top, 0), height), min(max(self.left, 0), width)
        return Box(top, max(min(self.bottom, height), top), left, max(min(self.right, width), left))

    def moved(self, down: int, right: int) -> Box:
        """Return one of the same size elsewhere."""
        return Box(self.top + down, self.bottom + down, self.left + right, self.right + right)

    def widened(self, by: int) -> Box:
        """Return one with so many pixels more on each side."""
        return Box(self.top - by, self.bottom + by, self.left - by, self.right + by)

    def joined_with(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
        )


def box_of(mask: Mask) -> Box | None:
    """Return the smallest box around a mask, or None if it is empty."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(mask.any(axis=0))
    return Box(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
