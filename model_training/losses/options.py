"""Options of a loss: numbers, checked once when the loss is made."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Protocol

Tensor = Any


class SliceLoss(Protocol):
    """What every loss is: a frozen dataclass of numbers that compares two batches."""

    def __call__(self, target: Tensor, probability: Tensor) -> Tensor:
        """Return the (N,) float32 loss of (N, S, S, 1) float32 batches in [0, 1]."""


def check_numbers(options: Any, **lowest: float) -> None:
    """Refuse an option that is no finite number, or not above the number given for it.

    Options without a number given must not be negative.

    Raises
    ------
    ValueError
        It names the option and what was found.
    """
    for field in dataclasses.fields(options):
        value = getattr(options, field.name)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise ValueError(f"{field.name} must be a number, found {value!r}")
        if field.name in lowest and value <= lowest[field.name]:
            raise ValueError(f"{field.name} must be above {lowest[field.name]:g}, found {value}")
        if value < 0:
            raise ValueError(f"{field.name} must not be negative, found {value}")
