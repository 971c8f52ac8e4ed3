"""A U-Net with a residual encoder, in the manner of nnU-Net ResEnc.

Isensee et al. 2024, nnU-Net Revisited (arXiv:2404.09556); blocks of He et al. (arXiv:1512.03385)
with the shortcut of He, T. et al. (arXiv:1812.01187).
"""

from __future__ import annotations

import keras
from keras import layers

from model_training.networks.blocks import (
    Tensor,
    activate,
    centre,
    convolve,
    double,
    drop,
    join,
    probability,
    score,
)
from model_training.networks.shape import NetworkShape

BLOCKS = (1, 3, 4, 6)  # at the first levels; every deeper one has the last number


def build(shape: NetworkShape) -> keras.Model:
    """Return an uncompiled network from (N, S, S, C) in [0, 1] to probability (N, S, S, outputs).

    Most of the work is done going down: 1, 3, 4, 6, 6, ... residual blocks a level, and a single
    convolution a level coming up. Dropout acts at the bottom.

    Notes
    -----
    nnU-Net's leaky ReLU is a plain one here: TensorFlow 2.21 compiles convolution, shift, sum and
    leaky ReLU into one step on the CPU, and that step has the slope 0.2 whatever was asked for.
    """
    image = keras.Input((shape.image_size, shape.image_size, shape.channels), name="image")
    x = convolve(centre(image), shape.maps[0], shape, name="stem")
    skips = []
    for level, maps in enumerate(shape.maps):
        for number in range(BLOCKS[min(level, len(BLOCKS) - 1)]):
            halve = level > 0 and number == 0
            x = residual_block(x, maps, shape, halve=halve, name=f"down{level}_{number}")
        skips.append(x)

    x = drop(skips.pop(), shape.dropout, name="bottom")
    for level in reversed(range(shape.depth)):
        x = double(x, shape.maps[level], shape, name=f"up{level}")
        x = join(x, skips[level], name=f"up{level}")
        x = convolve(x, shape.maps[level], shape, name=f"up{level}")

    name = f"residual_unet_d{shape.depth}_f{shape.feature_maps}"
    return keras.Model(image, probability(score(x, shape), shape), name=name)


def residual_block(x: Tensor, maps: int, shape: NetworkShape, *, halve: bool, name: str) -> Tensor:
    """Add two 3x3 convolutions to their own input; every normalisation follows a convolution."""
    y = convolve(x, maps, shape, stride=2 if halve else 1, name=f"{name}a")
    y = convolve(y, maps, shape, name=f"{name}b", activation=None)
    if halve:
        x = layers.AveragePooling2D(2, name=f"{name}_halve")(x)
    if x.shape[-1] != maps:
        x = convolve(x, maps, shape, kernel=1, name=f"{name}_short", activation=None)
    return activate(layers.Add(name=f"{name}_add")([x, y]), "relu", name=f"{name}_relu")
