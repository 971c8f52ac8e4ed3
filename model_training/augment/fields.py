"""Smooth random fields: a coarse grid of numbers, joined by cubic B-splines."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def smooth_field(nodes: np.ndarray, side: int) -> np.ndarray:
    """Return the field that a grid of nodes spans.

    Parameters
    ----------
    nodes : (K + 3, K + 3) float32
        Node values for K spacings along a side; one more than the side needs lies outside it at
        its start, two at its end.
    side : int
        S in pixels.

    Returns
    -------
    (S, S) float32, nowhere outside the range of the nodes.
    """
    basis = spline_basis(side, len(nodes) - 3)
    # Not the matrix product: its threads wait for each other where a training holds the cores.
    lines = np.einsum("ik,kj->ij", basis, nodes)
    field: np.ndarray = np.einsum("ik,kj->ij", lines, np.ascontiguousarray(basis.T))
    return field


@lru_cache(maxsize=16)
def spline_basis(side: int, spacings: int) -> np.ndarray:
    """Return the (side, spacings + 3) float32 weights of the nodes at each pixel of a line."""
    position = np.arange(side) * spacings / side
    first = position.astype(int)
    t = position - first
    weights = np.stack(
        [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=1
    )
    basis = np.zeros((side, spacings + 3), np.float32)
    np.put_along_axis(basis, first[:, None] + np.arange(4), weights / 6, axis=1)
    basis.setflags(write=False)
    return basis
