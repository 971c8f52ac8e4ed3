"""A probability as the masks that it gives at some thresholds: all that is asked of it later."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.types import Mask, Probability

THRESHOLDS = tuple(round(0.2 + 0.05 * step, 2) for step in range(13))  # 0.2 to 0.8
ISLANDS = (0.0, 0.0001, 0.0002, 0.0005, 0.001)
"""Shares of an image below which a piece of a mask may be left out; 0 leaves out none."""


def levels_of(probability: Probability) -> NDArray[np.uint8]:
    """Return for each pixel of an (H, W) probability how many of `THRESHOLDS` it reaches.

    Pixels above `THRESHOLDS[i]`, or at it, are those with a level above i.
    """
    levels = np.zeros(probability.shape, np.uint8)
    for threshold in THRESHOLDS:
        levels += probability >= threshold
    return levels


def mask_at(levels: NDArray[np.uint8], number: int) -> Mask:
    """Return the (H, W) mask at `THRESHOLDS[number]`."""
    mask: Mask = levels > number
    return mask


def pack_levels(levels: NDArray[np.uint8]) -> bytes:
    """Return (H, W) levels as compressed bytes, a few kilobytes for a tumour."""
    return zlib.compress(levels.tobytes(), 1)


def unpack_levels(packed: bytes, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the (H, W) levels that `pack_levels` packed.

    Raises
    ------
    ValueError, zlib.error
        If the bytes are not levels of this size.
    """
    size = shape[0] * shape[1]
    unpack = zlib.decompressobj()
    raw = unpack.decompress(packed, size + 1)  # never more, whatever the bytes say
    if len(raw) != size or not unpack.eof or max(raw, default=0) > len(THRESHOLDS):
        raise ValueError(f"{len(raw)} bytes of levels of {size} pixels")
    return np.frombuffer(raw, np.uint8).reshape(shape)
