"""A plain U-Net (Ronneberger, Fischer & Brox 2015, arXiv:1505.04597), with normalisation."""

from __future__ import annotations

import keras
from keras import layers

from model_training.networks.blocks import (
    Tensor,
    centre,
    convolve,
    double,
    drop,
    join,
    probability,
    score,
)
from model_training.networks.shape import NetworkShape


def build(shape: NetworkShape) -> keras.Model:
    """Return an uncompiled network from (N, S, S, C) in [0, 1] to probability (N, S, S, outputs).

    Dropout acts at the bottom.
    """
    image = keras.Input((shape.image_size, shape.image_size, shape.channels), name="image")
    x, skips = centre(image), []
    for level in range(shape.depth):
        x = convolve_twice(x, shape.maps[level], shape, name=f"down{level}")
        skips.append(x)
        x = layers.MaxPooling2D(name=f"down{level}_halve")(x)

    x = convolve_twice(x, shape.maps[shape.depth], shape, name="bottom")
    x = drop(x, shape.dropout, name="bottom")

    for level in reversed(range(shape.depth)):
        x = double(x, shape.maps[level], shape, name=f"up{level}")
        x = join(x, skips[level], name=f"up{level}")
        x = convolve_twice(x, shape.maps[level], shape, name=f"up{level}")

    name = f"unet_d{shape.depth}_f{shape.feature_maps}"
    return keras.Model(image, probability(score(x, shape), shape), name=name)


def convolve_twice(x: Tensor, maps: int, shape: NetworkShape, *, name: str) -> Tensor:
    """Two 3x3 convolutions that keep height and width."""
    for step in ("a", "b"):
        x = convolve(x, maps, shape, name=f"{name}{step}")
    return x
