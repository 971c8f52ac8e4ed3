"""A training in stages, interrupted at the worst moments."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.mat_writer import write_mat
from model_training import training
from model_training.recipe import Recipe, Stage
from model_training.training import Batches, Progress, load_split, train

RECIPE = Recipe(
    name="stages",
    channels=("stretched",),
    feature_maps=2,
    depth=1,
    dropout=0.0,
    stages=(Stage(16, 1, 0.01), Stage(32, 1, 0.01)),
    batch_size=2,
    folds=2,
    precision="float32",
)

# Keras has not yet followed NumPy 2 where it writes weights.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


@pytest.fixture(scope="module", autouse=True)
def keras_as_it_was():
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slices")
    paths = [folder / f"{number}.mat" for number in range(6)]
    for number, path in enumerate(paths):
        pixels = np.random.default_rng(number).integers(100, 900, (40, 40)).astype(np.float32)
        write_mat(path, Slice(pixels, pixels > 700, patient=str(100 + number // 2)))
    return paths


@pytest.fixture
def examples(paths, tmp_path):
    return load_split(RECIPE, paths, RECIPE.stages[0], tmp_path / "cache").training


def batches(examples, seed=0, stage=0, epoch=0):
    recipe = Recipe(**(RECIPE.to_dict() | {"stages": RECIPE.stages, "seed": seed}))
    return Batches(examples, recipe, stage, epoch)


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one[0], other[0], strict=True))


def test_a_killed_epoch_is_repeated_with_the_same_batches(examples) -> None:
    throughout = batches(examples)
    throughout.on_epoch_end()
    assert same(throughout, batches(examples, epoch=1))


@pytest.mark.parametrize("other", [{"seed": 1}, {"stage": 1}, {"epoch": 1}])
def test_another_seed_stage_or_epoch_brings_other_batches(examples, other) -> None:
    assert not same(batches(examples), batches(examples, **other))


def test_every_slice_is_shown_in_every_epoch(examples) -> None:
    order = batches(examples)._order
    assert sorted(order.tolist()) == list(range(len(examples)))


def test_a_last_batch_that_would_be_short_is_filled_up(paths, tmp_path) -> None:
    split = load_split(RECIPE, paths, RECIPE.stages[0], tmp_path / "cache")
    three = split.training.take(np.arange(3) % len(split.training))
    assert [len(images) for images, _ in batches(three)] == [2, 2]


def test_no_person_stands_on_both_sides(paths, tmp_path) -> None:
    split = load_split(RECIPE, paths, RECIPE.stages[0], tmp_path / "cache")
    assert len(split.training) + len(split.held_out) == len(paths)
    assert not set(split.training.patients) & set(split.held_out.patients)


@pytest.fixture(scope="module")
def run(paths, tmp_path_factory):
    """A run that was killed after the second stage's first network, before its state."""
    run = tmp_path_factory.mktemp("run")

    def killed(path, content):
        if json.loads(content) == {"stage": 1, "epoch": 1}:
            raise KeyboardInterrupt
        path.write_bytes(content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "write_atomically", killed)
        with pytest.raises(KeyboardInterrupt):
            train(RECIPE, paths, run, lambda line: None)
    assert Progress.load(run) == Progress(0, 1)
    return run


def test_a_run_killed_on_its_way_into_the_next_stage_goes_on_with_that_stage(paths, run) -> None:
    said = []
    model = train(RECIPE, paths, run, said.append)
    assert said[0].startswith("stage 2 of 2: ")
    assert Progress.load(run) == Progress(1, 1)
    assert model.input_shape == (None, 32, 32, 1)


def test_a_loss_that_is_no_number_stops_the_training_and_is_not_kept(tmp_path) -> None:
    keep = training.Keep(tmp_path, 0, None, RECIPE, lambda line: None)
    with pytest.raises(ValueError, match="the loss became nan in epoch 3; lower the learning rate"):
        keep.on_epoch_end(2, {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []
