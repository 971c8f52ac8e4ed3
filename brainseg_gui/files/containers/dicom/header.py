"""An open DICOM file: what its header says, each value looked at before it is believed.

No sentence that is made here holds a name, an id or a UID; nor does what pydicom says of an error,
which may, reach anybody.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from brainseg_gui.children.libraries import library
from brainseg_gui.extras import FORMATS, is_installed, missing
from brainseg_gui.files.containers import opening
from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.containers.source_header import (
    KEYWORDS,
    LONGEST_VALUE,
    MOST_VALUES,
    SourceHeader,
    image_mark,
)
from brainseg_gui.files.errors import DAMAGED, SliceError
from brainseg_gui.files.info import MAX_SIDE

MARK = b"DICM"
PREAMBLE = 128
DEFLATED = "1.2.840.10008.1.2.1.99"
DIRECTORY = "1.2.840.10008.1.3.10"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
MOST_FRAMES = 10_000
MOST_TEXT = 1024
TAGS = [
    *("SOPClassUID", "Modality", "SeriesDescription", "ProtocolName", "SequenceName"),
    *("ContrastBolusAgent", "ContrastBolusAgentSequence", "PatientID", "SeriesInstanceUID"),
    *("InstanceNumber", "TemporalPositionIdentifier", "EchoNumbers"),
    *("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"),
    *("Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation"),
    *("BitsAllocated", "BitsStored", "PixelRepresentation"),
    *("RescaleSlope", "RescaleIntercept"),
    *("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"),
    *("DirectoryRecordSequence", "SegmentSequence"),
    *("Manufacturer", "ManufacturerModelName"),
]
TAGS += [it for it in KEYWORDS if it not in TAGS]
# Where files of several pictures say of each what others say of their only one.
OF_FRAME = {
    "ImagePositionPatient": "PlanePositionSequence",
    "ImageOrientationPatient": "PlaneOrientationSequence",
    "PixelSpacing": "PixelMeasuresSequence",
    "SliceThickness": "PixelMeasuresSequence",
    "SpacingBetweenSlices": "PixelMeasuresSequence",
}


@contextmanager
def sentences(reason: str = DAMAGED) -> Iterator[None]:
    """Let nothing that pydicom says out but a sentence of our own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ValueError, SliceError) as error:
        if isinstance(error, (RefusedError, SliceError)):
            raise
        raise RefusedError(reason) from None
    except (OSError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno is None:
            raise RefusedError(reason) from None
        raise
    except Exception:  # pydicom and its decoders raise a dozen kinds
        raise RefusedError(reason) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # as decoders in Rust end, and it goes on
            raise
        raise RefusedError(reason) from None


class RefusedError(ValueError):
    """A sentence of our own about a file."""


class Dicom:
    """The header of a DICOM file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ValueError
        With a sentence, if it is no DICOM file that is read, or pydicom is not installed.
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        if not is_installed("pydicom"):
            raise ValueError(missing("pydicom, which reads DICOM, is", FORMATS))
        self.path = path
        with sentences(), self.opened() as file:
            self.syntax, self._set = _header(file)

    def close(self) -> None:
        """Nothing is open."""

    def opened(self) -> BinaryIO:
        """Open the file for reading."""
        return opening.opened(self.path)

    def text(self, name: str) -> str:
        """Return a value as one short text, "" where there is none."""
        with sentences():
            value = self._set.get(name)
            return "" if value is None else str(value)[:MOST_TEXT].strip()

    def taken_over(self, frame: int = 1) -> SourceHeader:
        """Return what a segmentation takes over, with the names and ids of the patient."""
        with sentences():
            found = {name: _texts(self._set.get(name)) for name in KEYWORDS if name in self._set}
            for name, group in OF_FRAME.items():
                said = (place.get(name) for place in self._groups(group, frame))
                if (value := next(filter(None, said), None)) is not None:
                    found[name] = _texts(value)
            return SourceHeader(found, frame)

    def whole(self, name: str, default: int) -> int:
        """Return a whole number."""
        with sentences():
            value = self._set.get(name)
            return default if value in (None, "") else int(value)

    def has(self, name: str) -> bool:
        """Tell whether a value is there and not empty."""
        with sentences():
            return bool(self._set.get(name))

    def numbers(self, name: str, count: int, frame: int = 1, group: str = "") -> list[float] | None:
        """Return finite numbers, None where there are not just so many.

        Parameters
        ----------
        name : str
        count : int
        frame : int
            From 1.
        group : str
            The group of a frame, or of all, in which enhanced files have the value.
        """
        with sentences():
            places = [*self._groups(group, frame), self._set] if group else [self._set]
            for place in places:
                value = place.get(name)
                if value in (None, ""):
                    continue
                many = value if isinstance(value, Sequence) and not _is_text(value) else [value]
                found = [float(it) for it in many]
                if len(found) == count and all(map(math.isfinite, found)):
                    return found
            return None

    def of_frame(self, name: str, group: str, frame: int) -> str:
        """Return a value of a frame as text, "" where there is none."""
        with sentences():
            for place in self._groups(group, frame):
                if (value := place.get(name)) is not None:
                    return str(value)[:MOST_TEXT]
            return ""

    def drawn_on(self, frame: int) -> str:
        """Return the mark of the picture that a frame of a mask was drawn on; "" for none alone."""
        with sentences():
            for place in self._groups("DerivationImageSequence", frame):
                sources: Sequence[Any] = place.get("SourceImageSequence") or ()
                if len(sources) == 1:
                    uid = str(sources[0].get("ReferencedSOPInstanceUID") or "")
                    number = sources[0].get("ReferencedFrameNumber") or 1
                    return image_mark(uid, int(number))
            return ""

    def each(self, sequence: str, name: str) -> list[str]:
        """Return a value of each item of a sequence as short text, "" where it has none."""
        with sentences():
            items = self._set.get(sequence) or ()
            return [str(item.get(name) or "")[:MOST_TEXT].strip() for item in items]

    def records(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the type of each record of a directory, and the parts of the path that it lists."""
        with sentences():
            for record in self._set.get("DirectoryRecordSequence") or ():
                listed = record.get("ReferencedFileID")
                if listed is not None:
                    parts = [listed] if _is_text(listed) else list(listed)
                    yield str(record.get("DirectoryRecordType", "")), [str(it) for it in parts]

    @property
    def kind(self) -> str:
        """Return the UID of what the file is."""
        return self.text("SOPClassUID")

    @property
    def frames(self) -> int:
        """Return how many pictures are in it; ValueError where that cannot be."""
        frames = self.whole("NumberOfFrames", 1)
        if not 1 <= frames <= MOST_FRAMES:
            raise RefusedError(f"it holds {frames} pictures; 1 to {MOST_FRAMES} are read")
        return frames

    @property
    def shape(self) -> tuple[int, int]:
        """Return (H, W); ValueError with a sentence where there is no picture that is read."""
        shape = self.whole("Rows", 0), self.whole("Columns", 0)
        if min(shape) < 1:
            raise RefusedError(f"it holds no picture{_called(self.kind)}")
        if max(shape) > MAX_SIDE:
            sides = f"{shape[1]} x {shape[0]}"
            raise RefusedError(f"the image is {sides}; at most {MAX_SIDE} a side is read")
        return shape

    def _groups(self, group: str, frame: int) -> Iterator[Any]:
        """Yield what enhanced files say of a frame, then of all frames."""
        per_frame = self._set.get("PerFrameFunctionalGroupsSequence") or ()
        shared = self._set.get("SharedFunctionalGroupsSequence") or ()
        own = [per_frame[frame - 1]] if frame <= len(per_frame) else []
        for place in (*own, *shared[:1]):
            found = place.get(group)
            if found:
                yield found[0]


@dataclass(frozen=True)
class Frame:
    """A picture of a DICOM file.

    Attributes
    ----------
    file : Dicom
    number : int
        From 1.
    """

    file: Dicom
    number: int

    def numbers(self, name: str, count: int, group: str) -> list[float] | None:
        """Return numbers that are of this picture."""
        return self.file.numbers(name, count, self.number, group)


def is_dicom(head: bytes) -> bool:
    """Tell whether a file begins as DICOM does."""
    return head[PREAMBLE : PREAMBLE + len(MARK)] == MARK


def _header(file: BinaryIO) -> tuple[str, Any]:
    """Return how the pixels are packed, and the values of the header that are of interest."""
    library("pydicom")
    from pydicom import dcmread
    from pydicom.filereader import read_dataset

    if not is_dicom(file.read(PREAMBLE + len(MARK))):
        raise RefusedError("not a DICOM file, or a damaged one")
    about = read_dataset(file, False, True, stop_when=lambda tag, kind, length: tag.group != 2)
    if str(about.get("TransferSyntaxUID", "")) == DEFLATED:  # how large that is, nobody says
        raise RefusedError("its header is packed, which is not read")
    file.seek(0)
    found = dcmread(file, stop_before_pixels=True, specific_tags=TAGS)
    return str(found.file_meta.get("TransferSyntaxUID", "")), found


def _texts(value: object) -> tuple[str, ...]:
    """Return the values of an element as texts of bounded length."""
    if value is None or value == "":
        return ()
    many = value if isinstance(value, Sequence) and not _is_text(value) else [value]
    return tuple(str(it)[:LONGEST_VALUE] for it in many[:MOST_VALUES])


def _is_text(value: object) -> bool:
    return isinstance(value, (str, bytes))


def _called(uid: str) -> str:
    """Return what a kind of file is called, where the standard has a name for it."""
    from pydicom.uid import UID

    with sentences():
        name = UID(uid).name if uid else ""
    return f" (it is: {name})" if name and name != uid else ""


opened: LastOpened[Dicom] = LastOpened(Dicom, most=2)
