"""Masks as other programs write them, made in tests by those programs' own libraries."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from brainseg_gui.core.types import Mask


def lopsided(shape: tuple[int, int] = (20, 24)) -> Mask:
    """Return a mask that is its own mirror image in no direction."""
    mask = np.zeros(shape, bool)
    mask[3:9, 5:16] = True
    mask[9:14, 5:8] = True
    mask[4:6, 7:9] = False
    return mask


def write_png(path: Path, values: np.ndarray, mode: str | None = None) -> Path:
    """Write a picture with Pillow, of a bool mask as 0 and 255."""
    path.parent.mkdir(parents=True, exist_ok=True)
    levels = values.astype(np.uint8) * 255 if values.dtype == bool else values
    picture = Image.fromarray(levels)
    (picture.convert(mode) if mode else picture).save(path)
    return path


def write_coco(
    path: Path,
    images: dict[str, Mask],
    *,
    polygons: bool = False,
    categories: Sequence[int] = (1,),
) -> Path:
    """Write masks with the run lengths of pycocotools, or with a polygon around each box."""
    from pycocotools import mask as coco

    listed: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, (name, mask) in enumerate(images.items(), 1):
        height, width = mask.shape
        listed.append({"id": number, "file_name": name, "height": height, "width": width})
        for category in categories:
            packed = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
            said: Any = {"size": packed["size"], "counts": packed["counts"].decode("ascii")}
            if polygons:
                rows, columns = np.nonzero(mask)
                top, left, low, right = rows.min(), columns.min(), rows.max() + 1, columns.max() + 1
                corners = (left, top, right, top, right, low, left, low)
                said = [[float(it) for it in corners]]
            annotation = {"id": len(annotations) + 1, "image_id": number, "category_id": category}
            annotations.append(annotation | {"segmentation": said, "iscrowd": 0})
    names = [{"id": 1, "name": "core"}, {"id": 2, "name": "oedema"}]
    content = {"images": listed, "annotations": annotations, "categories": names}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content | {"info": {"description": "drawn in CVAT"}}))
    return path


def write_seg(
    path: Path,
    sources: Sequence[Any],
    masks: Sequence[Mask],
    *labels: str,
    kind: str = "BINARY",
) -> Path:
    """Write a DICOM segmentation of some pictures with highdicom; empty frames are left out.

    Of several segments the first is the masks, the others a pixel each of the first row.
    """
    import highdicom as hd
    from highdicom.sr.coding import CodedConcept

    concept = CodedConcept("108369006", "SCT", "Neoplasm")
    segments = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=label,
            segmented_property_category=concept,
            segmented_property_type=concept,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number, label in enumerate(labels or ("Tumour",), 1)
    ]
    pixels = np.stack(masks).astype(np.uint8)
    if len(segments) > 1:
        pixels = np.stack([pixels] * len(segments), axis=-1)
        pixels[..., 1:] = 0
        for number in range(1, len(segments)):
            pixels[:, 0, number - 1, number] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = hd.seg.Segmentation(
            source_images=list(sources),
            pixel_array=pixels,
            segmentation_type=hd.seg.SegmentationTypeValues(kind),
            segment_descriptions=segments,
            series_instance_uid=hd.UID(),
            series_number=9,
            sop_instance_uid=hd.UID(),
            instance_number=1,
            manufacturer="Elsewhere",
            manufacturer_model_name="Drawer",
            software_versions="1",
            device_serial_number="0",
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        made.save_as(path)
    return path


def source_of(pixels: np.ndarray, number: int = 1, series: str = "") -> Any:
    """Return a DICOM picture with what highdicom wants of a source."""
    from pydicom.uid import generate_uid

    from tests.volume_files.dicom import data_set

    found = data_set(pixels, series, number)
    for name in ("StudyInstanceUID", "FrameOfReferenceUID"):
        setattr(found, name, series or generate_uid())
    for name in ("StudyID", "StudyDate", "StudyTime", "AccessionNumber", "PatientBirthDate"):
        setattr(found, name, "")
    found.PatientSex, found.ReferringPhysicianName, found.SeriesNumber = "", "", 1
    found.PositionReferenceIndicator = ""
    return found
