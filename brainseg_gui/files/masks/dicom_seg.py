"""Masks as DICOM segmentations. No sentence that is made here holds a name, an id or a UID."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from brainseg_gui.core.masks.classes import classes_of
from brainseg_gui.core.text import in_one_line
from brainseg_gui.core.types import Mask
from brainseg_gui.files.containers.dicom import geometry
from brainseg_gui.files.containers.dicom.header import (
    SEGMENTATION,
    Dicom,
    Frame,
    RefusedError,
    is_dicom,
    opened,
)
from brainseg_gui.files.containers.dicom.pixels import unpacked
from brainseg_gui.files.containers.geometry import IN_ITS_FILE
from brainseg_gui.files.masks.found import Block, MaskFile, Member
from brainseg_gui.files.masks.one_class import WAY_OUT
from brainseg_gui.files.wishes import Wishes

SUFFIXES = (".dcm", ".dicom")
LONGEST, SHOWN = 60, 6
sniff = is_dicom


def contents(path: Path, wishes: Wishes) -> MaskFile:
    """Return the frames of a segmentation, each with its place."""
    file = opened.get(path)
    if file.kind != SEGMENTATION and not file.has("SegmentSequence"):
        return MaskFile()
    problem = _problem(file)
    made = [
        in_one_line(file.text(it))[:LONGEST] for it in ("Manufacturer", "ManufacturerModelName")
    ]
    blocks = tuple(_block(Frame(file, number), problem) for number in range(1, file.frames + 1))
    return MaskFile(
        blocks, " ".join(filter(None, dict.fromkeys(made))), "AUTOMATIC" in _algorithms(file)
    )


def read(path: Path, member: Member, wishes: Wishes) -> Mask:
    """Return the mask of a frame."""
    file = opened.get(path)
    if problem := _problem(file):
        raise RefusedError(problem)
    number = member.block + 1
    if member.number != 1 or member.cut.normal != IN_ITS_FILE.normal or number > file.frames:
        raise RefusedError("there is no such mask in it")
    values = unpacked(Frame(file, number), file.shape)
    if len(classes_of(values)) > 1:
        raise RefusedError("its values are probabilities or labels, not one class")
    return np.ascontiguousarray(member.cut.shown(values.T) > 0)


def _block(frame: Frame, problem: str) -> Block:
    where = geometry.volume_of(frame)
    height, width = frame.file.shape
    affine = None if where is None else where.affine
    return Block((width, height, 1), IN_ITS_FILE, affine=affine, problem=problem)


def _problem(file: Dicom) -> str:
    labels = [in_one_line(it)[:LONGEST] for it in file.each("SegmentSequence", "SegmentLabel")]
    if len(labels) > 1:
        more = ", …" if len(labels) > SHOWN else ""
        return f"it holds the classes {', '.join(labels[:SHOWN])}{more}; {WAY_OUT}"
    return ""


def _algorithms(file: Dicom) -> list[str]:
    return file.each("SegmentSequence", "SegmentAlgorithmType")
