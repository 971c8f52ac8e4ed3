"""What is computed beside the window's thread for the slice on the screen."""

from __future__ import annotations

import enum


class Kind(enum.IntEnum):
    """The kinds of questions; what has the lower number goes first."""

    MEASURES = 0
    INPUT = 1
    BAND = 2
