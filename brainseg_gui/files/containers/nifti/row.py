"""The row of NIfTI volumes: what is in one, its slices, and the mask beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brainseg_gui.core.image.gaps import NOTHING
from brainseg_gui.core.masks.classes import areas_of, mapped
from brainseg_gui.core.place import Place
from brainseg_gui.core.slices import Slice, size_text
from brainseg_gui.files.containers.container import Container, Listing
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.nifti import names
from brainseg_gui.files.containers.nifti.cuts import (
    LETTERS,
    Cut,
    cut_of,
    member_name,
    plane_and_number,
)
from brainseg_gui.files.containers.nifti.volume import Grid, Volume, is_nifti, opened
from brainseg_gui.files.errors import one_line
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.readers.reference import Reference, unsaid
from brainseg_gui.files.wishes import Plane, Wishes

NOT_FINITE = "Some voxels of this slice hold NaN or infinite values, which are shown as 0."


@dataclass(frozen=True, eq=False)
class _Found:
    """A slice that was asked for."""

    volume: Volume
    plane: Plane
    number: int

    @property
    def grid(self) -> Grid:
        return self.volume.grid

    @property
    def cut(self) -> Cut:
        return cut_of(self.plane, self.grid.axes, self.grid.steps)

    @property
    def place(self) -> Place:
        step = self.grid.steps[self.cut.normal]
        return Place(LETTERS[self.plane], (self.number - 1) * step, self.grid.in_mm)


def members(path: Path, wishes: Wishes) -> Listing:
    """Return the slices of a volume in the plane that is wished for, by its header alone."""
    grid = opened.get(path).grid
    count = grid.shape[cut_of(wishes.plane, grid.axes, grid.steps).normal]
    return Listing(tuple(member_name(wishes.plane, number) for number in range(1, count + 1)))


def read(path: Path, member: str, wishes: Wishes) -> Slice:
    """Return a slice of a volume, with the mask beside it for a reference."""
    it = _found(path, member)
    pixels, notes = _pixels(it.volume.plane(it.cut, it.number))
    about = _reference(path, it, wishes)
    return Slice(
        pixels=pixels,
        reference=about.mask,
        patient=names.patient(path),
        spacing_mm=it.grid.spacing_mm(it.cut),
        notes=(*names.notes(path), *it.grid.notes, *_shape_notes(it), *notes, *about.notes),
        place=it.place,
        classes=about.classes,
    )


def index(path: Path, member: str, wishes: Wishes) -> SliceInfo:
    """Return what a worklist shows of a slice, without its pixels."""
    it = _found(path, member)
    if not 1 <= it.number <= it.grid.shape[it.cut.normal]:
        raise ValueError("there is no such slice in it")
    labels, _ = _labels_of(path, it.grid)
    mask = labels if labels is not None and labels.tumour(wishes) is not None else None
    return SliceInfo(
        it.cut.shape(it.grid.shape),
        names.patient(path),
        has_reference=mask is not None,
        further=() if mask is None else (mask.volume.path,),
        place=it.place,
    )


def _found(path: Path, member: str) -> _Found:
    volume = opened.get(path)
    if not member:
        raise ValueError("a volume is no slice: open it, and choose one of its slices")
    return _Found(volume, *plane_and_number(member))


def _pixels(values: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    pixels = values.astype(np.float32)
    finite = np.isfinite(pixels)
    if not finite.any():
        raise ValueError(NOTHING)
    if finite.all():
        return np.ascontiguousarray(pixels), ()
    return np.where(finite, pixels, np.float32(0)), (NOT_FINITE,)


def _shape_notes(it: _Found) -> tuple[str, ...]:
    steps = it.grid.steps[it.cut.columns], it.grid.steps[it.cut.rows]
    if not it.grid.in_mm or it.grid.spacing_mm(it.cut) is not None:
        return ()
    width, height = (f"{step:.3g}" for step in steps)
    return (f"The pixels are no squares ({width} x {height} mm), so lengths are not in mm.",)


@dataclass(frozen=True, eq=False)
class _Labels:
    """The mask beside a volume, and the values that it holds."""

    volume: Volume
    classes: tuple[int, ...]

    def tumour(self, wishes: Wishes) -> tuple[int, ...] | None:
        return wishes.tumour_in(self.classes)

    def at(self, it: _Found, wishes: Wishes) -> Reference:
        """Return what the mask says of a slice, which may hold only some of the classes."""
        values = self.volume.plane(it.cut, it.number)
        here = dict.fromkeys(self.classes, 0) | dict(areas_of(values))
        tumour = self.tumour(wishes)
        if tumour is None:
            note = unsaid(self.classes, self.volume.path.name)
            return Reference(None, (note,), tuple(here.items()))
        mask = np.ascontiguousarray(mapped(values, tumour))
        return Reference(mask, classes=tuple(here.items()))


def _reference(path: Path, it: _Found, wishes: Wishes) -> Reference:
    labels, notes = _labels_of(path, it.grid)
    if labels is None:
        return Reference(None, notes)
    try:
        return labels.at(it, wishes)
    except (ValueError, OSError) as error:
        return Reference(None, (_unreadable(labels.volume.path, error),))


def _labels_of(path: Path, grid: Grid) -> tuple[_Labels | None, tuple[str, ...]]:
    """Return the mask of a volume, or one sentence why it is not shown."""
    beside, notes = names.mask_beside(path)
    if beside is None:
        return None, notes
    try:
        volume = opened.get(beside)
        if not volume.grid.is_like(grid):
            return None, (_elsewhere(beside, volume.grid, grid),)
        return _Labels(volume, volume.classes), ()
    except (ValueError, OSError) as error:
        return None, (_unreadable(beside, error),)


def _elsewhere(mask: Path, its: Grid, grid: Grid) -> str:
    if its.shape != grid.shape:
        sizes = f"{size_text(its.shape[::-1])}, the volume {size_text(grid.shape[::-1])}"
        return f"The mask {mask.name} is not shown: it is {sizes}."
    return f"The mask {mask.name} is not shown: it lies in another place than the volume."


def _unreadable(mask: Path, error: Exception) -> str:
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
    return f"The mask {mask.name} is not shown: {one_line(reason)}."


def _beside(path: Path) -> tuple[Path, ...]:
    mask, _ = names.mask_beside(path)
    return () if mask is None else (mask,)


def geometry(path: Path, member: str) -> Geometry:
    """Return where a slice lies in its volume."""
    it = _found(path, member)
    return Geometry(it.grid.shape, it.grid.affine, it.cut, it.number)


ROW = Container(
    "NIfTI volumes",
    (".nii", ".nii.gz"),
    is_nifti,
    members,
    read,
    index,
    beside=_beside,
    geometry=geometry,
    is_mask=lambda path: names.is_mask(path.name),
)
