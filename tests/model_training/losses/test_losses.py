"""Losses, by numbers worked out on paper."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest
from scipy import ndimage

from model_training.losses import (
    LOSSES,
    Boundary,
    CrossEntropy,
    CrossEntropyAndDice,
    Dice,
    FocalTversky,
    LogDice,
    Tversky,
    make_loss,
    signed_distance,
)


def batch(*slices: Any) -> np.ndarray:
    """Slices of 2 x 2 pixels as (N, 2, 2, 1)."""
    return np.array(slices, np.float32).reshape(len(slices), 2, 2, 1)


TARGET = batch([1, 0, 0, 0])
HALF = batch([0.5, 0.5, 0.5, 0.5])
SURE = batch([0.8, 0.1, 0.5, 0.25])
EMPTY, FULL = batch([0, 0, 0, 0]), batch([1, 1, 1, 1])
EVERYWHERE = [TARGET, EMPTY, FULL, batch([0.3, 1, 0, 0.6])]


def value(loss: Any) -> np.ndarray:
    return keras.ops.convert_to_numpy(loss)


def quick(name: str) -> keras.losses.Loss:
    """The loss, looking no farther than such small slices need."""
    return make_loss(name, {"reach": 2} if name == "boundary" else {})


def gradient(loss: Any, target: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return the gradient with whichever backend Keras runs on."""
    backend = keras.config.backend()
    if backend == "tensorflow":
        import tensorflow

        variable = tensorflow.Variable(probability)
        with tensorflow.GradientTape() as tape:
            total = loss(target, variable)
        return tape.gradient(total, variable).numpy()
    if backend == "jax":
        import jax

        return np.asarray(jax.grad(lambda p: loss(target, p))(probability))
    import torch

    variable = torch.tensor(probability, requires_grad=True)
    loss(target, variable).backward()
    return variable.grad.numpy()


# Each loss


def test_cross_entropy_of_one_half_is_ln_2_whatever_the_target() -> None:
    targets, probabilities = np.concatenate([TARGET, FULL]), np.concatenate([HALF, HALF])
    np.testing.assert_allclose(value(CrossEntropy()(targets, probabilities)), math.log(2), 1e-6)


def test_cross_entropy_is_the_mean_over_pixels() -> None:
    expected = -(math.log(0.8) + math.log(0.9) + math.log(0.5) + math.log(0.75)) / 4
    np.testing.assert_allclose(value(CrossEntropy()(TARGET, SURE)), expected, rtol=1e-5)


def test_focal_weighs_each_pixel_by_how_wrong_it_is() -> None:
    inside = 0.25 * 0.2**2 * math.log(0.8)
    outside = 0.75 * (0.1**2 * math.log(0.9) + 0.5**2 * math.log(0.5) + 0.25**2 * math.log(0.75))
    np.testing.assert_allclose(
        value(make_loss("focal")(TARGET, SURE)), -(inside + outside) / 4, rtol=1e-5
    )


def test_focal_without_focus_is_half_of_the_cross_entropy() -> None:
    halved = value(CrossEntropy()(TARGET, SURE)) / 2
    np.testing.assert_allclose(
        value(make_loss("focal", {"alpha": 0.5, "gamma": 0.0})(TARGET, SURE)), halved, rtol=1e-5
    )


def test_soft_dice_is_1_less_twice_the_common_over_the_sum() -> None:
    expected = 1 - (2 * 0.5 + 1) / (1 + 2 + 1)
    np.testing.assert_allclose(value(Dice()(TARGET, HALF)), expected, rtol=1e-6)
    without = 1 - (2 * 0.5 + 0.1) / (1 + 2 + 0.1)
    np.testing.assert_allclose(value(Dice(smooth=0.1)(TARGET, HALF)), without, rtol=1e-6)


def test_soft_dice_is_taken_slice_by_slice_so_that_a_small_tumour_counts_as_much() -> None:
    targets, answers = np.concatenate([TARGET, FULL]), np.concatenate([EMPTY, FULL])
    np.testing.assert_allclose(value(Dice()(targets, answers)), [1 - 1 / 2, 0], atol=1e-6)


def test_log_dice_is_the_negative_logarithm_of_dice() -> None:
    np.testing.assert_allclose(value(LogDice()(TARGET, HALF)), -math.log(2 / 4), rtol=1e-6)


def test_tversky_prices_what_was_missed_above_what_was_added() -> None:
    # Common 0.5; added 1.5, missed 0.5.
    index = (0.5 + 1) / (0.5 + 0.3 * 1.5 + 0.7 * 0.5 + 1)
    np.testing.assert_allclose(value(Tversky()(TARGET, HALF)), 1 - index, rtol=1e-6)
    missed, added = value(Tversky()(FULL, HALF)), value(Tversky()(EMPTY + HALF, FULL))
    assert missed > added


def test_tversky_of_equal_prices_is_dice() -> None:
    tversky = Tversky(alpha=0.5, beta=0.5, smooth=0.5)(TARGET, SURE)
    np.testing.assert_allclose(value(tversky), value(Dice()(TARGET, SURE)), rtol=1e-5)


def test_focal_tversky_is_tversky_to_the_power_of_three_quarters() -> None:
    index = (0.5 + 1) / (0.5 + 0.3 * 1.5 + 0.7 * 0.5 + 1)
    np.testing.assert_allclose(value(FocalTversky()(TARGET, HALF)), (1 - index) ** 0.75, rtol=1e-5)


def test_boundary_is_the_mean_of_probability_times_signed_distance() -> None:
    # The marked pixel lies 1 inside, two lie 1 outside, and the last √2; in units of 4 pixels.
    expected = (-0.8 + 0.1 + 0.5 + 0.25 * math.sqrt(2)) / 4 / 4
    np.testing.assert_allclose(value(Boundary(reach=4)(TARGET, SURE)), expected, rtol=1e-5)


@pytest.mark.parametrize("reach", [5, 16, 64])
def test_distances_are_euclidean_up_to_their_reach(reach: int) -> None:
    noise = np.random.default_rng(0).random((3, 48, 40))
    masks = ndimage.gaussian_filter(noise, (0, 4, 4)) > 0.51
    masks[1] = False
    masks[1, 5, 7] = True
    seen = value(signed_distance(masks[..., None].astype(np.float32), reach))[..., 0]
    for mask, distance in zip(masks, seen, strict=True):
        outside = np.minimum(ndimage.distance_transform_edt(~mask), reach)
        inside = np.minimum(ndimage.distance_transform_edt(mask), reach)
        np.testing.assert_allclose(distance, outside - inside, atol=1e-4)


def test_an_answer_costs_more_the_farther_it_lies_outside() -> None:
    target, near, far = (np.zeros((1, 32, 32, 1), np.float32) for _ in range(3))
    target[0, 4:10, 4:10] = 1
    near[0, 12:14, 4:10] = 1
    far[0, 24:26, 4:10] = 1
    answers = [target, near, far]
    costs = [float(value(Boundary()(target, answer))[0]) for answer in answers]
    assert costs == sorted(costs)
    assert costs[0] < 0 < costs[1] < costs[2]


# All of them


@pytest.mark.parametrize("name", LOSSES)
def test_a_right_answer_costs_less_than_a_wrong_one(name: str) -> None:
    loss = quick(name)
    for wrong in (EMPTY, FULL, 1 - TARGET):
        assert value(loss(TARGET, TARGET)) < value(loss(TARGET, wrong))


@pytest.mark.parametrize("name", ["dice", "log_dice", "tversky", "focal_tversky"])
def test_an_empty_answer_to_an_empty_slice_costs_nothing(name: str) -> None:
    np.testing.assert_allclose(value(make_loss(name)(EMPTY, EMPTY)), 0, atol=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_every_slice_has_its_own_number_in_float32(name: str) -> None:
    targets = keras.ops.concatenate(EVERYWHERE)
    answers = keras.ops.concatenate([SURE] * 4)
    loss = LOSSES[name]()
    together = value(loss(targets, answers))
    assert (together.shape, together.dtype) == ((4,), np.float32)
    alone = [value(loss(targets[i : i + 1], answers[:1]))[0] for i in range(4)]
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("answer", [0.0, 1e-12, 0.5, 1.0], ids=str)
def test_gradients_are_finite_even_for_empty_and_full_masks(name: str, answer: float) -> None:
    loss = quick(name)
    for target in EVERYWHERE:
        probability = np.full((1, 2, 2, 1), answer, np.float32)
        assert np.isfinite(value(loss(target, probability)))
        assert np.isfinite(gradient(loss, target, probability)).all()
        assert np.isfinite(gradient(loss, target, np.round(target))).all()


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("logit", [-200.0, 0.0, 200.0])
def test_gradients_are_finite_through_a_saturated_network(name: str, logit: float) -> None:
    loss = quick(name)
    logits = np.full((1, 2, 2, 1), logit, np.float32)
    for target in EVERYWHERE:
        slope = gradient(lambda t, z: loss(t, keras.ops.sigmoid(z)), target, logits)
        assert np.isfinite(slope).all()


@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_pulls_towards_the_target(name: str) -> None:
    np.testing.assert_array_equal(gradient(quick(name), TARGET, HALF) < 0, TARGET > 0)


@pytest.mark.parametrize("name", LOSSES)
def test_numbers_are_float32_whatever_the_network_computes_in(name: str) -> None:
    answer = keras.ops.cast(SURE, "bfloat16")
    rounded = value(keras.ops.cast(answer, "float32"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        loss = quick(name)
        narrow = loss(TARGET, answer)
    finally:
        keras.config.set_dtype_policy("float32")
    assert keras.backend.standardize_dtype(narrow.dtype) == "float32"
    np.testing.assert_allclose(value(narrow), value(loss(TARGET, rounded)), rtol=1e-6)


# By name


def test_a_sum_is_weighted_and_averaged_over_the_batch() -> None:
    targets, answers = np.concatenate([TARGET, FULL]), np.concatenate([HALF, HALF])
    dice_losses = [1 - 2 / 4, 1 - 5 / 7]
    expected = 3 * math.log(2) + 0.5 * np.mean(dice_losses)
    for loss in (
        make_loss("sum", {"cross_entropy": 3.0, "dice": {"weight": 0.5}}),
        CrossEntropyAndDice(cross_entropy_weight=3.0, dice_weight=0.5),
    ):
        np.testing.assert_allclose(value(loss(targets, answers)), expected, rtol=1e-5)


def test_options_reach_the_loss_they_belong_to() -> None:
    loss = make_loss("sum", {"dice": 1.0, "tversky": {"weight": 2.0, "alpha": 0.1, "beta": 0.9}})
    parts = value(Dice()(TARGET, SURE)) + 2 * value(Tversky(0.1, 0.9)(TARGET, SURE))
    np.testing.assert_allclose(value(loss(TARGET, SURE)), parts[0], rtol=1e-6)
    alone = make_loss("tversky", {"alpha": 0.1, "beta": 0.9})
    np.testing.assert_allclose(
        value(alone(TARGET, SURE)), value(Tversky(0.1, 0.9)(TARGET, SURE))[0], rtol=1e-6
    )


@pytest.mark.parametrize(
    "loss",
    [
        CrossEntropyAndDice(cross_entropy_weight=3.0, dice_weight=0.5),
        make_loss("focal", {"gamma": 3}),
        make_loss("sum", {"dice": 0.5, "boundary": {"weight": 0.5, "reach": 8}}),
    ],
    ids=lambda loss: loss.name,
)
def test_a_loss_saved_with_a_network_comes_back_with_its_weights(loss: Any) -> None:
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is type(loss)
    assert again.name == loss.name
    assert value(again(TARGET, SURE)) == value(loss(TARGET, SURE))


def test_checkpoints_of_the_first_trainings_load() -> None:
    stored = {
        "module": "model_training.losses",
        "class_name": "CrossEntropyAndDice",
        "config": {
            "name": "cross_entropy_and_dice",
            "reduction": "sum_over_batch_size",
            "cross_entropy_weight": 2.0,
            "dice_weight": 1.0,
        },
        "registered_name": "brainseg>CrossEntropyAndDice",
    }
    loss = keras.saving.deserialize_keras_object(stored)
    same = make_loss("sum", {"cross_entropy": 2.0, "dice": 1.0})
    assert value(loss(TARGET, SURE)) == value(same(TARGET, SURE))


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("dise", {}, "loss must be one of cross_entropy, dice,"),
        ("dise", {}, "found 'dise'"),
        ("sum", {"dise": 1.0}, "found 'dise'"),
        ("sum", {}, "a sum of losses needs at least one by name"),
        ("sum", {"dice": -1}, "the weight of loss dice must be a number from 0, found -1"),
        ("sum", {"dice": "much"}, "the weight of loss dice must be a number from 0, found 'much'"),
        ("dice", {"weight": 2}, "loss dice has no option weight"),
        ("dice", {"smoth": 1}, "loss dice has no option smoth; it has smooth"),
        ("cross_entropy", {"smooth": 1}, "has no option smooth; it has none"),
        ("dice", {"smooth": 0}, "loss dice: smooth must be above 0, found 0"),
        ("dice", {"smooth": "1"}, "loss dice: smooth must be a number, found '1'"),
        ("tversky", {"alpha": -0.1}, "loss tversky: alpha must not be negative, found -0.1"),
        ("focal", {"alpha": 2}, "loss focal: alpha must be 1 at most, found 2"),
        ("focal", {"gamma": math.inf}, "loss focal: gamma must be a number, found inf"),
        ("focal_tversky", {"gamma": 0}, "gamma must be above 0, found 0"),
        ("boundary", {"reach": 2.5}, "reach must be a whole number of pixels from 1 to 256"),
        ("boundary", {"reach": 0}, "reach must be a whole number of pixels from 1 to 256"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(
    name: str, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError) as refused:
        make_loss(name, options)
    assert sentence in str(refused.value)


def test_a_network_learns_with_a_sum_in_the_compiled_step_of_a_training() -> None:
    images = np.random.default_rng(0).random((8, 8, 8, 1), np.float32)
    masks = (images > 0.5).astype(np.float32)
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 1, activation="sigmoid")]
    )
    loss = make_loss("sum", {"focal_tversky": 1.0, "boundary": 0.5, "focal": 1.0})
    network.compile(keras.optimizers.Adam(0.1), loss)
    history = network.fit(images, masks, batch_size=8, epochs=6, verbose=0).history["loss"]
    assert history[-1] < history[0]
