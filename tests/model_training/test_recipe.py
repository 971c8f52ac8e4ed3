"""A training run as one value, saved beside the weights."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_training.recipe import Recipe, Stage

STANDARD = Path(inspect.getfile(Recipe)).with_name("standard.json")
STAGE = {"image_size": 64, "epochs": 3, "learning_rate": 0.001}

rates = st.floats(1e-6, 1.0)
stages = st.builds(Stage, st.sampled_from([64, 128, 192]), st.integers(1, 99), rates, rates)
recipes = st.builds(
    Recipe,
    name=st.text(),
    channels=st.sampled_from([("equalised",), ("clahe", "stretched")]),
    depth=st.integers(1, 5),
    dropout=st.floats(0, 0.9),
    stages=st.lists(stages, min_size=1, max_size=3).map(tuple),
    threshold=st.floats(0.1, 0.9),
    folds=st.integers(4, 9),
    held_out_fold=st.integers(0, 3),
    seed=st.integers(0, 2**31),
)


@pytest.fixture
def load(tmp_path):
    """Write settings as a file and read it as a recipe."""

    def load(**settings):
        path = tmp_path / "mine.json"
        path.write_text(json.dumps({"name": "mine"} | settings), encoding="utf-8")
        return Recipe.load(path)

    return load


@given(recipes)
def test_a_recipe_read_again_is_the_recipe_that_was_saved(tmp_path_factory, recipe) -> None:
    path = tmp_path_factory.getbasetemp() / "recipe.json"
    recipe.save(path)
    assert Recipe.load(path) == recipe


def test_the_standard_recipe_can_be_read_and_saved_unchanged(tmp_path) -> None:
    standard = Recipe.load(STANDARD)
    standard.save(tmp_path / "recipe.json")
    assert Recipe.load(tmp_path / "recipe.json") == standard


def test_a_name_is_all_that_a_recipe_must_say(load) -> None:
    assert load() == Recipe(name="mine")


def test_the_network_is_as_large_as_the_last_stage(load) -> None:
    assert load(stages=[STAGE, STAGE | {"image_size": 192}]).image_size == 192


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"feature_map": 8}, "feature_map"),
        ({"Depth": 3}, "Depth"),
        ({"stages": [STAGE | {"epoch": 3}]}, "epoch"),
    ],
)
def test_an_unknown_setting_is_refused_by_file_and_name(load, settings, name) -> None:
    with pytest.raises(ValueError, match=rf"^mine\.json: unknown setting {name}$"):
        load(**settings)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"feature_maps": "many"}, "feature_maps must be int, found 'many'"),
        ({"seed": 1.5}, r"seed must be int, found 1\.5"),
        ({"folds": True}, "folds must be int, found True"),
        ({"dropout": "0.2"}, "dropout must be int or float, found '0.2'"),
        ({"name": 7}, "name must be str, found 7"),
        ({"channels": "equalised"}, "channels must be list, found 'equalised'"),
        ({"channels": ["colour"]}, ".*channels must be among .*; found colour"),
        ({"stages": [STAGE | {"epochs": "ten"}]}, "epochs must be int, found 'ten'"),
        ({"stages": [STAGE | {"epochs": 0}]}, "epochs must be 1 or more, found 0"),
        ({"stages": [STAGE | {"learning_rate": 0}]}, "learning_rate 0 is not above 0"),
        ({"stages": [STAGE | {"image_size": 100}]}, "image_size 100 cannot be halved 5 times"),
        ({"stages": [5]}, "expected settings in braces, found 5"),
        ({"stages": []}, "a recipe needs at least one stage"),
        ({"stages": [{"image_size": 64, "epochs": 3}]}, ".*missing.*'learning_rate'"),
        ({"batch_size": 0}, "batch_size must be 1 or more, found 0"),
        ({"folds": 3, "held_out_fold": 3}, "held_out_fold 3 is not one of 3 folds"),
        ({"threshold": 1}, "threshold 1 is not between 0 and 1"),
    ],
)
def test_a_wrong_setting_is_refused_by_file_name_and_value(load, settings, sentence) -> None:
    with pytest.raises(ValueError, match=rf"^mine\.json: {sentence}$"):
        load(**settings)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '"name"', '{"depth": 3}', "\xff"])
def test_a_file_that_is_no_recipe_is_refused_by_its_name(tmp_path, text) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"^mine\.json: "):
        Recipe.load(path)
