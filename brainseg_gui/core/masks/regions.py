"""Parts of a slice that a hand or a click encloses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, Point, box_of
from brainseg_gui.core.masks.runs import Runs
from brainseg_gui.core.types import Mask, Pixels

FIRST_REACH = 64  # pixels around a seed that are looked at first: most of what is alike is near
PIXELS_A_RUN = 50  # where it has fewer, a grainy image is labelled sooner pixel by pixel
EVERY = 8  # rows of which one tells how many runs the others have


def enclosed(
    points: Sequence[Point] | NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[Box, Mask]:
    """Return the pixels whose centres lie inside a closed line.

    Parameters
    ----------
    points : sequence of (row, column), or (N, 2) float
        In pixel coordinates in which pixel (i, j) covers [i, i+1) x [j, j+1); the line goes back
        from the last to the first.
    shape : (H, W)

    Returns
    -------
    Box, (h, w) bool
        A box on the image around the line, and what of it lies inside.
    """
    line = np.asarray(points, float)
    low, high = np.floor(line.min(axis=0)), np.ceil(line.max(axis=0)) + 1
    box = Box(int(low[0]), int(high[0]), int(low[1]), int(high[1])).clipped(shape)
    return box, _crossed_once(line - (box.top + 0.5, box.left + 0.5), box.shape)


def _crossed_once(line: NDArray[np.float64], shape: tuple[int, int]) -> Mask:
    """Return which whole (row, column) have an odd number of a closed line's edges above them.

    Only where edges cross columns is looked at, and no pixel's place among the edges: a line
    drawn by hand has hundreds of them.
    """
    height, width = shape
    start, end = line, np.roll(line, -1, axis=0)
    first, beyond = (
        np.clip(np.ceil(side(start[:, 1], end[:, 1])), 0, width).astype(int)
        for side in (np.minimum, np.maximum)
    )
    counts = beyond - first
    edge = np.repeat(np.arange(len(line)), counts)
    column = np.arange(len(edge)) + np.repeat(first - np.cumsum(counts) + counts, counts)
    slope = (end - start)[edge]
    row = start[edge, 0] + (column - start[edge, 1]) * slope[:, 0] / slope[:, 1]
    crossings = np.zeros((height + 1, width), np.uint8)  # those below the last row count nowhere
    np.bitwise_xor.at(crossings, (np.clip(np.ceil(row), 0, height).astype(int), column), 1)
    odd: Mask = np.bitwise_xor.accumulate(crossings[:height], axis=0).view(bool)
    return odd


def _piece(mask: Mask, row: int, column: int) -> tuple[Box, Mask]:
    """Return the smallest box around a piece of a mask that has a pixel, and which of it it is."""
    some = mask[::EVERY]
    if np.count_nonzero(some[:, 1:] > some[:, :-1]) * PIXELS_A_RUN < some.size:
        runs = Runs.of(mask.view(np.uint8))
        return runs.pixels(runs.piece_at(row, column))
    from skimage.measure import label  # not at the start: it brings SciPy

    pieces = label(mask, connectivity=2)
    found: Mask = pieces == pieces[row, column]
    box = box_of(found)
    assert box is not None
    return box, found[box.slices]


class Alike:
    """What hangs together with a pixel and is like it, for one tolerance after the other.

    Parameters
    ----------
    pixels : (H, W) float32
    seed : (row, column)
    """

    def __init__(self, pixels: Pixels, seed: tuple[int, int]) -> None:
        self._pixels, self._seed = pixels, seed
        row, column = seed
        place = Box(row, row + 1, column, column + 1)
        self._window = place.widened(FIRST_REACH).clipped(pixels.shape)  # that is looked at first
        self._known, self._away = place, np.zeros((1, 1), np.float32)

    def within(self, tolerance: float) -> tuple[Box, Mask]:
        """Return the pixels that differ from the seed by no more, and hang together with it.

        Parameters
        ----------
        tolerance : float
            In units of the pixels.

        Returns
        -------
        Box, (h, w) bool
            The smallest box around them, and which of it they are; the seed is one.
        """
        whole, (row, column) = self._pixels.shape, self._seed
        while True:
            window = self._window
            alike = self._distances(window) <= tolerance
            inner, found = _piece(alike, row - window.top, column - window.left)
            box = inner.moved(window.top, window.left)
            wider = _where_it_goes_on(box, window).clipped(whole)
            if wider == window:
                # The next tolerance is likely a little larger or smaller.
                self._window = box.widened(max(FIRST_REACH, *box.shape) // 4).clipped(whole)
                return box, found
            self._window = wider

    def _distances(self, window: Box) -> NDArray[np.float32]:
        """Return how far the pixels of a window are from the seed, in units of the pixels."""
        if self._known.joined_with(window) != self._known:
            known = window.widened(max(window.shape) // 2).clipped(self._pixels.shape)  # and soon
            self._known, self._away = known, self._pixels[known.slices] - self._pixels[self._seed]
            np.abs(self._away, out=self._away)
        return self._away[window.moved(-self._known.top, -self._known.left).slices]


def _where_it_goes_on(box: Box, window: Box) -> Box:
    """Return a window with half as much again on each side at which an area ends."""
    height, width = window.shape
    return Box(
        window.top - height // 2 * (box.top == window.top),
        window.bottom + height // 2 * (box.bottom == window.bottom),
        window.left - width // 2 * (box.left == window.left),
        window.right + width // 2 * (box.right == window.right),
    )
