"""Parameters, arithmetic and memory of a network, against counts by hand and from elsewhere."""

from __future__ import annotations

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

from model_training.networks import NetworkShape
from model_training.networks.cost import (
    GIGABYTE,
    Cost,
    Fit,
    cost_of,
    fit,
    largest_batch,
    measure_cost,
    training_bytes,
)

SMALL = NetworkShape(32, 2, feature_maps=4, depth=2)
costs = st.builds(
    Cost,
    parameters=st.integers(1, 10**8),
    gflop=st.just(1.0),
    held=st.integers(10**5, 10**9),
)
precisions = st.sampled_from(["float32", "mixed_bfloat16", "mixed_float16"])


@pytest.mark.parametrize(
    ("layer", "multiply_adds"),
    [
        (layers.Conv2D(5, 3, padding="same"), 8 * 8 * 3 * 3 * 4 * 5),
        (layers.Conv2D(5, 3, strides=2, padding="same"), 4 * 4 * 3 * 3 * 4 * 5),
        (layers.Conv2D(6, 1, groups=2), 8 * 8 * 2 * 6),
        (layers.Conv2DTranspose(5, 2, strides=2), 16 * 16 * 4 * 5),
        (layers.Conv2DTranspose(5, 3, strides=1, padding="same"), 8 * 8 * 3 * 3 * 4 * 5),
        (layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2), 8 * 8 * 3 * 3 * 4 * 2),
        (layers.Dense(7), 8 * 8 * 4 * 7),
        (layers.MaxPooling2D(2), 0),
    ],
)
def test_arithmetic_is_two_operations_for_each_weight_that_a_number_meets(
    layer: layers.Layer, multiply_adds: int
) -> None:
    image = keras.Input((8, 8, 4))
    assert measure_cost(keras.Model(image, layer(image))).gflop == 2 * multiply_adds / 1e9


def test_what_all_layers_give_out_for_one_image_is_held() -> None:
    image = keras.Input((8, 8, 4))
    x = layers.MaxPooling2D(2)(layers.Conv2D(5, 3, padding="same")(image))
    cost = measure_cost(keras.Model(image, x))
    assert cost.held == 8 * 8 * 4 + 8 * 8 * 5 + 4 * 4 * 5
    assert cost.parameters == 3 * 3 * 4 * 5 + 5


def test_a_unet_of_32_maps_costs_what_others_found() -> None:
    cost = cost_of("unet", NetworkShape(256, 1, feature_maps=32, max_feature_maps=512, depth=4))
    assert round(cost.gflop, 2) == 24.07
    assert round(cost.parameters / 1e6, 1) == 7.8


def test_an_image_twice_as_large_costs_four_times_as_much() -> None:
    once = cost_of("unet", SMALL)
    twice = cost_of("unet", NetworkShape(64, 2, feature_maps=4, depth=2))
    assert twice.gflop == pytest.approx(4 * once.gflop)
    assert twice.held == 4 * once.held
    assert twice.parameters == once.parameters


@given(costs, st.integers(1, 64), precisions)
def test_memory_grows_by_the_same_for_each_image(cost: Cost, batch: int, precision: str) -> None:
    taken = [training_bytes(cost, n, precision) for n in (0, batch, 2 * batch)]
    assert taken[2] - taken[1] == pytest.approx(taken[1] - taken[0], abs=2)
    assert taken[1] > taken[0] > 24 * cost.parameters


@given(costs, st.integers(1, 64))
def test_low_precision_takes_less_memory_but_not_half(cost: Cost, batch: int) -> None:
    full, low = (
        training_bytes(cost, batch, precision) - training_bytes(cost, 0, precision)
        for precision in ("float32", "mixed_bfloat16")
    )
    assert full / 2 < low < full


@given(costs, st.floats(0.1, 100), precisions)
def test_the_largest_batch_fits_and_one_more_does_not(
    cost: Cost, gigabytes: float, precision: str
) -> None:
    largest, limit = largest_batch(cost, gigabytes, precision), gigabytes * GIGABYTE
    assert largest == 0 or training_bytes(cost, largest, precision) <= limit + 1
    assert training_bytes(cost, largest + 1, precision) >= limit - 1


def test_a_batch_that_fits_stays_whole() -> None:
    assert fit("unet", SMALL, 16, gigabytes=12) == Fit(batch_size=16, accumulate=1)


def test_a_batch_that_does_not_fit_is_taken_in_equal_parts() -> None:
    shape = NetworkShape(512, 2, feature_maps=32, depth=4)
    most = largest_batch(cost_of("unet", shape), 12)
    part = max(size for size in (1, 2, 3, 4, 6, 9, 12, 18, 36) if size <= most)
    assert part < 36
    assert fit("unet", shape, 36, gigabytes=12) == Fit(part, 36 // part)


def test_low_precision_fits_larger_parts() -> None:
    shape = NetworkShape(512, 2, feature_maps=32, depth=4)
    low = fit("unet", shape, 512, gigabytes=12, precision="mixed_bfloat16")
    assert low.batch_size >= fit("unet", shape, 512, gigabytes=12).batch_size
    assert low.batch_size * low.accumulate == 512


def test_a_network_of_which_not_one_image_fits_is_refused_with_what_it_needs() -> None:
    sentence = r"unet of 32 pixels needs 1\.0 GB to train on a single image, more than 0\.5 GB"
    with pytest.raises(ValueError, match=sentence):
        fit("unet", SMALL, 4, gigabytes=0.5)
