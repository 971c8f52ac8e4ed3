"""Losses, by numbers worked out on paper."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest

from model_training.losses import CrossEntropyAndDice, cross_entropy, soft_dice_loss


def batch(*slices):
    """Slices of 2 x 2 pixels as (N, 2, 2, 1)."""
    return np.array(slices, np.float32).reshape(len(slices), 2, 2, 1)


TARGET = batch([1, 0, 0, 0])
HALF = batch([0.5, 0.5, 0.5, 0.5])
EMPTY, FULL = batch([0, 0, 0, 0]), batch([1, 1, 1, 1])


def value(loss):
    return keras.ops.convert_to_numpy(loss)


def test_cross_entropy_of_one_half_is_ln_2_whatever_the_target() -> None:
    targets, probabilities = np.concatenate([TARGET, FULL]), np.concatenate([HALF, HALF])
    np.testing.assert_allclose(value(cross_entropy(targets, probabilities)), math.log(2), rtol=1e-6)


def test_cross_entropy_is_the_mean_over_pixels() -> None:
    probability = batch([0.8, 0.1, 0.5, 0.25])
    expected = -(math.log(0.8) + math.log(0.9) + math.log(0.5) + math.log(0.75)) / 4
    np.testing.assert_allclose(value(cross_entropy(TARGET, probability)), expected, rtol=1e-5)


def test_soft_dice_is_1_less_twice_the_common_over_the_sum() -> None:
    np.testing.assert_allclose(
        value(soft_dice_loss(TARGET, HALF)), 1 - (2 * 0.5 + 1) / (1 + 2 + 1), rtol=1e-6
    )


def test_soft_dice_of_a_perfect_mask_is_0() -> None:
    np.testing.assert_allclose(value(soft_dice_loss(TARGET, TARGET)), 0, atol=1e-6)


def test_soft_dice_of_an_empty_answer_to_an_empty_slice_is_0() -> None:
    np.testing.assert_allclose(value(soft_dice_loss(EMPTY, EMPTY)), 0, atol=1e-6)


def test_a_wrong_answer_costs_more_than_a_right_one() -> None:
    right, wrong = (value(soft_dice_loss(TARGET, answer)) for answer in (TARGET, EMPTY))
    assert wrong > right


def test_soft_dice_is_taken_slice_by_slice_so_that_a_small_tumour_counts_as_much() -> None:
    targets, answers = np.concatenate([TARGET, FULL]), np.concatenate([EMPTY, FULL])
    np.testing.assert_allclose(value(soft_dice_loss(targets, answers)), [1 - 1 / 2, 0], atol=1e-6)


def test_the_loss_is_the_weighted_sum_averaged_over_the_batch() -> None:
    targets, answers = np.concatenate([TARGET, FULL]), np.concatenate([HALF, HALF])
    loss = CrossEntropyAndDice(cross_entropy_weight=3.0, dice_weight=0.5)
    dice_losses = [1 - 2 / 4, 1 - 5 / 7]
    expected = 3 * math.log(2) + 0.5 * np.mean(dice_losses)
    np.testing.assert_allclose(value(loss(targets, answers)), expected, rtol=1e-5)


def test_a_loss_saved_with_a_network_comes_back_with_its_weights() -> None:
    loss = CrossEntropyAndDice(cross_entropy_weight=3.0, dice_weight=0.5)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert isinstance(again, CrossEntropyAndDice)
    assert value(again(TARGET, HALF)) == value(loss(TARGET, HALF))


@pytest.mark.parametrize("target", [EMPTY, FULL, TARGET], ids=["empty", "full", "mixed"])
@pytest.mark.parametrize("logit", [-200.0, 0.0, 200.0])
def test_gradients_are_finite_even_for_empty_and_full_masks(target, logit) -> None:
    if keras.config.backend() != "tensorflow":
        pytest.skip("gradients are taken with TensorFlow here")
    import tensorflow

    logits = tensorflow.Variable(np.full((1, 2, 2, 1), logit, np.float32))
    with tensorflow.GradientTape() as tape:
        loss = CrossEntropyAndDice()(target, keras.ops.sigmoid(logits))
    assert np.isfinite(value(loss))
    assert np.isfinite(tape.gradient(loss, logits).numpy()).all()


def test_the_gradient_pulls_towards_the_target() -> None:
    if keras.config.backend() != "tensorflow":
        pytest.skip("gradients are taken with TensorFlow here")
    import tensorflow

    logits = tensorflow.Variable(np.zeros((1, 2, 2, 1), np.float32))
    with tensorflow.GradientTape() as tape:
        loss = CrossEntropyAndDice()(TARGET, keras.ops.sigmoid(logits))
    slope = tape.gradient(loss, logits).numpy()
    np.testing.assert_array_equal(slope < 0, TARGET > 0)
