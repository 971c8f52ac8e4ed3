"""Losses for one foreground class; targets and probabilities are (N, S, S, 1) in [0, 1]."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

Tensor = Any


@keras.saving.register_keras_serializable("brainseg")
class CrossEntropyAndDice(keras.losses.Loss):
    """Weighted sum of binary cross-entropy and soft Dice loss.

    Cross-entropy is averaged over pixels and gives smooth, calibrated probabilities; Dice is
    taken slice by slice, so that a small tumour counts as much as a large one.
    """

    def __init__(
        self,
        cross_entropy_weight: float = 1.0,
        dice_weight: float = 1.0,
        name: str = "cross_entropy_and_dice",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.cross_entropy_weight = cross_entropy_weight
        self.dice_weight = dice_weight

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the (N,) loss."""
        total = self.cross_entropy_weight * cross_entropy(y_true, y_pred)
        return total + self.dice_weight * soft_dice_loss(y_true, y_pred)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return super().get_config() | {
            "cross_entropy_weight": self.cross_entropy_weight,
            "dice_weight": self.dice_weight,
        }


def cross_entropy(target: Tensor, probability: Tensor) -> Tensor:
    """Return the (N,) mean binary cross-entropy of each slice."""
    return ops.mean(ops.binary_crossentropy(target, probability), axis=(1, 2, 3))


def soft_dice_loss(target: Tensor, probability: Tensor, smooth: float = 1.0) -> Tensor:
    """Return the (N,) loss 1 - (2 Σpt + s) / (Σp + Σt + s).

    References
    ----------
    Milletari, Navab & Ahmadi, "V-Net", 2016, arXiv:1606.04797. `smooth` is in pixels and keeps
    the gradient finite on an empty slice.
    """
    common = ops.sum(target * probability, axis=(1, 2, 3))
    total = ops.sum(target, axis=(1, 2, 3)) + ops.sum(probability, axis=(1, 2, 3))
    return 1 - (2 * common + smooth) / (total + smooth)
