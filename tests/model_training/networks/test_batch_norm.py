"""The fused normalisation is Keras' layer to the last digits: output, gradients, averages."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from model_training.networks.batch_norm import BatchNormalisation
from model_training.networks.fuse import fuse
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2

pytestmark = KERAS_BEFORE_NUMPY_2
SHAPES = [(4, 6, 5, 3), (2, 1, 1, 7), (16, 2, 2, 1)]


def images(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(3, 2, shape).astype(np.float32)


def trained_once(kind: type, x: np.ndarray, **settings: object) -> dict[str, np.ndarray]:
    """Return what one step of training shows of a layer."""
    layer = kind(momentum=0.9, epsilon=1e-3, **settings)
    layer.build(x.shape)
    maps = x.shape[-1]
    learnt = [images((maps,), seed) for seed in (1, 2)] * bool(layer.trainable_weights)
    for weight, value in zip(layer.trainable_weights, learnt, strict=False):
        weight.assign(value)
    slope = tf.constant(images(x.shape, 3))
    with tf.GradientTape() as tape:
        given = tf.constant(x)
        tape.watch(given)
        y = layer(given, training=True)
        total = tf.reduce_sum(tf.cast(y, tf.float32) * slope)
    sources = [given, *(weight.value for weight in layer.trainable_weights)]
    gradients = tape.gradient(total, sources)
    found = {"output": y, "moving": layer.moving_mean, "spread": layer.moving_variance}
    found |= {f"gradient {n}": gradient for n, gradient in enumerate(gradients)}
    return {name: np.asarray(tf.cast(value, tf.float32)) for name, value in found.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_step_of_training_is_that_of_keras(shape: tuple[int, ...]) -> None:
    x = images(shape)
    ours, theirs = (
        trained_once(kind, x) for kind in (BatchNormalisation, layers.BatchNormalization)
    )
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        scale = max(1.0, float(np.abs(value).max()))
        np.testing.assert_allclose(ours[name], value, atol=2e-5 * scale, err_msg=name)


def test_the_output_is_the_formula_of_the_paper() -> None:
    x = images((4, 6, 5, 3))
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    wanted = (x - mean) / np.sqrt(variance + 1e-3) * images((3,), 1) + images((3,), 2)
    found = trained_once(BatchNormalisation, x)
    np.testing.assert_allclose(found["output"], wanted, atol=1e-4)
    np.testing.assert_allclose(found["moving"], 0.1 * mean, rtol=1e-4)
    np.testing.assert_allclose(found["spread"], 0.9 + 0.1 * variance, rtol=1e-4)


def test_half_precision_normalises_by_averages_in_float32() -> None:
    x = images((4, 6, 5, 3))
    ours = trained_once(BatchNormalisation, x, dtype="mixed_bfloat16")
    exact = trained_once(BatchNormalisation, x)
    np.testing.assert_allclose(ours["output"], exact["output"], atol=0.02, rtol=0.01)
    np.testing.assert_allclose(ours["moving"], exact["moving"], rtol=0.01)


@pytest.mark.parametrize("settings", [{"scale": False}, {"center": False}, {"trainable": False}])
def test_what_the_kernel_cannot_do_is_left_to_keras(settings: dict[str, bool]) -> None:
    x = images((4, 6, 5, 3))
    ours = trained_once(BatchNormalisation, x, **settings)
    theirs = trained_once(layers.BatchNormalization, x, **settings)
    np.testing.assert_allclose(ours["output"], theirs["output"], atol=1e-5)


def test_a_network_that_is_handed_over_knows_keras_layers_only() -> None:
    image = keras.Input((6, 5, 3))
    x = layers.Conv2D(3, 3, padding="same")(image)
    total = layers.Add()([x, BatchNormalisation()(x)])  # reads what others read: it stays
    model = keras.Model(image, BatchNormalisation()(layers.Conv2D(2, 1)(total)))
    fused = fuse(model)
    kinds = [layer.__class__ for layer in fused.layers]
    assert kinds.count(layers.BatchNormalization) == 1
    assert BatchNormalisation not in kinds
    x = images((4, 6, 5, 3))
    np.testing.assert_allclose(fused(x), model(x, training=False), atol=1e-5)
