"""Masks as bytes: a few hundred for a tumour."""

from __future__ import annotations

import zlib

import numpy as np

from brainseg_gui.core.types import Mask


def pack_mask(mask: Mask) -> bytes:
    """Return an (H, W) bool mask as compressed bits."""
    return zlib.compress(np.packbits(mask).tobytes(), 1)


def unpack_mask(packed: bytes, shape: tuple[int, int]) -> Mask:
    """Return the (H, W) bool mask that `pack_mask` packed.

    Raises
    ------
    ValueError, zlib.error
        If the bytes are not a mask of this size.
    """
    bits = np.unpackbits(
        np.frombuffer(zlib.decompress(packed), np.uint8), count=shape[0] * shape[1]
    )
    return bits.astype(bool).reshape(shape)
