"""Masks, probabilities and overlays as PNG: written atomically, read back and compared.

The file is put together here and read back by Pillow, so that no mistake in one is made up for by
the other. What the program writes says what it is, and is never read as something else.
"""

from __future__ import annotations

import enum
import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.palette import CORRECTION
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEY = "brainseg"  # of the text chunk that says what a picture is
GREY, RGB, PALETTE = 0, 2, 3  # colour types of the format
COMPRESSION = 1  # of masks: written and read back in half the time of the usual 6; 1.5 kB where
# that takes 0.6, less than the smallest piece of most disks
QUICK = 3  # of what has noise in it: half the time, a tenth larger
COLOURS = ((0, 0, 0), CORRECTION)  # of a palette: outside, inside


class Kind(enum.Enum):
    """What a picture is; the value is what its text chunk says. A slice has none."""

    MASK = "mask"
    PREDICTION = "prediction"
    OVERLAY = "overlay"
    PROBABILITY = "probability"


def write_mask(path: Path, mask: Mask, kind: Kind = Kind.MASK) -> None:
    """Write an (H, W) bool mask as 8-bit grey: 0 outside, 255 inside.

    Raises
    ------
    WriteError
        If it cannot be written, or does not read back as the same mask.
    """
    levels = mask.astype(np.uint8) * np.uint8(255)
    _write(path, levels, png_of(levels, kind))


def write_indexed(path: Path, mask: Mask) -> None:
    """Write an (H, W) bool mask with a palette: 0 outside, black; 1 inside, in its own colour.

    Raises
    ------
    WriteError
        As `write_mask`.
    """
    places = mask.astype(np.uint8)
    _write(path, places, png_of(places, Kind.MASK, palette=COLOURS))


def write_probability(path: Path, probability: NDArray[np.float32]) -> None:
    """Write (H, W) probabilities as 16-bit grey: 0 is 0, 65535 is 1.

    Raises
    ------
    WriteError
        As `write_mask`.
    """
    steps = np.rint(np.clip(probability, 0, 1).astype(np.float64) * 65535).astype(np.uint16)
    _write(path, steps, png_of(steps, Kind.PROBABILITY, level=QUICK))


def write_overlay(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write an (H, W, 3) uint8 picture as 8-bit RGB.

    Raises
    ------
    WriteError
        As `write_mask`.
    """
    _write(path, picture, png_of(picture, Kind.OVERLAY, level=QUICK))


def write_slice(path: Path, levels: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    """Write the (H, W) grey levels of a slice, in 8 or 16 bits.

    Raises
    ------
    WriteError
        As `write_mask`.
    """
    _write(path, levels, png_of(levels, None, level=QUICK))


def read_back(path: Path) -> np.ndarray:
    """Return the pixels of a PNG as Pillow reads them, the places in its palette where it has one.

    Raises
    ------
    WriteError
        If it is no PNG, or a damaged one.
    """
    from PIL import Image  # here, for the window to open without it

    try:
        with Image.open(path, formats=("PNG",)) as image:
            return np.array(image)
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's words for a broken PNG
        raise WriteError(path, "what is on the disk is no whole picture") from error


def png_of(
    pixels: np.ndarray,
    kind: Kind | None,
    *,
    palette: tuple[tuple[int, int, int], ...] = (),
    level: int = COMPRESSION,
) -> bytes:
    """Return a PNG file of (H, W) or (H, W, 3) pixels, uint8 or, grey, uint16.

    References
    ----------
    Portable Network Graphics (PNG) Specification, W3C, second edition, 2003.
    """
    height, width = pixels.shape[:2]
    colour = RGB if pixels.ndim == 3 else PALETTE if palette else GREY
    header = struct.pack(">IIBBBBB", width, height, pixels.itemsize * 8, colour, 0, 0, 0)
    said = b"" if kind is None else _chunk(b"tEXt", f"{KEY}\0{kind.value}".encode("latin-1"))
    colours = _chunk(b"PLTE", bytes(part for it in palette for part in it)) if palette else b""
    data = _chunk(b"IDAT", zlib.compress(_scanlines(pixels), level))
    return b"".join((SIGNATURE, _chunk(b"IHDR", header), said, colours, data, _chunk(b"IEND", b"")))


def _scanlines(pixels: np.ndarray) -> bytes:
    """Return the rows, each as its difference from the one above, which packs well."""
    rows = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">")).view(np.uint8)
    rows = rows.reshape(len(pixels), -1)
    lines = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    lines[:, 0] = 2  # filter type: Up
    lines[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=lines[1:, 1:])
    return lines.tobytes()


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _write(path: Path, pixels: np.ndarray, content: bytes) -> None:
    write_atomically(path, content)
    if not _holds(path, content, pixels):
        raise WriteError(path, "what is on the disk differs from what was written")


def _holds(path: Path, content: bytes, pixels: np.ndarray) -> bool:
    """Tell whether a file has these bytes, and these bytes are a PNG of these pixels."""
    from PIL import Image

    try:
        stored = path.read_bytes()
        with Image.open(io.BytesIO(stored)) as image:
            found = np.asarray(image)
    except (OSError, SyntaxError):  # Pillow's words for a broken PNG
        return False
    return stored == content and found.dtype == pixels.dtype and np.array_equal(found, pixels)
