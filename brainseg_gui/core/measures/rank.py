"""Where a value stands among others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def percent_below(value: float, values: Sequence[float]) -> int:
    """Return how many percent of some values, the smallest first, are smaller, rounded down.

    Raises
    ------
    ValueError
        If there are no values.

    Examples
    --------
    >>> percent_below(0.5, [0.1, 0.2, 0.5, 0.5, 0.9])
    40
    """
    if not values:
        raise ValueError("there is nothing to compare with")
    return 100 * bisect_left(values, value) // len(values)
