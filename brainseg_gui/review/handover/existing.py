"""Choices of an export that settings know too; light, because a window reads them at its start."""

from __future__ import annotations

import enum

MOST_SCALE = 8  # pixels of a picture for a side of one of the slice


class Existing(enum.Enum):
    """What becomes of a file that is there; the value is how commands and settings spell it."""

    REPLACE = "replace"
    SKIP = "skip"
    VERSION = "version"
