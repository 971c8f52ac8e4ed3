"""Attention U-Net (Oktay et al. 2018, arXiv:1804.03999)."""

from __future__ import annotations

import keras
from keras import layers

from model_training.networks.blocks import Tensor, centre, double, drop, join, probability, score
from model_training.networks.shape import NetworkShape
from model_training.networks.unet import convolve_twice


def build(shape: NetworkShape) -> keras.Model:
    """Return an uncompiled network from (N, S, S, C) in [0, 1] to probability (N, S, S, outputs).

    A U-Net in which the coarser level says where a skip connection is worth looking at. As in
    the paper, the finest skip passes without a gate: it knows too little of what it sees.
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
        skip = attend(skips[level], x, name=f"gate{level}") if level else skips[level]
        x = double(x, shape.maps[level], shape, name=f"up{level}")
        x = join(x, skip, name=f"up{level}")
        x = convolve_twice(x, shape.maps[level], shape, name=f"up{level}")

    name = f"attention_unet_d{shape.depth}_f{shape.feature_maps}"
    return keras.Model(image, probability(score(x, shape), shape), name=name)


def attend(skip: Tensor, gating: Tensor, *, name: str) -> Tensor:
    """Additive attention gate, equations 1 and 2: weigh each pixel of `skip` from 0 to 1.

    Parameters
    ----------
    skip : (N, 2H, 2W, A)
    gating : (N, H, W, B)
        Features of the level below.
    """
    inner = max(1, skip.shape[-1] // 2)
    features = layers.Conv2D(inner, 2, strides=2, use_bias=False, name=f"{name}_theta")(skip)
    signal = layers.Conv2D(inner, 1, name=f"{name}_phi")(gating)
    both = layers.Add(name=f"{name}_add")([features, signal])
    both = layers.Activation("relu", name=f"{name}_relu")(both)
    weight = layers.Conv2D(1, 1, activation="sigmoid", name=f"{name}_psi")(both)
    weight = layers.UpSampling2D(2, interpolation="bilinear", name=f"{name}_double")(weight)
    return layers.Multiply(name=f"{name}_weigh")([skip, weight])
