"""Every network: what goes in, what comes out, what each argument does, that it learns."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from model_training.networks import NETWORKS, NetworkShape, build_network
from model_training.networks.attention_unet import attend
from model_training.networks.batch_norm import BatchNormalisation
from model_training.networks.instance_norm import InstanceNormalisation
from model_training.networks.residual_unet import residual_block
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2

pytestmark = KERAS_BEFORE_NUMPY_2
SIDE, CHANNELS = 16, 2
NAMES = ["unet", "isensee", "residual_unet", "attention_unet", "unet_plus_plus"]
# The first convolution of each level of the encoder, the bottom last.
ENCODERS = {
    "unet": ["down0a_conv", "down1a_conv", "bottoma_conv"],
    "isensee": ["down0_conv", "down1_conv", "down2_conv"],
    "residual_unet": ["down0_0a_conv", "down1_0a_conv", "down2_0a_conv"],
    "attention_unet": ["down0a_conv", "down1a_conv", "bottoma_conv"],
    "unet_plus_plus": ["x0_0a_conv", "x1_0a_conv", "x2_0a_conv"],
}


@pytest.fixture(autouse=True)
def arithmetic_in_float32() -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy(before)


def shape_of(**settings: Any) -> NetworkShape:
    return NetworkShape(
        **({"image_size": SIDE, "channels": CHANNELS, "feature_maps": 4, "depth": 2} | settings)
    )


def build(name: str, **settings: Any) -> keras.Model:
    return build_network(name, shape_of(**settings))


def answer(model: Any, images: np.ndarray | list[np.ndarray]) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(images, training=False))


@functools.cache
def built(name: str, policy: str = "float32", **settings: Any) -> keras.Model:
    """Return a network that tests share: its weights may have been trained, its layers stay."""
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(0)
    return build(name, **settings)


def plain(name: str) -> keras.Model:
    """Return a network of the least settings."""
    return built(name, normalisation="batch")


def rich(name: str) -> keras.Model:
    """Return a network of which every setting is another than by default."""
    settings: dict[str, Any] = {"outputs": 3, "dropout": 0.3, "max_feature_maps": 10}
    return built(name, **settings, normalisation="instance", upsampling="nearest")


def kinds(model: keras.Model) -> set[type]:
    return {type(layer) for layer in model.layers}


def names_into(model: keras.Model, name: str) -> list[str]:
    return [tensor._keras_history.operation.name for tensor in model.get_layer(name).input]


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).random((3, SIDE, SIDE, CHANNELS), np.float32)


def test_no_network_is_forgotten_here() -> None:
    assert set(NAMES) <= NETWORKS.keys()


def test_a_network_that_nobody_knows_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"network must be one of unet, .*, found 'vnet'"):
        build_network("vnet", shape_of())


@pytest.mark.parametrize("name", NAMES)
def test_a_probability_comes_out_for_every_pixel(name: str, images: np.ndarray) -> None:
    probability = answer(plain(name), images)
    assert probability.shape == (3, SIDE, SIDE, 1)
    assert probability.dtype == np.float32
    assert ((probability >= 0) & (probability <= 1)).all()
    assert np.ptp(probability) > 0


@pytest.mark.parametrize("name", NAMES)
def test_several_outputs_are_probabilities_that_sum_to_one(name: str, images: np.ndarray) -> None:
    probability = answer(rich(name), images)
    assert probability.shape == (3, SIDE, SIDE, 3)
    np.testing.assert_allclose(probability.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", [1, 2])
def test_the_image_is_halved_as_often_as_asked_and_brought_back(name: str, depth: int) -> None:
    model = plain(name) if depth == 2 else build(name, depth=depth)
    sides = {layer.output.shape[1] for layer in model.layers}
    assert sides == {SIDE // 2**level for level in range(depth + 1)}
    assert model.output_shape == (None, SIDE, SIDE, 1)


@pytest.mark.parametrize("name", NAMES)
def test_feature_maps_double_at_every_halving_up_to_the_most(name: str) -> None:
    model = rich(name)
    assert [model.get_layer(layer).filters for layer in ENCODERS[name]] == [4, 8, 10]


@pytest.mark.parametrize("name", NAMES)
def test_whole_maps_are_dropped_in_training_only_where_asked(name: str) -> None:
    assert layers.SpatialDropout2D not in kinds(plain(name))
    dropping = [layer for layer in rich(name).layers if isinstance(layer, layers.SpatialDropout2D)]
    assert {layer.rate for layer in dropping} == {0.3}


@pytest.mark.parametrize("name", NAMES)
def test_normalisation_is_of_the_kind_asked_for(name: str) -> None:
    both = {layers.BatchNormalization, BatchNormalisation, InstanceNormalisation}
    assert kinds(plain(name)) & both == {BatchNormalisation}
    assert kinds(rich(name)) & both == {InstanceNormalisation}
    assert kinds(built(name, normalisation="none")) & both == set()


@pytest.mark.parametrize("name", NAMES)
def test_features_are_doubled_as_asked(name: str) -> None:
    transposed, nearest = plain(name), rich(name)
    assert layers.Conv2DTranspose in kinds(transposed)
    assert layers.Conv2DTranspose not in kinds(nearest)
    doubled = sum("_nearest" in layer.name for layer in nearest.layers)
    assert doubled == sum(isinstance(at, layers.Conv2DTranspose) for at in transposed.layers)


@pytest.mark.parametrize("name", NAMES)
def test_probabilities_are_float32_even_when_training_is_not(name: str, images: np.ndarray) -> None:
    model = built(name, "mixed_bfloat16")
    assert answer(model, images).dtype == np.float32
    assert model.get_layer(ENCODERS[name][0]).compute_dtype == "bfloat16"


@pytest.mark.parametrize(
    ("name", "normalisation"),
    [*((name, kind) for name in NAMES for kind in ("batch", "none")), ("isensee", "instance")],
)
def test_one_step_changes_every_weight_and_lowers_the_loss(
    name: str, normalisation: str, images: np.ndarray
) -> None:
    model = built(name, normalisation=normalisation)
    masks = (images[..., :1] + images[..., 1:] > 1).astype(np.float32)
    model.compile(keras.optimizers.SGD(0.02), "binary_crossentropy", run_eagerly=True)
    before = [weight.numpy() for weight in model.trainable_weights]
    first = model.train_on_batch(images, masks)
    for weight, old in zip(model.trainable_weights, before, strict=True):
        # Rounding alone moves a weight that no gradient reaches by some 1e-10.
        assert np.abs(weight.numpy() - old).max() > 1e-7, weight.path
    assert model.train_on_batch(images, masks) < first


@pytest.mark.parametrize(
    "name", ["isensee", "attention_unet"]
)  # all layers that are not Keras' own
def test_a_saved_network_comes_back_whole(name: str, images: np.ndarray, tmp_path: Path) -> None:
    model = rich(name)
    model.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(answer(loaded, images), answer(model, images))


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_has_a_name_of_its_own_choice(name: str) -> None:
    first = [layer.name for layer in plain(name).layers]
    assert [layer.name for layer in built(name, "mixed_bfloat16").layers] == first


# The encoder that halves five times, and its decoder.


@functools.cache
def efficient(name: str) -> keras.Model:
    return build_network(name, NetworkShape(64, 3, feature_maps=4))


def test_a_decoder_to_half_size_computes_nothing_at_full_size_but_the_score() -> None:
    whole, half = efficient("efficient_unet"), efficient("efficient_unet_half")
    assert half.output_shape == whole.output_shape == (None, 64, 64, 1)
    full = {layer.name for layer in half.layers if layer.output.shape[1] == 64}
    assert full == {"image", "centre", "logit", "probability"}
    missing = {layer.name for layer in whole.layers} - {layer.name for layer in half.layers}
    assert missing == {"up0_double", "up0b_conv", "up0b_norm", "up0b_relu"}


def test_every_pixel_of_a_doubled_score_depends_on_as_many_windows() -> None:
    model = efficient("efficient_unet_half")
    logit = model.get_layer("logit")
    kernel, bias = logit.get_weights()
    logit.set_weights([np.ones_like(kernel), bias])
    ones = np.ones((1, *logit.input.shape[1:]), np.float32)
    counted = keras.ops.convert_to_numpy(logit(ones))[0, 1:-1, 1:-1, 0]
    assert np.ptp(counted) == 0


# What the shape refuses.


def test_an_image_that_cannot_be_halved_that_often_is_refused() -> None:
    with pytest.raises(ValueError, match="image_size 40 cannot be halved 4 times"):
        NetworkShape(40, 1, depth=4)


def test_a_single_pixel_at_the_bottom_cannot_be_normalised_by_itself() -> None:
    NetworkShape(32, 1, depth=5)
    with pytest.raises(ValueError, match="image_size 32 halved 5 times leaves one pixel"):
        NetworkShape(32, 1, depth=5, normalisation="instance")


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("feature_maps", 0, "feature_maps must be 1 or more, found 0"),
        ("outputs", 0, "outputs must be 1 or more, found 0"),
        ("dropout", 1.0, "dropout must be 0 or more and below 1, found 1.0"),
        ("normalisation", "group", "normalisation must be one of batch, .*, found 'group'"),
        ("upsampling", "cubic", "upsampling must be one of transposed, nearest, found 'cubic'"),
    ],
)
def test_a_shape_that_makes_no_network_is_refused(
    setting: str, value: int | float | str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        shape_of(**{setting: value})


# What makes each network the one of its paper.


def test_the_decoder_of_the_unet_sees_the_details_that_the_encoder_saw() -> None:
    model = plain("unet")
    for level in range(2):
        joined = names_into(model, f"up{level}_join")
        assert joined == [f"up{level}_double", f"down{level}b_relu"]


def test_isensee_sums_the_scores_of_its_three_finest_levels(images: np.ndarray) -> None:
    model = build("isensee", depth=4, outputs=1)
    scores = [layer for layer in model.layers if layer.name.endswith("_logit")]
    assert {layer.name for layer in scores} == {"up0_logit", "up1_logit", "up2_logit"}
    for number, layer in enumerate(scores):
        kernel, bias = layer.get_weights()
        layer.set_weights([0 * kernel, bias + 0.5 * 2**number])
    np.testing.assert_allclose(answer(model, images), 1 / (1 + np.exp(-3.5)), atol=1e-5)


def test_isensee_drops_and_adds_in_every_context_module() -> None:
    model = build("isensee", dropout=0.3)
    for level in range(3):
        added = names_into(model, f"down{level}_add")
        assert added == [f"down{level}_conv", f"down{level}_contextb_conv"]
        assert model.get_layer(f"down{level}_context_drop").rate == 0.3


def test_residual_levels_hold_more_and_more_blocks() -> None:
    model = build("residual_unet", image_size=32, depth=4)
    added = [layer.name for layer in model.layers if isinstance(layer, layers.Add)]
    assert [sum(at.startswith(f"down{level}_") for at in added) for level in range(5)] == [
        1,
        3,
        4,
        6,
        6,
    ]


def test_a_residual_block_that_does_nothing_passes_its_input_on(images: np.ndarray) -> None:
    tensor = keras.Input(images.shape[1:])
    shape = shape_of(normalisation="none")
    model = keras.Model(tensor, residual_block(tensor, CHANNELS, shape, halve=False, name="x"))
    model.set_weights([0 * weight for weight in model.get_weights()])
    np.testing.assert_array_equal(answer(model, images), images)


@pytest.mark.parametrize(("bias", "passed"), [(-100, 0), (100, 1)])
def test_a_gate_lets_a_skip_connection_through_or_not(
    images: np.ndarray, bias: int, passed: int
) -> None:
    skip, gating = keras.Input(images.shape[1:]), keras.Input((SIDE // 2, SIDE // 2, 4))
    model = keras.Model([skip, gating], attend(skip, gating, name="gate"))
    kernel, _ = model.get_layer("gate_psi").get_weights()
    model.get_layer("gate_psi").set_weights([0 * kernel, np.array([bias], np.float32)])
    signal = np.ones((3, SIDE // 2, SIDE // 2, 4), np.float32)
    np.testing.assert_allclose(answer(model, [images, signal]), passed * images, atol=1e-6)


def test_all_skips_but_the_finest_are_gated() -> None:
    model = build("attention_unet", depth=3)
    assert names_into(model, "up0_join")[1] == "down0b_relu"
    assert [names_into(model, f"up{at}_join")[1] for at in (1, 2)] == ["gate1_weigh", "gate2_weigh"]
    assert names_into(model, "gate1_weigh")[0] == "down1b_relu"


def test_a_node_of_unet_plus_plus_sees_all_before_it_and_the_one_below() -> None:
    model = plain("unet_plus_plus")
    assert names_into(model, "x0_2_join") == ["x0_0b_relu", "x0_1b_relu", "x0_2_double"]
    assert model.get_layer("x0_2_double").input is model.get_layer("x1_1b_relu").output


def test_unet_plus_plus_averages_the_scores_of_its_unets(images: np.ndarray) -> None:
    model = build("unet_plus_plus")
    for column, bias in ((1, -1.0), (2, 4.0)):
        layer = model.get_layer(f"logit{column}")
        layer.set_weights([0 * layer.get_weights()[0], np.array([bias], np.float32)])
    np.testing.assert_allclose(answer(model, images), 1 / (1 + np.exp(-1.5)), atol=1e-5)


# Instance normalisation.


def normalised(images: np.ndarray, **settings: Any) -> np.ndarray:
    layer = InstanceNormalisation(**settings)
    return keras.ops.convert_to_numpy(layer(images)).astype(np.float32)


def test_every_map_of_every_image_is_standardised_by_itself(images: np.ndarray) -> None:
    mean, deviation = images.mean((1, 2), keepdims=True), images.std((1, 2), keepdims=True)
    expected = (images - mean) / np.sqrt(deviation**2 + 1e-5)
    np.testing.assert_allclose(normalised(images), expected, atol=1e-5)


def test_a_learnt_scale_and_shift_are_applied(images: np.ndarray) -> None:
    layer = InstanceNormalisation()
    layer.build(images.shape)
    layer.set_weights([np.array([2, 3], np.float32), np.array([10, 20], np.float32)])
    result = keras.ops.convert_to_numpy(layer(images))
    np.testing.assert_allclose(result.mean((1, 2)), [[10, 20]] * 3, atol=1e-4)
    np.testing.assert_allclose(result.std((1, 2)), [[2, 3]] * 3, rtol=1e-3)


def test_a_mean_far_above_the_spread_costs_no_digits(images: np.ndarray) -> None:
    np.testing.assert_allclose(normalised(images + 4096), normalised(images), atol=0.05)


def test_a_map_of_one_value_gives_no_nan(images: np.ndarray) -> None:
    np.testing.assert_array_equal(normalised(np.full_like(images, 7)), 0)


def test_low_precision_sees_statistics_of_full_precision(images: np.ndarray) -> None:
    near = normalised(images, dtype="mixed_bfloat16")
    np.testing.assert_allclose(near, normalised(images), atol=0.02)


def test_the_layer_is_known_by_the_name_of_the_project() -> None:
    saved = json.loads(build("unet", normalisation="instance").to_json())
    names = {layer["registered_name"] for layer in saved["config"]["layers"]}
    assert "brainseg>InstanceNormalisation" in names
