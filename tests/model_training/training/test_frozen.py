"""Layers that a recipe freezes stay as they start; the others learn."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from model_training.data.sources import find_examples
from model_training.recipes.parts import build, freeze
from model_training.recipes.recipe import Stage
from model_training.runs.job import Job
from model_training.runs.network import load_network
from model_training.training.run import run_job
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import small

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("quick_trainings")]
ONE_EPOCH = (Stage(16, 1, 0.05),)


def layers_with_weights(model: keras.Model) -> dict[str, list[np.ndarray]]:
    return {layer.name: layer.get_weights() for layer in model.layers if layer.weights}


def test_frozen_layers_keep_their_weights_and_the_others_learn(data: Path, tmp_path: Path) -> None:
    first = small(stages=ONE_EPOCH, averaging=0.0)
    run_job(Job(first, find_examples(data), tmp_path / "first", print))
    names = list(layers_with_weights(load_network(tmp_path / "first")))
    frozen = [name for name in names if "norm" in name]
    assert frozen
    assert len(frozen) < len(names)
    second = small(stages=ONE_EPOCH, frozen=("*norm*",), initial_weights="first", averaging=0.5)
    run_job(Job(second, find_examples(data), tmp_path / "second", print, base=tmp_path))
    before, after = (
        layers_with_weights(load_network(tmp_path / run)) for run in ("first", "second")
    )
    for name in names:
        same = all(map(np.array_equal, before[name], after[name]))
        assert same == (name in frozen), name


def test_a_pattern_that_meets_no_layer_is_refused_before_anything_is_read(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="frozen: no layer with weights is called nobody"):
        run_job(Job(small(frozen=("nobody*",)), find_examples(data), tmp_path / "run", print))
    assert not (tmp_path / "run").exists()


def test_a_frozen_normalisation_works_in_training_as_in_prediction() -> None:
    model = build(small(), 16, dropout=False)
    images = np.random.default_rng(0).random((2, 16, 16, 1), np.float32)
    in_training = keras.ops.convert_to_numpy(model(images, training=True))  # moves the averages
    predicted = keras.ops.convert_to_numpy(model(images))
    assert not np.allclose(in_training, predicted, atol=1e-3)
    freeze(model, ["*norm*"])
    frozen = keras.ops.convert_to_numpy(model(images, training=True))
    np.testing.assert_allclose(frozen, predicted, atol=1e-6)
