"""Masks, probabilities and overlays as PNG: written atomically, read back and compared."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import WriteError

COMPRESSION = 3  # for 16-bit and colour: half the time of the usual 6, a tenth larger
OF_MASKS = 1  # written and read back in half the time of 6; 1.5 kB where that takes 0.6, less than
# the smallest piece of most disks


def write_mask(path: Path, mask: np.ndarray) -> None:
    """Write an (H, W) bool mask as 8-bit grey: 0 outside, 255 inside.

    Raises
    ------
    WriteError
        If it cannot be written, or does not read back as the same mask.
    """
    _write(path, mask.astype(np.uint8) * np.uint8(255), compress_level=OF_MASKS)


def write_probability(path: Path, probability: np.ndarray) -> None:
    """Write (H, W) probabilities as 16-bit grey: 0 is 0, 65535 is 1.

    Raises
    ------
    WriteError
        As `write_mask`.
    """
    steps = np.rint(np.clip(probability, 0, 1).astype(np.float64) * 65535)
    _write(path, steps.astype(np.uint16), compress_level=COMPRESSION)


def write_overlay(path: Path, picture: np.ndarray) -> None:
    """Write an (H, W, 3) uint8 picture as 8-bit RGB.

    Raises
    ------
    WriteError
        As `write_mask`.
    """
    _write(path, picture, compress_level=COMPRESSION)


def _write(path: Path, pixels: np.ndarray, compress_level: int) -> None:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=compress_level)
    write_atomically(path, buffer.getvalue())
    if not _holds(path, buffer.getvalue(), pixels):
        raise WriteError(path, "what is on the disk differs from what was written")


def _holds(path: Path, content: bytes, pixels: np.ndarray) -> bool:
    """Tell whether a file has these bytes, and these bytes are a PNG of these pixels."""
    try:
        stored = path.read_bytes()
        with Image.open(io.BytesIO(stored)) as image:
            found = np.asarray(image)
    except (OSError, SyntaxError):  # Pillow's words for a broken PNG
        return False
    return stored == content and found.dtype == pixels.dtype and np.array_equal(found, pixels)
