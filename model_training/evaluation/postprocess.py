"""What turns a probability into a mask, and how its settings are chosen on validation patients."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainseg_gui.core.masks.levels import ISLANDS, THRESHOLDS
from brainseg_gui.core.masks.sizes import large_enough, pieces


@dataclass(frozen=True)
class Postprocess:
    """Settings from probability to mask.

    Attributes
    ----------
    threshold : float
        Probability from which a pixel belongs to the tumour.
    smallest_island : float
        Pieces smaller than this share of the slice's area are removed, but never the largest:
        0.0001 is 26 pixels of a slice of 512 x 512.
    flips : str
        Test-time flips, a name from `FLIPS`; they are made where the probability is.
    """

    threshold: float
    smallest_island: float = 0.0
    flips: str = "none"

    def mask(self, probability: np.ndarray) -> np.ndarray:
        """Return the (H, W) bool mask of an (H, W) probability."""
        return remove_islands(probability >= self.threshold, self.smallest_island)


@dataclass(frozen=True)
class Grid:
    """The settings among which is chosen; the first island and the first flips are none.

    Raises
    ------
    ValueError
        If there is no threshold, or the first island or the first flips are some.
    """

    thresholds: tuple[float, ...] = THRESHOLDS
    islands: tuple[float, ...] = ISLANDS
    flips: tuple[str, ...] = ("none", "left-right", "all")

    def __post_init__(self) -> None:
        if not self.thresholds or self.islands[:1] != (0.0,) or self.flips[:1] != ("none",):
            raise ValueError("a grid needs thresholds, and begins without islands and flips")

    def plain(self) -> Grid:
        """Return the thresholds alone, without islands and flips."""
        return Grid(self.thresholds, (0.0,), ("none",))


@dataclass(frozen=True)
class Choice:
    """The settings chosen, on what, and how well they did there.

    Attributes
    ----------
    settings : Postprocess
    score : float or None
        Mean Dice per slice on the validation patients; None where there were none.
    slices, patients : int
        Of the validation.
    note : str
        One sentence for card and report.
    """

    settings: Postprocess
    score: float | None
    slices: int
    patients: int
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Choice:
        """Return the choice that `to_dict` wrote."""
        return cls(**(values | {"settings": Postprocess(**values["settings"])}))


def remove_islands(mask: np.ndarray, smallest: float) -> np.ndarray:
    """Return an (H, W) bool mask without pieces below a share of its area; the largest stays.

    Pieces that touch at a corner are one.
    """
    if smallest <= 0 or not mask.any():
        return mask
    numbers, areas = pieces(mask)
    return large_enough(areas, smallest * mask.size)[numbers]


def dice_grid(probabilities: Sequence[np.ndarray], reference: np.ndarray, grid: Grid) -> np.ndarray:
    """Return the (F, T, I) Dice of one slice for each flip, threshold and island of a grid.

    Parameters
    ----------
    probabilities : sequence of F (H, W) arrays
        In the order of `grid.flips`.
    reference : (H, W) bool
    grid : Grid

    Returns
    -------
    (F, T, I) float; NaN where prediction and reference are both empty, which has no Dice.
    """
    return np.array(
        [
            [
                _dice_by_island(p >= threshold, reference, grid.islands)
                for threshold in grid.thresholds
            ]
            for p in probabilities
        ]
    )


def _dice_by_island(
    mask: np.ndarray, reference: np.ndarray, islands: Sequence[float]
) -> list[float]:
    """Return the Dice of a mask after `remove_islands` of each size; it is labelled only once."""
    true = int(np.count_nonzero(reference))
    if not mask.any():
        return [0.0 if true else math.nan] * len(islands)
    numbers, areas = pieces(mask)
    hits = np.bincount(numbers[reference], minlength=len(areas))
    kept = [large_enough(areas, island * mask.size) for island in islands]
    return [float(2 * hits[keep].sum() / (areas[keep].sum() + true)) for keep in kept]


def choose(tables: np.ndarray, patients: Sequence[str], grid: Grid) -> Choice:
    """Return the settings with the highest mean Dice per slice.

    Among equals, fewer flips and a smaller island win, then the threshold closest to 0.5.

    Parameters
    ----------
    tables : (N, F, T, I) float
        `dice_grid` of each validation slice.
    patients : sequence of N str
    grid : Grid

    Raises
    ------
    ValueError
        If there is no slice.
    """
    if not len(tables):
        raise ValueError("there are no validation slices to choose a threshold on")
    scored = ~np.isnan(tables)
    means = np.where(scored, tables, 0).sum(axis=0) / np.maximum(scored.sum(axis=0), 1)
    means = means.round(9)  # the order of the slices must not decide between equals
    f, t, i = min(
        np.ndindex(means.shape),
        key=lambda at: (-means[at], at[0], at[2], abs(grid.thresholds[at[1]] - 0.5)),
    )
    people = len(set(patients))
    return Choice(
        Postprocess(grid.thresholds[t], grid.islands[i], grid.flips[f]),
        round(float(means[f, t, i]), 4),
        len(tables),
        people,
        f"chosen by mean Dice on {len(tables)} slices of {people} validation patients, who are "
        "neither trained on nor tested",
    )
