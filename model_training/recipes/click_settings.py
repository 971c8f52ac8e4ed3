"""What a recipe says of clicks: its network then corrects a mask instead of proposing one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from model_training.recipes.settings import refuse_below


@dataclass(frozen=True)
class ClickSettings:
    """How a corrector is shown masks and clicks in training.

    Attributes
    ----------
    slice_size : int
        Side in pixels to which whole slices are brought before crops are taken from them; even.
    radius : float
        Of the disk that shows a click, in the network's pixels.
    rounds : tuple of float
        Chances that a batch has been clicked 0, 1, 2 … times before the click to learn from; they
        add up to 1.
    degraded_chance : float
        Of a slice whose out-of-fold prediction is known to start with a spoilt reference instead.
        A slice without one always does.
    empty_chance : float
        Of a slice to start with an empty mask.
    without_probability : float
        Chance that a slice comes without a probability: the mask then stands in its place.
    centre_chance : float
        Of a click in the middle of the error; the others fall somewhere in its inner half.
    error_weight, click_weight : float
        How much more the pixels of the piece that was clicked count in the loss, and those at the
        click.
    click_reach : float
        Standard deviation, in the network's pixels, with which `click_weight` fades.

    Raises
    ------
    ValueError
        If a setting is outside of its range.
    """

    slice_size: int = 512
    radius: float = 3.0
    rounds: tuple[float, ...] = (0.4, 0.35, 0.25)
    degraded_chance: float = 0.2
    empty_chance: float = 0.06
    without_probability: float = 0.15
    centre_chance: float = 0.5
    error_weight: float = 2.0
    click_weight: float = 3.0
    click_reach: float = 10.0

    def __post_init__(self) -> None:
        for name in ("degraded_chance", "empty_chance", "without_probability", "centre_chance"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1, found {getattr(self, name)}")
        refuse_below(0, self, "error_weight", "click_weight")
        if self.slice_size < 32 or self.slice_size % 2:
            raise ValueError(f"slice_size must be even and 32 or more, found {self.slice_size}")
        for name in ("radius", "click_reach"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, found {getattr(self, name)}")
        if not self.rounds or min(self.rounds) < 0 or not math.isclose(sum(self.rounds), 1):
            raise ValueError(f"rounds must be chances that add up to 1, found {self.rounds}")
