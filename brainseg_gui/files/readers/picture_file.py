"""Open picture files: what is too large, animated or of another kind is refused before decoding."""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from brainseg_gui.children.libraries import library
from brainseg_gui.core.slices import size_text
from brainseg_gui.files.containers import opening
from brainseg_gui.files.errors import SliceError, guarded
from brainseg_gui.files.info import MAX_SIDE
from brainseg_gui.files.readers.other_tiff import DAMAGED, ORIENTATION, picture_of

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "TIFF")  # others may run programs of the machine
SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
TIFF_HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two of large files
HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", *TIFF_HEADS)
MOST_BYTES = 1 << 29  # the largest slice in colour, not packed, takes two thirds of it
SEVERAL_PAGES = "The file holds several pages; the first one is read."
WHITE_IS_ZERO = 262, 0
TURNED_TWICE = {"I;16BS": "I;16NS", "I;32BS": "I;32NS", "F;32BF": "F;32NF"}  # see `packing_of`
Seen = Callable[[BinaryIO], BinaryIO]


def sniff(head: bytes) -> bool:
    """Tell whether a file begins as a PNG, JPEG or TIFF does."""
    return head.startswith(HEADS)


def as_it_is(file: BinaryIO) -> BinaryIO:
    """Return a file itself."""
    return file


@contextmanager
def opened(path: Path, seen_as: Seen = as_it_is) -> Iterator[Image.Image]:
    """Open a picture of which not more is read than its header.

    Parameters
    ----------
    path : Path
    seen_as : callable
        Takes the file that is open; returns what is read in its place.

    Raises
    ------
    SliceError
        If it is missing, damaged, too large, animated, or no picture; whatever Pillow raises
        while it is used becomes a sentence as well.
    """
    library("PIL.Image")  # here, for the window to open without it
    from PIL import Image

    file = guarded(path, lambda: _file(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tags that make no sense, and need not
            # Not by its name: Pillow would map it, and takes rows of a turned one for columns then.
            with file, _picture(path, seen_as(file)) as picture:
                _check(path, picture)
                yield picture
    except OSError as error:
        if error.errno is not None:
            raise SliceError(path, os.strerror(error.errno).lower()) from error
        raise SliceError(path, DAMAGED) from error
    except Image.DecompressionBombError as error:
        reason = f"the picture is too large; at most {MAX_SIDE} a side is read"
        raise SliceError(path, reason) from error
    except MemoryError:
        raise
    except (SyntaxError, ValueError, EOFError, struct.error) as error:
        raise SliceError(path, DAMAGED) from error


def _picture(path: Path, file: BinaryIO) -> Image.Image:
    """Return what Pillow makes of a file, or what is a TIFF nevertheless."""
    from PIL import Image, UnidentifiedImageError

    try:
        return _in_own_order(Image.open(file, formats=FORMATS))
    except UnidentifiedImageError:
        file.seek(0)
        if not file.read(4).startswith(TIFF_HEADS):
            raise
    file.seek(0)
    try:
        return picture_of(file)
    except ValueError as error:
        raise SliceError(path, str(error)) from error


def _in_own_order(picture: Image.Image) -> Image.Image:
    """Return a picture of which the bytes of a number are not turned round once too often.

    Pillow does that where libtiff, which unpacks a TIFF in Motorola's order, has done it already.
    """
    instead = TURNED_TWICE.get(packing_of(picture))
    tiles: list[Any] = getattr(picture, "tile", [])
    if instead and all(it.codec_name == "libtiff" for it in tiles):
        tiles[:] = [it._replace(args=(instead, *it.args[1:])) for it in tiles]
    return picture


def shape_of(picture: Image.Image) -> tuple[int, int]:
    """Return height and width of a picture as it is meant to be seen."""
    height, width = picture.height, picture.width
    return (width, height) if _lies(picture) else (height, width)


def upright(picture: Image.Image) -> Image.Image:
    """Return a picture as it is meant to be seen: what its file says of turning is done."""
    from PIL import ImageOps

    turn = _turn_of(picture)
    picture.load()
    return ImageOps.exif_transpose(picture) if turn > 1 and picture.format != "TIFF" else picture


def notes_of(picture: Image.Image) -> tuple[str, ...]:
    """Return what a reader should know of how a file holds its picture."""
    return (SEVERAL_PAGES,) if getattr(picture, "is_animated", False) else ()


def packing_of(picture: Image.Image) -> str:
    """Return how the pixels lie in the file, in Pillow's words: `L;4`, `RGB;16B`; "" if unknown."""
    tile = next(iter(getattr(picture, "tile", ())), None)
    said = tile.args[0] if tile is not None and isinstance(tile.args, tuple) else tile and tile.args
    return said if isinstance(said, str) else ""


def is_inverted(picture: Image.Image) -> bool:
    """Tell whether white is 0 in a file, where Pillow does not see to it itself."""
    tag, value = WHITE_IS_ZERO
    tags = getattr(picture, "tag_v2", {})
    return tags.get(tag) == value and packing_of(picture).startswith("I;16")


def _file(path: Path) -> BinaryIO:
    if opening.size_of(path) > MOST_BYTES:
        raise SliceError(path, "the file is larger than that of any slice")
    return opening.opened(path)


def _check(path: Path, picture: Image.Image) -> None:
    if max(picture.size) > MAX_SIDE:
        size = size_text(picture.size[::-1])
        raise SliceError(path, f"the picture is {size}; at most {MAX_SIDE} a side is read")
    if picture.format == "PNG" and getattr(picture, "is_animated", False):
        raise SliceError(path, "the picture is an animation; only a still one is read")


def _lies(picture: Image.Image) -> bool:
    """Tell whether rows are columns as it is meant to be seen; Pillow sees to those of TIFF."""
    return picture.format != "TIFF" and _turn_of(picture) >= 5


def _turn_of(picture: Image.Image) -> int:
    with suppress(Exception):  # a dozen kinds where that part of a file is damaged
        turn = picture.getexif().get(ORIENTATION)
        return turn if isinstance(turn, int) and 1 < turn <= 8 else 1
    return 1
