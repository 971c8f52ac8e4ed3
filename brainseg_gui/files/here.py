"""Read image files in this process: the reading child's own work, and nobody else's."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.containers.container import ITSELF, Container, Listing
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.opening import content_of
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import SliceError, guarded
from brainseg_gui.files.formats import format_of
from brainseg_gui.files.info import SliceInfo, Variable
from brainseg_gui.files.masks.found import MaskFile, Member
from brainseg_gui.files.masks.table import mask_format_of
from brainseg_gui.files.members import source_of
from brainseg_gui.files.readers import author_folds, mat
from brainseg_gui.files.wishes import NONE, Wishes

NOT_THERE = "no such file or folder"
TRIES = 2  # of a file that changes while it is read: who wrote it may be done by then
Result = TypeVar("Result")


def read_slice(path: Path, wishes: Wishes = NONE) -> Slice:
    """Return the slice in a file.

    Raises
    ------
    SliceError
        With one sentence for every way in which a file can be wrong; a file that changes while it
        is read is wrong too.
    """
    file, member = source_of(path)

    def read() -> Slice:
        row = format_of(file)
        if isinstance(row, Container):
            return row.read(file, member, wishes)
        if member:
            raise SliceError(path, NOT_THERE)
        return row.read(path, wishes)

    return _at_rest(path, file, read)


def read_info(path: Path, wishes: Wishes = NONE) -> SliceInfo:
    """Return what there is to say of a slice before its pixels are read, whatever comes of it.

    Raises
    ------
    SliceError
        With one sentence for every way in which a file can be wrong.
    """
    file, member = source_of(path)

    def index() -> SliceInfo:
        row = format_of(file)
        if isinstance(row, Container):
            return row.index(file, member, wishes)
        if member:
            raise SliceError(path, NOT_THERE)
        return row.index(path, wishes)

    return guarded(path, index)


def read_geometry(path: Path) -> Geometry | None:
    """Return where a slice lies in its volume; None for one of none.

    Raises
    ------
    SliceError
        If the file cannot be read.
    """
    return _of_container(path, lambda row, *where: row.geometry(*where))


def read_header(path: Path) -> SourceHeader | None:
    """Return what the header of a DICOM source says; None for a slice of another kind.

    Raises
    ------
    SliceError
        If the file cannot be read.
    """
    return _of_container(path, lambda row, *where: row.header(*where))


def read_listing(path: Path, wishes: Wishes = NONE) -> Listing:
    """Return which slices are in a file.

    Raises
    ------
    SliceError
        If it is of no format, or damaged where that is told.
    """

    def listed() -> Listing:
        row = format_of(path)
        return row.members(path, wishes) if isinstance(row, Container) else ITSELF

    return guarded(path, listed)


def read_variables(path: Path) -> tuple[Variable, ...]:
    """Return what is in a MATLAB file of which nobody said what is the image.

    Raises
    ------
    SliceError
        If it is no such file, or damaged.
    """

    def listed() -> tuple[Variable, ...]:
        return mat.variables(content_of(path) if source_of(path)[1] else path)

    return guarded(path, listed)


def read_mask_file(path: Path, wishes: Wishes = NONE) -> MaskFile:
    """Return which masks are in a file.

    Raises
    ------
    SliceError
        If it is of no format of masks, or damaged.
    """

    def found() -> MaskFile:
        contents = mask_format_of(path).contents(path, wishes)
        with open(path, "rb") as file:
            return replace(contents, sum=hashlib.file_digest(file, "sha256").hexdigest())

    return _at_rest(path, path, found)


def read_mask(path: Path, wishes: Wishes = NONE) -> Mask:
    """Return one mask of a file; the path is that of the file, then `Member.name`.

    Raises
    ------
    SliceError
        If it cannot be read, or is of several classes.
    """
    file, member = path.parent, path.name
    return _at_rest(file, file, lambda: mask_format_of(file).read(file, Member.of(member), wishes))


def read_author_folds(path: Path) -> NDArray[np.int64]:
    """Return the folds that the authors of the data set gave its slices.

    Raises
    ------
    SliceError
        If the file holds none.
    """
    return guarded(path, lambda: author_folds.read_author_folds(path))


def _at_rest(path: Path, file: Path, read: Callable[[], Result]) -> Result:
    """Read a file that is the same before and after: half of one version is no slice."""
    for _ in range(TRIES):
        before = guarded(path, lambda: _state(file))
        failure: SliceError | None = None
        try:
            found = guarded(path, read)
        except SliceError as error:
            failure = error
        if guarded(path, lambda: _state(file)) == before:
            if failure is not None:
                raise failure
            return found
    raise SliceError(path, "it was changed while it was read")


def _state(path: Path) -> tuple[int, ...]:
    it = os.stat(path)
    return it.st_dev, it.st_ino, it.st_size, it.st_mtime_ns


def _of_container(
    path: Path, ask: Callable[[Container, Path, str], Result | None]
) -> Result | None:
    """Return what a container says of one of its slices; None for a slice that lies in none."""
    file, member = source_of(path)

    def found() -> Result | None:
        row = format_of(file)
        return ask(row, file, member) if isinstance(row, Container) else None

    return guarded(path, found)
