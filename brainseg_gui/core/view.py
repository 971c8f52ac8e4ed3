"""Which view of a slice is meant."""

from __future__ import annotations

import enum

Levels = tuple[float, float]  # what of a view is black and what white, 0 to 1


class View(enum.Enum):
    """What of a slice is shown; the value is how settings and commands spell it."""

    RAW = "raw"
    EQUALISED = "equalised"
    CLAHE = "clahe"

    @property
    def first_levels(self) -> Levels:
        """Return window and level before the reader's own."""
        return 0.0, 0.6 if self is View.RAW else 1.0
