"""The steps that all networks are made of: tensor in, tensor out, stable layer names."""

from __future__ import annotations

from typing import Any

from keras import layers

from model_training.networks.batch_norm import BatchNormalisation
from model_training.networks.instance_norm import InstanceNormalisation
from model_training.networks.shape import NetworkShape

Tensor = Any
LEAKY_SLOPE = 1e-2


def normalise(x: Tensor, shape: NetworkShape, *, name: str) -> Tensor:
    """Normalise as the shape says, or not at all."""
    if shape.normalisation == "batch":
        # A quick memory: the averages of 0.99 lag behind in an epoch of some hundred batches.
        return BatchNormalisation(momentum=0.95, name=name)(x)
    if shape.normalisation == "instance":
        return InstanceNormalisation(name=name)(x)
    return x


def activate(x: Tensor, activation: str, *, name: str) -> Tensor:
    """Apply "relu" or "leaky_relu" (slope 0.01)."""
    if activation == "leaky_relu":
        return layers.LeakyReLU(negative_slope=LEAKY_SLOPE, name=name)(x)
    return layers.Activation(activation, name=name)(x)


def convolve(
    x: Tensor,
    maps: int,
    shape: NetworkShape,
    *,
    name: str,
    kernel: int = 3,
    stride: int = 1,
    activation: str | None = "relu",
) -> Tensor:
    """Convolve, normalise, activate; `activation` None leaves the last step out."""
    x = filter_maps(x, maps, shape, kernel=kernel, stride=stride, name=name)
    x = normalise(x, shape, name=f"{name}_norm")
    return activate(x, activation, name=f"{name}_relu") if activation else x


def filter_maps(
    x: Tensor,
    maps: int,
    shape: NetworkShape,
    *,
    name: str,
    kernel: int = 3,
    stride: int = 1,
    shift: bool = True,
) -> Tensor:
    """Convolve only; `shift` adds a number to each map, unless a normalisation is to undo it."""
    return layers.Conv2D(
        maps,
        kernel,
        strides=stride,
        padding="same",
        use_bias=shift and shape.normalisation == "none",
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(x)


def double(x: Tensor, maps: int, shape: NetworkShape, *, name: str, shift: bool = True) -> Tensor:
    """Double height and width, and give `maps` feature maps; `shift` adds a number to each."""
    name = f"{name}_double"
    if shape.upsampling == "transposed":
        return layers.Conv2DTranspose(maps, 2, strides=2, use_bias=shift, name=name)(x)
    x = layers.UpSampling2D(2, interpolation="nearest", name=f"{name}_nearest")(x)
    return layers.Conv2D(
        maps, 3, padding="same", use_bias=shift, kernel_initializer="he_normal", name=name
    )(x)


def join(*features: Tensor, name: str) -> Tensor:
    """Append feature maps to feature maps of the same height and width."""
    return layers.Concatenate(name=f"{name}_join")(list(features))


def drop(x: Tensor, share: float, *, name: str) -> Tensor:
    """Drop a share of whole feature maps during training (arXiv:1411.4280)."""
    return layers.SpatialDropout2D(share, name=f"{name}_drop")(x) if share else x


def centre(image: Tensor) -> Tensor:
    """Bring [0, 1] to [-1, 1]."""
    return layers.Rescaling(2.0, offset=-1.0, name="centre")(image)


def score(x: Tensor, shape: NetworkShape, *, name: str = "logit") -> Tensor:
    """Convolve to one float32 number for every pixel and output."""
    # float32 whatever the policy: in bfloat16 a probability has three digits.
    return layers.Conv2D(shape.outputs, 1, dtype="float32", name=name)(x)


def score_doubled(x: Tensor, shape: NetworkShape, *, name: str = "logit") -> Tensor:
    """Convolve to one float32 number for every output and pixel of twice the height and width."""
    # Windows of 4 at steps of 2 overlap evenly: no pixel hangs on one window alone.
    return layers.Conv2DTranspose(
        shape.outputs, 4, strides=2, padding="same", dtype="float32", name=name
    )(x)


def probability(logit: Tensor, shape: NetworkShape) -> Tensor:
    """Make probabilities of scores: sigmoid of one output, softmax over several."""
    function = "sigmoid" if shape.outputs == 1 else "softmax"
    return layers.Activation(function, dtype="float32", name="probability")(logit)
