"""A training run as one value, saved beside the weights."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brainseg_gui.resources import resource
from hypothesis import given
from hypothesis import strategies as st

from model_training.__main__ import main
from model_training.augment import PRESETS
from model_training.recipes import packaged
from model_training.recipes.packaged import base_of, recipe_file
from model_training.recipes.recipe import Recipe, Stage

STANDARD = Path(inspect.getfile(Recipe)).with_name("standard.json")
STAGE = {"image_size": 64, "epochs": 3, "learning_rate": 0.001}

rates = st.floats(1e-6, 1.0)
departures = st.sampled_from([{}, {"paste_chance": 0.0}])
stages = st.builds(
    Stage, st.sampled_from([64, 128, 192]), st.integers(1, 99), rates, rates, departures
)
recipes = st.builds(
    Recipe,
    name=st.text(),
    channels=st.sampled_from([("equalised",), ("clahe", "stretched")]),
    depth=st.integers(1, 5),
    dropout=st.floats(0, 0.9),
    stages=st.lists(stages, min_size=1, max_size=3).map(tuple),
    threshold=st.floats(0.1, 0.9),
    folds=st.integers(4, 9),
    held_out_fold=st.none() | st.integers(0, 3),
    seed=st.integers(0, 2**31),
    split=st.sampled_from(["patient", "authors", "record"]),
    averaging=st.floats(0, 0.999),
    statistics=st.sampled_from(["augmented", "plain"]),
    validation_share=st.floats(0, 0.5),
    loss_options=st.dictionaries(st.text(), st.floats(0, 9)),
    augmentation=st.just({"preset": "strong", "zoom": [0.5, 2.0]}),
    initial_weights=st.none() | st.text(),
)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Recipe]:
    """Write settings as a file and read it as a recipe."""

    def load(**settings: Any) -> Recipe:
        path = tmp_path / "mine.json"
        path.write_text(json.dumps({"name": "mine"} | settings), encoding="utf-8")
        return Recipe.load(path)

    return load


@given(recipes)
def test_a_recipe_read_again_is_the_recipe_that_was_saved(
    tmp_path_factory: pytest.TempPathFactory, recipe: Recipe
) -> None:
    path = tmp_path_factory.getbasetemp() / "recipe.json"
    recipe.save(path)
    assert Recipe.load(path) == recipe


def test_the_standard_recipe_can_be_read_and_saved_unchanged(tmp_path: Path) -> None:
    standard = Recipe.load(STANDARD)
    standard.save(tmp_path / "recipe.json")
    assert Recipe.load(tmp_path / "recipe.json") == standard


def test_a_name_is_all_that_a_recipe_must_say(load: Callable[..., Recipe]) -> None:
    assert load() == Recipe(name="mine")


def test_the_network_is_as_large_as_the_last_stage(load: Callable[..., Recipe]) -> None:
    assert load(stages=[STAGE, STAGE | {"image_size": 192}]).image_size == 192


def test_a_stage_departs_from_the_augmentation_of_its_recipe_and_nothing_else(
    load: Callable[..., Recipe],
) -> None:
    settings = {"preset": "strong", "paste_chance": 0.4}
    recipe = load(stages=[STAGE, STAGE | {"augmentation": {"noise": 0}}], augmentation=settings)
    first, second = map(recipe.augmentation_in, recipe.stages)
    assert (first.paste_chance, first.noise) == (0.4, PRESETS["strong"].noise)
    assert second == dataclasses.replace(first, noise=0)


def test_the_two_weights_of_an_older_recipe_are_those_of_a_sum(load: Callable[..., Recipe]) -> None:
    recipe = load(cross_entropy_weight=2.0)
    assert (recipe.loss, recipe.loss_options) == ("sum", {"cross_entropy": 2.0, "dice": 1.0})


def test_the_loss_of_a_plain_recipe_is_cross_entropy(load: Callable[..., Recipe]) -> None:
    assert (load().loss, load().loss_options) == ("cross_entropy", {})


def test_a_recipe_names_its_loss_in_one_way_only(load: Callable[..., Recipe]) -> None:
    with pytest.raises(ValueError, match=r"^mine\.json: loss leaves no place for cross_entropy_w"):
        load(loss="dice", dice_weight=1.0)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"feature_map": 8}, "feature_map"),
        ({"Depth": 3}, "Depth"),
        ({"stages": [STAGE | {"epoch": 3}]}, "epoch"),
    ],
)
def test_an_unknown_setting_is_refused_by_file_and_name(
    load: Callable[..., Recipe], settings: dict[str, Any], name: str
) -> None:
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
        ({"channels": ["colour"]}, ".*channels must be among .*found colour"),
        ({"stages": [STAGE | {"epochs": "ten"}]}, "epochs must be int, found 'ten'"),
        ({"stages": [STAGE | {"epochs": 0}]}, "epochs must be 1 or more, found 0"),
        ({"stages": [STAGE | {"learning_rate": 0}]}, "learning_rate 0 is not above 0"),
        ({"stages": [STAGE | {"image_size": 100}]}, "image_size 100 cannot be halved 5 times"),
        ({"stages": [STAGE | {"augmentation": {"glow": 1}}]}, ".*augmentation setting glow"),
        ({"stages": [5]}, "expected settings in braces, found 5"),
        ({"stages": []}, "a recipe needs at least one stage"),
        ({"stages": [{"image_size": 64}]}, "missing setting epochs, learning_rate"),
        ({"frozen": [5]}, r"frozen must be a list of str, found \[5\]"),
        ({"weight_decay": -1}, "weight_decay must be 0 or more, found -1"),
        ({"batch_size": 0}, "batch_size must be 1 or more, found 0"),
        ({"folds": 3, "held_out_fold": 3}, "held_out_fold 3 is not one of 3 folds"),
        ({"held_out_share": 0}, "held_out_share 0 is not above 0 and up to 1"),
        ({"held_out_share": 1.5}, r"held_out_share 1\.5 is not above 0 and up to 1"),
        ({"threshold": 1}, "threshold 1 is not between 0 and 1"),
        ({"dropout": float("nan")}, "dropout must be a number, found nan"),
        ({"dropout": 1}, "dropout must be from 0 to below 1, found 1"),
        ({"averaging": 1.0}, r"averaging must be from 0 to below 1, found 1\.0"),
        ({"split": "slice"}, "split must be one of patient, authors, record; found 'slice'"),
        ({"statistics": "none"}, "statistics must be one of augmented, plain; found 'none'"),
        ({"precision": "half"}, "precision must be one of float32, .*; found 'half'"),
        ({"held_out_fold": "0"}, "held_out_fold must be int or null, found '0'"),
        ({"loss_options": 3}, "loss_options must be settings in braces, found 3"),
        ({"augmentation": {"zooom": 1}}, "unknown augmentation setting zooom"),
        ({"augmentation": {"zoom": [2, 1]}}, "zoom must rise .*"),
        ({"early_stopping": 3}, "early_stopping needs a validation_share to look at"),
        ({"fit_memory_gb": 0}, "fit_memory_gb 0 is not above 0"),
    ],
)
def test_a_wrong_setting_is_refused_by_file_name_and_value(
    load: Callable[..., Recipe], settings: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=rf"^mine\.json: {sentence}$"):
        load(**settings)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '"name"', '{"depth": 3}', "\xff"])
def test_a_file_that_is_no_recipe_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"^mine\.json: "):
        Recipe.load(path)


@pytest.mark.parametrize("name", packaged.names())
def test_a_recipe_that_goes_on_starts_from_a_shipped_bundle_or_from_runs(name: str) -> None:
    start = str(Recipe.load(recipe_file(name)).initial_weights)
    if start != "imagenet":
        assert start.startswith("runs/") or (resource("models") / start / "card.json").is_file()


def test_a_recipe_of_the_package_is_found_by_its_name_and_a_file_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert recipe_file("standard") == STANDARD
    assert recipe_file("mine.json") == Path("mine.json")
    Path("standard").write_text("{}")
    assert recipe_file("standard") == Path("standard")


def test_a_recipe_of_the_package_sees_its_weights_from_where_it_is_called(tmp_path: Path) -> None:
    assert base_of(STANDARD) == Path()
    assert base_of(tmp_path / "mine.json") == tmp_path


def test_the_recipes_that_came_along_are_listed_with_what_they_train(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in (["--recipes"], ["train", "--recipes"]):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines] == packaged.names()
        (standard,) = (line for line in lines if line.startswith("standard "))
        assert "efficient_unet, 128, then 192 px, 19 epochs" in standard
