"""The row of pictures that are slices by themselves: `1.png`, with `1_mask.png` or `masks/1.png`.

Whose slice it is nobody says. What is called a mask, or lies in a folder `masks`, is no slice; nor
is what the program wrote as something else, which a look at the file tells.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from brainseg_gui.core.slices import Slice, size_text
from brainseg_gui.files.containers.container import ITSELF, Container, Listing
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.readers.marks import mark_of, words_for
from brainseg_gui.files.readers.picture_file import SUFFIXES, sniff
from brainseg_gui.files.readers.pictures import read_mask, read_pictures, read_shape
from brainseg_gui.files.readers.reference import Reference, reference_of
from brainseg_gui.files.wishes import Wishes

MASK, MASKS, IMAGES = "_mask", "masks", "images"
IS_MASK = "by its name it is the mask of a slice, and no slice"


def members(path: Path, wishes: Wishes) -> Listing:
    """Return the picture itself, or why it is no slice."""
    reason = _why_not(path)
    return Listing(passed_over=(reason,)) if reason else ITSELF


def read(path: Path, member: str, wishes: Wishes) -> Slice:
    """Return the slice that a picture is, with the mask beside it for a reference.

    Raises
    ------
    SliceError, ValueError, OSError
        If the picture cannot be read, or is no slice.
    """
    _check(path, member)
    slice_ = read_pictures(path)
    about = _reference(path, slice_.shape, wishes)
    notes = (*slice_.notes, *about.notes)
    return replace(slice_, reference=about.mask, notes=notes, classes=about.classes)


def index(path: Path, member: str, wishes: Wishes) -> SliceInfo:
    """Return size and whether there is a reference, of which the pixels are read for it.

    Raises
    ------
    SliceError, ValueError, OSError
        As `read`.
    """
    _check(path, member)
    shape = read_shape(path)
    has_reference = _reference(path, shape, wishes).mask is not None
    return SliceInfo(
        shape, has_reference=has_reference, further=beside(path) if has_reference else ()
    )


def beside(path: Path) -> tuple[Path, ...]:
    """Return the masks of a picture that are there."""
    found: dict[tuple[int, int], Path] = {}
    for mask in _masks(path):
        try:
            status = os.stat(mask)
        except OSError:
            continue
        found.setdefault((status.st_dev, status.st_ino), mask)  # `.PNG` may be `.png`
    return tuple(found.values())


def is_mask(path: Path) -> bool:
    """Tell whether a picture is called like a mask, or lies where masks do.

    Examples
    --------
    >>> [is_mask(Path(it)) for it in ("a/1_mask.png", "a/masks/1.tif", "a/1.png")]
    [True, True, False]
    """
    folder = os.path.basename(os.path.dirname(os.path.abspath(path)))
    return path.stem.lower().endswith(MASK) or folder.lower() == MASKS


def _masks(path: Path) -> list[Path]:
    """Return the files that may hold the mask of a picture, there or not."""
    folder = path.parent
    homes = [folder / MASKS]
    if os.path.basename(os.path.abspath(folder)).lower() == IMAGES:
        homes.append(folder.parent / MASKS)
    suffixes = dict.fromkeys((*SUFFIXES, path.suffix))
    found = [path.with_name(f"{path.stem}{MASK}{suffix}") for suffix in suffixes]
    there = [home for home in homes if os.path.isdir(home)]
    return found + [home / f"{path.stem}{suffix}" for home in there for suffix in suffixes]


def _why_not(path: Path) -> str:
    if is_mask(path):
        return IS_MASK
    mark = mark_of(path)
    return f"it is {words_for(mark)}, and no slice" if mark else ""


def _check(path: Path, member: str) -> None:
    if member:
        raise ValueError("there is no such slice in it")
    if is_mask(path):
        raise ValueError(IS_MASK)


def _reference(path: Path, shape: tuple[int, int], wishes: Wishes) -> Reference:
    """Return the reference of a picture, or one sentence why what lies beside it is none."""
    found = beside(path)
    if len(found) > 1:
        named = " and ".join(it.name if it.parent == path.parent else _in(it) for it in found[:3])
        return _none(f"Several masks lie beside it ({named}); none of them is shown.")
    if not found:
        return Reference(None)
    try:
        values = read_mask(found[0])
    except SliceError as error:
        return _none(f"The mask {found[0].name} is not shown: {error.reason}.")
    if values.shape != shape:
        sizes = f"it is {size_text(values.shape)}, the image {size_text(shape)}"
        return _none(f"The mask {found[0].name} is not shown: {sizes}.")
    return reference_of(values, wishes)


def _none(note: str) -> Reference:
    return Reference(None, (note,))


def _in(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


ROW = Container(
    "Pictures",
    SUFFIXES,
    sniff,
    members,
    read,
    index,
    beside=beside,
    is_mask=is_mask,
)
