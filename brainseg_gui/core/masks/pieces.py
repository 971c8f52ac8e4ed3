"""Where two masks differ: what only the one has and what only the other has, piece by piece."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.measures.compare import boundary
from brainseg_gui.core.types import Mask


class Only(enum.IntEnum):
    """Which of two masks has what the other lacks; the value is as in `Difference.kinds`."""

    A = 1
    B = 2

    @property
    def other(self) -> Only:
        """Return the mask that has it not."""
        return Only.B if self is Only.A else Only.A


@dataclass(frozen=True)
class Mark:
    """What a piece is known by while others come and go.

    Attributes
    ----------
    only : Only
    first : (row, column)
        Of its pixels, the first as they are read.
    area : int
    """

    only: Only
    first: tuple[int, int]
    area: int


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected difference, all of one kind; pixels that touch at a corner are connected.

    Attributes
    ----------
    number : int
        From 1, the largest first; of equals the one that begins higher up.
    only : Only
    box : Box
        The smallest that holds it.
    pixels : (h, w) bool
        Which pixels of the box are of it.
    area : int
        How many they are.
    """

    number: int
    only: Only
    box: Box
    pixels: Mask
    area: int

    @property
    def mark(self) -> Mark:
        """Return what it is found again by."""
        column = int(np.argmax(self.pixels[0]))
        return Mark(self.only, (self.box.top, self.box.left + column), self.area)

    def is_as(self, mask: Mask, keep: Only) -> bool:
        """Tell whether an (H, W) mask is there as the one of the two that is named."""
        return bool((mask[self.box.slices][self.pixels] == (keep is self.only)).all())

    def kept(self, mask: Mask, keep: Only) -> Mask:
        """Return an (H, W) mask that is there as the one of the two that is named."""
        made = mask.copy()
        made[self.box.slices][self.pixels] = keep is self.only
        return made

    def distance(self, other: Mask) -> float | None:
        """Return how far its outline lies from the other's here, at most, in pixels.

        The largest distance of its pixels from the (H, W) mask that has them not, between pixel
        centres: what is three pixels thick beside that mask lies three pixels from it. None where
        that mask is empty.
        """
        from scipy.spatial import cKDTree  # not at the start

        edge = np.argwhere(boundary(other))
        if not len(edge):
            return None
        mine = np.argwhere(self.pixels) + np.array([self.box.top, self.box.left])
        away, _ = cKDTree(edge).query(mine)
        return float(away.max())


class Difference:
    """Where two (H, W) bool masks differ, as they are now; what is painted later changes nothing.

    Pieces are of one kind, not of both: two outlines that cross again and again would make one
    piece all around, of which nothing could be kept by itself.

    Attributes
    ----------
    shape : (H, W)
    box : Box or None
        The smallest around all of it; None where the masks agree.
    kinds : (h, w) uint8
        In the box: 0 where they agree, else an `Only`.
    """

    def __init__(self, a: Mask, b: Mask) -> None:
        differs = a != b
        self.shape: tuple[int, int] = a.shape  # type: ignore[assignment]
        self.box = box_of(differs)
        self.kinds: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._pieces: dict[int, Piece] = {}
        if self.box is not None:
            part = differs[self.box.slices]
            # Where they differ and it is not in A, it is in B: 1 and 1 more.
            self.kinds = part.view(np.uint8) + (part & ~a[self.box.slices])

    def __len__(self) -> int:
        return len(self._order)

    @cached_property
    def _labels(self) -> NDArray[np.int_]:
        from skimage.measure import label  # not at the start: it brings SciPy

        found: NDArray[np.int_] = label(self.kinds, background=0, connectivity=2)
        return found

    @cached_property
    def _areas(self) -> NDArray[np.int_]:
        """Return how many pixels have each label, the first 0 for what is agreed."""
        areas = np.bincount(self._labels.ravel()) if self.box is not None else np.zeros(1, int)
        areas[0] = 0
        return areas

    @cached_property
    def _order(self) -> NDArray[np.int_]:
        """Return the labels, that of the largest piece first."""
        return np.argsort(-self._areas[1:], kind="stable") + 1

    @cached_property
    def _boxes(self) -> list[tuple[slice, slice]]:
        from scipy import ndimage

        boxes: list[tuple[slice, slice]] = ndimage.find_objects(self._labels)
        return boxes

    def piece(self, number: int) -> Piece:
        """Return a piece by its number, from 1.

        Raises
        ------
        IndexError
            If there is none of that number.
        """
        if not 1 <= number <= len(self):
            raise IndexError(f"there are {len(self)} pieces, none is number {number}")
        if number not in self._pieces:
            assert self.box is not None
            label = int(self._order[number - 1])
            rows, columns = self._boxes[label - 1]
            pixels = self._labels[rows, columns] == label
            inner = Box(rows.start, rows.stop, columns.start, columns.stop)
            box = inner.moved(self.box.top, self.box.left)
            only = Only(int(self.kinds[rows, columns][pixels][0]))
            self._pieces[number] = Piece(number, only, box, pixels, int(self._areas[label]))
        return self._pieces[number]

    def find(self, mark: Mark) -> Piece | None:
        """Return the piece with a mark, or None where it is there no more."""
        if self.box is None:
            return None
        row, column = mark.first[0] - self.box.top, mark.first[1] - self.box.left
        if not (0 <= row < self.kinds.shape[0] and 0 <= column < self.kinds.shape[1]):
            return None
        label = int(self._labels[row, column])
        if label == 0 or self.kinds[row, column] != mark.only or self._areas[label] != mark.area:
            return None
        found = self.piece(int(np.flatnonzero(self._order == label)[0]) + 1)
        return found if found.mark == mark else None

    def count(self, only: Only) -> int:
        """Return how many pixels only the one or only the other has."""
        return int(np.count_nonzero(self.kinds == only))
