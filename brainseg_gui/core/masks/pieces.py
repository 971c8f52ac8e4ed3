"""Where two masks differ: what only the one has and what only the other has, piece by piece."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.masks.runs import Runs
from brainseg_gui.core.measures.compare import boundary
from brainseg_gui.core.types import Mask

CELL = 8  # pixels


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
        edge = np.argwhere(boundary(other)) - np.array([self.box.top, self.box.left])
        return _farthest(self.pixels, edge) if len(edge) else None


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
    def _runs(self) -> Runs:
        return Runs.of(self.kinds)

    @cached_property
    def _areas(self) -> NDArray[np.int_]:
        return self._runs.areas

    @cached_property
    def _order(self) -> NDArray[np.int_]:
        """Return which pieces of the runs they are, the largest first."""
        return np.argsort(-self._areas, kind="stable")

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
            which = int(self._order[number - 1])
            inner, pixels = self._runs.pixels(which)
            box = inner.moved(self.box.top, self.box.left)
            only = Only(int(self._runs.value[self._runs.piece == which][0]))
            self._pieces[number] = Piece(number, only, box, pixels, int(self._areas[which]))
        return self._pieces[number]

    def find(self, mark: Mark) -> Piece | None:
        """Return the piece with a mark, or None where it is there no more."""
        if self.box is None:
            return None
        row, column = mark.first[0] - self.box.top, mark.first[1] - self.box.left
        begins = np.flatnonzero((self._runs.row == row) & (self._runs.left == column))
        if not len(begins):
            return None
        which = self._runs.piece[begins[0]]
        found = self.piece(int(np.flatnonzero(self._order == which)[0]) + 1)
        return found if found.mark == mark else None

    def count(self, only: Only) -> int:
        """Return how many pixels only the one or only the other has."""
        return int(np.count_nonzero(self.kinds == only))


def _farthest(pixels: Mask, edge: NDArray[np.int_]) -> float:
    """Return the largest distance of an (h, w) mask's pixels from the nearest of (N, 2) others.

    One pixel of each cell is asked first: within a cell distances differ by its diagonal at most,
    so that few of the cells can hold the largest.
    """
    from scipy.spatial import cKDTree  # not at the start

    tree = cKDTree(edge)
    height, width = (-(-side // CELL) for side in pixels.shape)
    padded = np.zeros((height * CELL, width * CELL), bool)
    padded[: pixels.shape[0], : pixels.shape[1]] = pixels
    cells = padded.reshape(height, CELL, width, CELL).swapaxes(1, 2).reshape(height, width, -1)
    places = np.argwhere(cells.any(axis=2))
    first = cells[tuple(places.T)].argmax(axis=1)
    away, _ = tree.query(places * CELL + np.stack(np.divmod(first, CELL), axis=1))
    likely = places[away + (CELL - 1) * np.sqrt(2) >= np.max(away)]
    which, inside = np.nonzero(cells[tuple(likely.T)])
    away, _ = tree.query(likely[which] * CELL + np.stack(np.divmod(inside, CELL), axis=1))
    return float(np.max(away))
