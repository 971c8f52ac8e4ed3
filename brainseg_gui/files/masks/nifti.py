"""Masks as NIfTI volumes."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.core.masks.classes import mapped
from brainseg_gui.core.types import Mask
from brainseg_gui.files.containers.nifti.cuts import cut_of
from brainseg_gui.files.containers.nifti.volume import NO_PLACE, Volume, is_nifti, opened
from brainseg_gui.files.masks.found import Block, MaskFile, Member
from brainseg_gui.files.masks.one_class import labels_of, tumour_classes
from brainseg_gui.files.wishes import Plane, Wishes

SUFFIXES = (".nii", ".nii.gz")
sniff = is_nifti


def contents(path: Path, wishes: Wishes) -> MaskFile:
    """Return the volume of masks in a file."""
    volume: Volume = opened.get(path)
    grid = volume.grid
    cut = cut_of(Plane.AS_STORED, grid.axes, grid.steps)
    affine = None if NO_PLACE in grid.notes else grid.affine
    problem, labels = "", tuple[str, ...]()
    try:
        labels = labels_of(volume.classes)
        tumour_classes(volume.classes, wishes)
    except ValueError as error:
        problem = str(error)
    return MaskFile((Block(grid.shape, cut, affine=affine, problem=problem, classes=labels),))


def read(path: Path, member: Member, wishes: Wishes) -> Mask:
    """Return one mask."""
    volume: Volume = opened.get(path)
    tumour = tumour_classes(volume.classes, wishes)
    return mapped(volume.plane(member.cut, member.number), tumour)
