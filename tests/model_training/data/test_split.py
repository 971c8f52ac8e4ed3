"""Who is trained on, on whom is chosen, and who is held out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model_training.data.folds import Folds
from model_training.data.sources import find_examples
from model_training.data.split import Sides, sides_of_run
from tests.model_training.run_factory import SMALL, small, write_slices


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slices(tmp_path_factory.mktemp("slices"))


def test_no_patient_is_on_two_of_the_three_sides(data: Path, tmp_path: Path) -> None:
    source = find_examples(data)
    sides = sides_of_run(SMALL, source, tmp_path)
    groups = [set(one.patients) for one in (sides.training, sides.validation, sides.held_out)]
    assert all(groups)
    assert sum(map(len, groups)) == len(set.union(*groups)) == 6


def test_a_recipe_without_a_held_out_fold_trains_on_all_but_the_validation(
    data: Path, tmp_path: Path
) -> None:
    source = find_examples(data)
    sides = sides_of_run(small(held_out_fold=None), source, tmp_path)
    assert len(sides.held_out) == 0
    assert len(sides.training) + len(sides.validation) == len(source)
    assert len(sides.validation) > 0


def test_who_of_a_fold_is_not_held_out_is_trained_on(data: Path, tmp_path: Path) -> None:
    source = find_examples(data)
    recipes = {"whole": small(), "part": small(held_out_share=0.5)}
    for name in recipes:
        (tmp_path / name).mkdir()
    whole, part = (sides_of_run(it, source, tmp_path / name) for name, it in recipes.items())
    assert 0 < len(part.held_out) < len(whole.held_out)
    assert set(part.held_out.names) < set(whole.held_out.names)
    assert len(part.training) + len(part.validation) + len(part.held_out) == len(source)


def test_sides_that_share_a_patient_are_refused_by_the_name(data: Path) -> None:
    source = find_examples(data)
    folds = Folds("patient", 0, {"100": 0})
    with pytest.raises(ValueError, match=r"both sides of the split: 100$"):
        Sides(source, source.take(np.arange(2)), source.take(np.arange(0)), folds)
