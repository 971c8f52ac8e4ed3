"""A batch that is taken in parts teaches what the whole batch does."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest

from model_training.data.examples import Examples
from model_training.recipes.recipe import Stage
from model_training.training import schedule
from model_training.training.memory import parts_of_batch
from model_training.training.stage_training import start_stage
from tests.model_training.run_factory import small

STAGE = Stage(16, 1, 0.01)
RECIPE = small(network="unet", stages=(STAGE,), batch_size=4, normalisation="none", dropout=0.0)


def make_examples() -> Examples:
    rng = np.random.default_rng(0)
    images = rng.random((8, 16, 16, 1), np.float32)
    return Examples(images, (images > 0.7).astype(np.float32), *[np.array(["1"] * 8)] * 3)


def learnt(parts: int) -> list[np.ndarray]:
    """Return the weights after two steps, each of four slices."""
    keras.utils.set_random_seed(0)
    model = start_stage(RECIPE, STAGE, 2 * parts, parts)
    examples, size = make_examples(), 4 // parts
    for start in range(0, 8, size):
        part = slice(start, start + size)
        model.train_on_batch(examples.images[part], examples.masks[part])
    assert int(model.optimizer.iterations) == 2
    return model.get_weights()


def test_parts_of_a_batch_make_the_step_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "learning_rates", lambda *arguments: 0.01)
    for mine, theirs in zip(learnt(parts=2), learnt(parts=1), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_without_a_limit_a_batch_is_taken_whole() -> None:
    assert parts_of_batch(RECIPE, STAGE) == 1


def test_a_batch_is_divided_until_it_fits() -> None:
    recipe = small(
        network="unet", batch_size=64, feature_maps=32, depth=4, stages=(Stage(512, 1, 0.01),)
    )
    tight, wide = (dataclasses.replace(recipe, fit_memory_gb=limit) for limit in (12, 10**4))
    parts = parts_of_batch(tight, recipe.stages[0])
    assert parts > 1
    assert 64 % parts == 0
    assert parts_of_batch(wide, recipe.stages[0]) == 1


def test_a_network_of_which_not_one_slice_fits_is_refused() -> None:
    with pytest.raises(ValueError, match=r"more than 0\.1 GB"):
        parts_of_batch(small(network="unet", fit_memory_gb=0.1), STAGE)
