"""Losses by overlap, slice by slice, so that a small tumour counts as much as a large one.

`smooth` is in pixels. It keeps the gradient finite on an empty slice, on which an empty answer
then costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras import ops

from model_training.losses.options import Tensor, check_numbers

TINY = 1e-7  # where a root of the loss would have an infinite slope


@dataclass(frozen=True)
class Dice:
    """Soft Dice, 1 - (2 Σpt + s) / (Σp + Σt + s).

    Raises
    ------
    ValueError
        If an option is no finite number or outside of its range.

    References
    ----------
    Milletari, Navab & Ahmadi, "V-Net", 2016, arXiv:1606.04797, section 3; they square p and t
    in the denominator, which here stand as in Drozdzal et al., 2016, arXiv:1608.04117.
    """

    smooth: float = 1.0

    def __post_init__(self) -> None:
        check_numbers(self, smooth=0)

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) loss in [0, 1]."""
        return 1 - _dice(target, probability, self.smooth)


@dataclass(frozen=True)
class LogDice:
    """-ln((2 Σpt + s) / (Σp + Σt + s)): steeper than Dice where nothing was found.

    Raises
    ------
    ValueError
        If an option is no finite number or outside of its range.

    References
    ----------
    Intel's U-Net (github.com/IntelAI/unet, `dice_coef_loss`), which takes the means over the
    batch before it divides; here each slice has its own. Wong et al., "3D segmentation with
    exponential logarithmic loss", 2018, arXiv:1809.00076, with an exponent of 1.
    """

    smooth: float = 1.0

    def __post_init__(self) -> None:
        check_numbers(self, smooth=0)

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) loss, 0 or more."""
        return -ops.log(_dice(target, probability, self.smooth))


@dataclass(frozen=True)
class Tversky:
    """1 - (Σpt + s) / (Σpt + α Σp(1 - t) + β Σ(1 - p)t + s).

    Attributes
    ----------
    alpha, beta : float
        Price of what was added and of what was missed. One half each is Dice with twice the
        `smooth`.
    smooth : float

    Raises
    ------
    ValueError
        If an option is no finite number or outside of its range.

    References
    ----------
    Salehi, Erdogmus & Gholipour, "Tversky loss function", 2017, arXiv:1706.05721, equation 4,
    with their best weights.
    """

    alpha: float = 0.3
    beta: float = 0.7
    smooth: float = 1.0

    def __post_init__(self) -> None:
        check_numbers(self, smooth=0)

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) loss in [0, 1]."""
        common = _sum(target * probability)
        added = _sum(probability) - common
        missed = _sum(target) - common
        whole = common + self.alpha * added + self.beta * missed + self.smooth
        return (self.alpha * added + self.beta * missed) / whole


@dataclass(frozen=True)
class FocalTversky:
    """Tversky loss to the power 1/γ: above 1, γ drives slices that are nearly right to the end.

    Attributes
    ----------
    alpha, beta : float
        Price of what was added and of what was missed, as in `Tversky`.
    gamma : float
    smooth : float

    Raises
    ------
    ValueError
        If an option is no finite number or outside of its range.

    References
    ----------
    Abraham & Khan, "A novel focal Tversky loss function", 2018, arXiv:1810.07842, with
    their γ and weights, which they name the other way round. At a loss of 0 the slope of the root
    is infinite; it is taken as 0 below 1e-7.
    """

    alpha: float = 0.3
    beta: float = 0.7
    gamma: float = 4 / 3
    smooth: float = 1.0

    def __post_init__(self) -> None:
        check_numbers(self, smooth=0, gamma=0)

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) loss in [0, 1]."""
        tversky = Tversky(self.alpha, self.beta, self.smooth)(target, probability)
        return ops.maximum(tversky, TINY) ** (1 / self.gamma)


def _dice(target: Tensor, probability: Tensor, smooth: float) -> Tensor:
    total = _sum(target) + _sum(probability)
    return (2 * _sum(target * probability) + smooth) / (total + smooth)


def _sum(values: Tensor) -> Tensor:
    return ops.sum(values, axis=(1, 2, 3))
