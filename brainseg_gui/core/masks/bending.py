"""An outline that is drawn aside at one place, and gives way softly around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.masks.regions import enclosed
from brainseg_gui.core.types import Mask

Outline = NDArray[np.float64]


def along(line: Outline, at: int) -> NDArray[np.float64]:
    """Return how far each point of a closed (N, 2) line lies from one of them, along the line.

    The first point is the last one again.
    """
    steps = np.hypot(*np.diff(line, axis=0).T)
    place = np.concatenate([[0.0], np.cumsum(steps)])
    distance = np.abs(place - place[at])
    return np.minimum(distance, place[-1] - distance)


def bent(line: Outline, at: int, by: Point, reach: float) -> Outline:
    """Return a closed (N, 2) line of which one point was moved, and those within reach with it.

    Parameters
    ----------
    line : (N, 2)
        Rows and columns; the first point is the last one again.
    at : int
        Which point moves all the way.
    by : (rows, columns)
    reach : float
        Pixels along the line from which on nothing moves.
    """
    share = 0.5 + 0.5 * np.cos(np.pi * np.minimum(along(line, at) / reach, 1.0))
    return line + share[:, None] * np.asarray(by)


def redrawn(mask: Mask, line: Outline, new: Outline) -> tuple[Box, Mask]:
    """Return a mask one of whose outlines was changed, as a box and its (h, w) pixels.

    Parameters
    ----------
    mask : (H, W) bool
    line : (N, 2)
        One of its `contours`, around an island or around a hole.
    new : (N, 2)
        What it has become.
    """
    was, before = enclosed([tuple(point) for point in line], mask.shape)
    is_, after = enclosed([tuple(point) for point in new], mask.shape)
    box = was.joined_with(is_)
    gone, come = np.zeros(box.shape, bool), np.zeros(box.shape, bool)
    gone[was.moved(-box.top, -box.left).slices] = before
    come[is_.moved(-box.top, -box.left).slices] = after
    outside = goes_around_island(line)
    part = mask[box.slices].copy()
    part[gone & ~come] = not outside
    part[come & ~gone] = outside
    return box, part


def goes_around_island(line: Outline) -> bool:
    """Tell whether a line from `contours` goes around an island, not around a hole."""
    rows, columns = line.T
    return bool(np.sum(rows[:-1] * columns[1:] - rows[1:] * columns[:-1]) < 0)
