"""Read image files in this process: the reading child's own work, and nobody else's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError, guarded
from brainseg_gui.files.formats import format_of
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.readers import author_folds

TRIES = 2  # of a file that changes while it is read: who wrote it may be done by then
Result = TypeVar("Result")


def read_slice(path: Path) -> Slice:
    """Return the slice in a file.

    Raises
    ------
    SliceError
        With one sentence for every way in which a file can be wrong; a file that changes while it
        is read is wrong too.
    """
    return _at_rest(path, lambda: format_of(path).read(path))


def read_info(path: Path) -> SliceInfo:
    """Return what there is to say of a slice before its pixels are read, whatever comes of it.

    Raises
    ------
    SliceError
        With one sentence for every way in which a file can be wrong.
    """
    return guarded(path, lambda: format_of(path).index(path))


def knows(path: Path) -> bool:
    """Tell whether a file is of a format that can be read, by its content and its name."""
    try:
        format_of(path)
    except SliceError:
        return False
    return True


def read_author_folds(path: Path) -> NDArray[np.int64]:
    """Return the folds that the authors of the data set gave its slices.

    Raises
    ------
    SliceError
        If the file holds none.
    """
    return guarded(path, lambda: author_folds.read_author_folds(path))


def _at_rest(path: Path, read: Callable[[], Result]) -> Result:
    """Read a file that is the same before and after: half of one version is no slice."""
    for _ in range(TRIES):
        before = guarded(path, lambda: _state(path))
        failure: SliceError | None = None
        try:
            found = guarded(path, read)
        except SliceError as error:
            failure = error
        if guarded(path, lambda: _state(path)) == before:
            if failure is not None:
                raise failure
            return found
    raise SliceError(path, "it was changed while it was read")


def _state(path: Path) -> tuple[int, ...]:
    it = os.stat(path)
    return it.st_dev, it.st_ino, it.st_size, it.st_mtime_ns
