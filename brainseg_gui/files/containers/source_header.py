"""What the header of a DICOM source says, for segmentations of it, and for names to keep silent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

IDENTITY = ("PatientName", "PatientID", "OtherPatientNames", "PatientBirthName")
SHORTEST = 3  # letters of a word that can be told from any other
# What a segmentation takes over of its source, by the standard's keywords.
TAKEN_OVER = (
    *("PatientBirthDate", "PatientSex", "PatientAge", "PatientWeight"),
    *("StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "StudyDescription"),
    *("AccessionNumber", "ReferringPhysicianName", "SpecificCharacterSet"),
    *("SeriesInstanceUID", "FrameOfReferenceUID", "PositionReferenceIndicator", "Modality"),
    *("SOPClassUID", "SOPInstanceUID", "InstanceNumber", "Rows", "Columns", "NumberOfFrames"),
    *("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"),
    *("SliceThickness", "SpacingBetweenSlices"),
    *("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"),
)
KEYWORDS = (*IDENTITY, *TAKEN_OVER)
MOST_VALUES, LONGEST_VALUE = 6, 512


def image_mark(uid: str, frame: int) -> str:
    """Return what tells a picture from all others, and does not say its UID; "" without one."""
    return hashlib.sha256(f"{uid} {frame}".encode()).hexdigest()[:32] if uid else ""


@dataclass(frozen=True)
class SourceHeader:
    """What a DICOM file says of a picture and its patient.

    Attributes
    ----------
    values : mapping of str to tuple of str
        By keyword, each as text; nothing in it where it is there and empty.
    frame : int
        Which of the pictures in its file it is, from 1.
    """

    values: Mapping[str, tuple[str, ...]]
    frame: int = 1

    @property
    def frames(self) -> int:
        """Return how many pictures are in the file."""
        said = self.values.get("NumberOfFrames") or ("1",)
        return int(said[0]) if said[0].isdecimal() else 1

    @property
    def mark(self) -> str:
        """Return what tells the picture from all others, and names nobody."""
        uid = self.values.get("SOPInstanceUID") or ("",)
        return image_mark(uid[0], self.frame)

    @property
    def words(self) -> frozenset[str]:
        """Return the names and ids of the patient, whole and word by word."""
        whole = [text.strip() for name in IDENTITY for text in self.values.get(name, ())]
        words = {*re.split(r"[\^=\s]+", " ".join(whole)), *whole}
        return frozenset(word for word in words if len(word) >= SHORTEST)
