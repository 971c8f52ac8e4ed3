"""Instance normalisation (Ulyanov, Vedaldi & Lempitsky 2016, arXiv:1607.08022)."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

Tensor = Any


def standardise(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: float) -> Tensor:
    """Give every map of every image mean `beta` and standard deviation `gamma`.

    In two passes, mean first: one pass loses all digits where the mean is far above the spread.
    Written out because Keras' GroupNormalization(groups=-1), the same function, becomes a chain
    of reshapes that ONNX Runtime runs at half the speed and OpenVINO at a tenth.

    Parameters
    ----------
    x : (N, H, W, C) float32
    gamma, beta : (C,) float32
    epsilon : float
        Added to the variance.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0, 3.0], np.float32).reshape(1, 2, 1, 1)
    >>> np.asarray(standardise(x, 2.0, 10.0, 0.0)).ravel().tolist()
    [8.0, 12.0]
    """
    centred = x - ops.mean(x, axis=(1, 2), keepdims=True)
    variance = ops.mean(ops.square(centred), axis=(1, 2), keepdims=True)
    return centred * (ops.rsqrt(variance + epsilon) * gamma) + beta


@keras.saving.register_keras_serializable(package="brainseg")
class InstanceNormalisation(keras.layers.Layer):
    """`standardise` with a learnt scale and shift for every map; float32 inside any precision."""

    def __init__(self, epsilon: float = 1e-5, **settings: Any) -> None:
        super().__init__(**settings)
        self.epsilon = epsilon

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make scale (ones) and shift (zeros)."""
        maps = (input_shape[-1],)
        self.gamma = self.add_weight(maps, "ones", name="gamma", autocast=False)
        self.beta = self.add_weight(maps, "zeros", name="beta", autocast=False)

    def call(self, inputs: Tensor) -> Tensor:
        """Return (N, H, W, C) in the layer's own precision."""
        x = standardise(ops.cast(inputs, "float32"), self.gamma, self.beta, self.epsilon)
        return ops.cast(x, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return {**super().get_config(), "epsilon": self.epsilon}
