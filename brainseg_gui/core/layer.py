"""Which mask of a slice is meant."""

from __future__ import annotations

import enum


class Layer(enum.Enum):
    """A mask over a slice; the value is how reviews and tables spell it."""

    NOTHING = "nothing"
    REFERENCE = "reference"
    PREDICTION = "prediction"
    CORRECTION = "correction"

    @property
    def as_start(self) -> str:
        """Return what a correction is said to begin from; another one was made elsewhere."""
        return "a mask made elsewhere" if self is Layer.CORRECTION else self.value
