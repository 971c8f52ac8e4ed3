"""Ask the manual outline whether a mask stands upright, and turn what does not."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.masks.regions import enclosed
from brainseg_gui.core.types import Mask

# Dice from which an outline is surely that of a mask, and from which it is one drawn with a few
# corners; in the data set it is 0.986 to 1 (2471 slices).
FITS, MATCHES = 0.95, 0.9
NUDGES = 1e-6 * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
BETTER = 0.05  # by which another position must fit to be worth a word


class Turn(enum.Enum):
    """One of the eight ways in which a picture can lie; the value ends "if it is …"."""

    NONE = "left as it is"
    TRANSPOSED = "transposed"
    LEFT_RIGHT = "mirrored left to right"
    UPSIDE_DOWN = "mirrored upside down"
    HALF = "turned by 180 degrees"
    LEFT = "turned by 90 degrees to the left"
    RIGHT = "turned by 90 degrees to the right"
    ANTITRANSPOSED = "transposed and turned by 180 degrees"


TURNS: Mapping[Turn, Callable[[np.ndarray], np.ndarray]] = {
    Turn.NONE: lambda array: array,
    Turn.TRANSPOSED: lambda array: array.T,
    Turn.LEFT_RIGHT: lambda array: array[:, ::-1],
    Turn.UPSIDE_DOWN: lambda array: array[::-1],
    Turn.HALF: lambda array: array[::-1, ::-1],
    Turn.LEFT: np.rot90,
    Turn.RIGHT: lambda array: np.rot90(array, -1),
    Turn.ANTITRANSPOSED: lambda array: array[::-1, ::-1].T,
}


BACK: Mapping[Turn, Turn] = {turn: turn for turn in Turn} | {
    Turn.LEFT: Turn.RIGHT,
    Turn.RIGHT: Turn.LEFT,
}  # what undoes each turn


def turned(array: np.ndarray, turn: Turn) -> np.ndarray:
    """Return an (H, W) array turned, its rows one after the other in memory.

    Examples
    --------
    >>> turned(np.array([[1, 2, 3]]), Turn.LEFT).tolist()
    [[3], [2], [1]]
    """
    return np.ascontiguousarray(TURNS[turn](array))


def turned_back(array: np.ndarray, turn: Turn) -> np.ndarray:
    """Return an (H, W) array as it was before it was turned.

    Examples
    --------
    >>> turned_back(np.array([[3], [2], [1]]), Turn.LEFT).tolist()
    [[1, 2, 3]]
    """
    return turned(array, BACK[turn])


def turned_digest(digest: str, turn: Turn) -> str:
    """Return the digest of a slice that is turned, from that of the slice as its file has it.

    It depends on the turn and not on the pixels alone: an image that is its own mirror image is
    another slice when it is turned, because its masks are others.
    """
    if turn is Turn.NONE:
        return digest
    return hashlib.sha256(f"{digest} {turn.name}".encode()).hexdigest()


def turn_that_fits(mask: Mask, border: NDArray[np.float64]) -> Turn | None:
    """Compare a mask in all eight positions with the filled border.

    Parameters
    ----------
    mask : (H, W) bool
    border : (N, 2) float
        Outline as (row, column), counted from 0; finite.

    Returns
    -------
    Turn or None
        What must be done to the mask to fit the border; None where it fits in no position, as
        when it was moved. A lesion that is its own mirror image proves nothing: a tie is NONE.
    """
    as_stored = _overlap(mask, border)
    if as_stored >= FITS:
        return Turn.NONE
    fits = {turn: _overlap_without_line(TURNS[turn](mask), border) for turn in Turn}
    as_stored = fits[Turn.NONE]
    best = max(fits, key=lambda turn: fits[turn])
    if as_stored < FITS and fits[best] >= max(FITS, as_stored + BETTER):
        # A lesion that is nearly its own mirror image looks mirrored when it was moved.
        return best if fits[best] >= _overlap_moved(mask, border) else None
    return Turn.NONE if as_stored >= MATCHES else None


def _overlap(mask: Mask, border: NDArray[np.float64]) -> float:
    """Return the Dice of mask and filled border."""
    box, filled = enclosed(border + 0.5, mask.shape)  # the middle of pixel (0, 0)
    return _dice(mask, box, filled)


def _overlap_moved(mask: Mask, border: NDArray[np.float64]) -> float:
    """Return the best Dice of a mask, moved by whole pixels, and filled border."""
    box, filled = enclosed(border + 0.5, mask.shape)
    own = box_of(mask)
    assert own is not None, "an empty mask fits no border"
    part = mask[own.slices]
    middle = np.argwhere(part).mean(axis=0) - np.argwhere(filled).mean(axis=0)
    down, right = (round(it) for it in middle - (box.top - own.top, box.left - own.left))
    best = 0.0
    for row in (down - 1, down, down + 1):
        for column in (right - 1, right, right + 1):
            moved = np.zeros_like(mask)
            box_ = own.moved(-row, -column)
            inside = box_.clipped(mask.shape)
            moved[inside.slices] = part[inside.moved(-box_.top, -box_.left).slices]
            best = max(best, _overlap_without_line(moved, border))
    return best


def _overlap_without_line(mask: Mask, border: NDArray[np.float64]) -> float:
    """Return the Dice of mask and filled border where no pixel's middle lies on the line itself.

    Outlines of masks often run through the middles of their outermost pixels, which are then as
    much inside as outside.
    """
    box, everywhere = enclosed(border + 0.5, mask.shape)
    anywhere = everywhere.copy()
    for nudge in NUDGES:
        nudged, filled = enclosed(border + 0.5 + nudge, mask.shape)
        if nudged != box:  # the line ends where the image does
            return _dice(mask, box, everywhere)
        everywhere, anywhere = everywhere & filled, anywhere | filled
    sure = mask.copy()
    sure[box.slices] &= everywhere | ~anywhere
    return _dice(sure, box, everywhere)


def _dice(mask: Mask, box: Box, filled: Mask) -> float:
    common = int(np.count_nonzero(filled & mask[box.slices]))
    return 2 * common / max(int(np.count_nonzero(filled) + np.count_nonzero(mask)), 1)
