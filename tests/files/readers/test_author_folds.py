"""The authors' folds, as MATLAB wrote them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.readers.author_folds import read_author_folds

Write = Callable[..., None]


def write_v5(path: Path, values: np.ndarray, name: str = "cvind") -> None:
    scipy.io.savemat(path, {name: values})


def write_v73(path: Path, values: np.ndarray, name: str = "cvind") -> None:
    with h5py.File(path, "w", userblock_size=512) as file:
        file[name] = np.asarray(values).T


@pytest.fixture(params=[write_v5, write_v73])
def write(request: pytest.FixtureRequest) -> Write:
    chosen: Write = request.param
    return chosen


def test_each_file_number_has_its_fold_as_a_column_or_a_row(tmp_path: Path, write: Write) -> None:
    for values in (np.array([[3.0], [1], [5]]), np.array([[3.0, 1, 5]])):
        write(tmp_path / "cvind.mat", values)
        assert read_author_folds(tmp_path / "cvind.mat").tolist() == [3, 1, 5]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([[1.5], [2]], "'cvind' must hold a whole number for each slice"),
        ([[np.nan], [2]], "'cvind' must hold a whole number for each slice"),
        ([[0.0], [2]], "folds are counted from 1, found 0"),
    ],
)
def test_values_that_are_no_folds_are_refused(
    tmp_path: Path, write: Write, values: list[list[float]], sentence: str
) -> None:
    write(tmp_path / "cvind.mat", np.array(values))
    with pytest.raises(SliceError, match=f"^cvind.mat: {sentence}$"):
        read_author_folds(tmp_path / "cvind.mat")


def test_another_variable_is_not_taken_for_folds(tmp_path: Path, write: Write) -> None:
    write(tmp_path / "cvind.mat", np.array([[1.0], [2]]), "other")
    with pytest.raises(SliceError, match=r"^cvind\.mat: no variable 'cvind' in it$"):
        read_author_folds(tmp_path / "cvind.mat")


def test_a_file_that_is_none_of_matlab_or_is_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cvind.mat").write_bytes(b"fold 1, fold 2")
    with pytest.raises(SliceError, match="not a MATLAB file, or a damaged one"):
        read_author_folds(tmp_path / "cvind.mat")
    with pytest.raises(SliceError, match="no such file"):
        read_author_folds(tmp_path / "gone.mat")
