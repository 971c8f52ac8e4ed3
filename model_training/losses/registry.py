"""Losses by name: one, or a weighted sum of several, as a recipe asks for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from model_training.losses.boundary import Boundary
from model_training.losses.options import SliceLoss, Tensor
from model_training.losses.overlap import Dice, FocalTversky, LogDice, Tversky
from model_training.losses.pixelwise import CrossEntropy, Focal

LOSSES: dict[str, type[Any]] = {
    "cross_entropy": CrossEntropy,
    "dice": Dice,
    "log_dice": LogDice,
    "focal": Focal,
    "tversky": Tversky,
    "focal_tversky": FocalTversky,
    "boundary": Boundary,
}
SUM = "sum"


def make_loss(name: str, options: Mapping[str, Any] | None = None) -> keras.losses.Loss:
    """Return the loss that a recipe names.

    Parameters
    ----------
    name : str
        A key of `LOSSES`, or "sum".
    options : mapping, optional
        The loss's own options, numbers by name. For "sum" the losses it is made of: for each name
        its weight, or `{"weight": w}` with its own options beside it.

    Raises
    ------
    ValueError
        If a name or an option is unknown, or a value makes no sense.

    Examples
    --------
    >>> make_loss("focal_tversky", {"gamma": 1.5}).name
    'focal_tversky'
    >>> make_loss("sum", {"dice": 1.0, "boundary": {"weight": 0.5, "reach": 16}}).name
    'dice_and_boundary'
    """
    options = options or {}
    if name == SUM:
        return WeightedSum(options)
    if "weight" in options:
        raise ValueError(f'loss {name} has no option weight; weights belong to a "{SUM}"')
    return WeightedSum({name: options})


@keras.saving.register_keras_serializable("brainseg")
class WeightedSum(keras.losses.Loss):
    """Sum of losses by name, each slice by itself; in float32 whatever the network computes in.

    Parameters
    ----------
    terms : mapping
        See `make_loss`.

    Raises
    ------
    ValueError
        As `make_loss`, or if there is no term.
    """

    def __init__(self, terms: Mapping[str, Any], name: str | None = None, **kwargs: Any) -> None:
        if not isinstance(terms, Mapping) or not terms:
            raise ValueError(f"a sum of losses needs at least one by name, found {terms!r}")
        self._terms = {key: _make_term(key, given) for key, given in terms.items()}
        super().__init__(name=name or "_and_".join(terms), **({"dtype": "float32"} | kwargs))

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the (N,) loss."""
        target, probability = ops.cast(y_true, "float32"), ops.cast(y_pred, "float32")
        return sum(weight * loss(target, probability) for weight, loss in self._terms.values())

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        terms = {
            name: {"weight": weight} | dataclasses.asdict(loss)  # type: ignore[call-overload]
            for name, (weight, loss) in self._terms.items()
        }
        return super().get_config() | {"terms": terms}


@keras.saving.register_keras_serializable("brainseg")
class CrossEntropyAndDice(WeightedSum):
    """Weighted sum of binary cross-entropy and soft Dice, under the name of old checkpoints."""

    def __init__(
        self,
        cross_entropy_weight: float = 1.0,
        dice_weight: float = 1.0,
        name: str = "cross_entropy_and_dice",
        **kwargs: Any,
    ) -> None:
        terms = {"cross_entropy": cross_entropy_weight, "dice": dice_weight}
        super().__init__(terms, name=name, **kwargs)
        self._weights = {"cross_entropy_weight": cross_entropy_weight, "dice_weight": dice_weight}

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` needs."""
        return keras.losses.Loss.get_config(self) | self._weights


def _make_term(name: str, given: Any) -> tuple[float, SliceLoss]:
    """Return weight and loss of one term; `given` is a weight, or options with a weight."""
    if name not in LOSSES:
        raise ValueError(f'loss must be one of {", ".join(LOSSES)} or "{SUM}"; found {name!r}')
    options = dict(given) if isinstance(given, Mapping) else {"weight": given}
    weight = options.pop("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < 1e6:
        raise ValueError(f"the weight of loss {name} must be a number from 0, found {weight!r}")
    known = [field.name for field in dataclasses.fields(LOSSES[name])]
    if unknown := sorted(options.keys() - set(known)):
        raise ValueError(
            f"loss {name} has no option {', '.join(unknown)}; it has {', '.join(known) or 'none'}"
        )
    try:
        return float(weight), LOSSES[name](**options)
    except ValueError as error:
        raise ValueError(f"loss {name}: {error}") from error
