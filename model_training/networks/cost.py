"""What a network costs: parameters, arithmetic, and the memory that its training takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers, tree

from model_training.networks.registry import build_network
from model_training.networks.shape import NetworkShape

GIGABYTE = 10**9
# Measured, see `training_bytes`: the backend by itself, and what a training holds over what all
# layers give out, by the bytes of a number.
RUNTIME_BYTES = 950_000_000
HELD_SHARES = {4: 1.05, 2: 1.65}
# Weight, gradient, its sum over parts of a batch, AdamW's two moments, the averaged weight; all
# float32.
BYTES_OF_A_WEIGHT = 6 * 4


def _per_output(layer: Any) -> int:
    """Every number that comes out has met one kernel: (height, width, in, out)."""
    return math.prod(layer.kernel.shape[:-1]) * _size(layer.output)


def _per_input(layer: Any) -> int:
    """Every number that goes in meets one kernel: (height, width, out, in)."""
    return math.prod(layer.kernel.shape[:-1]) * _size(layer.input)


def _per_map(layer: Any) -> int:
    """Every number that comes out has met one map's window: (height, width, in, out for each)."""
    return math.prod(layer.kernel.shape[:2]) * _size(layer.output)


# Multiplications and additions of one image, for the layers that do nearly all of them.
MULTIPLY_ADDS: dict[type, Callable[[Any], int]] = {
    layers.Conv2D: _per_output,
    layers.Conv2DTranspose: _per_input,
    layers.DepthwiseConv2D: _per_map,
    layers.Dense: _per_output,
}


@dataclass(frozen=True)
class Cost:
    """What a network costs.

    Attributes
    ----------
    parameters : int
        All weights, the averages of the normalisations included.
    gflop : float
        Thousand millions of operations for one image, two for a multiplication and addition, in
        convolutions and dense layers.
    held : int
        Numbers that all layers give out for one image, most of which training keeps for the way
        back.
    """

    parameters: int
    gflop: float
    held: int


def cost_of(name: str, shape: NetworkShape) -> Cost:
    """Return what a network of `NETWORKS` costs."""
    return measure_cost(build_network(name, shape))


def measure_cost(model: keras.Model) -> Cost:
    """Count what a built network costs; every layer is used once."""
    counted = (
        MULTIPLY_ADDS[type(layer)](layer) for layer in model.layers if type(layer) in MULTIPLY_ADDS
    )
    return Cost(
        parameters=model.count_params(),
        gflop=2 * sum(counted) / 1e9,
        held=sum(_size(t) for step in model.operations for t in tree.flatten(step.output)),
    )


def training_bytes(cost: Cost, batch_size: int, precision: str = "float32") -> int:
    """Estimate what training with a batch takes, in bytes.

    Parameters
    ----------
    cost : Cost
    batch_size : int
    precision : str
        Keras dtype policy.

    Notes
    -----
    The backend, six copies of every weight, and for each image what all layers give out times a
    share that was measured: peak resident memory of three steps of AdamW on the CPU (TensorFlow
    2.21, 256 pixels, 16 to 256 feature maps, depth 5, batches of 1 to 16). An image more took
    0.92 (U-Net), 1.05 (Isensee; 1.02 with instance normalisation) and 0.94 (U-Net++) times its
    layers' outputs in float32, and 1.63 times (U-Net) in mixed_bfloat16, where normalisations
    keep float32 copies. The estimate was 2 to 20 % above each of the eleven measurements. A GPU
    was not measured.
    """
    number = 4 if keras.DTypePolicy(precision).compute_dtype == "float32" else 2
    per_image = HELD_SHARES[number] * number * cost.held
    return round(RUNTIME_BYTES + BYTES_OF_A_WEIGHT * cost.parameters + batch_size * per_image)


def largest_batch(cost: Cost, gigabytes: float, precision: str = "float32") -> int:
    """Return the largest batch whose training fits into `gigabytes` (10**9 bytes); 0 if none."""
    fixed = training_bytes(cost, 0, precision)
    per_image = training_bytes(cost, 1, precision) - fixed
    return max(0, int((gigabytes * GIGABYTE - fixed) // per_image))


@dataclass(frozen=True)
class Fit:
    """How to take a step of training in little memory.

    Attributes
    ----------
    batch_size : int
        Images that are in memory at a time.
    accumulate : int
        How many such batches make one step of the optimiser (Keras:
        `gradient_accumulation_steps`), so that a step sees as many images as the recipe wanted.
    """

    batch_size: int
    accumulate: int


def fit(
    name: str,
    shape: NetworkShape,
    batch_size: int,
    gigabytes: float,
    precision: str = "float32",
) -> Fit:
    """Divide a recipe's batch until training fits into `gigabytes` (10**9 bytes).

    The gradient of a step stays the mean over `batch_size` images; batch normalisation, however,
    sees only those that are in memory at a time.

    Raises
    ------
    ValueError
        If not even a single image fits.
    """
    cost = cost_of(name, shape)
    most = largest_batch(cost, gigabytes, precision)
    if not most:
        needed = training_bytes(cost, 1, precision) / GIGABYTE
        raise ValueError(
            f"{name} of {shape.image_size} pixels needs {needed:.1f} GB to train on a single "
            f"image, more than {gigabytes:g} GB; lower image_size or feature_maps"
        )
    batch = max(n for n in range(1, min(batch_size, most) + 1) if batch_size % n == 0)
    return Fit(batch, batch_size // batch)


def _size(tensor: Any) -> int:
    """Return the numbers in a tensor of one image."""
    return math.prod(tensor.shape[1:])
