"""The islands of a mask: its connected pieces, where pixels that touch at a corner are one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, Point, box_of
from brainseg_gui.core.masks.patch import agree
from brainseg_gui.core.types import Mask

NEAREST = 3.0  # pixels beside an island at which it is still meant: a speck is hard to hit


@dataclass(frozen=True, eq=False)
class Island:
    """One piece of a mask, in the smallest box that holds it.

    Attributes
    ----------
    box : Box
    pixels : (h, w) bool
        Which pixels of the box are of it.
    """

    box: Box
    pixels: Mask

    @cached_property
    def area(self) -> int:
        """Return how many pixels it has."""
        return int(np.count_nonzero(self.pixels))

    def whole(self, shape: tuple[int, ...]) -> Mask:
        """Return it as an (H, W) mask."""
        mask = np.zeros(shape, bool)
        mask[self.box.slices] = self.pixels
        return mask


class Islands:
    """The islands of an (H, W) bool mask as it is now; what is painted later changes nothing."""

    def __init__(self, mask: Mask) -> None:
        from skimage.measure import label  # not at the start: it brings SciPy

        self._mask = mask.copy()
        self._box = box_of(mask)
        self._labels: NDArray[np.int_] = np.zeros((0, 0), int)
        self._found: dict[int, Island] = {}
        if self._box is not None:
            self._labels = label(mask[self._box.slices], connectivity=2)

    def are_of(self, mask: Mask) -> bool:
        """Tell whether a mask is still the one that these are the islands of."""
        return agree(mask, self._mask)

    @property
    def areas(self) -> NDArray[np.int_]:
        """Return the number of pixels of each."""
        return np.bincount(self._labels.ravel())[1:]

    def at(self, point: Point) -> Island | None:
        """Return the island under a (row, column) point, or nearest to it within a few pixels.

        Returns
        -------
        Island or None
            The same object for every point of it.
        """
        if self._box is None:
            return None
        row, column = point[0] - self._box.top, point[1] - self._box.left
        reach = Box(
            int(np.floor(row - NEAREST)),
            int(np.floor(row + NEAREST)) + 1,
            int(np.floor(column - NEAREST)),
            int(np.floor(column + NEAREST)) + 1,
        ).clipped(self._labels.shape)
        rows, columns = np.nonzero(self._labels[reach.slices])
        if not rows.size:
            return None
        away = np.hypot(_outside(rows + reach.top, row), _outside(columns + reach.left, column))
        nearest = int(np.argmin(away))
        if away[nearest] > NEAREST:
            return None
        at = rows[nearest] + reach.top, columns[nearest] + reach.left
        return self._island(int(self._labels[at]))

    def _island(self, number: int) -> Island:
        if number not in self._found:
            assert self._box is not None
            pixels = self._labels == number
            inner = box_of(pixels)
            assert inner is not None
            box = inner.moved(self._box.top, self._box.left)
            self._found[number] = Island(box, pixels[inner.slices])
        return self._found[number]

    def largest(self) -> Mask:
        """Return the largest alone; of equals the first."""
        stays = np.zeros(len(self.areas), bool)
        if len(stays):
            stays[int(np.argmax(self.areas))] = True
        return self._where(stays)

    def of_at_least(self, area: int) -> Mask:
        """Return the mask without the islands that have fewer pixels."""
        return self._where(self.areas >= area)

    def _where(self, stays: NDArray[np.bool_]) -> Mask:
        mask = np.zeros_like(self._mask)
        if self._box is not None:
            mask[self._box.slices] = np.concatenate([[False], stays])[self._labels]
        return mask


def _outside(first: NDArray[np.int_], place: float) -> NDArray[np.float64]:
    """Return how far a place lies outside of pixels that begin at whole numbers."""
    distance: NDArray[np.float64] = np.maximum(np.maximum(first - place, place - first - 1), 0)
    return distance
