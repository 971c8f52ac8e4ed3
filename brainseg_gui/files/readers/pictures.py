"""Read slices that are kept as pictures: a grey PNG, JPEG or TIFF, and a mask of the same size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brainseg_gui.core.image.gaps import gaps_filled
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.readers import picture_file
from brainseg_gui.files.readers.marks import mark_of, words_for
from brainseg_gui.files.readers.other_tiff import COLOURED, DEEP_COLOURS
from brainseg_gui.files.readers.picture_file import (
    Seen,
    as_it_is,
    is_inverted,
    opened,
    packing_of,
    upright,
)
from brainseg_gui.files.readers.reference import Reference, compared_with_border, reference_of
from brainseg_gui.files.wishes import NONE, Wishes
from brainseg_gui.files.writers.png import Kind

if TYPE_CHECKING:
    from PIL import Image

GREY_MODES = {"L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
SCALED = {"L;2": 85, "L;4": 17}  # what Pillow multiplies values of two and four bits with
NEAR = 20  # of 255: as far as compression and scanners pull the channels of a grey apart
SEE_THROUGH = "parts of the picture are transparent; what lies there is not certain"
SAMPLES = 277  # the tag of a TIFF that says how many values a pixel has
MORE_VALUES = "its pixels have values besides their grey, and nothing says what they are"
BLACK_AND_WHITE = "it holds nothing but black and white; a slice has greys"
Notes = tuple[str, ...]


def read_pictures(
    image: Path,
    mask: Path | None = None,
    *,
    border: np.ndarray | None = None,
    patient: str = "",
    tumour: Tumour | None = None,
    wishes: Wishes = NONE,
    seen_as: Seen = as_it_is,
) -> Slice:
    """Return the slice that an image and its mask make, with what is known of it.

    Parameters
    ----------
    image, mask : Path
        Of the same size, upright. What the values of a mask mean, see `reference_of`.
    border : (N, 2) float64, optional
        Outline as row, column, from 0.
    patient : str
    tumour : Tumour, optional
    wishes : Wishes
        What was said of the classes of masks.
    seen_as : callable
        As of `picture_file.opened`, of the image.

    Raises
    ------
    SliceError
        If a picture cannot be read, is one of the program's own that is none, or their sizes
        differ; the sentence names the file.
    """
    about = Reference(None) if mask is None else reference_of(read_mask(mask), wishes)
    fits_if, of_both = compared_with_border(about.mask, border)
    values, of_image = read_grey(image, seen_as)
    try:
        pixels, of_pixels = gaps_filled(values.astype(np.float32))
        return Slice(
            *(pixels, about.mask, border, patient, tumour),
            notes=(*of_image, *of_pixels, *about.notes, *of_both),
            fits_if=fits_if,
            classes=about.classes,
        )
    except ValueError as error:
        raise SliceError(image, str(error)) from error


def read_grey(path: Path, seen_as: Seen = as_it_is) -> tuple[np.ndarray, Notes]:
    """Return the (H, W) grey values of a slice, as many bits as it has, and what to know of it.

    Raises
    ------
    SliceError
        If it is missing, damaged, too large, no picture, one that the program wrote as something
        else, or not grey.
    """
    with opened(path, seen_as) as picture:
        if mark := mark_of(path):
            raise SliceError(path, f"it is {words_for(mark)}, and no slice")
        if reason := _not_grey(picture):
            raise SliceError(path, reason)
        notes, inverted = picture_file.notes_of(picture), is_inverted(picture)
        values = _grey(path, upright(picture))
        return (np.iinfo(np.uint16).max - values if inverted else values), notes


def read_mask(path: Path, seen_as: Seen = as_it_is) -> np.ndarray:
    """Return the (H, W) values of a mask; places in a palette, where that has colours.

    Raises
    ------
    SliceError
        If it is missing, damaged, too large, no picture, or one that the program wrote as
        something else.
    """
    with opened(path, seen_as) as picture:
        if (mark := mark_of(path)) not in ("", Kind.MASK.value):
            raise SliceError(path, f"it is {words_for(mark)}, and no reference")
        scale, inverted = SCALED.get(packing_of(picture), 1), is_inverted(picture)
        seen = upright(picture)
        if seen.mode == "P" and not _has_grey_palette(seen):
            return np.array(seen)
        if seen.mode in GREY_MODES or seen.mode == "1":
            values = np.array(seen)
            values = np.iinfo(np.uint16).max - values if inverted else values
            return values // scale if scale > 1 else values
        return np.array(seen.convert("L"))


def read_shape(path: Path, seen_as: Seen = as_it_is) -> tuple[int, int]:
    """Return height and width of a picture without its pixels.

    Raises
    ------
    SliceError
        As `read_grey`.
    """
    with opened(path, seen_as) as picture:
        return picture_file.shape_of(picture)


def _not_grey(picture: Image.Image) -> str:
    """Return why a picture is no slice, as far as its header says it."""
    if picture.mode == "1":
        return BLACK_AND_WHITE
    if picture.mode not in GREY_MODES and ";16" in packing_of(picture):
        return DEEP_COLOURS
    if picture.mode not in {*GREY_MODES, "LA", "P", "PA", "RGB", "RGBA"}:
        return COLOURED  # as printers or video have it
    if getattr(picture, "tag_v2", {}).get(SAMPLES, 1) > len(picture.getbands()):
        return MORE_VALUES
    return ""


def _grey(path: Path, picture: Image.Image) -> np.ndarray:
    """Return grey values, from channels that are near to each other, too."""
    if picture.mode in GREY_MODES:
        return np.array(picture)
    if picture.mode in {"P", "PA"}:
        clear = picture.mode == "PA" or "transparency" in picture.info
        picture = picture.convert("RGBA" if clear else "RGB")
    if picture.mode in {"LA", "RGBA"}:
        if picture.getchannel("A").getextrema() != (255, 255):
            raise SliceError(path, SEE_THROUGH)
        if picture.mode == "LA":
            return np.array(picture.getchannel("L"))
    apart = _most_apart(picture)
    if apart > NEAR:
        raise SliceError(path, COLOURED)
    return np.array(picture.getchannel("R") if apart == 0 else picture.convert("L"))


def _most_apart(picture: Image.Image) -> int:
    """Return how far the channels of any pixel lie apart."""
    from PIL import ImageChops  # here, for the window to open without it

    red, green, blue = (picture.getchannel(name) for name in "RGB")
    pairs = (red, green), (green, blue), (blue, red)
    return max(int(np.asarray(ImageChops.difference(*pair)).max()) for pair in pairs)


def _has_grey_palette(picture: Image.Image) -> bool:
    colours = np.reshape(picture.getpalette("RGB") or [], (-1, 3))
    used = np.flatnonzero(np.bincount(np.asarray(picture).ravel()))
    known = colours[used[used < len(colours)]]
    return bool((known.max(axis=1, initial=0) == known.min(axis=1, initial=255)).all())
