"""A TIFF of a kind that Pillow does not know, as a picture that it does.

Large files in Motorola's order, numbers of 64 bits and floats of another width than 32 among them.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from brainseg_gui.children.libraries import library
from brainseg_gui.core.slices import size_text
from brainseg_gui.files.info import MAX_SIDE

if TYPE_CHECKING:
    from PIL import Image

DAMAGED = "not a picture, or a damaged or cut off one"
COLOURED = "it is a picture in colour; a slice is grey"
DEEP_COLOURS = "it has colours or transparency in 16 bits, which are not read; save it in grey"
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PLACES = range(4)  # what numbers of a page mean
ORIENTATION = 274
LARGEST_WHOLE = np.iinfo(np.int32).max


class _RefusedError(ValueError):
    """The message is the end of a sentence, in our words."""


def picture_of(file: BinaryIO) -> Image.Image:
    """Return the first page of an open TIFF; how it is to be turned stands in its EXIF.

    Raises
    ------
    ValueError
        With a sentence, if it is damaged, too large, packed in a way that is not read, or holds
        no picture.
    """
    tifffile: Any = library("tifffile")  # here, because next to no file needs it
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what is wrong is said in a sentence
    try:
        with tifffile.TiffFile(file) as whole:
            page: Any = whole.pages[0]
            _check(page)
            picture = _picture(page, _values(page))
            turn = page.tags.get(ORIENTATION)
            picture.getexif()[ORIENTATION] = turn.value if turn is not None else 1
            return picture
    except (_RefusedError, MemoryError):
        raise
    except Exception as error:  # a dozen kinds where a file is damaged
        raise _RefusedError(DAMAGED) from error


def _check(page: Any) -> None:
    sides = page.imagelength, page.imagewidth
    if max(sides) > MAX_SIDE:
        raise _RefusedError(f"the picture is {size_text(sides)}; at most {MAX_SIDE} a side is read")
    if page.imagedepth != 1 or min(sides) < 1:
        raise _RefusedError(DAMAGED)
    if page.photometric not in range(4):
        raise _RefusedError(COLOURED)  # as printers or video have it
    if page.samplesperpixel > 1 and (page.bitspersample != 8 or page.samplesperpixel > 4):
        raise _RefusedError(DEEP_COLOURS)
    if page.dtype is None or page.dtype.kind not in "buif":
        raise _RefusedError("its numbers are of a kind that no grey has; save it in 16 bits")


def _values(page: Any) -> np.ndarray:
    """Return the (H, W) or (H, W, samples) numbers of a page."""
    try:
        values: np.ndarray = page.asarray()
    except Exception as error:
        if "imagecodecs" not in str(error):  # a package that knows more ways
            raise
        packing = page.compression.name.replace("_", " ")
        raise _RefusedError(
            f"it is packed in a way that is not read for pictures of its kind ({packing}); "
            "save it without compression"
        ) from error
    if page.samplesperpixel > 1 and page.planarconfig == 2:  # channel after channel
        values = np.moveaxis(values, 0, -1)
    return np.ascontiguousarray(values, values.dtype.newbyteorder("="))


def _picture(page: Any, values: np.ndarray) -> Image.Image:
    from PIL import Image

    if page.photometric == WHITE_IS_ZERO:
        if values.dtype.kind not in "bu":
            raise _RefusedError("white is 0 in it, which has no meaning for numbers of its kind")
        values = ~values
    if values.ndim == 3 and page.photometric == BLACK_IS_ZERO and values.shape[-1] > 2:
        raise _RefusedError(COLOURED)
    if values.dtype.kind == "f" or (values.size and values.max() > LARGEST_WHOLE):
        with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is refused so
            values = values.astype(np.float32)  # as which every slice is read
    elif values.dtype.kind != "b" and values.dtype not in (np.uint8, np.uint16):
        values = values.astype(np.int32)
    picture = Image.fromarray(values)
    if page.photometric == PLACES and picture.mode == "L":
        picture.putpalette((np.asarray(page.colormap).T >> 8).astype(np.uint8).tobytes())
    return picture
