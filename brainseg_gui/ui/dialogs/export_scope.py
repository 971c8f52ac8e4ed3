"""Which slices an export can be about."""

from __future__ import annotations

import enum


class Scope(enum.Enum):
    """Which slices an export is about; the value is how it is offered."""

    SLICE = "This slice"
    CHOSEN = "Chosen rows"
    FILTERED = "As filtered"
    ALL = "All slices"
