"""The row of pictures that are slices by themselves: `1.png`, with `1_mask.png` or `masks/1.png`.

The pages of a TIFF are a stack: its slices are called `brain.tif/z0001`, …, and lie in that order.

Whose slice it is nobody says. What is called a mask, or lies in a folder `masks`, is no slice; nor
is what the program wrote as something else, which a look at the file tells.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from brainseg_gui.core.place import Place
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.containers.container import ITSELF, Container, Listing
from brainseg_gui.files.containers.nifti.cuts import member_name, plane_and_number
from brainseg_gui.files.containers.opening import State, state_of
from brainseg_gui.files.containers.page_masks import page_mask
from brainseg_gui.files.errors import SliceError, one_line
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.members import source_of
from brainseg_gui.files.readers.marks import mark_of, words_for
from brainseg_gui.files.readers.pages import MOST_PAGES, page_at, pages_of
from brainseg_gui.files.readers.picture_file import SUFFIXES, Seen, as_it_is, sniff
from brainseg_gui.files.readers.pictures import read_pictures, read_shape
from brainseg_gui.files.readers.reference import Reference
from brainseg_gui.files.wishes import Plane, Wishes

MASK, MASKS, IMAGES = "_mask", "masks", "images"
IS_MASK = "by its name it is the mask of a slice, and no slice"


def members(path: Path, wishes: Wishes) -> Listing:
    """Return the picture itself, or its pages, or why it is no slice."""
    if reason := _why_not(path):
        return Listing(passed_over=(reason,))
    pages = pages_of(path)
    if len(pages) < 2:
        return ITSELF
    names = tuple(member_name(Plane.AS_STORED, n + 1) for n in range(len(pages)))
    others = f"{pages.others} of its pages are of another size than the first, and are not read"
    more = f"it holds more than {MOST_PAGES} pages; those behind are not read"
    problems = others * bool(pages.others), more * (not pages.is_whole)
    return Listing(names, tuple(filter(None, problems)))


def read(path: Path, member: str, wishes: Wishes) -> Slice:
    """Return the slice that a picture is, with the mask beside it for a reference.

    Raises
    ------
    SliceError, ValueError, OSError
        If the picture cannot be read, or is no slice.
    """
    page = _page(path, member)
    slice_ = read_pictures(path, seen_as=page.seen_as)
    about = _reference(path, page, slice_.shape, wishes)
    notes = (*slice_.notes, *about.notes) if page.count < 2 else about.notes
    return replace(
        slice_, reference=about.mask, notes=notes, classes=about.classes, place=page.place
    )


def index(path: Path, member: str, wishes: Wishes) -> SliceInfo:
    """Return size and whether there is a reference, of which the pixels are read for it.

    Raises
    ------
    SliceError, ValueError, OSError
        As `read`.
    """
    page = _page(path, member)
    shape = read_shape(path, page.seen_as)
    has_reference = _reference(path, page, shape, wishes).mask is not None
    further = beside(path) if has_reference else ()
    return SliceInfo(shape, has_reference=has_reference, further=further, place=page.place)


def beside(path: Path) -> tuple[Path, ...]:
    """Return the masks of a picture that are there."""
    found: dict[State, Path] = {}
    for mask in _masks(path):
        with suppress(OSError):
            found.setdefault(state_of(mask), mask)  # `.PNG` may be `.png`
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
    packed = bool(source_of(folder)[1]) or os.path.isfile(folder)
    there = [home for home in homes if packed or os.path.isdir(home)]
    return found + [home / f"{path.stem}{suffix}" for home in there for suffix in suffixes]


def _why_not(path: Path) -> str:
    if is_mask(path):
        return IS_MASK
    mark = mark_of(path)
    return f"it is {words_for(mark)}, and no slice" if mark else ""


@dataclass(frozen=True)
class _Page:
    """A page that was asked for: its number from 1, of how many."""

    number: int = 1
    count: int = 1
    seen_as: Seen = as_it_is

    @property
    def place(self) -> Place | None:
        return Place("z", self.number - 1) if self.count > 1 else None


def _page(path: Path, member: str) -> _Page:
    if is_mask(path):
        raise ValueError(IS_MASK)
    pages = pages_of(path)
    if not member:
        if len(pages) > 1:
            raise ValueError(f"it holds {len(pages)} pages: open it, and choose one of them")
        return _Page()
    plane, number = plane_and_number(member)
    if plane is not Plane.AS_STORED or not 1 <= number <= len(pages) or len(pages) < 2:
        raise ValueError("there is no such page in it")
    return _Page(number, len(pages), page_at(pages.places[number - 1]))


def _reference(path: Path, page: _Page, shape: tuple[int, int], wishes: Wishes) -> Reference:
    """Return the reference of a picture, or one sentence why what lies beside it is none."""
    found = beside(path)
    if len(found) > 1:
        named = " and ".join(it.name if it.parent == path.parent else _in(it) for it in found[:3])
        return _none(f"Several masks lie beside it ({named}); none of them is shown.")
    if not found:
        return Reference(None)
    try:
        mask = page_mask.get(found[0])
        if len(mask) != page.count:
            counts = f"it has {len(mask)} pages, the image {page.count}"
            return _none(f"The mask {found[0].name} is not shown: {counts}.")
        return mask.at(page.number, shape, wishes)
    except (SliceError, ValueError, OSError) as error:
        reason = error.reason if isinstance(error, SliceError) else _reason(error)
        return _none(f"The mask {found[0].name} is not shown: {reason}.")


def _reason(error: Exception) -> str:
    said = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return one_line(said[:1].lower() + said[1:])


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
