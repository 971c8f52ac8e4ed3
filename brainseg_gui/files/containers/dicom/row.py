"""The row of DICOM files: of one picture or several, and directories of others."""

from __future__ import annotations

import re
from pathlib import Path

from brainseg_gui.core.pseudonyms import stable_name
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.text import in_one_line
from brainseg_gui.files.containers.container import ITSELF, Container, Listing
from brainseg_gui.files.containers.dicom import geometry
from brainseg_gui.files.containers.dicom.header import (
    DIRECTORY,
    SEGMENTATION,
    Dicom,
    Frame,
    RefusedError,
    is_dicom,
    opened,
)
from brainseg_gui.files.containers.dicom.pixels import pixels_of
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.nifti.cuts import member_name, plane_and_number
from brainseg_gui.files.containers.sequences import sequence_note, sequence_of
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.wishes import Plane, Wishes

SUFFIXES = (".dcm", ".dicom", ".ima")
MR = "MR"
SHOWN = re.compile("[A-Z]{2,8}")  # a modality, which is no free text
PART = re.compile(r"[A-Za-z0-9_.\- ]{1,64}")  # of a path that a directory lists
MOST_LISTED = 100_000


def members(path: Path, wishes: Wishes) -> Listing:
    """Return the pictures of a file: itself, where it holds a single one.

    Masks as DICOM has them are no slices. A directory lists other files.
    """
    file = opened.get(path)
    if file.kind == DIRECTORY:
        return _listed(file)
    if file.kind == SEGMENTATION or file.has("SegmentSequence"):
        return Listing()
    _ = file.shape
    if file.frames == 1:
        return ITSELF
    return Listing(tuple(member_name(Plane.AS_STORED, n) for n in range(1, file.frames + 1)))


def _listed(file: Dicom) -> Listing:
    found: list[str] = []
    odd = 0
    for kind, parts in file.records():
        if kind != "IMAGE":
            continue
        inside = all(PART.fullmatch(it) and it.strip(". ") for it in parts)
        odd += not inside
        if inside and parts and len(found) < MOST_LISTED:
            found.append("/".join(parts))
    said = (f"{odd} of the files that it lists lie elsewhere, and are passed over",) if odd else ()
    return Listing(problems=said, files=tuple(dict.fromkeys(found)))


def read(path: Path, member: str, wishes: Wishes) -> Slice:
    """Return a picture of a file, as it is stored."""
    return _slice(_frame(opened.get(path), member), wishes)


def index(path: Path, member: str, wishes: Wishes) -> SliceInfo:
    """Return what a worklist shows of a picture, without its pixels."""
    return _info(_frame(opened.get(path), member), wishes)


def _frame(file: Dicom, member: str) -> Frame:
    frames = file.frames
    if not member:
        if frames > 1:
            raise RefusedError(f"it holds {frames} pictures: open it, and choose one of them")
        return Frame(file, 1)
    plane, number = plane_and_number(member)
    if plane is not Plane.AS_STORED or not 1 <= number <= frames or frames == 1:
        raise RefusedError("there is no such picture in it")
    return Frame(file, number)


def _slice(frame: Frame, wishes: Wishes) -> Slice:
    spacing_mm, about = geometry.spacing(frame)
    return Slice(
        pixels=pixels_of(frame),
        patient=_patient(frame.file, wishes),
        spacing_mm=spacing_mm,
        notes=(*_kind_notes(frame.file), *geometry.notes(frame), *about),
        place=geometry.place(frame),
    )


def _info(frame: Frame, wishes: Wishes) -> SliceInfo:
    return SliceInfo(frame.file.shape, _patient(frame.file, wishes), place=geometry.place(frame))


def _patient(file: Dicom, wishes: Wishes) -> str:
    """Return a name that stays the same, and leads back only whoever knows the id already."""
    own = in_one_line(file.text("PatientID"))
    return own if wishes.identify else stable_name(own)


def _kind_notes(file: Dicom) -> tuple[str, ...]:
    """Return what must be said where the file is no contrast-enhanced T1."""
    modality = file.text("Modality")
    if modality and modality != MR:
        kind = modality if SHOWN.fullmatch(modality) else "no MR"
        return sequence_note(kind, "By its header")
    words = ("SeriesDescription", "ProtocolName", "SequenceName")
    said = " ".join(file.text(name) for name in words)
    agent = file.has("ContrastBolusAgent") or file.has("ContrastBolusAgentSequence")
    return sequence_note(sequence_of(said, agent), "By its header")


def volume_of(path: Path, member: str) -> Geometry | None:
    """Return where a picture lies, as a volume of one slice."""
    return geometry.volume_of(_frame(opened.get(path), member))


def header_of(path: Path, member: str) -> SourceHeader:
    """Return what a segmentation of a picture takes over."""
    frame = _frame(opened.get(path), member)
    return frame.file.taken_over(frame.number)


ROW = Container(
    "DICOM files",
    SUFFIXES,
    is_dicom,
    members,
    read,
    index,
    geometry=volume_of,
    header=header_of,
)
