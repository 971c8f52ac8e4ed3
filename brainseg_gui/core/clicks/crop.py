"""The square around mask and clicks that a network looks at, and the way there and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.image.resample import resize_lines, resize_square
from brainseg_gui.core.types import Mask

MARGIN = 1.4  # side of the square, in sides of what it must hold
LEAST, WITHOUT_MASK = 96 / 512, 256 / 512  # of the image's longer side
STEP = 4  # sides are multiples of it, so that few resamplings are ever prepared


@dataclass(frozen=True)
class Crop:
    """A square of pixels that may stick out of the image.

    Attributes
    ----------
    top, left : int
        Its first row and column; negative where it begins outside.
    side : int
    """

    top: int
    left: int
    side: int

    def wider(self, factor: float, shape: tuple[int, ...]) -> Crop:
        """Return the square of `factor` times the side around the same middle, as `square`."""
        row, column = self.top + self.side / 2, self.left + self.side / 2
        return square(row, column, factor * self.side, shape)

    def take(self, image: NDArray[np.generic], size: int) -> NDArray[np.float32]:
        """Return the (S, S, C) float32 view of an (H, W, C) image; outside of it is 0."""
        places, within = self._overlap(image.shape[:2])
        maps = image.shape[2]
        whole = np.zeros((self.side, self.side, maps), np.float32)
        whole[within] = image[places]
        lines = resize_lines(whole.reshape(self.side, -1), size).reshape(size, self.side, maps)
        columns = lines.transpose(1, 0, 2).reshape(self.side, -1)
        view = resize_lines(columns, size).reshape(size, size, maps)
        return np.ascontiguousarray(view.transpose(1, 0, 2))

    def put_back(
        self, answer: NDArray[np.float32], shape: tuple[int, int]
    ) -> tuple[tuple[slice, slice], NDArray[np.float32]]:
        """Return where in an (H, W) image an (S, S) answer lies, and its values there."""
        places, within = self._overlap(shape)
        return places, resize_square(answer, self.side)[within]

    def to_view(self, click: Click, size: int) -> tuple[float, float]:
        """Return row and column of a click in the (S, S) view."""
        scale = size / self.side
        return (click.row - self.top) * scale, (click.column - self.left) * scale

    def _overlap(self, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Return the rows and columns that image and square share, in either's own count."""
        own, inner = [], []
        for start, length in zip((self.top, self.left), shape, strict=True):
            first, last = max(start, 0), max(min(start + self.side, length), 0)
            own.append(slice(first, max(first, last)))
            inner.append(slice(first - start, max(first, last) - start))
        return (own[0], own[1]), (inner[0], inner[1])


def crop_around(mask: Mask, clicks: Sequence[Click]) -> Crop:
    """Return the square in which a mask is corrected by clicks.

    Parameters
    ----------
    mask : (H, W) bool
    clicks : sequence of Click

    Returns
    -------
    Crop
        Around mask and clicks, with a margin; within the image as far as it fits.
    """
    box = box_of(mask)
    rows = [click.row for click in clicks]
    columns = [click.column for click in clicks]
    if box is not None:
        rows += [box.top, box.bottom]
        columns += [box.left, box.right]
    longer = max(mask.shape)
    least = (WITHOUT_MASK if box is None else LEAST) * longer
    extent = max(max(rows) - min(rows), max(columns) - min(columns)) if rows else 0
    middle = [(max(at) + min(at)) / 2 if at else 0.0 for at in (rows, columns)]
    # In images of a few pixels the margin is less than what rounding to a multiple takes.
    held = STEP * math.ceil((extent + 2) / STEP)
    return square(middle[0], middle[1], max(MARGIN * extent, least, held), mask.shape)


def square(row: float, column: float, side: float, shape: tuple[int, ...]) -> Crop:
    """Return a square of about that side around a place, moved into the image where it fits."""
    whole = max(STEP, STEP * round(side / STEP))
    starts = []
    for at, length in zip((row, column), shape, strict=True):
        start = round(at - whole / 2)
        starts.append(min(max(start, 0), length - whole) if whole <= length else start)
    return Crop(starts[0], starts[1], whole)
