"""An open NIfTI volume: its header checked, its slices read one by one."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from brainseg_gui.children.libraries import library
from brainseg_gui.core.masks.classes import LARGEST, MOST_CLASSES, classes_of
from brainseg_gui.extras import FORMATS, is_installed, missing
from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.containers.nifti.cuts import Axes, Cut
from brainseg_gui.files.containers.nifti.inflated import GZIP, MAGIC, Inflated
from brainseg_gui.files.containers.opening import size_of, streamed
from brainseg_gui.files.errors import DAMAGED
from brainseg_gui.files.info import MAX_SIDE

MIB = 1 << 20
KEPT = 192 * MIB  # bytes of a volume that are kept when it is cut across
LONGER = 540  # bytes of the longer one of the two headers
MAGICS = (b"n+1\0", b"n+2\0\r\n\x1a\n")
UNITS_MM = {1: 1000.0, 2: 1.0, 3: 0.001}  # xyzt_units: metres, millimetres, micrometres
AGREE = 0.01  # of a step: header and matrix say the same
SQUARE = 1e-3
COUNTED = 4096  # values up to which classes are found by counting
NO_UNIT = "The file does not say in which unit its voxels are; no millimetres are known."
NO_PLACE = "The file does not say how the patient lies in it; it is shown as if it lay as most do."
TWO_SIZES = "The file says two sizes of its voxels, so no millimetres are known."


@dataclass(frozen=True, eq=False)
class Grid:
    """Where the voxels of a volume lie.

    Attributes
    ----------
    shape : (int, int, int)
        Of the array, as the file has its axes.
    affine : (4, 4) float64
        From indices of the array to the patient's right, front and head.
    axes : Axes
    steps : (float, float, float)
        Between voxels, along the axes; in millimetres if `in_mm`.
    in_mm : bool
    notes : tuple of str
        What is not beyond doubt.
    """

    shape: tuple[int, int, int]
    affine: np.ndarray
    axes: Axes
    steps: tuple[float, float, float]
    in_mm: bool
    notes: tuple[str, ...]

    def spacing_mm(self, cut: Cut) -> float | None:
        """Return the side of a pixel of a slice, None where it is no square, or unknown."""
        height, width = self.steps[cut.rows], self.steps[cut.columns]
        if not self.in_mm or abs(height - width) > SQUARE * max(height, width):
            return None
        return width

    def is_like(self, other: Grid) -> bool:
        """Tell whether the voxels of two volumes lie in the same places."""
        near = AGREE * min(self.steps)
        return self.shape == other.shape and bool(
            np.allclose(self.affine, other.affine, rtol=0, atol=max(near, 1e-6) * 10)
        )


class Volume:
    """A NIfTI file that is open.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    grid : Grid

    Raises
    ------
    ValueError
        With a sentence, if it is no volume that is read, or nibabel is not installed.
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        if not is_installed("nibabel"):
            raise ValueError(missing("nibabel, which reads NIfTI, is", FORMATS))
        self.path = path
        self._file: BinaryIO = _opened(path)
        try:
            with _sentences():
                header = _header(self._file)
                self.grid = _grid(header)
                self._proxy = _proxy(self._file, header, self.grid.shape, path)
        except BaseException:
            self._file.close()
            raise
        self._whole: np.ndarray | None = None

    def close(self) -> None:
        """Let go of the file, and of what is kept of it."""
        self._whole = None
        self._file.close()

    def plane(self, cut: Cut, number: int) -> np.ndarray:
        """Return a slice as it is seen, in the file's own units of signal.

        Parameters
        ----------
        cut : Cut
        number : int
            From 1.

        Raises
        ------
        ValueError
            If there is no such slice, the file is damaged, or it is too large to be cut like that.
        """
        count = self.grid.shape[cut.normal]
        if not 1 <= number <= count:
            raise ValueError(f"there is no such slice in it: it has {count}")
        with _sentences():
            if cut.normal == 2:  # lies in one piece in the file
                return cut.shown(np.asarray(self._proxy[..., number - 1]))
            part = np.moveaxis(self._kept_whole(), cut.normal, 0)[number - 1]
            slope, inter = float(self._proxy.slope), float(self._proxy.inter)
            return cut.shown(part if (slope, inter) == (1.0, 0.0) else part * slope + inter)

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """Return the values other than 0 that it holds, looked for slice by slice.

        Raises
        ------
        ValueError
            If it is no label map.
        """
        found: set[int] = set()
        with _sentences():
            for index in range(self.grid.shape[2]):
                found.update(_classes_in(np.asarray(self._proxy[..., index])))
                if len(found) > MOST_CLASSES:
                    raise ValueError(f"the mask holds more than {MOST_CLASSES} classes")
        return tuple(sorted(found))

    def _kept_whole(self) -> np.ndarray:
        if self._whole is None:
            if math.prod(self.grid.shape) * self._proxy.dtype.itemsize > KEPT:
                raise ValueError("it is too large to be cut across the slices that it stores")
            self._whole = np.asarray(self._proxy.get_unscaled())
        return self._whole


def _classes_in(plane: np.ndarray) -> tuple[int, ...]:
    if plane.dtype.kind == "u" and plane.size and plane.max() < COUNTED:
        return tuple(int(it) for it in np.flatnonzero(np.bincount(plane.ravel())) if it)
    if plane.size and float(np.abs(plane).max()) > LARGEST:
        raise ValueError("the mask holds values that are no classes")
    return classes_of(plane)


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what nibabel and zlib raise into a sentence, and keep nibabel quiet."""
    import zipfile
    import zlib

    logging.getLogger("nibabel").setLevel(logging.CRITICAL + 1)
    logging.getLogger("nibabel.global").setLevel(logging.CRITICAL + 1)
    try:
        with np.errstate(all="ignore"):
            yield
    except (EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(DAMAGED) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise ValueError(DAMAGED) from error


def is_nifti(head: bytes) -> bool:
    """Tell whether a file begins as a NIfTI volume does, packed or not."""
    if head.startswith(MAGIC):
        import zlib

        try:
            head = zlib.decompressobj(GZIP).decompress(head, 1024)
        except zlib.error:
            return False
    return head[344:348] == MAGICS[0] or head[4:12] == MAGICS[1]


def _opened(path: Path) -> BinaryIO:
    file = streamed(path)
    try:
        packed = file.read(2) == MAGIC
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Inflated(file) if packed else file  # type: ignore[return-value]


def _header(file: BinaryIO) -> Any:
    """Return the header by its bytes alone: what may follow it is of no interest, and unbounded."""
    library("nibabel")
    import nibabel as nib
    from nibabel.spatialimages import HeaderDataError

    head = file.read(LONGER)
    if not is_nifti(head):
        raise ValueError("not a NIfTI file, or a damaged one")
    kind = nib.Nifti1Header if head[344:348] == MAGICS[0] else nib.Nifti2Header
    size = kind.template_dtype.itemsize
    if len(head) < size:
        raise ValueError(DAMAGED)
    try:
        return kind(head[:size], check=True)
    except (HeaderDataError, nib.spatialimages.ImageDataError) as error:
        raise ValueError(f"{DAMAGED} (its header makes no sense)") from error


def _grid(header: Any) -> Grid:
    sides = tuple(int(side) for side in header.get_data_shape())
    if len(sides) > 3 and math.prod(sides[3:]) != 1:
        shown = " x ".join(map(str, sides))
        raise ValueError(f"it holds several volumes ({shown}); only a single one is read")
    width, height, depth = (*sides[:3], 1, 1, 1)[:3]
    shape = width, height, depth
    if min(shape) < 1 or not sides:
        raise ValueError("it holds no voxels")
    if max(shape) > MAX_SIDE:
        shown = " x ".join(map(str, shape))
        raise ValueError(f"the volume is {shown}; at most {MAX_SIDE} a side is read")
    affine = np.asarray(header.get_best_affine(), np.float64)
    axes, notes = _axes(header, affine)
    steps, in_mm, more = _steps(header, affine, placed=axes is not None)
    if axes is None:
        affine = np.asarray(header.get_base_affine(), np.float64)
        axes = Axes((0, 1, 2), (True, True, True))
    return Grid(shape, affine, axes, steps, in_mm, (*notes, *more))


def _axes(header: Any, affine: np.ndarray) -> tuple[Axes | None, tuple[str, ...]]:
    """Return how the axes lie in the patient; None where nothing, or nonsense, is said of it."""
    from nibabel.orientations import io_orientation

    said = int(header["qform_code"]) > 0 or int(header["sform_code"]) > 0
    if not said or not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-12:
        return None, (NO_PLACE,)
    found = io_orientation(affine)
    if not np.isfinite(found).all():
        return None, (NO_PLACE,)
    (first, second, third), rises = found[:, 0].astype(int).tolist(), (found[:, 1] > 0).tolist()
    return Axes((first, second, third), (rises[0], rises[1], rises[2])), ()


def _steps(
    header: Any, affine: np.ndarray, *, placed: bool
) -> tuple[tuple[float, float, float], bool, tuple[str, ...]]:
    """Return the distances between voxels, whether they are millimetres, and why they are not."""
    first, second, third = (*(float(it) for it in header.get_zooms()[:3]), 1.0, 1.0, 1.0)[:3]
    zooms = first, second, third
    usable = all(math.isfinite(it) and it > 0 for it in zooms)
    if not usable:
        return (1.0, 1.0, 1.0), False, (NO_UNIT,)
    if placed:
        by_matrix = np.sqrt((affine[:3, :3] ** 2).sum(axis=0))
        if (np.abs(by_matrix - zooms) > AGREE * np.array(zooms)).any():
            return zooms, False, (TWO_SIZES,)
    unit = UNITS_MM.get(int(header["xyzt_units"]) & 7)
    if unit is None:
        return zooms, False, (NO_UNIT,)
    return (zooms[0] * unit, zooms[1] * unit, zooms[2] * unit), True, ()


def _proxy(file: BinaryIO, header: Any, shape: tuple[int, int, int], path: Path) -> Any:
    """Return the array of a file, of which nothing is read but what is taken."""
    from nibabel.arrayproxy import ArrayProxy

    type_ = np.dtype(header.get_data_dtype())
    if type_.kind not in "iuf" or type_.itemsize > 8:
        raise ValueError("its voxels are no plain numbers (colours, or complex ones)")
    if not math.isfinite(float(header["vox_offset"])):
        raise ValueError(DAMAGED)
    offset = int(header.get_data_offset())
    if offset < header.template_dtype.itemsize:
        raise ValueError(DAMAGED)
    end = offset + math.prod(shape) * type_.itemsize
    if not isinstance(file, Inflated) and end > size_of(path):
        raise ValueError("the file is cut off")
    slope, inter = header.get_slope_inter()
    slope, inter = (1.0 if slope is None else slope), (0.0 if inter is None else inter)
    return ArrayProxy(file, (shape, type_, offset, slope, inter), mmap=False)


opened: LastOpened[Volume] = LastOpened(Volume, most=2)  # an image, and its mask
