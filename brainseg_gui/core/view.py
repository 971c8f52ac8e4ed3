"""Which view of a slice is meant."""

from __future__ import annotations

import enum


class View(enum.Enum):
    """What of a slice is shown; the value is how settings and commands spell it."""

    RAW = "raw"
    EQUALISED = "equalised"
    CLAHE = "clahe"
