"""Masks as pictures: black and one other value, grey, black and white, or with a palette."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brainseg_gui.children.libraries import library
from brainseg_gui.core.masks.classes import classes_of
from brainseg_gui.core.slices import size_text
from brainseg_gui.core.text import in_one_line
from brainseg_gui.core.types import Mask
from brainseg_gui.files.info import MAX_SIDE
from brainseg_gui.files.masks.found import Block, MaskFile, Member
from brainseg_gui.files.masks.one_class import labels_of, mask_of, tumour_classes
from brainseg_gui.files.wishes import Wishes
from brainseg_gui.files.writers.png import KEY, SIGNATURE, Kind

if TYPE_CHECKING:
    from PIL import Image

NO_MASKS = {Kind.OVERLAY.value, Kind.PROBABILITY.value}
LONGEST = 80
DAMAGED = "not a picture, or a damaged or cut off one"


def sniff(head: bytes) -> bool:
    """Tell whether a file begins as a PNG does."""
    return head.startswith(SIGNATURE)


def contents(path: Path, wishes: Wishes) -> MaskFile:
    """Return the one mask that a picture is."""
    with _opened(path) as picture:
        said = str(picture.info.get(KEY, ""))
        if said in NO_MASKS:
            article = "an" if said == Kind.OVERLAY.value else "a"
            raise ValueError(f"it says that it is {article} {said}, which is no mask")
        maker = KEY if said else in_one_line(str(picture.info.get("Software", "")))[:LONGEST]
        shape = picture.height, picture.width, 1
        problem, labels = _classes(_values(picture), wishes)
    block = Block(shape, problem=problem, classes=labels)
    return MaskFile((block,), maker, said == Kind.PREDICTION.value)


def read(path: Path, member: Member, wishes: Wishes) -> Mask:
    """Return the mask."""
    with _opened(path) as picture:
        return mask_of(_values(picture), wishes)


def _classes(values: np.ndarray, wishes: Wishes) -> tuple[str, tuple[str, ...]]:
    """Return why a picture is no mask, and which classes are in it."""
    labels: tuple[str, ...] = ()
    try:
        found = classes_of(values)
        labels = labels_of(found)
        tumour_classes(found, wishes)
    except ValueError as error:
        return str(error), labels
    return "", labels


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    library("PIL.Image")  # here, for the window to open without it
    from PIL import Image

    try:
        with Image.open(path, formats=("PNG",)) as picture:
            if max(picture.size) > MAX_SIDE:
                size = size_text(picture.size[::-1])
                raise ValueError(f"the picture is {size}; at most {MAX_SIDE} a side is read")
            yield picture
    except OSError as error:
        if error.errno is not None:
            raise
        raise ValueError(DAMAGED) from error
    except Image.DecompressionBombError as error:
        raise ValueError(f"the picture is too large; at most {MAX_SIDE} a side is read") from error
    except (SyntaxError, EOFError) as error:
        raise ValueError(DAMAGED) from error


def _values(picture: Image.Image) -> np.ndarray:
    """Return the numbers of a picture: of one with a palette, the places in that."""
    values = np.array(picture)
    if values.ndim == 2:
        return values
    if picture.mode in {"LA", "RGBA"}:
        if (values[..., -1] != 255).any():
            raise ValueError("parts of it are transparent, which a mask is not")
        values = values[..., :-1]
    if (values != values[..., :1]).any():
        raise ValueError("it is coloured; a mask is black and one other value")
    return values[..., 0]
