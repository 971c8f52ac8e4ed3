"""Read `cvind`, a MATLAB file in which the authors of the data set keep their five folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.readers import mat
from brainseg_gui.files.readers.mat_value import Kind, Value

FIELD = "cvind"
NAME = FIELD + mat.SUFFIX
MAX_SLICES = 10_000_000


def read_author_folds(path: Path) -> np.ndarray:
    """Return the (N,) int fold of each file number, from 1: slice `n` is in fold `[n - 1]`.

    Raises
    ------
    SliceError
        If the file cannot be read, or holds no `cvind` of whole numbers from 1.
    """
    try:
        with mat.opened(path) as file:
            values = _values(path, file.field(FIELD))
    except (FileNotFoundError, PermissionError) as error:
        raise SliceError(path, str(error.strerror).lower()) from error
    if not values.size or (values != np.rint(values)).any():
        raise SliceError(path, f"'{FIELD}' must hold a whole number for each slice")
    if values.min() < 1:
        raise SliceError(path, f"folds are counted from 1, found {values.min():g}")
    return values.ravel().astype(np.int64)


def _values(path: Path, found: Value | None) -> np.ndarray:
    if found is None:
        raise SliceError(path, f"no variable '{FIELD}' in it")
    if found.size > MAX_SLICES:
        raise SliceError(
            path, f"'{FIELD}' holds {found.size} values; at most {MAX_SLICES} are read"
        )
    return found.array() if found.kind is Kind.NUMBERS else np.empty(0)
