"""The pixels of a DICOM file, bounded before they are unpacked."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainseg_gui.children.libraries import library
from brainseg_gui.core.types import Pixels
from brainseg_gui.extras import FORMATS, is_installed, missing
from brainseg_gui.files.containers.dicom.header import Frame, RefusedError, sentences

GREY = {"MONOCHROME1", "MONOCHROME2"}
BITS = {8, 16, 32}
TRANSFORM = "PixelValueTransformationSequence"
# Markers of JPEG that begin a picture: FFC0 to FFCF without those of tables; FFF7 of JPEG-LS.
FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xDA)}  # markers without a length
SIZE_OF_2000 = b"\xff\x4f\xff\x51"
OTHER_SIZE = "the picture in it has another size than its header says"


def pixels_of(frame: Frame) -> Pixels:
    """Return the (H, W) signal of a picture, brighter where it is more.

    Raises
    ------
    ValueError
        With a sentence, if it is no grey picture, is packed in a way that is not read, or damaged.
    """
    file = frame.file
    shape = file.shape
    interpretation = file.text("PhotometricInterpretation")
    if interpretation not in GREY or file.whole("SamplesPerPixel", 1) != 1:
        raise RefusedError("it holds colours; only grey pictures are read")
    allocated = file.whole("BitsAllocated", 0)
    stored = file.whole("BitsStored", allocated)
    if allocated not in BITS or not 1 <= stored <= allocated:
        raise RefusedError(f"its pixels have {allocated} bits; 8, 16 and 32 are read")
    values = unpacked(frame, shape)
    signed = file.whole("PixelRepresentation", 0) == 1
    values = _own_bits(values, stored)
    slope = (frame.numbers("RescaleSlope", 1, TRANSFORM) or [1.0])[0] or 1.0
    intercept = (frame.numbers("RescaleIntercept", 1, TRANSFORM) or [0.0])[0]
    signal = values.astype(np.float64)
    if interpretation == "MONOCHROME1":  # in which more is darker
        signal = (-1 if signed else (1 << stored) - 1) - signal  # lowest and highest together
    return (signal * slope + intercept).astype(np.float32)


def _own_bits(values: np.ndarray, stored: int) -> np.ndarray:
    """Return numbers without what others put into the bits that no pixel uses."""
    spare = values.dtype.itemsize * 8 - stored
    if values.dtype.kind not in "iu" or spare <= 0:
        return values
    return np.right_shift(np.left_shift(values, spare), spare)


def unpacked(frame: Frame, shape: tuple[int, int]) -> np.ndarray:
    """Return the (H, W) numbers of a picture as they are stored; ValueError as `pixels_of`."""
    library("pydicom.pixels")  # with what unpacks
    from pydicom.pixels import pixel_array
    from pydicom.uid import UID

    syntax = UID(frame.file.syntax)
    with sentences():
        encapsulated = syntax.is_transfer_syntax and syntax.is_encapsulated
    if encapsulated:
        if not is_installed("pylibjpeg"):
            raise ValueError(missing("pylibjpeg, which unpacks DICOM, is", FORMATS))
        with sentences("the picture in it is damaged"):
            _check_size(_packed(frame), shape)
    with sentences(), frame.file.opened() as file:
        try:
            values = pixel_array(file, index=frame.number - 1, raw=True)
        except NotImplementedError:
            raise RefusedError("it is packed in a way that is not read") from None
    if values.shape != shape:
        raise RefusedError(OTHER_SIZE)
    return np.asarray(values)


def _packed(frame: Frame) -> bytes:
    """Return what is packed of one picture."""
    from pydicom import dcmread
    from pydicom.encaps import get_frame

    with frame.file.opened() as file:
        dcmread(file, stop_before_pixels=True, specific_tags=["Rows"])
        file.read(12)  # tag, kind and length of the pixels
        packed: Any = get_frame(
            file,
            frame.number - 1,
            number_of_frames=frame.file.frames,  # type: ignore[arg-type]
        )
    return bytes(packed)


def _check_size(packed: bytes, shape: tuple[int, int]) -> None:
    """Refuse a picture that would be unpacked to another size than it should have.

    Those of other kinds than JPEG say no size of their own.
    """
    if (at := packed[:4096].find(SIZE_OF_2000)) >= 0:
        numbers = np.frombuffer(packed, ">u4", 4, at + 8).astype(np.int64)  # sides, then offsets
        found = int(numbers[1] - numbers[3]), int(numbers[0] - numbers[2])
    elif packed.startswith(b"\xff\xd8"):
        found = _size_of_jpeg(packed)
    else:
        return
    if found != shape:
        raise RefusedError(OTHER_SIZE)


def _size_of_jpeg(packed: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(packed) and packed[at] == 0xFF:
        marker = packed[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker in FRAMES:
            rows, columns = np.frombuffer(packed, ">u2", 2, at + 5).tolist()
            return rows, columns
        elif marker in ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(packed[at + 2 : at + 4], "big")
    raise RefusedError("the picture in it is damaged")
