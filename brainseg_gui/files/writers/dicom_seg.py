"""A mask as DICOM segmentation of the image that it was drawn on; it keeps that one's identity."""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui import __version__
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.geometry import dicom_of, file_of, is_dicom
from brainseg_gui.files.writers.given import Given

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
        If the slice did not come from a DICOM file of one image, or its mask is empty.
    WriteError
        If it cannot be written.
    SliceError
        If the source cannot be read.
    """
    if given.source is None or not is_dicom(given.source):
        raise ValueError(NO_DICOM)
    file, member = file_of(given.source)
    if member:
        raise ValueError(SEVERAL)
    source = dicom_of(file, pixels=True)
    if int(source.get("NumberOfFrames") or 1) > 1:
        raise ValueError(SEVERAL)
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the source lacks, it lacks there too
        try:
            _segmentation(source, mask, given).save_as(content)
        except (AttributeError, TypeError, KeyError) as error:  # what a source must have
            raise ValueError("its source lacks what a segmentation has to take over") from error
    write_atomically(path, content.getvalue())


def read_back(path: Path, shape: tuple[int, int]) -> Mask:
    """Return the mask from the bits of the file, as pydicom has them.

    Raises
    ------
    SliceError
        If it is no DICOM file.
    WriteError
        If it holds no plane of bits of this size.
    """
    found = dicom_of(path, pixels=True)
    size = found.get("Rows"), found.get("Columns"), found.get("BitsAllocated")
    if size != (*shape, 1):
        raise WriteError(path, "what is on the disk is no mask of this size")
    bits = np.unpackbits(np.frombuffer(found.PixelData, np.uint8), bitorder="little")
    return bits[: shape[0] * shape[1]].reshape(shape) > 0


def _segmentation(source: Any, mask: Mask, given: Given) -> Any:
    import highdicom as hd
    from highdicom.sr.coding import CodedConcept

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
        source_images=[source],
        pixel_array=mask[np.newaxis].astype(np.uint8),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[segment],
        series_instance_uid=_uid(f"series {source.SeriesInstanceUID} {given.reader}"),
        series_number=9000 + _number(given.reader) % 900,
        sop_instance_uid=_uid(f"image {about} {hashlib.sha256(mask.tobytes()).hexdigest()}"),
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
