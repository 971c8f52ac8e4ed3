"""What another threshold and smallest island would have left to readers to fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.masks.levels import ISLANDS, THRESHOLDS, mask_at
from brainseg_gui.core.masks.sizes import large_enough, pieces
from brainseg_gui.core.types import Mask

PARTS = 5  # of the patients, each of which is judged by what the others choose


@dataclass(frozen=True)
class Costs:
    """How many pixels of a slice readers had to change, and would have had to.

    Attributes
    ----------
    patient : str
        "" where nobody knows.
    as_it_was : int
        Of the prediction as it was shown.
    otherwise : (T, I) int
        With each of `THRESHOLDS` and each of `ISLANDS`; T is 0 where the review holds no levels.
    islands : (I,) int
        Of the prediction as it was shown, without its small islands.
    """

    patient: str
    as_it_was: int
    otherwise: NDArray[np.int_]
    islands: NDArray[np.int_]

    @classmethod
    def of(
        cls, patient: str, predicted: Mask, corrected: Mask, levels: NDArray[np.uint8] | None
    ) -> Costs:
        """Count them for an (H, W) prediction and what a reader made of it."""
        return cls(
            patient,
            int(np.count_nonzero(predicted ^ corrected)),
            np.zeros((0, len(ISLANDS)), int)
            if levels is None
            else np.array(
                [by_island(mask_at(levels, it), corrected) for it in range(len(THRESHOLDS))]
            ),
            by_island(predicted, corrected),
        )


@dataclass(frozen=True)
class Savings:
    """The settings with which readers would have had the fewest pixels to change.

    Attributes
    ----------
    slices, patients : int
    threshold : float or None
        None where no review held what a network would have said at others.
    smallest_island : float
        As share of the image below which a piece is left out, but never the largest.
    changed_px, would_be_px : int
        What readers changed on those slices, and would have changed.
    new_patients_px : int or None
        What they would have changed if the settings for a fifth of the patients were chosen on
        the others: what may be expected of new patients. None with fewer than five.
    """

    slices: int
    patients: int
    threshold: float | None
    smallest_island: float
    changed_px: int
    would_be_px: int
    new_patients_px: int | None


def by_island(mask: Mask, corrected: Mask) -> NDArray[np.int_]:
    """Return for each of `ISLANDS` how many pixels of a mask without them are to be changed."""
    true = int(np.count_nonzero(corrected))
    if not mask.any():
        return np.full(len(ISLANDS), true)
    numbers, areas = pieces(mask)
    right = np.bincount(numbers[corrected], minlength=len(areas))
    kept = [large_enough(areas, island * mask.size) for island in ISLANDS]
    return np.array([areas[it].sum() - 2 * right[it].sum() + true for it in kept])


def savings(costs: Sequence[Costs]) -> Savings | None:
    """Return the best settings; None where there is no slice.

    Where levels are known of any slice, only those slices count: thresholds are compared on the
    same ones. Among equals a smaller island wins, then the threshold closest to 0.5.
    """
    with_levels = [it for it in costs if len(it.otherwise)]
    its = with_levels or list(costs)
    if not its:
        return None
    tables = np.array([it.otherwise if with_levels else it.islands[None] for it in its])
    patients = np.array([it.patient for it in its], dtype=str)
    threshold, island = _best(tables)
    return Savings(
        len(its),
        len(set(patients.tolist()) - {""}),
        THRESHOLDS[threshold] if with_levels else None,
        ISLANDS[island],
        sum(it.as_it_was for it in its),
        int(tables[:, threshold, island].sum()),
        _of_new(tables, patients),
    )


def _best(tables: NDArray[np.int_]) -> tuple[int, int]:
    total = tables.sum(axis=0)
    return min(
        np.ndindex(*total.shape),
        key=lambda at: (total[at], at[1], abs(THRESHOLDS[at[0]] - 0.5)),
    )


def _of_new(tables: NDArray[np.int_], patients: NDArray[np.str_]) -> int | None:
    names, member = np.unique(patients, return_inverse=True)
    if len(names) < PARTS or "" in names:
        return None
    left = 0
    for part in range(PARTS):
        new = member % PARTS == part
        threshold, island = _best(tables[~new])
        left += int(tables[new, threshold, island].sum())
    return left
