"""The outline of a mask, for drawing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.measure import find_contours

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.types import Mask

BLOCKS = {2: np.uint16, 4: np.uint32, 8: np.uint64}  # that hold as many pixels of a row


def contours(mask: Mask) -> list[NDArray[np.float64]]:
    """Return the closed outlines of a mask, each (N, 2) of (row, column).

    Coordinates count from the image's corner: pixel (i, j) covers [i, i+1) x [j, j+1). Outlines
    run along pixel edges but cut corners, which is how an eye draws them.
    """
    box = box_of(mask)
    if box is None:
        return []
    padded = np.pad(mask[box.slices], 1).astype(np.float32)
    # Centres lie at +0.5, the padding at -1.
    corner = np.array([box.top - 0.5, box.left - 0.5])
    return [line + corner for line in find_contours(padded, 0.5)]


def pixel_edges(mask: Mask, box: Box) -> NDArray[np.int_]:
    """Return the exact pixel edges between inside and outside, in a box and a pixel around it.

    Parameters
    ----------
    mask : (H, W) bool
    box : Box

    Returns
    -------
    (N, 4) int array of segments (row0, column0, row1, column1), runs of edges joined to one.
    Only the box is looked at, so that a brush can redraw what it touched and no more.
    """
    top, left = max(box.top - 1, 0), max(box.left - 1, 0)
    part = mask[top : box.bottom + 1, left : box.right + 1]
    padded = np.pad(part, 1)
    # The image's rim is outside; the rim of a part that goes on is not an edge.
    if top > 0:
        padded[0] = padded[1]
    if left > 0:
        padded[:, 0] = padded[:, 1]
    if top + part.shape[0] < mask.shape[0]:
        padded[-1] = padded[-2]
    if left + part.shape[1] < mask.shape[1]:
        padded[:, -1] = padded[:, -2]
    # What lies along the padding itself is no edge of this part.
    across = _runs(*_places(padded[1:, 1:-1] != padded[:-1, 1:-1]))
    row, column = _places(padded[1:-1, 1:] != padded[1:-1, :-1])
    order = np.argsort(column, kind="stable")
    down = _runs(column[order], row[order])
    horizontal = np.stack([across[:, 0], across[:, 1], across[:, 0], across[:, 2]], axis=1)
    vertical = np.stack([down[:, 1], down[:, 0], down[:, 2], down[:, 0]], axis=1)
    return np.concatenate([horizontal, vertical]) + np.array([top, left, top, left])


def block_edges(mask: Mask, box: Box, step: int) -> NDArray[np.int_]:
    """Return what `pixel_edges` does of blocks of pixels, each of them inside if one of its is.

    Parameters
    ----------
    mask : (H, W) bool
    box : Box
    step : int
        Side of a block, a power of 2 up to 8; where the sides of the mask are no multiples of it,
        the edges are those of pixels.
    """
    kind = BLOCKS.get(step)
    if kind is None or any(side % step for side in mask.shape):
        return pixel_edges(mask, box)
    # Two blocks more on each side: `pixel_edges` looks one farther, and is not to see an end there.
    top, left = max(box.top // step - 2, 0), max(box.left // step - 2, 0)
    part = mask[top * step : (-(-box.bottom // step) + 2) * step]
    part = part[:, left * step : (-(-box.right // step) + 2) * step]
    rows = np.logical_or.reduce([part[at::step] for at in range(step)])
    coarse = np.ascontiguousarray(rows).view(kind) != 0
    inside = Box(
        box.top // step - top,
        -(-box.bottom // step) - top,
        box.left // step - left,
        -(-box.right // step) - left,
    )
    corner = np.array([top, left, top, left])
    return (pixel_edges(coarse, inside) + corner) * step


def _places(flags: Mask) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return rows and columns of what is True: few of many, which NumPy finds faster in a line."""
    row, column = np.divmod(np.flatnonzero(flags), flags.shape[1])
    return row, column


def _runs(line: NDArray[np.int_], at: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return (N, 3) runs of places beside each other in a line: line, first, one past the last.

    Lines and the places in them come in order.
    """
    begins = np.ones(len(line), bool)
    begins[1:] = (line[1:] != line[:-1]) | (at[1:] != at[:-1] + 1)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(line)) - 1 if len(line) else first
    return np.stack([line[first], at[first], at[last] + 1], axis=1)
