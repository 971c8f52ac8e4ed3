"""Masks as bytes: a few hundred for a tumour."""

from __future__ import annotations

import zlib

import numpy as np

from brainseg_gui.core.types import Mask


def pack_mask(mask: Mask) -> bytes:
    """Return an (H, W) bool mask as compressed bits."""
    return zlib.compress(np.packbits(mask).data, 1)


def unpack_mask(packed: bytes, shape: tuple[int, int]) -> Mask:
    """Return the (H, W) bool mask that `pack_mask` packed.

    Raises
    ------
    ValueError, zlib.error
        If the bytes are not a mask of this size.
    """
    size = -(-shape[0] * shape[1] // 8)
    unpack = zlib.decompressobj()
    raw = unpack.decompress(packed, size + 1)  # never more, whatever the bytes say
    if len(raw) != size or not unpack.eof:
        raise ValueError(f"{len(raw)} bytes of a mask of {size}")
    bits = np.unpackbits(np.frombuffer(raw, np.uint8), count=shape[0] * shape[1])
    return bits.astype(bool).reshape(shape)
