"""The network of Isensee et al. for BRATS 2017 (arXiv:1802.10508), in two dimensions."""

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
    filter_maps,
    join,
    normalise,
    probability,
    score,
)
from model_training.networks.shape import NetworkShape

SUPERVISED_LEVELS = 3


def build(shape: NetworkShape) -> keras.Model:
    """Return an uncompiled network from (N, S, S, C) in [0, 1] to probability (N, S, S, outputs).

    Down by strided convolutions and residual context modules, up by localisation modules. The
    scores of the three finest levels are summed before the sigmoid, so that the deeper ones learn
    directly and training sees one output.

    Notes
    -----
    The paper has depth 4, 16 feature maps, dropout 0.3 (here in every context module),
    normalisation "instance" and upsampling "nearest"; the shape chooses.
    """
    image = keras.Input((shape.image_size, shape.image_size, shape.channels), name="image")
    x, skips = centre(image), []
    for level, maps in enumerate(shape.maps):
        x = step_down(x, maps, shape, stride=2 if level else 1, name=f"down{level}")
        skips.append(x)

    x, scores = skips.pop(), []
    for level in reversed(range(shape.depth)):
        x = step_up(x, skips[level], shape.maps[level], shape, name=f"up{level}")
        if level < SUPERVISED_LEVELS:
            scores.append(score(x, shape, name=f"up{level}_logit"))

    name = f"isensee_d{shape.depth}_f{shape.feature_maps}"
    return keras.Model(image, probability(sum_of_levels(scores), shape), name=name)


def step_down(x: Tensor, maps: int, shape: NetworkShape, *, stride: int, name: str) -> Tensor:
    """One level of the encoder: convolution, context module around it, normalised and activated."""
    x = filter_maps(x, maps, shape, stride=stride, name=name)
    x = layers.Add(name=f"{name}_add")([x, context(x, maps, shape, name=f"{name}_context")])
    return prepare(x, shape, name=name)


def context(x: Tensor, maps: int, shape: NetworkShape, *, name: str) -> Tensor:
    """Context module: a pre-activation block of two 3x3 convolutions with dropout between."""
    x = prepare(x, shape, name=f"{name}a")
    x = filter_maps(x, maps, shape, name=f"{name}a")
    x = drop(x, shape.dropout, name=name)
    x = prepare(x, shape, name=f"{name}b")
    # No shift: what it is added to has one. TensorFlow 2.21, moreover, compiles convolution,
    # shift, sum and leaky ReLU into one step that forgets the slope.
    return filter_maps(x, maps, shape, name=f"{name}b", shift=False)


def prepare(x: Tensor, shape: NetworkShape, *, name: str) -> Tensor:
    """Normalise and activate."""
    return activate(normalise(x, shape, name=f"{name}_norm"), "leaky_relu", name=f"{name}_relu")


def step_up(x: Tensor, skip: Tensor, maps: int, shape: NetworkShape, *, name: str) -> Tensor:
    """One level of the decoder: up-sampling module, skip, localisation module."""
    x = double(x, maps, shape, name=name, shift=shape.normalisation == "none")
    x = join(prepare(x, shape, name=f"{name}_double"), skip, name=name)
    x = convolve(x, 2 * maps, shape, name=f"{name}a", activation="leaky_relu")
    return convolve(x, maps, shape, name=f"{name}b", kernel=1, activation="leaky_relu")


def sum_of_levels(scores: list[Tensor]) -> Tensor:
    """Double each level's scores, coarsest first, and add them to the next finer one's."""
    total = scores[0]
    for number, finer in enumerate(scores[1:], 1):
        total = layers.UpSampling2D(
            2, interpolation="bilinear", dtype="float32", name=f"double_logit{number}"
        )(total)
        total = layers.Add(dtype="float32", name=f"add_logit{number}")([total, finer])
    return total
