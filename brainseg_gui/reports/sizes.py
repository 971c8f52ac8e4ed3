"""Slices by the size of their tumour: quarters of a cohort, which do not move under a filter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

NAMES = ("smallest quarter", "second quarter", "third quarter", "largest quarter")
NO_TUMOUR, UNKNOWN = "no tumour", "size unknown"


@dataclass(frozen=True)
class Bands:
    """The quartiles of the areas of a cohort.

    Attributes
    ----------
    limits : tuple of float
        Three areas in pixels, or none where there is no tumour at all. An area equal to a limit
        belongs to the smaller quarter.
    """

    limits: tuple[float, ...]

    @classmethod
    def of(cls, areas: Iterable[int | None]) -> Bands:
        """Return the bands of areas in pixels; those that are 0 or not known count for nothing."""
        found = [area for area in areas if area]
        return cls(tuple(map(float, np.percentile(found, [25, 50, 75]))) if found else ())

    def name(self, area: int | None) -> str:
        """Return the band of an area.

        Examples
        --------
        >>> bands = Bands.of([10, 20, 30, 40, 50])
        >>> bands.name(20), bands.name(21), bands.name(0), bands.name(None)
        ('smallest quarter', 'second quarter', 'no tumour', 'size unknown')
        """
        if area is None:
            return UNKNOWN
        if area == 0 or not self.limits:
            return NO_TUMOUR
        return NAMES[int(np.searchsorted(self.limits, area))]

    def text(self, name: str) -> str:
        """Return a band with its limits in pixels, as a table names it."""
        if name not in NAMES or not self.limits:
            return name
        number = NAMES.index(name)
        low = f"above {self.limits[number - 1]:.0f}" if number else ""
        high = f"up to {self.limits[number]:.0f}" if number < len(self.limits) else ""
        return f"{name} ({' '.join(filter(None, (low, high)))} px)"

    @property
    def order(self) -> tuple[str, ...]:
        """Return all names, the smallest first."""
        return (NO_TUMOUR, *NAMES, UNKNOWN)
