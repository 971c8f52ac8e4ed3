"""U-Net++ (Zhou et al. 2018, arXiv:1807.10165)."""

from __future__ import annotations

import keras
from keras import layers

from model_training.networks.blocks import Tensor, centre, double, drop, join, probability, score
from model_training.networks.shape import NetworkShape
from model_training.networks.unet import convolve_twice


def build(shape: NetworkShape) -> keras.Model:
    """Return an uncompiled network from (N, S, S, C) in [0, 1] to probability (N, S, S, outputs).

    U-Nets of every depth up to `depth` in one another, the skips between them filled with
    convolutions. Deep supervision in the paper's accurate mode: the scores of all of them are
    averaged, here before the sigmoid, so that training sees one output. Dropout acts at the
    bottom.
    """
    image = keras.Input((shape.image_size, shape.image_size, shape.channels), name="image")
    # nodes[i][j] is X(i, j) of the paper: level i, column j.
    nodes: list[list[Tensor]] = []
    x = centre(image)
    for level, maps in enumerate(shape.maps):
        if level:
            x = layers.MaxPooling2D(name=f"x{level}_0_halve")(nodes[-1][0])
        nodes.append([convolve_twice(x, maps, shape, name=f"x{level}_0")])
    nodes[-1][0] = drop(nodes[-1][0], shape.dropout, name="bottom")

    for column in range(1, shape.depth + 1):
        for level in range(shape.depth + 1 - column):
            below = nodes[level + 1][column - 1]
            nodes[level].append(fill_in(nodes[level], below, shape, f"x{level}_{column}", level))

    logits = [
        score(node, shape, name=f"logit{column}") for column, node in enumerate(nodes[0]) if column
    ]
    if len(logits) > 1:
        logits = [layers.Average(dtype="float32", name="mean_logit")(logits)]
    name = f"unet_plus_plus_d{shape.depth}_f{shape.feature_maps}"
    return keras.Model(image, probability(logits[0], shape), name=name)


def fill_in(
    before: list[Tensor], below: Tensor, shape: NetworkShape, name: str, level: int
) -> Tensor:
    """Equation 1: convolve all earlier nodes of the level and the doubled one from below."""
    doubled = double(below, shape.maps[level], shape, name=name)
    joined = join(*before, doubled, name=name)
    return convolve_twice(joined, shape.maps[level], shape, name=name)
