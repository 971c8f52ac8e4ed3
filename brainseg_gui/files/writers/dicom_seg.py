"""Masks as DICOM segmentation of the images that they were drawn on; it keeps their identity."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui import __version__
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import SliceError, WriteError, guarded
from brainseg_gui.files.formats import read_headers
from brainseg_gui.files.writers.given import Given, Placed

NO_DICOM = "its source is no DICOM file, of which alone a segmentation can be one"
ROOT = "2.25"  # of UIDs that are made of a number
# What images in files of their own say of themselves, and those of one file each in its group.
GROUPS = {
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness", "SpacingBetweenSlices"),
}
# SNOMED CT as DICOM's context groups 7150 and 7151 have it; the type of tumour is the label.
CATEGORY = ("49755003", "SCT", "Morphologically Abnormal Structure")
TYPE = ("108369006", "SCT", "Neoplasm")
Name = tuple[str, int]  # UID of the file of an image, and which one in it it is


def write(path: Path, mask: Mask, given: Given) -> None:
    """Write a segmentation of one segment.

    Raises
    ------
    ValueError
        If the slice did not come from a DICOM file.
    WriteError
        If it cannot be written.
    SliceError
        If the source cannot be read.
    """
    _write(path, mask[np.newaxis], [given])


def read_back(path: Path, shape: tuple[int, int]) -> Mask:
    """Return the mask from the bits of the file, as pydicom has them.

    Raises
    ------
    SliceError
        If it is no DICOM file.
    WriteError
        If it holds no plane of bits of this size.
    """
    return _frames(path, shape, _saved(path))[0]


def content_of_stack(slices: Sequence[Placed]) -> NDArray[np.bool_]:
    """Return (N, H, W): a mask for each slice that is exported, in their order."""
    return np.stack([it.mask for it in slices])


def write_stack(path: Path, content: np.ndarray, slices: Sequence[Placed]) -> None:
    """Write one segmentation of several images of a series, or of one file.

    Raises
    ------
    ValueError, WriteError, SliceError
        As `write`.
    """
    _write(path, content, [it.given for it in slices])


def read_back_stack(path: Path, slices: Sequence[Placed]) -> NDArray[np.bool_]:
    """Return the masks in the order of the slices: each frame says of which image it is.

    Raises
    ------
    SliceError, WriteError
        As `read_back`.
    """
    found = _saved(path)
    frames = _frames(path, slices[0].mask.shape, found)
    masks = dict(zip(map(_image_of, found.PerFrameFunctionalGroupsSequence), frames, strict=True))
    names = [_name(_header(it.given)) for it in slices]
    if set(names) != set(masks):
        raise WriteError(path, "what is on the disk is of other images")
    return np.stack([masks[name] for name in names])


def _saved(path: Path) -> Any:
    """Return a file that this program wrote."""
    from pydicom import dcmread

    return guarded(path, lambda: dcmread(path))


def _frames(path: Path, shape: tuple[int, int], found: Any) -> NDArray[np.bool_]:
    size = found.get("Rows"), found.get("Columns"), found.get("BitsAllocated")
    if size != (*shape, 1):
        raise WriteError(path, "what is on the disk is no mask of this size")
    count = int(found.get("NumberOfFrames") or 1)
    bits = np.unpackbits(np.frombuffer(found.PixelData, np.uint8), bitorder="little")
    return bits[: count * shape[0] * shape[1]].reshape(count, *shape) > 0


def _source_of(frame: Any) -> Any:
    (derivation,) = frame.DerivationImageSequence
    (source,) = derivation.SourceImageSequence
    return source


def _image_of(frame: Any) -> Name:
    source = _source_of(frame)
    return str(source.ReferencedSOPInstanceUID), int(source.get("ReferencedFrameNumber", 1))


def _name(header: SourceHeader) -> Name:
    return str(header.values["SOPInstanceUID"][0]), header.frame


def _write(path: Path, masks: np.ndarray, givens: Sequence[Given]) -> None:
    headers = [_header(it) for it in givens]
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the source lacks, it lacks there too
        try:
            made = _segmentation(headers, masks, givens[0])
            _number_frames(made, headers)
            made.save_as(content)
        except (AttributeError, TypeError, KeyError) as error:  # what a source must have
            raise ValueError("its source lacks what a segmentation has to take over") from error
    write_atomically(path, content.getvalue())


def _number_frames(made: Any, headers: Sequence[SourceHeader]) -> None:
    """Let each frame name the one that it was drawn on: the library knows no others."""
    for frame in made.PerFrameFunctionalGroupsSequence:
        source = _source_of(frame)
        if "ReferencedFrameNumber" in source:
            source.ReferencedFrameNumber = headers[source.ReferencedFrameNumber - 1].frame


def _header(given: Given) -> SourceHeader:
    """Return what the source says, as the process that reads files found it."""
    if given.source is None:
        raise ValueError(given.missing)
    found = next(read_headers([given.source]))
    if isinstance(found, SliceError):
        raise found
    if found is None:
        raise ValueError(NO_DICOM)
    return found


def _sources(headers: Sequence[SourceHeader]) -> list[Any]:
    """Return the images as highdicom wants them: files, or one that has nothing but these frames.

    What it takes for a file of several goes by its class, however many there are.
    """
    if len({name for name, _ in map(_name, headers)}) == len(headers) > 1:
        return [_data_set(it, [it]) for it in headers]
    return [_data_set(headers[0], headers)]


def _data_set(header: SourceHeader, frames: Sequence[SourceHeader]) -> Any:
    """Return a file, made of nothing but plain texts."""
    from pydicom import Dataset

    found = Dataset()
    for name in header.values:
        _set(found, name, header)
    found.NumberOfFrames = len(frames)
    found.PerFrameFunctionalGroupsSequence = [_groups(it) for it in frames]
    found.SharedFunctionalGroupsSequence = [_groups(header)]
    del found.SharedFunctionalGroupsSequence[0].PlanePositionSequence
    return found


def _groups(header: SourceHeader) -> Any:
    from pydicom import Dataset

    found = Dataset()
    for group, names in GROUPS.items():
        its = Dataset()
        for name in names:
            if name in header.values:
                _set(its, name, header)
        setattr(found, group, [its])
    return found


def _set(found: Any, name: str, header: SourceHeader) -> None:
    from pydicom.datadict import dictionary_VR

    whole = dictionary_VR(name) in {"US", "IS"}
    values = [int(it) if whole else it for it in header.values[name]]
    setattr(found, name, values[0] if len(values) == 1 else values or None)


def _segmentation(headers: Sequence[SourceHeader], masks: np.ndarray, given: Given) -> Any:
    import highdicom as hd
    from highdicom.sr.coding import CodedConcept

    sources = _sources(headers)
    source = sources[0]
    by_hand = hd.seg.SegmentAlgorithmTypeValues.MANUAL
    # An image of its own goes by its UID alone, as it did before files of several were written.
    images = [uid if number == 1 else f"{uid} {number}" for uid, number in map(_name, headers)]
    about, track = f"{' '.join(images)} {given.reader}", f"{images[0]} {given.reader}"
    segment = hd.seg.SegmentDescription(
        segment_number=1,
        segment_label=(given.tumour_text or "tumour").capitalize(),
        segmented_property_category=CodedConcept(*CATEGORY),
        segmented_property_type=CodedConcept(*TYPE),
        algorithm_type=by_hand,
        tracking_uid=_uid(f"track {track}"),
        tracking_id=f"brainseg {_number(track) % 10**8:08}",
    )
    return hd.seg.Segmentation(
        source_images=sources,
        pixel_array=masks.astype(np.uint8),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[segment],
        series_instance_uid=_uid(f"series {source.SeriesInstanceUID} {given.reader}"),
        series_number=9000 + _number(given.reader) % 900,
        sop_instance_uid=_uid(f"image {about} {hashlib.sha256(masks.tobytes()).hexdigest()}"),
        instance_number=int(source.get("InstanceNumber") or 1),
        manufacturer="brainseg",
        manufacturer_model_name="brainseg-review",
        software_versions=__version__,
        device_serial_number="0",
        series_description="Tumour, reviewed (research use)",
        omit_empty_frames=False,
    )


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:15])


def _uid(text: str) -> str:
    """Return a UID that is the same for the same text: a mask that is exported twice is one."""
    return f"{ROOT}.{_number(text)}"
