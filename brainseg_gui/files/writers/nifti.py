"""A mask as NIfTI, where its slice lies in the patient, or side by side with its pixels."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.formats import read_geometry
from brainseg_gui.files.writers.given import Given, Placed

SCANNER, ALIGNED = 1, 2  # codes of the format
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
    SliceError, ValueError
        If the geometry of the source cannot be read.
    """
    if given.unread:  # where it lies it may say
        raise ValueError(given.missing)
    found = None if given.source is None else read_geometry(given.source)
    side = given.spacing_mm or 1.0
    affine = np.diag([side, side, 1.0, 1.0]) if found is None else found.plane_affine
    array = mask.T[:, :, np.newaxis].astype(np.uint8)
    known = found is not None or bool(given.spacing_mm)
    _write(path, array, affine, SCANNER if found is not None else ALIGNED, in_mm=known)


def content_of_stack(slices: Sequence[Placed]) -> NDArray[np.uint8]:
    """Return masks as the array of the volume that their slices are of; elsewhere it is zero.

    Raises
    ------
    ValueError
        If a mask is of another size than the volume's slices.
    """
    array = np.zeros(slices[0].geometry.shape, np.uint8)
    for it in slices:
        it.geometry.put(array, it.mask.astype(np.uint8))
    return array


def write_stack(path: Path, content: np.ndarray, slices: Sequence[Placed]) -> None:
    """Write a volume of masks with the geometry of its source.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    _write(path, content, slices[0].geometry.affine, SCANNER, in_mm=True)


def read_back_stack(path: Path, slices: Sequence[Placed]) -> NDArray[np.uint8]:
    """Return the volume straight from the bytes of the file.

    Raises
    ------
    WriteError
        If they are no volume of bytes, or it does not lie where its source does.
    """
    array, affine = _parsed(path)
    if not np.allclose(affine, slices[0].geometry.affine[:3], rtol=1e-5, atol=1e-3):
        raise WriteError(path, "what is on the disk lies in another place than its source")
    return array


def _write(path: Path, array: np.ndarray, affine: np.ndarray, code: int, *, in_mm: bool) -> None:
    import nibabel

    image = nibabel.Nifti1Image(array, affine)
    image.header["descrip"] = b"brainseg mask"
    image.set_sform(affine, code)
    # The second way to say it knows no shear, as a tilted gantry makes it.
    unit = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    image.set_qform(affine, code if np.allclose(unit.T @ unit, np.eye(3), atol=1e-4) else 0)
    if in_mm:
        image.header.set_xyzt_units("mm")
    write_atomically(path, gzip.compress(image.to_bytes(), mtime=0))


def read_back(path: Path, shape: tuple[int, int]) -> Mask:
    """Return the mask straight from the bytes of the file.

    Raises
    ------
    WriteError
        If they are no image of one plane of bytes.
    """
    array, _ = _parsed(path)
    if array.shape[2] != 1:
        raise WriteError(path, "what is on the disk is no image of one plane")
    return array[:, :, 0].T > 0


def _parsed(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the array of a file, and the rows of its affine.

    References
    ----------
    The NIfTI-1 data format, nifti1.h.
    """
    try:
        content = gzip.decompress(path.read_bytes())
        (size,) = struct.unpack_from("<i", content)
        width, height, depth = struct.unpack_from("<3h", content, 42)
        (kind,) = struct.unpack_from("<h", content, 70)
        (first,) = struct.unpack_from("<f", content, 108)
        if size != HEADER or kind != UINT8 or content[344:348] != b"n+1\0":
            raise ValueError("another header")
        values = np.frombuffer(content, np.uint8, width * height * depth, int(first))
        affine = np.frombuffer(content, "<f4", 12, 280).reshape(3, 4)
        return values.reshape(depth, height, width).T, affine
    except (OSError, EOFError, zlib.error, struct.error, ValueError) as error:
        raise WriteError(path, "what is on the disk is no volume of bytes") from error
