"""Places in a slice: arrays are (row, column), pixel (i, j) covers [i, i+1) x [j, j+1)."""

from __future__ import annotations

from dataclasses import dataclass

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

    def joined_with(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
        )
