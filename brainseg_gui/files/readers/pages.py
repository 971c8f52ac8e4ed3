"""The pages of a TIFF: which of them are slices of one stack, and how one of them is opened.

Directories of pages are walked here, because Pillow reads all that come before the one wanted.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from brainseg_gui.files.containers import opening
from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.readers.picture_file import TIFF_HEADS

MOST_PAGES = 4096
MOST_TAGS = 512  # of a page
KIND, SIDES = 254, (256, 257, 258, 277)  # width, height, bits, samples
LESSER = 0b101  # kinds: a smaller copy, or what parts of another page are to be seen
WIDTHS = {3: "H", 4: "I", 16: "Q"}  # types of numbers that lie in a directory itself
Said = tuple[int, ...]


@dataclass(frozen=True)
class Pages:
    """The pages of a file that are as large as the first one.

    Attributes
    ----------
    places : tuple of int
        Where their directories begin.
    others : int
        How many pages are of another size; smaller copies are not counted.
    is_whole : bool
        Whether there are no more pages than are counted.
    """

    places: tuple[int, ...] = ()
    others: int = 0
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.places)

    def close(self) -> None:
        """Nothing is open."""


def page_at(place: int) -> Callable[[BinaryIO], BinaryIO]:
    """Return what makes of a TIFF one of which another page is the first one.

    Parameters
    ----------
    place : int
        Where the directory of that page begins.
    """
    return lambda file: cast(BinaryIO, _Page(file, place))


class _Page:
    """A TIFF that says of another page that it is the first one."""

    def __init__(self, file: BinaryIO, place: int) -> None:
        self._file = file
        head = file.read(16)
        order, big = _layout(head)
        at, form = (8, "Q") if big else (4, "I")
        new = struct.pack(order + form, place)
        self._head = head[:at] + new + head[at + len(new) :]
        file.seek(0)

    def read(self, size: int = -1, /) -> bytes:
        """Return bytes of the file, where it says which page is the first those of this one."""
        at = self._file.tell()
        content = self._file.read(size)
        instead = self._head[at : at + len(content)]
        return instead + content[len(instead) :] if instead else content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def pages_of(path: Path) -> Pages:
    """Return the pages of a picture that make a stack: none of what is no TIFF.

    Raises
    ------
    OSError, ValueError
        If the file cannot be read. What makes no sense in it is no page.
    """
    return _opened.get(path)


def _walked(path: Path) -> Pages:
    with opening.streamed(path) as file:
        if not file.read(4).startswith(TIFF_HEADS):
            return Pages()
    with opening.opened(path) as file:
        found = list(_directories(file))
    pages = [(place, said[1:]) for place, said in found if not said[0] & LESSER]
    places = tuple(place for place, sides in pages if sides == pages[0][1])
    return Pages(places, len(pages) - len(places), len(found) < MOST_PAGES)


def _directories(file: BinaryIO) -> Iterator[tuple[int, Said]]:
    """Yield where the directory of each page begins, and what it says: its kind, then its sides."""
    order, big = _layout(head := file.read(16))
    count, entry, offset = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    at, step = (8, 20) if big else (4, 12)
    (place,) = struct.unpack_from(order + offset, head, at)
    seen: set[int] = set()
    size = file.seek(0, os.SEEK_END)
    while 0 < place < size and place not in seen and len(seen) < MOST_PAGES:
        seen.add(place)
        file.seek(place)
        (tags,) = _numbers(file, order + count)
        if not 0 < tags <= MOST_TAGS:
            return
        entries = file.read(tags * step)
        if len(entries) < tags * step:
            return
        said = dict.fromkeys((KIND, *SIDES), 0)
        for tag, type_, many, value in struct.iter_unpack(order + entry, entries):
            # Several numbers may lie elsewhere; then it is the place of these that stands here.
            fits = type_ in WIDTHS and struct.calcsize(WIDTHS[type_]) * many <= len(value)
            if tag in said and many and fits:
                (said[tag],) = struct.unpack_from(order + WIDTHS[type_], value)
        yield place, tuple(said.values())
        (place,) = _numbers(file, order + offset)


def _layout(head: bytes) -> tuple[str, bool]:
    """Return the order of bytes, and whether the file is one of the large kind."""
    return ("<" if head[:2] == b"II" else ">"), b"+" in head[2:4]


def _numbers(file: BinaryIO, form: str) -> tuple[int, ...]:
    content = file.read(struct.calcsize(form))
    whole = len(content) == struct.calcsize(form)
    return struct.unpack(form, content) if whole else (0,)


_opened: LastOpened[Pages] = LastOpened(_walked, most=4)
