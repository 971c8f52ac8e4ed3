"""Unpack the arrays that HDF5 keeps in packed pieces; HDF5 itself believes whatever comes out."""

from __future__ import annotations

import itertools
import math
import zlib

import numpy as np
from h5py import h5d, h5p, h5z

from brainseg_gui.files.readers.mat_value import MAX_BYTES, MAX_TEXT, DamagedError

MAX_CHUNKS = 100_000


def unpacked(
    dataset: h5d.DatasetID, type_: np.dtype, how: h5p.PropDCID, filters: tuple[int, ...]
) -> np.ndarray:
    """Return an array that lies in packed pieces, none of which may be larger than it says.

    Parameters
    ----------
    dataset : h5d.DatasetID
    type_ : dtype
    how : h5p.PropDCID
        How the data set is stored: in chunks.
    filters : tuple of int
        All of them in `FILTERS`, in the order in which they were applied.

    Raises
    ------
    DamagedError
        If a piece is not of the size that it must have, or there are too many.
    """
    shape, chunk = dataset.shape, how.get_chunk()
    size = math.prod(chunk) * type_.itemsize
    grid = [range(0, side, step) for side, step in zip(shape, chunk, strict=True)]
    if size > MAX_BYTES or math.prod(len(starts) for starts in grid) > MAX_CHUNKS:
        raise DamagedError
    fill = np.zeros((), type_)
    how.get_fill_value(fill)
    array = np.full(shape, fill, type_)
    for start in itertools.product(*grid):
        where = dataset.get_chunk_info_by_coord(start)
        if not where.byte_offset or not where.size:
            continue  # never written
        if where.size > size + MAX_TEXT + size // 100:  # packing makes nothing that much larger
            raise DamagedError
        skipped, content = dataset.read_direct_chunk(start)
        for place in reversed(range(len(filters))):
            if not skipped >> place & 1:
                content = _UNDO[filters[place]](content, size, type_.itemsize)
        if len(content) != size:
            raise DamagedError
        piece = np.frombuffer(content, type_).reshape(chunk)
        target = array[tuple(slice(at, at + step) for at, step in zip(start, chunk, strict=True))]
        target[...] = piece[tuple(slice(side) for side in target.shape)]
    return array


def _inflate(content: bytes, size: int, width: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, size + 5)
    except zlib.error as error:
        raise DamagedError from error


def _unshuffle(content: bytes, size: int, width: int) -> bytes:
    if len(content) % width:
        raise DamagedError
    return np.frombuffer(content, np.uint8).reshape(width, -1).T.tobytes()


def _checked(content: bytes, size: int, width: int) -> bytes:
    """Return what precedes a Fletcher sum that fits it."""
    body, said = content[:-4], int.from_bytes(content[-4:], "little")
    words = np.frombuffer(body + bytes(len(body) % 2), ">u2").astype(np.uint64)
    places = np.arange(len(words), 0, -1, dtype=np.uint64) % 65535
    low, high = int(words.sum()) % 65535, int((words * places).sum()) % 65535
    if (said & 0xFFFF) % 65535 != low or (said >> 16) % 65535 != high:
        raise DamagedError
    return body


_UNDO = {
    h5z.FILTER_DEFLATE: _inflate,
    h5z.FILTER_SHUFFLE: _unshuffle,
    h5z.FILTER_FLETCHER32: _checked,
}
FILTERS = frozenset(_UNDO)
