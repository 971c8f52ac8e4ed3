"""A U-Net whose encoder is EfficientNet-Lite, which may start from weights trained on ImageNet.

Tan & Le, "EfficientNet", 2019, arXiv:1905.11946; the Lite form without squeeze-and-excitation and
with ReLU6 is that of the authors' `tpu` repository, 2020. Decoder as in Ronneberger et al. 2015.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from model_training.networks.batch_norm import BatchNormalisation
from model_training.networks.blocks import (
    centre,
    double,
    drop,
    join,
    probability,
    score,
    score_doubled,
)
from model_training.networks.shape import NetworkShape

Tensor = Any
EPSILON = 1e-3  # of every normalisation, as the published weights expect
HALVINGS = 5


@dataclass(frozen=True)
class Stage:
    """Inverted residual blocks of one size; the first of them may halve the image."""

    kernel: int
    stride: int
    expand: int
    maps: int
    repeats: int


# EfficientNet-B0 (table 1 of the paper) but for its last stage, which serves classification.
STAGES = (
    Stage(3, 1, 1, 16, 1),
    Stage(3, 2, 6, 24, 2),
    Stage(5, 2, 6, 40, 2),
    Stage(3, 2, 6, 80, 3),
    Stage(5, 1, 6, 112, 3),
    Stage(5, 2, 6, 192, 4),
)
STEM_MAPS = 32


@dataclass(frozen=True)
class Scale:
    """How much wider and deeper than Lite0 an encoder is (section 3.3 of the paper)."""

    width: float
    depth: float

    def maps(self, maps: int) -> int:
        """Return the scaled number of maps, a multiple of 8 that loses at most a tenth."""
        scaled = maps * self.width
        rounded = max(8, int(scaled + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * scaled else rounded

    def repeats(self, number: int) -> int:
        """Return how often the blocks of a stage repeat; Lite keeps the first stage as it is."""
        repeats = STAGES[number].repeats
        return repeats if number == 0 else math.ceil(repeats * self.depth)


LITE0, LITE2 = Scale(1.0, 1.0), Scale(1.1, 1.2)


def build(shape: NetworkShape, scale: Scale = LITE0, *, to_half: bool = False) -> keras.Model:
    """Return the network; see `NetworkShape` for its arguments.

    With `to_half` the decoder ends at half of the image's side, and the score itself doubles it:
    no features of the encoder are finer, and a training step takes 8 to 15 % less time.

    `feature_maps`, doubled at every halving up to `max_feature_maps`, are those of the decoder;
    the encoder's are the published ones. `normalisation` is "batch", `depth` is 5.

    Raises
    ------
    ValueError
        If `shape` asks for another depth or normalisation: the published weights would not fit.
    """
    if (shape.depth, shape.normalisation) != (HALVINGS, "batch"):
        raise ValueError(
            "an EfficientNet encoder halves 5 times and normalises by batch; "
            f"found depth {shape.depth}, normalisation {shape.normalisation}"
        )
    image = keras.Input((shape.image_size, shape.image_size, shape.channels), name="image")
    x, skips = encode(centre(image), scale)
    x = drop(x, shape.dropout, name="bottom")
    for level in reversed(range(int(to_half), HALVINGS)):
        maps = shape.maps[level]
        x = double(x, maps, shape, name=f"up{level}")
        if level:  # no features of the encoder have the image's own size
            x = join(x, skips[level - 1], name=f"up{level}")
            x = convolve(x, maps, name=f"up{level}a")
        x = convolve(x, maps, name=f"up{level}b")
    logit = score_doubled(x, shape) if to_half else score(x, shape)
    return keras.Model(image, probability(logit, shape), name="efficient_unet")


def encode(x: Tensor, scale: Scale) -> tuple[Tensor, list[Tensor]]:
    """Return the features at 1/32 of the side, and those at 1/2, 1/4, 1/8 and 1/16."""
    x = layers.Conv2D(STEM_MAPS, 3, strides=2, padding="same", use_bias=False, name="stem_conv")(x)
    x = _normalise(x, "stem", clip=True)
    skips, number = [], 0
    for which, stage in enumerate(STAGES):
        for repeat in range(scale.repeats(which)):
            stride = stage.stride if repeat == 0 else 1
            if stride == 2:
                skips.append(x)
            x = inverted_residual(x, stage, stride, scale.maps(stage.maps), name=f"block{number}")
            number += 1
    return x, skips


def inverted_residual(x: Tensor, stage: Stage, stride: int, maps: int, *, name: str) -> Tensor:
    """Widen, convolve each map for itself, narrow again (Sandler et al. 2018, arXiv:1801.04381)."""
    before = x
    if stage.expand > 1:
        wide = int(x.shape[-1]) * stage.expand
        x = layers.Conv2D(wide, 1, use_bias=False, name=f"{name}_expand_conv")(x)
        x = _normalise(x, f"{name}_expand", clip=True)
    x = layers.DepthwiseConv2D(
        stage.kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depth_conv"
    )(x)
    x = _normalise(x, f"{name}_depth", clip=True)
    x = layers.Conv2D(maps, 1, use_bias=False, name=f"{name}_project_conv")(x)
    x = _normalise(x, f"{name}_project", clip=False)
    if stride == 1 and int(before.shape[-1]) == maps:
        x = layers.Add(name=f"{name}_add")([x, before])
    return x


def convolve(x: Tensor, maps: int, *, name: str) -> Tensor:
    """A 3x3 convolution of the decoder, normalised, then ReLU."""
    x = layers.Conv2D(
        maps,
        3,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(x)
    return _normalise(x, name, clip=False, activate=True)


def _normalise(x: Tensor, name: str, *, clip: bool, activate: bool = False) -> Tensor:
    x = BatchNormalisation(momentum=0.97, epsilon=EPSILON, name=f"{name}_norm")(x)
    if clip:
        return layers.ReLU(6.0, name=f"{name}_relu")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if activate else x
