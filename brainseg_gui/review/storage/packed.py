"""Patches as bytes, for the ledger."""

from __future__ import annotations

import math
import zlib

import numpy as np

from brainseg_gui.core.masks.patch import MaskPatch


def pack_patch(patch: MaskPatch) -> bytes:
    """Return the old pixels of a patch, then the new ones, as compressed bits."""
    bits = np.packbits(np.stack([patch.before, patch.after]))
    return zlib.compress(bits.data, 1)


def unpack_patch(packed: bytes, rows: slice, columns: slice) -> MaskPatch:
    """Return the patch that `pack_patch` packed.

    Raises
    ------
    ValueError, zlib.error
        If the bytes are not a patch of this size.
    """
    shape = (2, rows.stop - rows.start, columns.stop - columns.start)
    count = math.prod(shape)
    size = (count + 7) // 8
    unpack = zlib.decompressobj()
    bits = np.frombuffer(unpack.decompress(packed, max(size, 0) + 1), np.uint8)
    if min(shape) < 1 or len(bits) != size or not unpack.eof:
        raise ValueError("a step of the ledger is damaged")
    before, after = np.unpackbits(bits, count=count).astype(bool).reshape(shape)
    return MaskPatch(rows, columns, before, after)
