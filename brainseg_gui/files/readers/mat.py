"""Read MATLAB slices in the `cjdata` layout: v7.3 through h5py, v5 through scipy.

The only place where MATLAB's conventions are known: column-major arrays, coordinates from 1,
texts as character codes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np

from brainseg_gui.core.image.orientation import Orientation, prove
from brainseg_gui.core.slices import Slice, Tumour, size_text
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.info import MAX_SIDE, SliceInfo

SUFFIX = ".mat"
HEADS = (b"MATLAB 7.3 MAT-file", b"MATLAB 5.0 MAT-file")
DAMAGED = "the file is damaged or cut off (HDF5 cannot read it)"
FIELDS = ("image", "tumorMask", "tumorBorder", "label", "PID")
Result = TypeVar("Result")


def sniff(head: bytes) -> bool:
    """Tell whether a file begins as MATLAB's do; what other programs write may not."""
    return head.startswith(HEADS)


def read(path: Path) -> Slice:
    """Return the slice in `path`, upright, whichever MATLAB version wrote it.

    Raises
    ------
    SliceError, ValueError, OSError, MemoryError
        With a sentence where MATLAB's layout is broken; what else the system says.
    """
    return _read(path, _slice_from)


def index(path: Path) -> SliceInfo:
    """Return patient, tumour type and size without reading the pixels of a v7.3 file.

    Raises
    ------
    SliceError, ValueError, OSError, MemoryError
        If the file cannot be opened or has no usable image.
    """
    return _read(path, _info_from)


class _Fields:
    """One file's `cjdata`, upright, with HDF5 and v5 differences behind it."""

    def __init__(self, fields: Mapping[str, Any], transposed: bool) -> None:
        self._fields = fields
        self._transposed = transposed

    def __contains__(self, name: str) -> bool:
        return name in self._fields and np.size(self._fields[name]) > 0

    def shape(self, name: str) -> tuple[int, ...]:
        shape = tuple(self._fields[name].shape)
        return shape[::-1] if self._transposed else shape

    def array(self, name: str) -> np.ndarray:
        field = self._fields[name]
        array = np.asarray(field[()] if isinstance(field, h5py.Dataset) else field)
        return array.T if self._transposed else array

    def numbers(self, name: str) -> np.ndarray:
        """Return a field as a flat float64 array, empty if it holds something else."""
        values = self.array(name).ravel(order="F")
        return values.astype(np.float64) if values.dtype.kind in "iufb" else np.empty(0)

    def text(self, name: str) -> str:
        """Return a field as text: strings, character codes, or one number as it is spelt."""
        values = self.array(name).ravel(order="F")
        if values.dtype.kind in "USO":
            return "".join(_decoded(value) for value in values).strip()
        if values.dtype.kind not in "iuf":
            return ""
        if values.size == 1 and values.dtype.itemsize > 2:
            return f"{values[0]:.15g}"
        return "".join(chr(int(code)) for code in values if 0 < code <= sys.maxunicode).strip()


def _decoded(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _read(path: Path, convert: Callable[[_Fields], Result]) -> Result:
    """Open `path`, hand its fields to `convert`, and turn h5py's words into a sentence."""
    try:
        if h5py.is_hdf5(path):
            return _read_hdf5(path, convert)
        return _read_v5(path, convert)
    except OSError as error:
        if error.errno is not None and error.strerror:
            raise
        raise SliceError(path, DAMAGED) from error
    except (KeyError, RuntimeError, TypeError) as error:  # h5py's words for damaged insides
        raise SliceError(path, DAMAGED) from error


def _read_hdf5(path: Path, convert: Callable[[_Fields], Result]) -> Result:
    with h5py.File(path, "r") as file:
        group = file.get("cjdata")
        if not isinstance(group, h5py.Group):
            raise SliceError(path, _no_cjdata(list(file)))
        found = {name: group.get(name) for name in FIELDS}
        fields = {
            name: field
            for name, field in found.items()
            # The low-level call: `attrs` reads them all, and an index opens thousands of files.
            if isinstance(field, h5py.Dataset) and not h5py.h5a.exists(field.id, b"MATLAB_empty")
        }
        return convert(_Fields(fields, transposed=True))


def _read_v5(path: Path, convert: Callable[[_Fields], Result]) -> Result:
    import scipy.io  # here, for the window to open without it

    try:
        content = scipy.io.loadmat(path, variable_names=["cjdata"])
    except (PermissionError, MemoryError):
        raise
    except Exception as error:  # scipy raises a dozen kinds on damaged files, none documented
        raise SliceError(path, "not a MATLAB file, or a damaged one") from error
    if "cjdata" not in content:
        names = [name for name, *_ in scipy.io.whosmat(path)]
        raise SliceError(path, _no_cjdata(names))
    struct = content["cjdata"]
    if struct.dtype.names is None or struct.size != 1:
        raise SliceError(path, "'cjdata' is not a single struct")
    fields = {name: struct[name].item() for name in FIELDS if name in struct.dtype.names}
    return convert(_Fields(fields, transposed=False))


def _no_cjdata(names: list[str]) -> str:
    found = ", ".join(sorted(name for name in names if not name.startswith("#"))[:5])
    return f"no struct 'cjdata' in it (found: {found or 'nothing'})"


def _image_shape(fields: _Fields) -> tuple[int, int]:
    if "image" not in fields:
        raise ValueError("'cjdata' holds no image")
    shape = fields.shape("image")
    if len(shape) != 2:
        raise ValueError(f"the image must be two-dimensional, found shape {shape}")
    if max(shape) > MAX_SIDE:
        raise ValueError(f"the image is {size_text(shape)}; at most {MAX_SIDE} a side is read")
    return shape[0], shape[1]


def _info_from(fields: _Fields) -> SliceInfo:
    return SliceInfo(_image_shape(fields), _patient(fields), _tumour(fields), "tumorMask" in fields)


def _slice_from(fields: _Fields) -> Slice:
    _image_shape(fields)
    pixels = fields.array("image")
    if pixels.dtype.kind not in "iufb":
        raise ValueError(f"the image holds {pixels.dtype}, not numbers")
    reference = fields.array("tumorMask") > 0 if "tumorMask" in fields else None
    border = _border(fields)
    notes: tuple[str, ...] = ()
    if reference is not None and border is not None and reference.shape == pixels.shape:
        proof = prove(reference, border)
        if proof is Orientation.TRANSPOSED:
            pixels, reference = pixels.T, reference.T
            notes = (
                "The border shows that image and mask were stored transposed; turned upright.",
            )
        elif proof is Orientation.UNPROVED:
            notes = ("The border and the mask of this file do not match.",)
    return Slice(
        pixels=_float32(pixels),
        reference=None if reference is None else np.ascontiguousarray(reference),
        border=border,
        patient=_patient(fields),
        tumour=_tumour(fields),
        notes=notes,
    )


def _float32(pixels: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is refused as that
        return np.ascontiguousarray(pixels, np.float32)


def _border(fields: _Fields) -> np.ndarray | None:
    """Return the outline as (N, 2) row, column from 0; the file interleaves x and y from 1."""
    if "tumorBorder" not in fields:
        return None
    values = fields.numbers("tumorBorder")
    if len(values) < 6 or len(values) % 2 or not np.isfinite(values).all():
        return None
    return values.reshape(-1, 2)[:, ::-1] - 1


def _patient(fields: _Fields) -> str:
    return fields.text("PID") if "PID" in fields else ""


def _tumour(fields: _Fields) -> Tumour | None:
    if "label" not in fields:
        return None
    labels = fields.numbers("label")
    return Tumour(int(labels[0])) if len(labels) and labels[0] in {1, 2, 3} else None
