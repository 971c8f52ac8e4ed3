"""The networks, by name: every architecture is built from the same `NetworkShape`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras

from model_training.networks import (
    attention_unet,
    efficient_unet,
    isensee,
    residual_unet,
    unet,
    unet_plus_plus,
)
from model_training.networks.fuse import copy_weights, float32_arithmetic, fuse
from model_training.networks.shape import NetworkShape


@dataclass(frozen=True)
class Network:
    """An architecture.

    Attributes
    ----------
    title : str
        As people call it.
    paper : str
        arXiv number.
    build : callable
        Returns an uncompiled network of a shape: (N, S, S, C) in [0, 1] to probability
        (N, S, S, outputs) float32.
    """

    title: str
    paper: str
    build: Callable[[NetworkShape], keras.Model]


NETWORKS = {
    "unet": Network("U-Net", "1505.04597", unet.build),
    "isensee": Network("Isensee BRATS 2017", "1802.10508", isensee.build),
    "residual_unet": Network("U-Net, residual encoder", "2404.09556", residual_unet.build),
    "attention_unet": Network("Attention U-Net", "1804.03999", attention_unet.build),
    "efficient_unet": Network(
        "U-Net, EfficientNet-Lite0 encoder", "1905.11946", efficient_unet.build
    ),
    "efficient_unet_half": Network(
        "U-Net, EfficientNet-Lite0 encoder, decoder to half size",
        "1905.11946",
        partial(efficient_unet.build, to_half=True),
    ),
    "efficient_unet2": Network(
        "U-Net, EfficientNet-Lite2 encoder",
        "1905.11946",
        partial(efficient_unet.build, scale=efficient_unet.LITE2),
    ),
    "efficient_unet2_half": Network(
        "U-Net, EfficientNet-Lite2 encoder, decoder to half size",
        "1905.11946",
        partial(efficient_unet.build, scale=efficient_unet.LITE2, to_half=True),
    ),
    "unet_plus_plus": Network("U-Net++", "1807.10165", unet_plus_plus.build),
}


def build_network(name: str, shape: NetworkShape) -> keras.Model:
    """Return an uncompiled network by its name in `NETWORKS`.

    Raises
    ------
    ValueError
        If nobody knows the name.
    """
    if name not in NETWORKS:
        raise ValueError(f"network must be one of {', '.join(NETWORKS)}, found {name!r}")
    return NETWORKS[name].build(shape)


def finished_form(name: str, shape: NetworkShape, trained: keras.Model) -> keras.Model:
    """Return a trained network as it is handed over; `trained` is not changed.

    Parameters
    ----------
    name : str
        Of the network in `NETWORKS`.
    shape : NetworkShape
        As it was trained; only `image_size` may differ.
    trained : keras.Model
        Of any precision.

    Returns
    -------
    keras.Model
        The same function in float32, of Keras' own layers only, with every normalisation fused
        that can be, see `model_training.networks.fuse.fuse`.

    Raises
    ------
    ValueError
        If `trained` is another network.
    """
    with float32_arithmetic():
        model = build_network(name, shape)
        copy_weights(trained, model)
        return fuse(model)
