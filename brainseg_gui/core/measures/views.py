"""Which way a slice cuts the head, told by the image alone: axial, coronal or sagittal."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.image.thumbnail import reduced
from brainseg_gui.core.types import Mask, Pixels

SIDE = 48  # pixels in which the head is looked at
CELLS = 6  # a side of the grid that is laid over the head
SURE = 0.2  # by which a plane must score above the next to be named
SCALE = 5  # of the three numbers on the outline, beside the greys

# A row for each feature, a column for each plane; in thousandths.
WEIGHTS: NDArray[np.float64] = 0.001 * np.array((
    (141, -97, -43), (13, -11, -3), (-74, 133, -59),
    (-122, 134, -12), (68, -25, -44), (-45, 11, 34),
    (-27, -130, 157), (-180, 16, 164), (51, -13, -38),
    (31, 44, -75), (30, -140, 110), (131, -28, -103),
    (82, -2, -81), (-104, 57, 47), (-24, -27, 51),
    (-302, 196, 106), (31, 67, -98), (298, -186, -112),
    (-91, 361, -270), (104, 81, -185), (92, 135, -227),
))  # fmt: skip
OFFSETS: NDArray[np.float64] = 0.001 * np.array((-75, -2343, 3418))


class Plane(enum.Enum):
    """The three planes; the value is what sentences say."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


@dataclass(frozen=True, eq=False)
class Look:
    """What of a slice tells its plane, and where the head lies in it.

    Attributes
    ----------
    small : (h, w) float32
        The slice, its longer side `SIDE` pixels.
    head : Box
        Around the head, in pixels of that.
    tissue : float
        Median of the head, in the slice's own unit; above 0 where there is a head.
    features : (21,) float64
        See `look_at`.
    """

    small: Pixels
    head: Box
    tissue: float
    features: NDArray[np.float64]

    @property
    def plane(self) -> Plane | None:
        """Return the plane; None where two score alike.

        Notes
        -----
        A linear score for each plane, by ridge regression on 300 slices of the figshare set that
        were named by eye. See model_training/RESULTS.md for how it fared on others.
        """
        # No matrix product: for so few numbers it would start a pool of threads.
        scores = (self.features[:, np.newaxis] * WEIGHTS).sum(axis=0) + OFFSETS
        least, most = np.sort(scores)[-2:]
        return tuple(Plane)[int(scores.argmax())] if most - least >= SURE else None


def look_at(pixels: Pixels) -> Look | None:
    """Look at (H, W) pixels; None where no head is seen.

    Notes
    -----
    Features are the greys of the head in a grid, both halves laid over each other, in standard
    units; then of its outline height by width, how well it covers its mirror image, and how well
    the greys correlate with theirs about the best axis. A sagittal slice has no mirror image; an
    axial one is round and ends within the image; a coronal one goes on into the neck.
    """
    small = reduced(pixels, SIDE)
    shape = _head(small)
    box = box_of(shape)
    tissue = float(np.median(small[shape])) if box is not None else 0.0
    if box is None or tissue <= 0 or min(box.shape) < CELLS:
        return None
    shape, greys = shape[box.slices], small[box.slices]
    greys = np.minimum(greys, np.percentile(greys[shape], 95))
    height, width = box.shape
    covered = np.count_nonzero(shape & shape[:, ::-1]) / np.count_nonzero(shape)
    outline = (height / width, covered, _mirrored(np.where(shape, greys, 0)))
    features = np.concatenate([_half(greys).ravel(), SCALE * np.array(outline)])
    return Look(small.astype(np.float32), box, tissue, features)


def views(looks: Sequence[Look | None]) -> list[int]:
    """Return for each of a patient's slices the number of its view, -1 where it is not known.

    Slices of one plane are one view. A slice whose plane is not sure is of the view of the slice
    that it looks most like, among those that are sure.
    """
    planes = [None if look is None else look.plane for look in looks]
    sure = [at for at, plane in enumerate(planes) if plane is not None]
    order = list(Plane)
    found = [-1 if plane is None else order.index(plane) for plane in planes]
    for at, look in enumerate(looks):
        if planes[at] is None and look is not None and sure:
            unlike = [_unlike(look, looks[other]) for other in sure]
            found[at] = found[sure[int(np.argmin(unlike))]]
    return found


def _unlike(one: Look, other: Look | None) -> float:
    return np.inf if other is None else float(np.sum((one.features - other.features) ** 2))


def _head(small: Pixels) -> Mask:
    """Return the largest piece that is lighter than half of the mean, filled."""
    from scipy import ndimage  # here, for the window to open without it

    light = ndimage.binary_opening(small > small.mean() / 2)
    pieces, count = ndimage.label(light)
    if not count:
        return np.zeros(small.shape, bool)
    largest = 1 + np.argmax(np.bincount(pieces.ravel())[1:])
    filled: Mask = ndimage.binary_fill_holes(pieces == largest)
    return filled


def _half(greys: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the (CELLS, CELLS / 2) mean of both halves of a head, in standard units."""
    rows, columns = (np.arange(CELLS) * length // CELLS for length in greys.shape)
    cells = np.add.reduceat(np.add.reduceat(greys, rows, 0), columns, 1).astype(np.float64)
    heights, widths = np.diff(rows, append=greys.shape[0]), np.diff(columns, append=greys.shape[1])
    cells /= np.outer(heights, widths)
    cells = (cells - cells.mean()) / (cells.std() or 1)
    return (cells + cells[:, ::-1])[:, : CELLS // 2] / 2


def _mirrored(greys: NDArray[np.floating]) -> float:
    """Return how well greys correlate with their mirror image, about the best of many axes."""
    width = greys.shape[1]
    most = width // 6
    parts = (greys[:, max(by, 0) : width + min(by, 0)] for by in range(-most, most + 1))
    return max(_correlation(part, part[:, ::-1]) for part in parts)


def _correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / (np.sqrt((one**2).sum() * (other**2).sum()) or 1))
