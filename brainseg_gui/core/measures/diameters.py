"""The longest diameter of a mask and the longest one that is perpendicular to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Point, box_of
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.types import Mask

TOUCHES = 1e-9  # pixels; a line through a corner meets both edges there


@dataclass(frozen=True)
class Diameter:
    """A straight line from outline to outline; ends are (row, column), the upper one first."""

    start: Point
    end: Point

    @property
    def length(self) -> float:
        """Return how long it is in pixels."""
        return math.dist(self.start, self.end)


@dataclass(frozen=True)
class Diameters:
    """The longest diameter, and the longest perpendicular to it."""

    longest: Diameter
    perpendicular: Diameter


def diameters(mask: Mask) -> Diameters | None:
    """Return both diameters of the largest piece of an (H, W) bool mask; None if it is empty.

    As two diameters are taken in the bidimensional measurement of a lesion: the longest line
    between two points of its outline, and the longest one at right angles to it, wherever along
    the first it lies. A row of n pixels is n long. Both end on the outline of the piece. Like a
    calliper's they may cross what lies between the arms of a bent piece. Pieces are measured one
    by one there, so that two lesions are not one long one; of equally large pieces it is the
    first.

    References
    ----------
    Macdonald et al., "Response criteria for phase II studies of supratentorial malignant glioma",
    Journal of Clinical Oncology 8, 1990; Wen et al., "Updated response assessment criteria for
    high-grade gliomas" (RANO), Journal of Clinical Oncology 28, 2010.
    """
    outlines = contours(largest_piece(mask))
    if not outlines:
        return None
    points = np.concatenate([line[:-1] for line in outlines])
    starts, ends = _farthest(points)
    along = (ends - starts) / np.linalg.norm(ends - starts)
    edges = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in outlines])
    return Diameters(_diameter(starts, ends), _perpendicular(points, edges, along))


def largest_piece(mask: Mask) -> Mask:
    """Return as (H, W) bool the largest of a mask's pieces; an empty mask as it is.

    Pixels that touch at a corner are one piece.
    """
    from skimage.measure import label  # not at the start: it brings SciPy

    box = box_of(mask)
    if box is None:
        return mask
    labels = label(mask[box.slices], connectivity=2)
    areas = np.bincount(labels.ravel())[1:]
    if len(areas) == 1:
        return mask
    largest = np.zeros_like(mask)
    largest[box.slices] = labels == int(areas.argmax()) + 1
    return largest


def _farthest(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two of (N, 2) points that lie farthest apart: both are corners of the hull."""
    from scipy.spatial import ConvexHull
    from scipy.spatial.distance import cdist

    corners = points[ConvexHull(points).vertices]
    apart = cdist(corners, corners)
    first, second = np.unravel_index(int(apart.argmax()), apart.shape)
    return corners[first], corners[second]


def _perpendicular(
    points: NDArray[np.float64], edges: NDArray[np.float64], along: NDArray[np.float64]
) -> Diameter:
    """Return the longest line at right angles to a direction, from outline to outline.

    How long such a line is changes evenly between two points of the outline, so that the longest
    one passes through one of them.

    Parameters
    ----------
    points : (N, 2)
        Of the outline.
    edges : (M, 2, 2)
        Start and end of each of its straight parts.
    along : (2,)
        Of length 1.
    """
    across = np.array([-along[1], along[0]])
    places = np.unique(np.round(points @ along, 9))  # (P,)
    from_, to = (edges @ along).T  # (M,) each
    out, back = (edges @ across).T
    begin = np.searchsorted(places, np.minimum(from_, to) - TOUCHES)
    meets = np.searchsorted(places, np.maximum(from_, to) + TOUCHES, "right") - begin
    edge = np.repeat(np.arange(len(edges)), meets)  # once for each place that it passes
    place = np.arange(len(edge)) + np.repeat(begin - np.cumsum(meets) + meets, meets)
    run = np.where(to == from_, 1.0, to - from_)
    share = np.clip((places[place] - from_[edge]) / run[edge], 0, 1)
    at = out[edge] + share * (back - out)[edge]
    first, last = np.full(len(places), np.inf), np.full(len(places), -np.inf)
    np.minimum.at(first, place, at)
    np.maximum.at(last, place, at)
    best = int((last - first).argmax())
    base = places[best] * along
    return _diameter(base + first[best] * across, base + last[best] * across)


def _diameter(start: NDArray[np.float64], end: NDArray[np.float64]) -> Diameter:
    ends = sorted(((float(start[0]), float(start[1])), (float(end[0]), float(end[1]))))
    return Diameter(*ends)
