"""The mask of a stack of pages, read as a whole: what its numbers mean, all pages say together."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from brainseg_gui.core.masks.classes import areas_of
from brainseg_gui.core.slices import size_text
from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.readers.pages import page_at, pages_of
from brainseg_gui.files.readers.pictures import read_mask
from brainseg_gui.files.readers.reference import Reference, reference_of
from brainseg_gui.files.wishes import Wishes

MOST_BYTES = 256 << 20


class PageMask:
    """The values of all pages of a file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    SliceError, ValueError, OSError
        With a sentence, if it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        pages = pages_of(path)
        first = read_mask(path)
        if len(pages) * first.nbytes > MOST_BYTES:
            raise ValueError("it is too large to be read as a whole")
        rest = [read_mask(path, page_at(it)) for it in pages.places[1:]]
        self._values = np.stack([first, *rest])
        self._known: tuple[Wishes, Reference] | None = None

    def __len__(self) -> int:
        return len(self._values)

    def close(self) -> None:
        """Nothing is open."""

    def at(self, number: int, shape: tuple[int, int], wishes: Wishes) -> Reference:
        """Return what it says of a page, from 1; ValueError where the page has another size."""
        if self._values.shape[1:] != shape:
            sizes = size_text(self._values.shape[1:]), size_text(shape)
            raise ValueError("it is {}, the image {}".format(*sizes))
        if self._known is None or self._known[0] != wishes:
            self._known = wishes, reference_of(self._values, wishes)
        about = self._known[1]
        mask, classes = None if about.mask is None else about.mask[number - 1], about.classes
        if len(self) > 1 and classes:
            own = dict(areas_of(self._values[number - 1]))
            classes = tuple((value, own.get(value, 0)) for value, _ in classes)
        return Reference(mask, about.notes, classes)


page_mask: LastOpened[PageMask] = LastOpened(PageMask)
