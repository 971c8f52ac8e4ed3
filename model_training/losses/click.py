"""The loss of a corrector: what lies at the click counts most."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

Tensor = Any


@keras.saving.register_keras_serializable("brainseg")
class ClickLoss(keras.losses.Loss):
    """Cross-entropy plus soft Dice, both with a weight for every pixel, slice by slice.

    A network whose loss is weighted around the last click obeys it (arXiv:2503.06717).
    """

    def __init__(self, name: str = "click_loss", **kwargs: Any) -> None:
        super().__init__(name=name, **({"dtype": "float32"} | kwargs))

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the (N,) loss of (N, S, S, 1) answers; `y_true` is (N, S, S, 2).

        Its maps are the coverage by the reference, and the weight.
        """
        target, weight = y_true[..., :1], y_true[..., 1:]
        axes = (1, 2, 3)
        total = ops.sum(weight, axis=axes) + 1e-6
        entropy = ops.binary_crossentropy(target, y_pred)
        common = ops.sum(weight * target * y_pred, axis=axes)
        both = ops.sum(weight * (target + y_pred), axis=axes)
        return ops.sum(weight * entropy, axis=axes) / total + 1 - (2 * common + 1) / (both + 1)
