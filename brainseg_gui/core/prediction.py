"""What a network said about one slice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from brainseg_gui.core.measures.risk import risk
from brainseg_gui.core.types import Mask, Probability


@dataclass(frozen=True, eq=False)
class Prediction:
    """A probability for each pixel and the threshold that makes a mask of it; read-only.

    Attributes
    ----------
    probability : (H, W) float32
        In [0, 1], on the slice's own pixels.
    threshold : float
        Probability from which a pixel belongs to the tumour.
    judged : float, optional
        The risk, where more is known of it than this probability tells.
    judges : int
        How many other networks had a say in that.

    Raises
    ------
    ValueError
        If the probability is not (H, W).
    """

    probability: Probability
    threshold: float
    judged: float | None = None
    judges: int = 0

    def __post_init__(self) -> None:
        if self.probability.ndim != 2:
            raise ValueError(f"a probability must be (H, W), found {self.probability.shape}")
        self.probability.setflags(write=False)

    @cached_property
    def mask(self) -> Mask:
        """Return the (H, W) bool mask of the pixels at or above the threshold."""
        mask = self.probability >= self.threshold
        mask.setflags(write=False)
        return mask

    @cached_property
    def risk(self) -> float:
        """Return how much this prediction deserves a look, from 0 to 1; see `core.risk`."""
        return risk(self.probability, self.threshold) if self.judged is None else self.judged
