"""Write slices as MATLAB v7.3 files in the data set's own `cjdata` layout."""

from __future__ import annotations

import io
from pathlib import Path

import h5py
import numpy as np

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.atomic import write_atomically

# MATLAB knows its files by a text of 116 bytes, 8 bytes of nothing, a version and the byte order.
# The time is fixed: equal slices make equal files.
HEADER = (
    b"MATLAB 7.3 MAT-file, Platform: GLNXA64, "
    b"Created on: Thu Jan  1 00:00:00 1970 HDF5 schema 1.00 ."
)
USER_BLOCK = 512
COMPRESSION = {"compression": "gzip", "compression_opts": 9, "shuffle": True}


def write_mat(path: Path, slice_: Slice, *, any_numbers: bool = False) -> None:
    """Write one slice, replacing what stands at `path` only when the new file is complete.

    Parameters
    ----------
    path : Path
        Target; its folder must exist.
    slice_ : Slice
        What it lacks (mask, border, patient, tumour) is left out of the file; a spacing and notes
        have no place in the layout.
    any_numbers : bool
        Pixels that int16 cannot hold are written as single-precision numbers.

    Raises
    ------
    ValueError
        If the pixels are not whole numbers in the range of int16, which the data set holds.
    WriteError
        If the folder cannot be written to or is full; what was at `path` is then still there.
    """
    write_atomically(path, _file_of(slice_, any_numbers))


def _file_of(slice_: Slice, any_numbers: bool) -> bytes:
    """Return the whole file; HDF5 begins behind MATLAB's header."""
    memory = io.BytesIO()
    with h5py.File(memory, "w", userblock_size=USER_BLOCK) as file:
        _put_struct(file, slice_, any_numbers)
    memory.seek(0)
    memory.write(HEADER.ljust(116) + bytes(8) + b"\x00\x02IM")
    return memory.getvalue()


def _numbers(pixels: np.ndarray, any_numbers: bool) -> tuple[np.ndarray, str]:
    """Return the pixels and the name of their class."""
    whole = np.rint(pixels)
    bounds = np.iinfo(np.int16)
    if (whole == pixels).all() and bounds.min <= whole.min() and whole.max() <= bounds.max:
        return whole.astype(np.int16), "int16"
    if any_numbers:
        return pixels.astype(np.float32), "single"
    raise ValueError("the image does not fit int16: its values must be whole, within ±32767")


def _put_struct(file: h5py.File, slice_: Slice, any_numbers: bool) -> None:
    struct = file.create_group("cjdata")
    struct.attrs["MATLAB_class"] = np.bytes_("struct")
    if slice_.patient:
        _put(struct, "PID", np.array([[ord(letter) for letter in slice_.patient]], "u2"), "char")
    _put(struct, "image", *_numbers(slice_.pixels, any_numbers))
    if slice_.tumour is not None:
        _put(struct, "label", np.array([[slice_.tumour.value]], "f8"), "double")
    if slice_.border is not None:
        # Row and column from 0 become x and y from 1, one after the other.
        corners = slice_.border[:, ::-1].reshape(-1, 1) + 1.0
        _put(struct, "tumorBorder", corners, "double")
    if slice_.reference is not None:
        _put(struct, "tumorMask", slice_.reference.astype("u1"), "logical")


def _put(struct: h5py.Group, name: str, array: np.ndarray, matlab_class: str) -> None:
    """Write one field; `array` is as MATLAB shows it, the file holds it transposed."""
    packed = COMPRESSION if array.size > 1024 else {}
    field = struct.create_dataset(name, data=np.ascontiguousarray(array.T), **packed)
    field.attrs["MATLAB_class"] = np.bytes_(matlab_class)
    decode = {"char": 2, "logical": 1}.get(matlab_class)
    if decode is not None:
        field.attrs["MATLAB_int_decode"] = np.int32(decode)
