"""Where slices lie, and by which pixels they are known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import files_of, read_slice
from brainseg_gui.files.index_cache import IndexCache, Stamp
from brainseg_gui.files.reading import ask_with


@dataclass(frozen=True)
class Place:
    """A slice in its file.

    Attributes
    ----------
    path : Path
    name : str
        Path below the folder that was searched, with `/`.
    digest : str
        `Slice.stored_digest`; empty where the file cannot be read.
    fits_if : Turn
        As of a `Slice`.
    entry : int or None
        Its number among the slices of DATA; None where it lies beside them.
    """

    path: Path
    name: str
    digest: str
    fits_if: Turn
    entry: int | None = None


def places_in(folder: Path) -> Iterator[Place]:
    """Yield every slice of a folder that can be read, with its digest."""
    paths = list(find_slices([folder]))
    names = [path.relative_to(folder).as_posix() for path in paths]
    known = digests(folder, paths)
    for path, name, (digest, fits_if) in zip(paths, names, known, strict=True):
        if digest:
            yield Place(path, name, digest, fits_if)


def digests(folder: Path, paths: Iterable[Path]) -> list[tuple[str, Turn]]:
    """Return digest and fitting turn of slices below a folder; an empty digest for a broken one.

    Those that the window knows from an earlier opening of the folder are not read again.
    """
    folder = folder.resolve()
    cache = IndexCache(folder)
    with ThreadPoolExecutor(os.cpu_count(), initializer=partial(ask_with, eager=True)) as pool:
        return list(pool.map(partial(_digest, cache, folder), paths))


def _digest(cache: IndexCache, folder: Path, path: Path) -> tuple[str, Turn]:
    name = os.path.relpath(path.resolve(), folder).replace(os.sep, "/")
    known = cache.get(name, Stamp.of(*files_of(path)))
    if known is not None:
        return known.digest, known.fits_if
    try:
        slice_ = read_slice(path)
    except SliceError:
        return "", Turn.NONE
    return slice_.stored_digest, slice_.fits_if
