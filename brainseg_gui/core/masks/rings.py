"""The exact outline of a mask as closed rings along pixel edges, for files that hold polygons.

A polygon that is filled gives back the very pixels that it was made of, in whatever program: its
corners are corners of pixels, and none of its sides runs through the middle of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.types import Mask

Ring = NDArray[np.int_]
"""(N, 2) corners as row, column, from the image's corner; the first one stands once."""
Segment = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of a mask whose pixels hang together by their sides.

    Attributes
    ----------
    outer : Ring
        Its tumour lies on the right hand of who walks along it, rows counted downwards.
    holes : tuple of Ring
        The same holds for these: they run the other way round.
    """

    outer: Ring
    holes: tuple[Ring, ...] = ()


def pieces(mask: Mask) -> list[Piece]:
    """Return the outlines of an (H, W) mask, from top to bottom; nothing for an empty one.

    Examples
    --------
    >>> [piece.outer.tolist() for piece in pieces(np.array([[0, 1, 1]]) > 0)]
    [[[0, 1], [0, 3], [1, 3], [1, 1]]]
    """
    from scipy import ndimage  # here, for the window to open without it

    if not mask.any():
        return []
    labels, count = ndimage.label(mask)
    outers: dict[int, Ring] = {}
    holes: defaultdict[int, list[Ring]] = defaultdict(list)
    for ring in _rings(mask):
        label = int(labels[_pixel_beside(ring)])
        if _area(ring) > 0:
            outers[label] = ring
        else:
            holes[label].append(ring)
    return [Piece(outers[it], tuple(holes[it])) for it in range(1, count + 1)]


def in_one_line(rings: Sequence[Ring]) -> Ring:
    """Return rings as a single closed line: what lies in an odd number of them is inside it.

    From the first corner to each further ring and back it runs along the same edges of pixels, so
    that nothing lies between. The last point is the first one; an empty (0, 2) for no rings.
    """
    if not rings:
        return np.zeros((0, 2), int)
    first, *others = rings
    start = first[:1]
    line = [first, start]
    for ring in others:
        corner = np.array([[start[0, 0], ring[0, 1]]])
        line += [corner, ring, ring[:1], corner, start]
    return np.concatenate(line)


def filled(rings: Sequence[NDArray[np.float64] | Ring], shape: tuple[int, int]) -> Mask:
    """Return the (H, W) mask of the pixels whose middle lies in an odd number of rings.

    Parameters
    ----------
    rings : sequence of (N, 2) row, column
        Counted from the image's corner, with the first point again at the end or not.
    shape : (int, int)
    """
    from skimage.draw import polygon2mask  # here, for the window to open without it

    found = np.zeros(shape, bool)
    for ring in rings:
        low = np.clip(np.floor(ring.min(axis=0)), 0, shape).astype(int)
        high = np.clip(np.ceil(ring.max(axis=0)), 0, shape).astype(int)
        if (high > low).all():
            inside = polygon2mask(tuple(high - low), ring - low - 0.5)
            found[low[0] : high[0], low[1] : high[1]] ^= inside
    return found


def _rings(mask: Mask) -> list[Ring]:
    """Follow the edges; where two corners meet in a point, the same pixel is walked around on."""
    leaving: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for start, end in _edges(mask):
        leaving[start].append(end)
    rings = []
    while leaving:
        start = at = next(iter(leaving))
        came, corners = (0, 0), []
        while True:
            corners.append(at)
            then = _next(at, came, leaving[at])
            leaving[at].remove(then)
            if not leaving[at]:
                del leaving[at]
            came = then[0] - at[0], then[1] - at[1]
            at = then
            if at == start and not _goes_on(at, came, leaving):
                break
        rings.append(np.array(corners))
    return rings


def _goes_on(
    at: tuple[int, int],
    came: tuple[int, int],
    leaving: defaultdict[tuple[int, int], list[tuple[int, int]]],
) -> bool:
    """Tell whether a ring passes its first corner once more, which is then no corner of its own."""
    ways = leaving.get(at, [])
    return any(_is_right_turn(came, (it[0] - at[0], it[1] - at[1])) for it in ways)


def _next(
    at: tuple[int, int], came: tuple[int, int], ways: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    turns = (it for it in ways if _is_right_turn(came, (it[0] - at[0], it[1] - at[1])))
    return next(turns, ways[0])


def _is_right_turn(came: tuple[int, int], goes: tuple[int, int]) -> bool:
    return came[1] * goes[0] - came[0] * goes[1] > 0


def _edges(mask: Mask) -> list[Segment]:
    """Return the sides of the outline from corner to corner, tumour on the right hand."""
    padded = np.pad(mask, 1)
    above, below = padded[:-1, 1:-1], padded[1:, 1:-1]
    left, right = padded[1:-1, :-1].T, padded[1:-1, 1:].T
    edges: list[Segment] = []
    for row, first, end in _runs(below & ~above):
        edges.append(((row, first), (row, end)))
    for row, first, end in _runs(above & ~below):
        edges.append(((row, end), (row, first)))
    for column, first, end in _runs(left & ~right):
        edges.append(((first, column), (end, column)))
    for column, first, end in _runs(right & ~left):
        edges.append(((end, column), (first, column)))
    return edges


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return the runs of True: line, first, one past the last."""
    padded = np.pad(flags, ((0, 0), (1, 1)))
    line, at = np.nonzero(padded[:, 1:] != padded[:, :-1])
    return list(zip(line[::2].tolist(), at[::2].tolist(), at[1::2].tolist(), strict=True))


def _area(ring: Ring) -> float:
    """Return the area inside a ring; negative for a hole."""
    row, column = ring.T
    return float(np.sum(column * np.roll(row, -1) - np.roll(column, -1) * row)) / 2


def _pixel_beside(ring: Ring) -> tuple[int, int]:
    """Return a pixel of the mask along the first side of a ring."""
    (row, column), (down, along) = ring[0].tolist(), (ring[1] - ring[0]).tolist()
    if along:
        return (row, column) if along > 0 else (row - 1, column - 1)
    return (row, column - 1) if down > 0 else (row - 1, column)
