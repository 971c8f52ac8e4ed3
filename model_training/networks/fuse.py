"""A trained network as it is handed over: the same function in fewer and plainer layers."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import layers, tree

from model_training.networks.batch_norm import BatchNormalisation
from model_training.networks.instance_norm import InstanceNormalisation, standardise

Tensor = Any
DROPOUTS = (layers.Dropout, layers.SpatialDropout2D)
# Where each kind of layer keeps its output maps: the shape a factor per map takes to meet them.
FACTOR_SHAPES: dict[type, Any] = {
    layers.Conv2D: lambda kernel: (-1,),  # (height, width, in, out)
    layers.Conv2DTranspose: lambda kernel: (-1, 1),  # (height, width, out, in)
    layers.DepthwiseConv2D: lambda kernel: kernel[2:],  # (height, width, in, out for each)
    layers.Dense: lambda kernel: (-1,),  # (in, out)
}


@contextlib.contextmanager
def float32_arithmetic() -> Iterator[None]:
    """Build layers in float32 within, whatever precision the training has set."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def copy_weights(trained: keras.Model, model: keras.Model) -> None:
    """Give `model` the weights of `trained`, layer by layer by their names.

    Parameters
    ----------
    trained, model : keras.Model
        The same network; image size and precision may differ.

    Raises
    ------
    ValueError
        If they are not the same network.
    """
    known = {layer.name: layer for layer in trained.layers if layer.weights}
    wanted = {layer.name: layer for layer in model.layers if layer.weights}
    if odd := sorted(known.keys() ^ wanted.keys()):
        raise ValueError(
            f"{trained.name} and {model.name} are not the same network: layer {odd[0]} is in only "
            "one of them"
        )
    for name, layer in wanted.items():
        layer.set_weights(known[name].get_weights())


def fuse(model: keras.Model) -> keras.Model:
    """Return the same function for prediction, of Keras' own layers only.

    A batch normalisation that alone reads a convolution (or a transposed or depthwise one, or a
    dense layer) is by then a fixed scale and shift of every map, which kernel and bias can carry.
    One that reads a sum, or a convolution that others read too, stays. Dropout goes, and instance
    normalisation is written out, so that the file can be read where this package is not.

    Parameters
    ----------
    model : keras.Model
        Functional, float32, no layer used twice. Not changed.
    """
    carriers = dict(fusible(model))
    carried = {carrier.name: model.get_layer(norm) for norm, carrier in carriers.items()}

    def copy(layer: Any) -> Any:
        shift = {"use_bias": True} if layer.name in carried else {}
        kind = layer.__class__
        if kind is BatchNormalisation:
            kind = layers.BatchNormalization
        return kind.from_config(layer.get_config() | shift)

    def call(layer: Any, *inputs: Tensor, **settings: Any) -> Tensor:
        if isinstance(layer, DROPOUTS) or layer.name in carriers:
            return inputs[0]
        if isinstance(layer, InstanceNormalisation):
            gamma, beta = model.get_layer(layer.name).get_weights()
            return standardise(inputs[0], gamma, beta, layer.epsilon)
        return layer(*inputs, **settings)

    fused = keras.models.clone_model(model, clone_function=copy, call_function=call)
    for layer in (layer for layer in fused.layers if layer.weights):
        source = model.get_layer(layer.name)
        if layer.name in carried:
            layer.set_weights(_fused_weights(source, carried[layer.name]))
        else:
            layer.set_weights(source.get_weights())
    return fused


def fusible(model: keras.Model) -> Iterator[tuple[str, Any]]:
    """Yield each normalisation that can be fused, by name, and the layer that will carry it."""
    made_by = {id(t): step for step in model.operations for t in tree.flatten(step.output)}
    readers = Counter(id(t) for step in model.operations for t in tree.flatten(step.input))
    readers.update(id(t) for t in model.outputs)
    for norm in model.layers:
        if not isinstance(norm, layers.BatchNormalization):
            continue
        read = norm.input
        while isinstance(made_by[id(read)], DROPOUTS) and readers[id(read)] == 1:
            read = made_by[id(read)].input
        source = made_by[id(read)]
        if readers[id(read)] == 1 and _can_carry(source, norm):
            yield norm.name, source


def _can_carry(layer: Any, norm: layers.BatchNormalization) -> bool:
    """Tell whether the layer's kernel and bias can take over what `norm` does to its output."""
    return (
        type(layer) in FACTOR_SHAPES
        and layer.activation is keras.activations.linear
        and getattr(layer, "data_format", "channels_last") == "channels_last"
        and norm.axis in (-1, len(norm.output.shape) - 1)
    )


def _fused_weights(layer: Any, norm: layers.BatchNormalization) -> list[np.ndarray]:
    """Return kernel and bias of a layer that does the normalisation as well."""
    kernel = layer.kernel.numpy()
    bias = layer.bias.numpy() if layer.use_bias else 0
    mean = norm.moving_mean.numpy()
    variance = norm.moving_variance.numpy()
    gamma = norm.gamma.numpy() if norm.scale else 1
    beta = norm.beta.numpy() if norm.center else 0
    factor = gamma / np.sqrt(variance + norm.epsilon)
    in_kernel = factor.reshape(FACTOR_SHAPES[type(layer)](kernel.shape))
    return [kernel * in_kernel, beta - (mean - bias) * factor]
