"""Read `cvind`, a MATLAB file in which the authors of the data set keep their five folds."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.readers.mat import SUFFIX

FIELD = "cvind"
NAME = FIELD + SUFFIX


def read_author_folds(path: Path) -> np.ndarray:
    """Return the (N,) int fold of each file number, from 1: slice `n` is in fold `[n - 1]`.

    Raises
    ------
    SliceError
        If the file cannot be read, or holds no `cvind` of whole numbers from 1.
    """
    try:
        with open(path, "rb"):  # says plainly what neither library does
            values = _read_field(path)
    except (FileNotFoundError, PermissionError) as error:
        raise SliceError(path, str(error.strerror).lower()) from error
    except KeyError as error:
        raise SliceError(path, f"no variable '{FIELD}' in it") from error
    except Exception as error:  # scipy raises a dozen kinds on damaged files, none documented
        raise SliceError(path, "not a MATLAB file, or a damaged one") from error
    if values.dtype.kind not in "iuf" or not values.size or (values != np.rint(values)).any():
        raise SliceError(path, f"'{FIELD}' must hold a whole number for each slice")
    if values.min() < 1:
        raise SliceError(path, f"folds are counted from 1, found {values.min():g}")
    return values.ravel().astype(np.int64)


def _read_field(path: Path) -> np.ndarray:
    if h5py.is_hdf5(path):
        with h5py.File(path, "r") as file:
            return np.asarray(file[FIELD][()])
    import scipy.io  # here, for the window to open without it

    return np.asarray(scipy.io.loadmat(path, variable_names=[FIELD])[FIELD])
