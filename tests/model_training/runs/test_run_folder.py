"""A run folder is of one recipe and of one data set."""

from __future__ import annotations

import shutil
from pathlib import Path

import keras
import pytest

from model_training.data.sources import find_examples
from model_training.runs.run_folder import claim, content_of, software
from tests.model_training.run_factory import SMALL, small, write_slices


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slices(tmp_path_factory.mktemp("slices"))


def test_a_run_of_another_recipe_is_refused_by_what_differs(data: Path, tmp_path: Path) -> None:
    source = find_examples(data)
    claim(tmp_path, SMALL, source)
    claim(tmp_path, SMALL, source)
    with pytest.raises(ValueError, match=r"dropout is 0\.1 there and 0\.3 here; choose another"):
        claim(tmp_path, small(dropout=0.3), source)


def test_a_run_on_other_data_is_refused_by_the_slices_that_differ(
    data: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(data, other)
    claim(tmp_path / "run", SMALL, find_examples(data))
    claim(tmp_path / "run", SMALL, find_examples(other))  # a copy is the same data
    shutil.copy(other / "1.mat", other / "2.mat")
    (other / "3.mat").unlink()
    shutil.copy(other / "1.mat", other / "99.mat")
    with pytest.raises(ValueError, match=r"3\.mat is missing here; 99\.mat is new here; 2\.mat is"):
        claim(tmp_path / "run", SMALL, find_examples(other))


def test_the_fingerprint_has_an_entry_for_each_slice(data: Path) -> None:
    contents = content_of(find_examples(data))
    assert len(contents) == len(set(contents.values())) == 12


def test_the_versions_name_all_that_numbers_depend_on() -> None:
    found = software()
    assert found["keras"] == keras.__version__
    assert found["backend"] == keras.config.backend()
    assert {"brainseg", "python", "numpy", "scipy", "scikit-image"} <= found.keys()
