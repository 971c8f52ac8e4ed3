"""Masks as DICOM segmentations. No sentence that is made here holds a name, an id or a UID."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from brainseg_gui.core.masks.classes import classes_of, mapped
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
from brainseg_gui.files.masks.one_class import tumour_labels
from brainseg_gui.files.wishes import MOST_LABELS, Wishes

SUFFIXES = (".dcm", ".dicom")
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
SEGMENT = "SegmentIdentificationSequence"
LONGEST = 60
DIGITS = 3  # of a millimetre, by which two frames lie in one place
sniff = is_dicom
Segments = dict[int, str]  # labels by number
Plane = tuple[Frame, ...]  # frames in one place, of a segment each


def contents(path: Path, wishes: Wishes) -> MaskFile:
    """Return the planes of a segmentation, each with its place."""
    file = opened.get(path)
    if file.kind not in {SEGMENTATION, LABEL_MAP} and not file.has("SegmentSequence"):
        return MaskFile()
    segments, labels = _segments(file), tuple(_segments(file).values())
    problem = ""
    try:
        tumour = _tumour(segments, wishes)
    except ValueError as error:
        problem, tumour = str(error), tuple(segments)
    made = [
        in_one_line(file.text(it))[:LONGEST] for it in ("Manufacturer", "ManufacturerModelName")
    ]
    planes = _planes(file, tumour)
    blocks = tuple(_block(plane, problem, labels) for plane in planes)
    drawn = dict(zip(segments, file.each("SegmentSequence", "SegmentAlgorithmType"), strict=False))
    by_a_network = "AUTOMATIC" in (drawn.get(it) for it in tumour)
    return MaskFile(blocks, " ".join(filter(None, dict.fromkeys(made))), by_a_network)


def read(path: Path, member: Member, wishes: Wishes) -> Mask:
    """Return the mask of a plane: what lies in any of the segments that are tumour."""
    file = opened.get(path)
    try:
        tumour = _tumour(_segments(file), wishes)
    except ValueError as error:
        raise RefusedError(str(error)) from None
    planes = _planes(file, tumour)
    cut, number = member.cut, member.number
    if number != 1 or cut.normal != IN_ITS_FILE.normal or member.block >= len(planes):
        raise RefusedError("there is no such mask in it")
    found = np.zeros(file.shape, bool)
    for frame in planes[member.block]:
        values = unpacked(frame, file.shape)
        if file.kind == LABEL_MAP:
            found |= mapped(values, tumour)
        elif len(classes_of(values)) > 1:
            raise RefusedError("its values are probabilities or labels, not one class")
        else:
            found |= values > 0
    return np.ascontiguousarray(cut.shown(found.T))


def _block(plane: Plane, problem: str, labels: tuple[str, ...]) -> Block:
    where = geometry.volume_of(plane[0])
    height, width = plane[0].file.shape
    affine = None if where is None else where.affine
    shape = width, height, 1
    source = plane[0].file.drawn_on(plane[0].number)
    return Block(shape, IN_ITS_FILE, "", affine, problem, labels, source)


def _segments(file: Dicom) -> Segments:
    """Return the segments; those of one label are told apart by their numbers."""
    labels = [in_one_line(it)[:LONGEST] for it in file.each("SegmentSequence", "SegmentLabel")]
    numbers = map(_whole, file.each("SegmentSequence", "SegmentNumber"))
    # Number 0, which a map of labels has, is the background.
    known = [it for it in zip(numbers, labels, strict=False) if it[0]]
    often = Counter(label for _, label in known)
    named = {
        number: label if label and often[label] == 1 else f"{label} {number}".strip()
        for number, label in known
    }
    return dict(list(named.items())[:MOST_LABELS])


def _tumour(segments: Segments, wishes: Wishes) -> tuple[int, ...]:
    """Return the numbers of the segments that are tumour.

    Raises
    ------
    ValueError
        With a sentence, if none is, or nobody said it.
    """
    labels = tumour_labels(tuple(segments.values()), wishes)
    return tuple(number for number, label in segments.items() if label in labels)


def _planes(file: Dicom, tumour: Sequence[int]) -> list[Plane]:
    """Return the frames of some segments, together where they lie in one place."""
    frames = [Frame(file, number) for number in range(1, file.frames + 1)]
    if file.kind == LABEL_MAP:
        return [(it,) for it in frames]
    planes: defaultdict[object, list[Frame]] = defaultdict(list)
    passed = Counter[int]()
    for frame in frames:
        segment = _segment(frame)
        if segment and segment not in tumour:
            continue
        passed[segment] += 1
        where = geometry.volume_of(frame)
        key: object = passed[segment]
        if where is not None:
            key = (np.round(where.affine, DIGITS) + 0.0).tobytes()
        planes[key].append(frame)
    return [tuple(its) for its in planes.values()]


def _segment(frame: Frame) -> int:
    """Return the number of the segment that a frame is of, 0 where it says none."""
    return _whole(frame.file.of_frame("ReferencedSegmentNumber", SEGMENT, frame.number))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0
