"""A fused network gets its normalisations back, and stays the function that it is."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from model_training.networks import NetworkShape, build_network
from model_training.networks.fuse import fuse
from model_training.networks.unfuse import unfuse
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2

pytestmark = [
    pytest.mark.usefixtures("float32_arithmetic"),
    KERAS_BEFORE_NUMPY_2,
]
SIDE = 32
NAMES = ["unet", "residual_unet", "attention_unet", "unet_plus_plus"]
NAMES += ["efficient_unet_half"]  # whose parts make the others


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).random((4, SIDE, SIDE, 2), np.float32)


def network(name: str, **settings: Any) -> keras.Model:
    depth = 5 if name.startswith("efficient_unet") else 2
    return build_network(name, NetworkShape(SIDE, 2, feature_maps=4, depth=depth, **settings))


def trained(name: str, images: np.ndarray) -> keras.Model:
    """Return a network whose weights and averages are none that it begins with."""
    model, rng = network(name), np.random.default_rng(1)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
            layer.momentum = 0.2
    model(images, training=True)
    return model


def answer(model: keras.Model, images: np.ndarray, **mode: Any) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(images, **mode))


@pytest.mark.parametrize("name", NAMES)
def test_unfused_it_answers_as_before_in_prediction_and_in_training(
    name: str, images: np.ndarray
) -> None:
    fused = fuse(trained(name, images))
    model = network(name)
    unfuse(fused, model, [images[:2], images[2:]])
    expected = answer(fused, images)
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(answer(model, images), expected, atol=1e-4)
    # Trained on the very images that were measured, the normalisations change nothing either.
    np.testing.assert_allclose(answer(model, images, training=True), expected, atol=1e-3)


def test_a_network_that_was_unfused_fuses_to_the_same_again(images: np.ndarray) -> None:
    fused = fuse(trained("unet", images))
    model = network("unet")
    unfuse(fused, model, [images])
    again = fuse(model).get_weights()
    for mine, theirs in zip(again, fused.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_a_network_without_normalisations_is_copied(images: np.ndarray) -> None:
    first, second = network("unet", normalisation="none"), network("unet", normalisation="none")
    unfuse(fuse(first), second, [images])
    np.testing.assert_allclose(answer(second, images), answer(first, images), atol=1e-6)


def test_the_weights_of_another_network_are_refused_by_layer(images: np.ndarray) -> None:
    fused = fuse(network("unet"))
    with pytest.raises(ValueError, match=r"layer \S+ is in only one of them"):
        unfuse(fused, network("residual_unet"), [images])
