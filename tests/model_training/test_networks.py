"""The U-Net, and the same network with its normalisation folded in."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from model_training.networks import build_unet, fold_normalisation

SIDE, CHANNELS = 32, 2


@pytest.fixture(autouse=True)
def arithmetic_in_float32():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy(before)


def build(**settings):
    return build_unet(SIDE, CHANNELS, **({"feature_maps": 4, "depth": 2} | settings))


def answer(model, images):
    return keras.ops.convert_to_numpy(model(images, training=False))


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((3, SIDE, SIDE, CHANNELS), np.float32)


@pytest.fixture
def trained():
    """A network whose every weight and statistic is what a long training might have made it."""
    keras.utils.set_random_seed(0)
    model, rng = build(), np.random.default_rng(1)
    for layer in model.layers:
        weights = [
            weight + rng.normal(0, 0.1, weight.shape).astype(np.float32)
            for weight in layer.get_weights()
        ]
        if isinstance(layer, keras.layers.BatchNormalization):
            weights[3] = rng.uniform(0.003, 2, weights[3].shape).astype(np.float32)
        layer.set_weights(weights)
    return model


def test_a_probability_comes_out_for_every_pixel(images) -> None:
    probability = answer(build(), images)
    assert probability.shape == (3, SIDE, SIDE, 1)
    assert probability.dtype == np.float32
    assert ((probability >= 0) & (probability <= 1)).all()


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_any_depth_gives_back_the_size_of_the_image(depth) -> None:
    model = build(depth=depth)
    assert model.output_shape == (None, SIDE, SIDE, 1)
    assert sum(isinstance(layer, keras.layers.MaxPooling2D) for layer in model.layers) == depth


def test_feature_maps_double_at_every_halving_up_to_the_most() -> None:
    model = build(feature_maps=4, max_feature_maps=10, depth=3)
    maps = [model.get_layer(f"down{level}a_conv").filters for level in range(3)]
    assert [*maps, model.get_layer("bottoma_conv").filters] == [4, 8, 10, 10]


def test_an_image_that_cannot_be_halved_that_often_is_refused() -> None:
    with pytest.raises(ValueError, match="image_size 40 cannot be halved 4 times"):
        build_unet(40, 1, depth=4)


def test_whole_maps_are_dropped_in_training_only_where_the_recipe_says_so() -> None:
    assert "bottom_drop" in [layer.name for layer in build(dropout=0.2).layers]
    assert "bottom_drop" not in [layer.name for layer in build(dropout=0.0).layers]


def test_probabilities_are_float32_even_when_training_is_not(images) -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    assert answer(build(), images).dtype == np.float32


@pytest.mark.parametrize("level", [0, 1])
def test_the_decoder_sees_the_details_that_the_encoder_saw(level) -> None:
    joined = build().get_layer(f"up{level}_join").input
    names = [tensor._keras_history.operation.name for tensor in joined]
    assert names == [f"up{level}_double", f"down{level}b_relu"]


def test_the_finished_network_is_the_same_function_as_the_trained_one(images, trained) -> None:
    finished = build(normalise=False)
    fold_normalisation(trained, finished)
    expected = answer(trained, images)
    assert np.ptp(expected) > 0.05
    np.testing.assert_allclose(answer(finished, images), expected, atol=1e-4)


def test_the_finished_network_normalises_no_more() -> None:
    kinds = [type(layer) for layer in build(normalise=False).layers]
    assert keras.layers.BatchNormalization not in kinds


def test_folding_leaves_the_trained_network_as_it_was(images, trained) -> None:
    before = answer(trained, images)
    fold_normalisation(trained, build(normalise=False))
    np.testing.assert_array_equal(answer(trained, images), before)


def test_a_network_trained_with_dropout_folds_into_one_of_the_same_answer(images) -> None:
    trained = build(dropout=0.5)
    finished = build(dropout=0.5, normalise=False)
    fold_normalisation(trained, finished)
    np.testing.assert_allclose(answer(finished, images), answer(trained, images), atol=1e-4)
