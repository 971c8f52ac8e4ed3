"""A mask as NIfTI, where its slice lies in the patient, or side by side with its pixels."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.geometry import geometry_of
from brainseg_gui.files.writers.given import Given

SCANNER, ALIGNED, MILLIMETRES = 1, 2, 2  # codes of the format
HEADER = 348
UINT8 = 2


def write(path: Path, mask: Mask, given: Given) -> None:
    """Write an (H, W) mask as an image of W x H x 1: its first index is the column.

    The source's own geometry is kept; where it has none, pixels are as large as is known, else of
    one unit that is not named, and the axes are those of the picture.

    Raises
    ------
    WriteError
        If it cannot be written.
    SliceError
        If the geometry of the source cannot be read.
    """
    import nibabel

    found = geometry_of(given.source)
    side = given.spacing_mm or 1.0
    affine = np.diag([side, side, 1.0, 1.0]) if found is None else found
    image = nibabel.Nifti1Image(mask.T[:, :, np.newaxis].astype(np.uint8), affine)
    image.header["descrip"] = b"brainseg mask"
    image.set_sform(affine, SCANNER if found is not None else ALIGNED)
    image.set_qform(affine, SCANNER if found is not None else ALIGNED)
    if found is not None or given.spacing_mm:
        image.header.set_xyzt_units("mm")
    write_atomically(path, gzip.compress(image.to_bytes(), mtime=0))


def read_back(path: Path, shape: tuple[int, int]) -> Mask:
    """Return the mask straight from the bytes of the file.

    Raises
    ------
    WriteError
        If they are no image of one plane of bytes.

    References
    ----------
    The NIfTI-1 data format, nifti1.h.
    """
    try:
        content = gzip.decompress(path.read_bytes())
        size, width, height, depth = struct.unpack_from("<i36x3h", _without_rank(content))
        (kind,) = struct.unpack_from("<h", content, 70)
        (first,) = struct.unpack_from("<f", content, 108)
        if size != HEADER or kind != UINT8 or depth != 1 or content[344:348] != b"n+1\0":
            raise ValueError("another header")
        values = np.frombuffer(content, np.uint8, width * height, int(first))
        return values.reshape(height, width) > 0
    except (OSError, EOFError, zlib.error, struct.error, ValueError) as error:
        raise WriteError(path, "what is on the disk is no image of one plane") from error


def _without_rank(content: bytes) -> bytes:
    """Return the header without the number of its dimensions, which stands before them."""
    return content[:40] + content[42:]
