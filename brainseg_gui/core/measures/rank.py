"""Where a value stands among others."""

from __future__ import annotations

from collections.abc import Collection


def percent_below(value: float, values: Collection[float]) -> int:
    """Return how many percent of some values are smaller, rounded down.

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
    return 100 * sum(it < value for it in values) // len(values)
