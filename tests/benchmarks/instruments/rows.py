"""One measured figure beside its budget, and what figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SLACK = 0.3  # a ratio may miss its budget by this much before it fails a build


@dataclass(frozen=True)
class Row:
    """A figure and what it is held against.

    Attributes
    ----------
    name : str
    measured : float
    unit : str
        Empty for a ratio.
    budget : float or None
        None for a figure that only explains the others.
    is_ratio : bool
        Ratios do not depend on how fast the machine is; only they may fail a build.
    at_least : bool
        The budget is a lower bound.
    note : str
        How it was measured, or what it consists of.
    """

    name: str
    measured: float
    unit: str
    budget: float | None = None
    is_ratio: bool = False
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """Return `ok`, `over`, `under`, or nothing where there is no budget."""
        if self.budget is None:
            return ""
        if self._within(self.budget):
            return "ok"
        return "under" if self.at_least else "over"

    @property
    def fails_build(self) -> bool:
        """Tell whether this is a ratio that misses its budget by more than `SLACK`."""
        if self.budget is None or not self.is_ratio:
            return False
        return not self._within(self.budget * (1 - SLACK if self.at_least else 1 + SLACK))

    def _within(self, bound: float) -> bool:
        return self.measured >= bound if self.at_least else self.measured <= bound


@dataclass(frozen=True)
class Setup:
    """What every benchmark is given.

    Attributes
    ----------
    scratch : Path
        An empty folder on a real disk, removed at the end.
    bundle : Path or None
        The network; None where there is none.
    quick : bool
        Measure little, to see that everything runs; such figures are not worth quoting.
    slices, predictions : Path or None
        Folders of slices, and of what networks said of them that had not seen their patients.
    """

    scratch: Path
    bundle: Path | None
    quick: bool
    slices: Path | None = None
    predictions: Path | None = None

    def network(self) -> Path:
        """Return the bundle.

        Raises
        ------
        NotMeasured
            If there is none.
        """
        if self.bundle is None:
            raise NotMeasured("no network came with this installation; name one with --model")
        return self.bundle

    def folder(self, name: str) -> Path:
        """Return a new empty folder."""
        folder = self.scratch / name
        folder.mkdir()
        return folder


class NotMeasured(Exception):  # noqa: N818
    """Something that the benchmark needs is not here; the message says what."""


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return float(np.median(values))


def undisturbed(values: Sequence[float]) -> float:
    """Return the shortest time: nothing makes a computation quicker than it is.

    Ratios are made of these. On a machine that is busy with something else, medians say as much
    about that as about what was measured.
    """
    return min(values)


def spread(values: Sequence[float], scale: float = 1.0, digits: int = 2) -> str:
    """Return the median and the outermost values as text."""
    low, middle, high = (f"{scale * np.percentile(values, at):.{digits}f}" for at in (0, 50, 100))
    return f"{middle} ({low} to {high})"
