"""A slice mirrored, or moved by a pixel: of a good mask that changes next to nothing."""

from __future__ import annotations

import enum

import numpy as np


class Move(enum.Enum):
    """How a slice is moved before a network is asked again."""

    MIRRORED = enum.auto()
    DOWN = enum.auto()
    RIGHT = enum.auto()


_SHIFT = {Move.DOWN: (1, 0), Move.RIGHT: (0, 1)}


def moved(array: np.ndarray, move: Move) -> np.ndarray:
    """Return an (H, W) array moved; what comes in at an edge is like what lies there.

    Examples
    --------
    >>> moved(np.array([[1, 2, 3]]), Move.RIGHT).tolist()
    [[1, 1, 2]]
    """
    if move is Move.MIRRORED:
        return np.ascontiguousarray(array[:, ::-1])
    return _shifted(array, *_SHIFT[move])


def moved_back(array: np.ndarray, move: Move) -> np.ndarray:
    """Return an (H, W) array that was moved where it was before, but for a lost edge.

    Examples
    --------
    >>> moved_back(np.array([[1, 1, 2]]), Move.RIGHT).tolist()
    [[1, 2, 2]]
    """
    if move is Move.MIRRORED:
        return moved(array, move)
    down, right = _SHIFT[move]
    return _shifted(array, -down, -right)


def _shifted(array: np.ndarray, down: int, right: int) -> np.ndarray:
    rows, columns = (np.arange(length) for length in array.shape)
    rows = (rows - down).clip(0, len(rows) - 1)
    columns = (columns - right).clip(0, len(columns) - 1)
    return np.asarray(array[np.ix_(rows, columns)])
