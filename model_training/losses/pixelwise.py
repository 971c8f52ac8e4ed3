"""Losses of every pixel by itself, of which the mean over a slice is taken."""

from __future__ import annotations

from dataclasses import dataclass

from keras import ops

from model_training.losses.options import Tensor, check_numbers

TINY = 1e-7  # as close to 0 and 1 as Keras' own cross-entropy goes


@dataclass(frozen=True)
class CrossEntropy:
    """Binary cross-entropy, -t ln p - (1 - t) ln(1 - p): smooth, calibrated probabilities.

    References
    ----------
    Ronneberger, Fischer & Brox, "U-Net", 2015, arXiv:1505.04597, equation 1, without its weight
    map. Soft targets (coverage of a pixel) are exact, not rounded.
    """

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) mean over pixels."""
        return ops.mean(ops.binary_crossentropy(target, probability), axis=(1, 2, 3))


@dataclass(frozen=True)
class Focal:
    """Cross-entropy that turns away from pixels which are right already.

    -α t (1 - p)^γ ln p - (1 - α) (1 - t) p^γ ln(1 - p)

    Attributes
    ----------
    alpha : float
        Weight of the foreground, that of the background is 1 - α.
    gamma : float
        0 is half of the cross-entropy at α = 1/2; the larger, the less an easy pixel counts.

    References
    ----------
    Lin et al., "Focal loss for dense object detection", 2017, arXiv:1708.02002, equation 5. They
    divide by the number of objects; here it is the mean over pixels.
    """

    alpha: float = 0.25
    gamma: float = 2.0

    def __post_init__(self) -> None:
        check_numbers(self)
        if self.alpha > 1:
            raise ValueError(f"alpha must be 1 at most, found {self.alpha}")

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) mean over pixels."""
        p = ops.clip(probability, TINY, 1 - TINY)
        inside = self.alpha * target * (1 - p) ** self.gamma * ops.log(p)
        outside = (1 - self.alpha) * (1 - target) * p**self.gamma * ops.log(1 - p)
        return -ops.mean(inside + outside, axis=(1, 2, 3))
