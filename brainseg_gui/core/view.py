"""Which view of a slice is meant."""

from __future__ import annotations

import enum


class View(enum.Enum):
    """What of a slice is shown; the value is how settings and commands spell it."""

    RAW = "raw"
    EQUALISED = "equalised"
    CLAHE = "clahe"


def first_window(view: View) -> tuple[float, float]:
    """Return window and level of a view before the reader's own: from and to, 0 to 1."""
    return 0.0, 0.6 if view is View.RAW else 1.0
