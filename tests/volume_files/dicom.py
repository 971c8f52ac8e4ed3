"""DICOM files, made in tests by pydicom: every direction can be told from the others."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
    MRImageStorage,
    generate_uid,
)

NAME, ID = "Doe^Jane", "MR-0815"
AXIAL = (1, 0, 0, 0, 1, 0)


@contextmanager
def written_as_it_is() -> Iterator[None]:
    """Let pydicom take what the standard does not allow."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def picture(number: int = 1, shape: tuple[int, int] = (20, 24)) -> np.ndarray:
    """Return a picture of 12 bits whose directions, and number, can be told."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return (100 * number + 3 * rows + 7 * columns).astype(np.uint16)


def data_set(pixels: np.ndarray, series: str = "", number: int = 1, **values: Any) -> Dataset:
    """Return a picture as a data set; `values` are more elements, or others."""
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found.SOPClassUID, found.SOPInstanceUID = MRImageStorage, generate_uid()
    found.SeriesInstanceUID = series or generate_uid()
    found.PatientName, found.PatientID, found.Modality = NAME, ID, "MR"
    found.Rows, found.Columns = pixels.shape[-2:]
    found.SamplesPerPixel, found.PhotometricInterpretation = 1, "MONOCHROME2"
    found.BitsAllocated, found.BitsStored, found.HighBit = 16, 12, 11
    found.PixelRepresentation, found.InstanceNumber = 0, number
    found.ImageOrientationPatient, found.PixelSpacing = list(AXIAL), [0.5, 0.5]
    found.ImagePositionPatient = [-10.0, -20.0, 5.0 * number]
    found.SliceThickness = 5.0
    found.PixelData = pixels.astype(np.uint16).tobytes()
    with written_as_it_is():
        for name, value in values.items():
            setattr(found, name, value)
    found.file_meta.MediaStorageSOPClassUID = found.SOPClassUID
    found.file_meta.MediaStorageSOPInstanceUID = found.SOPInstanceUID
    return found


def write_dicom(path: Path, found: Dataset) -> Path:
    """Write a data set."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found.save_as(path, enforce_file_format=True)
    return path


def write_series(folder: Path, order: list[int], suffix: str = ".dcm", **values: Any) -> str:
    """Write slices of one series, named by `order` and placed by number; return its UID."""
    series = str(generate_uid())
    for place, number in enumerate(order, start=1):
        write_dicom(
            folder / f"IM{place:04}{suffix}",
            data_set(picture(number), series, number, **values),
        )
    return series


def enhanced(pixels: np.ndarray, **values: Any) -> Dataset:
    """Return several pictures, (frames, H, W), as one enhanced data set."""
    found = data_set(pixels, SOPClassUID=EnhancedMRImageStorage, **values)
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(found, name)
    found.NumberOfFrames = len(pixels)
    shared, measures, orientation, transform = (Dataset() for _ in range(4))
    measures.PixelSpacing, orientation.ImageOrientationPatient = [0.5, 0.5], list(AXIAL)
    transform.RescaleSlope, transform.RescaleIntercept, transform.RescaleType = 2, 10, "US"
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelValueTransformationSequence = Sequence([transform])
    found.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = []
    for number in range(len(pixels)):
        frame, position = Dataset(), Dataset()
        position.ImagePositionPatient = [-10.0, -20.0, 5.0 * number]
        frame.PlanePositionSequence = Sequence([position])
        frames.append(frame)
    found.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return found


def write_directory(path: Path, files: list[list[str]]) -> Path:
    """Write a DICOMDIR that lists files as images."""
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    found.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    found.SOPClassUID = MediaStorageDirectoryStorage
    records = []
    for parts in files:
        record = Dataset()
        with written_as_it_is():
            record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", parts
        records.append(record)
    found.DirectoryRecordSequence = Sequence(records)
    return write_dicom(path, found)


CT = {"SOPClassUID": CTImageStorage, "Modality": "CT"}
