"""A plain U-Net (Ronneberger, Fischer & Brox 2015, arXiv:1505.04597), with normalisation."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

Tensor = Any


def build_unet(
    image_size: int,
    channels: int,
    *,
    feature_maps: int = 16,
    max_feature_maps: int = 128,
    depth: int = 5,
    dropout: float = 0.0,
    normalise: bool = True,
) -> keras.Model:
    """Return an uncompiled network from (N, S, S, C) in [0, 1] to tumour probability (N, S, S, 1).

    Parameters
    ----------
    image_size : int
        S in pixels; must be divisible by 2**depth.
    channels : int
        C, number of histogram views.
    feature_maps : int
        Maps at full resolution; doubled at every halving up to `max_feature_maps`.
    depth : int
        Number of halvings on the way down.
    dropout : float
        Share of whole feature maps dropped at the bottom during training.
    normalise : bool
        False builds the finished network, see `fold_normalisation`.

    Raises
    ------
    ValueError
        If the image cannot be halved that often.
    """
    if image_size % 2**depth:
        raise ValueError(f"image_size {image_size} cannot be halved {depth} times")
    maps = [min(feature_maps * 2**level, max_feature_maps) for level in range(depth + 1)]

    image = keras.Input((image_size, image_size, channels), name="image")
    x, skips = layers.Rescaling(2.0, offset=-1.0, name="centre")(image), []
    for level in range(depth):
        x = convolve_twice(x, maps[level], normalise, name=f"down{level}")
        skips.append(x)
        x = layers.MaxPooling2D(name=f"down{level}_halve")(x)

    x = convolve_twice(x, maps[depth], normalise, name="bottom")
    if dropout:
        x = layers.SpatialDropout2D(dropout, name="bottom_drop")(x)

    for level in reversed(range(depth)):
        x = double_and_join(x, skips[level], maps[level], name=f"up{level}")
        x = convolve_twice(x, maps[level], normalise, name=f"up{level}")

    # float32 whatever the policy: in bfloat16 a probability has three digits.
    logit = layers.Conv2D(1, 1, dtype="float32", name="logit")(x)
    probability = layers.Activation("sigmoid", dtype="float32", name="probability")(logit)
    return keras.Model(image, probability, name=f"unet_d{depth}_f{feature_maps}")


def convolve_twice(x: Tensor, maps: int, normalise: bool, *, name: str) -> Tensor:
    """Two 3x3 convolutions that keep height and width."""
    for step in ("a", "b"):
        x = layers.Conv2D(
            maps,
            3,
            padding="same",
            use_bias=not normalise,
            kernel_initializer="he_normal",
            name=f"{name}{step}_conv",
        )(x)
        if normalise:
            x = layers.BatchNormalization(momentum=0.95, name=f"{name}{step}_norm")(x)
        x = layers.Activation("relu", name=f"{name}{step}_relu")(x)
    return x


def double_and_join(x: Tensor, skip: Tensor, maps: int, *, name: str) -> Tensor:
    """Double height and width, then append the encoder's features `skip`."""
    x = layers.Conv2DTranspose(maps, 2, strides=2, name=f"{name}_double")(x)
    return layers.Concatenate(name=f"{name}_join")([x, skip])


def fold_normalisation(trained: keras.Model, finished: keras.Model) -> None:
    """Give `finished` the weights of `trained`, each normalisation folded into its convolution.

    After training, a batch normalisation is a fixed scale and shift of every map, so that kernel
    and bias can carry it: the same function, with half as many layers to run.

    Parameters
    ----------
    trained, finished : keras.Model
        The same network, built with `normalise` True and False.
    """
    for layer in finished.layers:
        source = trained.get_layer(layer.name)
        weights = source.get_weights()
        if layer.name.endswith("_conv"):
            norm = trained.get_layer(layer.name.removesuffix("conv") + "norm")
            gamma, beta, mean, variance = norm.get_weights()
            scale = gamma / np.sqrt(variance + norm.epsilon)
            weights = [weights[0] * scale, beta - mean * scale]
        layer.set_weights(weights)
