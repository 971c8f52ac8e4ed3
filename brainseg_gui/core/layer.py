"""Which mask of a slice is meant."""

from __future__ import annotations

import enum


class Layer(enum.Enum):
    """A mask over a slice; the value is how reviews and tables spell it."""

    NOTHING = "nothing"
    REFERENCE = "reference"
    PREDICTION = "prediction"
    CORRECTION = "correction"
