"""The formats that can be read: one row each, beside one file each in `readers/`.

Nothing else in the program knows a suffix, or which reader belongs to a file.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.slices import Slice
from brainseg_gui.files import reading
from brainseg_gui.files.containers import zips
from brainseg_gui.files.containers.container import Container, Listing
from brainseg_gui.files.containers.dicom import row as dicom
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.nifti import row as nifti
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import SliceError, guarded
from brainseg_gui.files.info import SliceInfo, Variable
from brainseg_gui.files.members import file_of
from brainseg_gui.files.readers import (
    author_folds,
    loose_picture,
    mat,
    picture_file,
    picture_folder,
)
from brainseg_gui.files.wishes import Wishes

HEAD = 1024  # bytes of a file by which a format knows its own
Where = TypeVar("Where", bound=PurePath)
MEMBER = re.compile("[zacs][0-9]{4,}")  # what a slice of a volume is called


@dataclass(frozen=True)
class FolderLayout:
    """What a format says besides whose slices lie in a folder that other files describe.

    Attributes
    ----------
    text : str
        What makes up such a folder, as the end of a sentence.
    holds : callable
        Takes a folder; tells whether the files in it are slices. Opens nothing.
    beside : callable
        Takes a slice's file; returns the other files on which its slice depends, there or not.
    listed : callable
        Takes a folder that `holds`; returns its slices in their own order. Raises ValueError with a
        sentence where anything is wrong that a training must not learn from.
    """

    text: str
    holds: Callable[[Path], bool]
    beside: Callable[[Path], tuple[Path, ...]]
    listed: Callable[[Path], list[Path]]


@dataclass(frozen=True)
class Format:
    """What can be read, and how.

    `read` and `index` may raise SliceError, or ValueError with a sentence, or whatever else their
    libraries raise on a damaged file: who asks gets a SliceError. They are called in any thread.

    Attributes
    ----------
    name : str
        In the plural, as a file dialog shows it.
    suffixes : tuple of str
        In lower case, with the dot.
    sniff : callable
        Takes the first `HEAD` bytes of a file; tells whether they can be of no other format.
    read : callable
        Takes a file and what is wished for; returns the slice.
    index : callable
        Likewise; returns what a worklist shows of it, without its pixels where that is quicker.
    left_out : frozenset of str
        Names of files that lie beside slices, have their suffix and are none.
    folder : FolderLayout or None
        Where a file alone is no slice.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[Path, Wishes], Slice]
    index: Callable[[Path, Wishes], SliceInfo]
    left_out: frozenset[str] = frozenset()
    folder: FolderLayout | None = None

    def is_named(self, path: Path) -> bool:
        """Tell whether a file of this name, in this place, would be of this format."""
        return path.name.lower().endswith(self.suffixes) and self.is_at_home(path)

    def is_at_home(self, path: Path) -> bool:
        """Tell whether a file lies where files of this format are slices."""
        return self.folder is None or self.folder.holds(path.parent)


FORMATS: tuple[Format, ...] = (
    Format(
        "MATLAB slices",
        (mat.SUFFIX,),
        mat.sniff,
        mat.read,
        mat.index,
        left_out=frozenset({author_folds.NAME}),
    ),
    Format(
        "Folders of pictures",
        picture_file.SUFFIXES,
        picture_file.sniff,
        picture_folder.read,
        picture_folder.index,
        folder=FolderLayout(
            picture_folder.TEXT,
            picture_folder.holds,
            picture_folder.beside,
            picture_folder.listed,
        ),
    ),
)

CONTAINERS: tuple[Container, ...] = (
    zips.ROW,
    nifti.ROW,
    dicom.ROW,
    loose_picture.ROW,
)


def read_slice(path: Path) -> Slice:
    """Return the slice in a file, upright, whatever its format, read in a process of its own.

    Raises
    ------
    SliceError
        With one sentence for every way in which a file can be wrong.
    GivenUpError
        If the thread has only so much patience (see `reading.asking`), and that came to its end.
    """
    return reading.door().read_slice(path)


def read_info(path: Path) -> SliceInfo:
    """Return patient, tumour type and size of a slice, without its pixels where that is quicker.

    Raises
    ------
    SliceError
        If the file cannot be opened or has no usable image.
    GivenUpError
        As `read_slice`.
    """
    (info,) = reading.door().read_infos([path])
    if isinstance(info, SliceError):
        raise info
    return info


def read_infos(paths: Iterable[Path]) -> Iterator[SliceInfo | SliceError]:
    """Yield what `read_info` returns or raises for each of many files: in a third of the time.

    Raises
    ------
    GivenUpError
        As `read_slice`.
    """
    return reading.door().read_infos(paths)


def read_listings(paths: Iterable[Path]) -> Iterator[Listing | SliceError]:
    """Yield for each of many files which slices are in it, or why that cannot be said.

    Raises
    ------
    GivenUpError
        As `read_slice`.
    """
    return reading.door().read_listings(paths)


def read_geometry(path: Path) -> Geometry | None:
    """Return where a slice lies in the volume that it is of; None for one of none.

    Raises
    ------
    SliceError
        If the file cannot be read.
    GivenUpError
        As `read_slice`.
    """
    return reading.door().read_geometry(path)


def read_headers(paths: Iterable[Path]) -> Iterator[SourceHeader | SliceError | None]:
    """Yield for each of many slices what the header of its DICOM file says; None for others.

    Raises
    ------
    GivenUpError
        As `read_slice`.
    """
    return reading.door().read_headers(paths)


def read_variables(path: Path) -> tuple[Variable, ...]:
    """Return what is in a MATLAB file of plain variables, for somebody to say what is the image.

    Raises
    ------
    SliceError
        If it is no MATLAB file, or damaged.
    GivenUpError
        As `read_slice`.
    """
    return reading.door().read_variables(path)


def read_author_folds(path: Path) -> NDArray[np.int64]:
    """Return the (N,) fold of each file number, from 1: slice `n` is in fold `[n - 1]`.

    Raises
    ------
    SliceError
        If the file cannot be read, or holds no folds.
    """
    return reading.door().read_author_folds(path)


def format_of(path: Path) -> Format | Container:
    """Return the format of a file: by its content, and where that says nothing, by its name.

    Opens the file in this process, which has to be one that is there for it.

    Raises
    ------
    SliceError
        If it cannot be opened, is empty, or is of no format.
    """
    head = guarded(path, lambda: _head(path))
    rows: tuple[Format | Container, ...] = (*FORMATS, *CONTAINERS)
    named = [it for it in rows if it.is_named(path)]
    for candidate in (*named, *rows):  # a name decides between formats that look alike
        is_at_home = isinstance(candidate, Container) or candidate.is_at_home(path)
        if candidate.sniff(head) and is_at_home:
            return candidate
    if named:
        return named[0]
    raise SliceError(path, not_a_slice())


def is_named(path: Path) -> bool:
    """Tell whether a file is a slice by its name alone, if somebody says that it is one."""
    return any(it.is_named(path) for it in FORMATS)


def is_named_like_a_slice(path: Path) -> bool:
    """Tell by its name alone whether a file is one that a search of a folder finds."""
    return any(it.is_named(path) and path.name not in it.left_out for it in FORMATS)


def container_named(path: Path) -> Container | None:
    """Return the format that a file is of by its name alone, if that holds several slices."""
    return next((it for it in CONTAINERS if it.is_named(path)), None)


def is_mask_of_others(path: Path) -> bool:
    """Tell by its name whether a file holds the masks of other files' slices, and none itself."""
    return any(it.is_named(path) and it.is_mask(path) for it in CONTAINERS)


def stem_of(path: Where) -> Where:
    """Return what the name of everything begins with that is made of a slice, with its folder.

    A slice of a volume is numbered behind the name of its file; the files in a file that is like
    a folder lie in a folder of that one's name.

    Examples
    --------
    >>> [str(stem_of(PurePath(it))) for it in ("a/1.x", "a.zip/1.x", "IM1/z0002")]
    ['a/1', 'a/1', 'IM1_z0002']
    """
    parts = list(path.parts)
    for place, part in enumerate(parts[:-1]):
        row = next((it for it in CONTAINERS if part.lower().endswith(it.suffixes)), None)
        if row is None:
            continue
        parts[place] = _without(part, row.suffixes)
        if not row.is_folder:
            return type(path)(*parts[:place], "_".join(parts[place:]))
    *above, last = parts or [""]
    if above and MEMBER.fullmatch(last):
        return type(path)(*above[:-1], f"{above[-1]}_{last}")
    row = next((it for it in CONTAINERS if last.lower().endswith(it.suffixes)), None)
    stem = PurePath(last).stem if row is None else _without(last, row.suffixes)
    return type(path)(*above, stem)


def _without(name: str, suffixes: tuple[str, ...]) -> str:
    """Return a name without the longest of the suffixes that it ends with."""
    for suffix in sorted(suffixes, key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)] or name
    return name


def files_of(path: Path) -> tuple[Path, ...]:
    """Return a slice's file, then the others on which it depends, there or not; opens no slice."""
    file = file_of(path)
    single = next((it for it in FORMATS if it.is_named(path)), None)
    if single is not None and file == path:
        return (path,) if single.folder is None else (path, *single.folder.beside(path))
    row = container_named(file)
    return (file,) if row is None else (file, *row.beside(file))


def layout_of(folder: Path) -> FolderLayout | None:
    """Return what describes the slices in a folder, None where each file stands for itself."""
    layouts = (it.folder for it in FORMATS if it.folder is not None)
    return next((layout for layout in layouts if layout.holds(folder)), None)


def suffixes_text() -> str:
    """Return the suffixes of files that are slices wherever they lie: `.a, .b or .c`."""
    single = [it.suffixes for it in FORMATS if it.folder is None]
    several = [it.suffixes for it in CONTAINERS]
    return _either(suffix for suffixes in (*single, *several) for suffix in suffixes)


def openable() -> str:
    """Return what can be opened, as the end of a sentence: "expected …"."""
    folders = [it.folder.text for it in FORMATS if it.folder is not None]
    return ", or ".join([f"{suffixes_text()} files", *folders])


def not_a_slice() -> str:
    """Return why a file is refused that is of no format."""
    return f"not a {suffixes_text()} file"


def dialog_filters() -> str:
    """Return the filters of a file dialog, as Qt wants them: every slice first."""
    known: tuple[Format | Container, ...] = (*FORMATS, *CONTAINERS)
    every = tuple(dict.fromkeys(suffix for it in known for suffix in it.suffixes))
    rows = [("Slices", every), *((it.name, it.suffixes) for it in known)]
    return ";;".join(
        f"{name} ({' '.join(f'*{suffix}' for suffix in suffixes)})" for name, suffixes in rows
    )


def _either(words: Iterable[str]) -> str:
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} or {last}" if first else last


def _head(path: Path) -> bytes:
    """Return how a file begins."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise SliceError(path, "a folder, not a file")
    if not stat.S_ISREG(mode):
        raise SliceError(path, "not a regular file")  # reading a pipe would wait for ever
    with open(path, "rb") as file:
        head = file.read(HEAD)
    if not head:
        raise SliceError(path, "the file is empty")
    return head
