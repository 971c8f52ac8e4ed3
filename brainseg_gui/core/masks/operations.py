"""What is done to a whole mask: functions that return a new one.

Libraries are imported where they are used: the window must not wait for them at its start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.islands import Islands
from brainseg_gui.core.types import Mask

SQUARES = np.arange(-2, 3) ** 2
NEARBY = (np.add.outer(SQUARES, SQUARES) <= 4).astype(np.float32)  # a disk of radius 2


@dataclass(frozen=True)
class Margin:
    """By how much is grown and shrunk, in pixels or in millimetres."""

    size: float
    in_mm: bool = False

    def __str__(self) -> str:
        return f"{self.size:g} {'mm' if self.in_mm else 'px'}"


MARGINS = (
    *(Margin(pixels) for pixels in (1, 2, 3, 4, 5, 8, 12, 20)),
    *(Margin(millimetres, in_mm=True) for millimetres in (0.5, 1, 2, 3, 5, 10)),
)


@dataclass(frozen=True, eq=False)
class Context:
    """What an operation may look at besides the mask; all arrays are (H, W).

    Attributes
    ----------
    layers : mapping from Layer to bool arrays
        The masks that there are.
    spacing_mm : float or None
        Side of a pixel.
    options : mapping
        What the reader chose beside the tools, by name.
    """

    layers: Mapping[Layer, Mask] = field(default_factory=dict)
    spacing_mm: float | None = None
    options: Mapping[str, float] = field(default_factory=dict)


def nothing(mask: Mask, context: Context) -> Mask:
    """Return an empty mask."""
    return np.zeros_like(mask)


def everything(mask: Mask, context: Context) -> Mask:
    """Return a mask that is full."""
    return np.ones_like(mask)


def prediction(mask: Mask, context: Context) -> Mask:
    """Return the prediction's mask."""
    return context.layers[Layer.PREDICTION].copy()


def reference(mask: Mask, context: Context) -> Mask:
    """Return the reference."""
    return context.layers[Layer.REFERENCE].copy()


def union(mask: Mask, context: Context, layer: Layer) -> Mask:
    """Return the mask and all that another layer has."""
    return mask | context.layers[layer]


def intersection(mask: Mask, context: Context, layer: Layer) -> Mask:
    """Return what the mask and another layer have in common."""
    return mask & context.layers[layer]


def difference(mask: Mask, context: Context, layer: Layer) -> Mask:
    """Return the mask without what another layer has."""
    return mask & ~context.layers[layer]


def fill_holes(mask: Mask, context: Context) -> Mask:
    """Return the mask with everything that it encloses."""
    from scipy import ndimage

    return _around(mask, 0, ndimage.binary_fill_holes)


def keep_largest(mask: Mask, context: Context) -> Mask:
    """Return the largest piece; pieces that touch at a corner are one."""
    return Islands(mask).largest()


def drop_small(mask: Mask, context: Context) -> Mask:
    """Return the mask without islands of fewer pixels than the option `small_island`."""
    return Islands(mask).of_at_least(int(context.options["small_island"]))


def grow(mask: Mask, context: Context) -> Mask:
    """Return the mask and all pixels whose middles are no farther from one of its than a margin.

    A margin of 1 px adds what lies beside it.
    """
    from scipy import ndimage

    by = margin_of(context)
    if by == 1:
        return _around(mask, 1, ndimage.binary_dilation)
    return _around(mask, math.ceil(by), lambda part: _away(~part) <= by)


def shrink(mask: Mask, context: Context) -> Mask:
    """Return the mask without the pixels whose middles are no farther from its outside.

    The image's edge takes none away.
    """
    from scipy import ndimage

    by = margin_of(context)
    if by == 1:
        return _around(mask, 1, partial(ndimage.binary_erosion, border_value=1))
    return _around(mask, 1, lambda part: _away(part) > by)


def _away(mask: Mask) -> NDArray[np.float64]:
    """Return how far each pixel of a mask is from what is not of it; infinitely from nothing."""
    from scipy import ndimage

    if mask.all():
        return np.full(mask.shape, np.inf)
    away: NDArray[np.float64] = ndimage.distance_transform_edt(mask)
    return away


def margin_of(context: Context) -> float:
    """Return by how many pixels is grown and shrunk, as the option `margin` says.

    Raises
    ------
    ValueError
        If that is in millimetres, and the size of a pixel is not known.
    """
    margin = MARGINS[int(context.options["margin"])]
    if not margin.in_mm:
        return margin.size
    if context.spacing_mm is None:
        raise ValueError("the pixel size is not known")
    return margin.size / context.spacing_mm


def smooth(mask: Mask, context: Context) -> Mask:
    """Return the mask with each pixel as most of those within two pixels of it are."""
    return _around(mask, 1, _majority)  # beside a mask's box it has no majority


def _majority(mask: Mask) -> Mask:
    from scipy import ndimage

    share = ndimage.correlate(mask.astype(np.float32), NEARBY / NEARBY.sum(), mode="nearest")
    return np.asarray(share > 0.5)


def hull(mask: Mask, context: Context) -> Mask:
    """Return the convex hull of the pixels, each of them as the middles of its four sides.

    What lies on the hull's border is inside, as in `skimage.morphology.convex_hull_image`.
    """
    return _around(mask, 0, _hull)


def _hull(mask: Mask) -> Mask:
    """Ask of each row from where to where the hull reaches; half pixels are counted, exactly."""
    width = mask.shape[1]
    low, high = _reached(mask), width - 1 - _reached(mask[:, ::-1])
    column = np.arange(width)
    inside: Mask = (low[:, None] <= column) & (column <= high[:, None])
    return inside


def _reached(mask: Mask) -> NDArray[np.int_]:
    """Return the first column of each row whose middle lies in the hull of a mask in its box.

    References
    ----------
    Andrew, "Another efficient algorithm for convex hulls in two dimensions", Information
    Processing Letters 9, 1979.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    first = 2 * mask[rows].argmax(axis=1)
    # The leftmost point of each half row, in half pixels: left of a pixel, or above or below it.
    ends = np.full(2 * len(mask) + 1, 2 * mask.shape[1])
    ends[2 * rows + 1], ends[2 * rows] = first - 1, first
    ends[2 * rows + 2] = np.minimum(ends[2 * rows + 2], first)
    chain: list[tuple[int, int]] = []
    for end in enumerate(ends.tolist()):
        while len(chain) > 1 and _turns_out(chain[-2], chain[-1], end):
            chain.pop()
        chain.append(end)
    corner, left = np.array(chain).T
    row = np.arange(1, len(ends), 2)
    edge = np.searchsorted(corner, row, side="right") - 1
    down, right = np.diff(corner)[edge], np.diff(left)[edge]
    column: NDArray[np.int_] = -(-(left[edge] * down + right * (row - corner[edge])) // (2 * down))
    return column


def _turns_out(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """Tell whether (row, column) b lies right of the way down from a to c, or on it."""
    return (b[1] - a[1]) * (c[0] - b[0]) >= (c[1] - b[1]) * (b[0] - a[0])


def _around(mask: Mask, margin: int, work: Callable[[Mask], Mask]) -> Mask:
    """Do something to the part of a mask that holds all of it, and so many pixels more.

    A slice has hundreds of times more pixels than a tumour.
    """
    whole, box = mask.copy(), box_of(mask)
    if box is not None:
        part = box.widened(margin).clipped(mask.shape).slices
        whole[part] = work(mask[part])
    return whole
