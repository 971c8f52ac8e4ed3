"""What batch normalisation expects in the end: augmented slices, or those of a prediction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from model_training.data.sources import Source, find_examples
from model_training.data.split import sides_of_run
from model_training.recipes.recipe import Stage
from model_training.runs.job import Job
from model_training.runs.network import load_network
from model_training.training.run import run_job
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import small, write_slices

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("quick_trainings")]
VARIED = {"preset": "strong", "bias_chance": 1.0, "bias": 0.6, "noise_chance": 1.0}


Moments = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return find_examples(write_slices(tmp_path_factory.mktemp("slices")))


def expected_and_met(source: Source, run: Path, **changes: Any) -> tuple[Moments, Moments]:
    """Train; return the moments that the first normalisation expects and meets in prediction."""
    recipe = small(stages=(Stage(16, 1, 1e-4),), augmentation=VARIED, **changes)
    run_job(Job(recipe, source, run, lambda line: None))
    network = load_network(run)
    norm = next(x for x in network.layers if isinstance(x, keras.layers.BatchNormalization))
    steps, training = recipe.preprocessing(16), sides_of_run(recipe, source, run).training
    images = np.stack([steps.apply(entry.read().pixels) for entry in training])
    before = keras.Model(network.input, norm.input)
    maps = keras.ops.convert_to_numpy(before(np.rint(images * 255) / np.float32(255)))
    met = maps.mean(axis=(0, 1, 2)), maps.var(axis=(0, 1, 2))
    return (norm.moving_mean.numpy(), norm.moving_variance.numpy()), met


@pytest.mark.parametrize("averaging", [0.0, 0.5])
def test_plain_statistics_are_those_of_the_training_side_as_a_prediction_sees_it(
    source: Source, tmp_path: Path, averaging: float
) -> None:
    run = tmp_path / "run"
    expected, met = expected_and_met(source, run, statistics="plain", averaging=averaging)
    np.testing.assert_allclose(expected[0], met[0], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(expected[1], met[1], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("averaging", [0.0, 0.5])
def test_without_them_augmented_slices_are_what_is_expected(
    source: Source, tmp_path: Path, averaging: float
) -> None:
    expected, met = expected_and_met(source, tmp_path / "run", averaging=averaging)
    assert not np.allclose(expected[1], met[1], rtol=0.02)


def test_frozen_normalisations_keep_what_they_expect(source: Source, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    kept, _ = expected_and_met(source, first, averaging=0.0)
    plain = {"statistics": "plain", "frozen": ("*norm*",), "initial_weights": str(first)}
    expected, _ = expected_and_met(source, second, averaging=0.0, **plain)
    np.testing.assert_array_equal(expected, kept)
