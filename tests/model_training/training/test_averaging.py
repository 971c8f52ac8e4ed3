"""Averaged weights, and the statistics that belong to them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from model_training.training.averaging import AveragingAdamW, averaged_weights, estimate_statistics


def compiled(momentum: float) -> keras.Model:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(AveragingAdamW(0.1, use_ema=momentum > 0, ema_momentum=momentum), "mse")
    return model


def weights_after_each_step(model: keras.Model, steps: int = 4) -> list[np.ndarray]:
    found = []
    for _ in range(steps):
        model.train_on_batch(np.ones((4, 2), np.float32), np.full((4, 1), 5.0, np.float32))
        found.append(model.get_weights()[0])
    return found


def test_averaged_weights_are_the_exponential_average_of_the_course() -> None:
    model = compiled(0.75)
    course = weights_after_each_step(model)
    average = course[0]
    for weights in course[1:]:
        average = 0.75 * average + 0.25 * weights
    np.testing.assert_allclose(averaged_weights(model)[0], average, rtol=1e-5)
    np.testing.assert_array_equal(model.get_weights()[0], course[-1])


def test_without_averaging_the_weights_are_the_last() -> None:
    model = compiled(0.0)
    course = weights_after_each_step(model)
    np.testing.assert_array_equal(averaged_weights(model)[0], course[-1])


def test_the_weights_that_are_trained_are_not_replaced_by_their_averages() -> None:
    model = compiled(0.9)
    before = weights_after_each_step(model)[-1]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_a_schedule_is_asked_once_a_step() -> None:
    asked: list[int] = []

    class Halved(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            asked.append(int(step))
            return 0.1 * keras.ops.power(0.5, keras.ops.cast(step, "float32"))

    optimiser = AveragingAdamW(Halved(), weight_decay=0.1)
    weights = [keras.Variable([1.0]) for _ in range(3)]
    for _ in range(2):
        optimiser.apply([keras.ops.ones(1)] * 3, weights)
    assert asked == [0, 1]
    assert float(optimiser.learning_rate) == pytest.approx(0.025)


def test_statistics_are_measured_anew_from_the_batches_alone() -> None:
    norm = keras.layers.BatchNormalization(momentum=0.95)
    model = keras.Sequential([keras.Input((4, 4, 1)), norm])
    norm.moving_mean.assign([99.0])
    batches = [np.random.default_rng(n).normal(n, 1 + n, (8, 4, 4, 1)) for n in range(3)]
    estimate_statistics(model, [batch.astype(np.float32) for batch in batches])
    assert float(norm.moving_mean[0]) == pytest.approx(np.mean(batches), rel=1e-4)
    spread = np.mean([batch.var() for batch in batches])
    assert float(norm.moving_variance[0]) == pytest.approx(spread, rel=1e-4)
    assert norm.momentum == 0.95
