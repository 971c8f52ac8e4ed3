"""Read slices that are kept as pictures: a grey JPEG or PNG, and a mask of the same size."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from brainseg_gui.core.slices import Slice, Tumour, size_text
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.info import MAX_SIDE
from brainseg_gui.files.readers.reference import compared_with_border, mask_of

FORMATS = ("PNG", "JPEG")  # others may run programs of the machine
GREY_MODES = {"L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"}


def read_pictures(
    image: Path,
    mask: Path | None = None,
    *,
    border: np.ndarray | None = None,
    patient: str = "",
    tumour: Tumour | None = None,
) -> Slice:
    """Return the slice that an image and its mask make, with what is known of it.

    Parameters
    ----------
    image, mask : Path
        Of the same size, upright. What the values of a mask mean, see `reference.mask_of`.
    border : (N, 2) float64, optional
        Outline as row, column, from 0.
    patient : str
    tumour : Tumour, optional

    Raises
    ------
    SliceError
        If a picture cannot be read, or their sizes differ; the sentence names the file.
    """
    reference, notes = (None, ()) if mask is None else mask_of(read_grey(mask))
    fits_if, of_both = compared_with_border(reference, border)
    pixels = read_grey(image).astype(np.float32)
    try:
        return Slice(
            *(pixels, reference, border, patient, tumour),
            notes=(*notes, *of_both),
            fits_if=fits_if,
        )
    except ValueError as error:
        raise SliceError(image, str(error)) from error


def read_grey(path: Path) -> np.ndarray:
    """Return the (H, W) grey values of a picture, as many bits as it has; colours are weighted.

    Raises
    ------
    SliceError
        If it is missing, damaged, too large, or no picture.
    """
    with _opened(path) as picture:
        return np.array(picture if picture.mode in GREY_MODES else picture.convert("L"))


def read_shape(path: Path) -> tuple[int, int]:
    """Return height and width of a picture without its pixels.

    Raises
    ------
    SliceError
        As `read_grey`.
    """
    with _opened(path) as picture:
        return picture.height, picture.width


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture that is not too large, and turn what Pillow raises into a sentence."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # reading a pipe would wait for ever
            raise SliceError(path, "not a regular file")
        with Image.open(path, formats=FORMATS) as picture:
            if max(picture.size) > MAX_SIDE:
                size = size_text(picture.size[::-1])
                raise SliceError(path, f"the picture is {size}; at most {MAX_SIDE} a side is read")
            yield picture
    except OSError as error:
        if error.errno is not None:
            raise SliceError(path, os.strerror(error.errno).lower()) from error
        raise SliceError(path, "not a picture, or a damaged or cut off one") from error
    except Image.DecompressionBombError as error:
        reason = f"the picture is too large; at most {MAX_SIDE} a side is read"
        raise SliceError(path, reason) from error
    except (SyntaxError, ValueError, EOFError) as error:
        raise SliceError(path, "not a picture, or a damaged or cut off one") from error
