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
SEVERAL = "its source holds several images; only of one that stands alone a segmentation is written"
ROOT = "2.25"  # of UIDs that are made of a number
# SNOMED CT as DICOM's context groups 7150 and 7151 have it; the type of tumour is the label.
CATEGORY = ("49755003", "SCT", "Morphologically Abnormal Structure")
TYPE = ("108369006", "SCT", "Neoplasm")


def write(path: Path, mask: Mask, given: Given) -> None:
    """Write a segmentation of one segment.

    Raises
    ------
    ValueError
        If the slice did not come from a DICOM file of one image.
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
    """Write one segmentation of several images of a series.

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
    names = [str(_header(it.given).values["SOPInstanceUID"][0]) for it in slices]
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


def _image_of(frame: Any) -> str:
    (derivation,) = frame.DerivationImageSequence
    (source,) = derivation.SourceImageSequence
    return str(source.ReferencedSOPInstanceUID)


def _write(path: Path, masks: np.ndarray, givens: Sequence[Given]) -> None:
    headers = [_header(it) for it in givens]
    if any(it.frames > 1 for it in headers):
        raise ValueError(SEVERAL)
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the source lacks, it lacks there too
        try:
            sources = [_data_set(it) for it in headers]
            _segmentation(sources, masks, givens[0]).save_as(content)
        except (AttributeError, TypeError, KeyError) as error:  # what a source must have
            raise ValueError("its source lacks what a segmentation has to take over") from error
    write_atomically(path, content.getvalue())


def _header(given: Given) -> SourceHeader:
    """Return what the source says, as the process that reads files found it."""
    found = None if given.source is None else next(read_headers([given.source]))
    if isinstance(found, SliceError):
        raise found
    if found is None:
        raise ValueError(NO_DICOM)
    return found


def _data_set(header: SourceHeader) -> Any:
    """Return the header as highdicom wants a source, made of nothing but plain texts."""
    from pydicom import Dataset
    from pydicom.datadict import dictionary_VR

    found = Dataset()
    for name, texts in header.values.items():
        whole = dictionary_VR(name) in {"US", "IS"}
        values = [int(it) if whole else it for it in texts]
        setattr(found, name, values[0] if len(values) == 1 else values or None)
    return found


def _segmentation(sources: Sequence[Any], masks: np.ndarray, given: Given) -> Any:
    import highdicom as hd
    from highdicom.sr.coding import CodedConcept

    source = sources[0]
    by_hand = hd.seg.SegmentAlgorithmTypeValues.MANUAL
    about = f"{source.SOPInstanceUID} {given.reader}"
    segment = hd.seg.SegmentDescription(
        segment_number=1,
        segment_label=(given.tumour_text or "tumour").capitalize(),
        segmented_property_category=CodedConcept(*CATEGORY),
        segmented_property_type=CodedConcept(*TYPE),
        algorithm_type=by_hand,
        tracking_uid=_uid(f"track {about}"),
        tracking_id=f"brainseg {_number(about) % 10**8:08}",
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
