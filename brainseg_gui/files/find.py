"""Find the slices in files and folders."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from brainseg_gui.files.containers.container import Listing
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import (
    container_named,
    is_mask_of_others,
    is_named,
    is_named_like_a_slice,
    not_a_slice,
    read_listings,
)
from brainseg_gui.files.members import file_of

OnProblem = Callable[[SliceError], None]


def find_slices(paths: Sequence[Path], on_problem: OnProblem | None = None) -> Iterator[Path]:
    """Yield each slice in the given files and folders, once, while the search goes on.

    Folders are searched recursively, in natural order (1, 2, 10), the files of a folder before
    its sub-folders, and slices are known there by their names: nothing is opened but files that
    may hold several slices, pictures, which say what they are, and those without a suffix, as
    DICOM has them; the slices in them come in their place. Hidden entries and what a format leaves
    out are passed over. A file that is named itself is a slice by its name or by its content.

    Parameters
    ----------
    paths : sequence of Path
    on_problem : callable, optional
        Told of each path that is not there or is no slice, of each folder that cannot be
        read, and of links that lead in a circle; the search goes on.
    """
    search = _Search(on_problem or (lambda problem: None))
    for path in paths:
        if os.path.isdir(path):
            yield from search.folder(path, ancestors=())
        elif not os.path.lexists(file := file_of(path)):
            search.on_problem(SliceError(path, "no such file or folder"))
        else:
            yield from search.named(path, file)


def natural_key(name: str) -> list[tuple[int, int | str]]:
    """Return a key that orders names as people do.

    Examples
    --------
    >>> sorted(["p10", "b", "p2", "p1"], key=natural_key)
    ['b', 'p1', 'p2', 'p10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts]


class _Search:
    """What one search has seen, so that nothing comes twice and no circle is walked."""

    def __init__(self, on_problem: OnProblem) -> None:
        self.on_problem = on_problem
        self._folders: set[str] = set()
        self._files: set[tuple[str, str, str]] = set()

    def named(self, path: Path, file: Path) -> Iterator[Path]:
        """Yield what somebody asked for: a file, what is in it, or one slice of it."""
        real_folder = os.path.realpath(file.parent)
        if path != file:
            yield from self.file(file, real_folder, path.relative_to(file).as_posix())
        elif is_named(path):
            yield from self.file(path, real_folder)
        else:
            yield from self.inside([path], real_folder, asked=True)

    def file(self, path: Path, real_folder: str, member: str = "") -> Iterator[Path]:
        key = (real_folder, path.name, member)
        if key not in self._files:
            self._files.add(key)
            yield path / member if member else path

    def inside(
        self, files: Sequence[Path], real_folder: str, *, asked: bool = False
    ) -> Iterator[Path]:
        """Yield files, and in place of those that may hold several slices what is in them."""
        listings = read_listings(path for path in files if asked or not is_named(path))
        for path in files:
            if is_named(path) and not asked:
                yield from self.file(path, real_folder)
                continue
            listing = next(listings)
            if isinstance(listing, SliceError):
                if container_named(path) is not None:
                    self.on_problem(listing)
                elif asked:  # in a folder it is any file without a suffix
                    self.on_problem(SliceError(path, not_a_slice()))
                continue
            for problem in _problems_of(listing, asked=asked):
                self.on_problem(SliceError(path, problem))
            if asked and listing.files:
                yield from self._listed(path, listing.files)
            for name in sorted(listing.names, key=natural_key):
                yield from self.file(path, real_folder, name)

    def _listed(self, directory: Path, names: Sequence[str]) -> Iterator[Path]:
        """Yield what is in the files that one lists; nothing outside of its folder is looked at."""
        home = os.path.realpath(directory.parent)
        for name in names:
            path = next(filter(os.path.isfile, _spellings(directory.parent, name)), None)
            if path is None:
                self.on_problem(SliceError(directory.parent / name, "no such file or folder"))
            elif os.path.realpath(path).startswith(os.path.join(home, "")):
                yield from self.inside([path], os.path.realpath(path.parent), asked=True)

    def folder(self, folder: Path, ancestors: tuple[str, ...]) -> Iterator[Path]:
        real = os.path.realpath(folder)
        if real in ancestors:
            self.on_problem(SliceError(folder, "a link that leads in a circle"))
        if real in self._folders:
            return
        self._folders.add(real)
        files, folders = self._list(folder)
        yield from self.inside(files, real)
        for path in folders:
            yield from self.folder(path, (*ancestors, real))

    def _list(self, folder: Path) -> tuple[list[Path], list[Path]]:
        """Return the slices and the sub-folders of one folder, each in natural order."""
        try:
            with os.scandir(folder) as entries:
                shown = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            self.on_problem(SliceError(folder, f"the folder cannot be read ({reason})"))
            return [], []
        shown.sort(key=lambda entry: (natural_key(entry.name), entry.name))
        files, folders = [], []
        for entry in shown:
            if _is_folder(entry):
                folders.append(Path(entry.path))
            elif _may_hold_slices(path := Path(entry.path)):
                files.append(path)
        return files, folders


def _problems_of(listing: Listing, *, asked: bool) -> Sequence[str]:
    if asked and not (listing.names or listing.problems or listing.files):
        return listing.passed_over or ["there is no slice in it"]
    return listing.problems


def _spellings(folder: Path, name: str) -> list[Path]:
    """Return how a disk may have written the name of a file that is listed in capitals."""
    return [folder / name, folder / name.lower()]


def _may_hold_slices(path: Path) -> bool:
    """Tell whether a file in a folder is a slice by its name, or is to be asked what is in it."""
    if is_named(path):
        return is_named_like_a_slice(path)
    if container_named(path) is not None:
        return not is_mask_of_others(path)
    return not path.suffix.rstrip(".0123456789")  # a name without suffix, or a UID


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself: reading it will say so
