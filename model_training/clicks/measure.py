"""What clicks are worth: slice by slice, then in few numbers with their uncertainty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainseg_gui.core.text import cell
from model_training.clicks.trial import CAP, SHOWN, Trial
from model_training.evaluation.summary import SIZES, bootstrap_interval, rounded

AFTER = (0, 1, 2, 3, 5, 10)
GOALS = (0.85, 0.90, 0.95)
HARM = 0.02  # of Dice, by which a mask must fall for a click to count as harmful
CORRECTOR, DAB = "corrector", "ideal dab"


@dataclass(frozen=True, eq=False)
class Tried:
    """One slice under one robot.

    Attributes
    ----------
    name, patient, kind : str
        Of the slice; `patient` is the group.
    reference_px : int
    trials : mapping from way to Trial
        `CORRECTOR` and `DAB`, on the same start.
    """

    name: str
    patient: str
    kind: str
    reference_px: int
    trials: Mapping[str, Trial]

    def row(self, robot: str, way: str) -> dict[str, Any]:
        """Return the slice as a line of a table."""
        trial = self.trials[way]
        dice = {f"dice_{number}": rounded(trial.dice[number]) for number in range(SHOWN + 1)}
        about = {"name": cell(self.name), "patient": cell(self.patient), "kind": self.kind}
        return about | {"reference_px": self.reference_px, "robot": robot, "way": way} | dice


def summarise(tried: Sequence[Tried]) -> dict[str, Any]:
    """Return what was measured with one robot: all slices, and by type and size.

    Raises
    ------
    ValueError
        If there is no slice.
    """
    if not tried:
        raise ValueError("there is no slice to measure on")
    return {
        "all": numbers(tried),
        "by_kind": {name: numbers(those) for name, those in _by_kind(tried)},
        "by_size": {name: numbers(those) for name, those in _by_size(tried)},
        "milliseconds": milliseconds(tried),
    }


def numbers(tried: Sequence[Tried]) -> dict[str, Any]:
    """Return Dice, clicks and harm of both ways on some slices, and how they differ."""
    patients = np.array([one.patient for one in tried])
    found: dict[str, Any] = {"slices": len(tried), "patients": len(set(patients.tolist()))}
    for way in (CORRECTOR, DAB):
        dice = np.stack([one.trials[way].dice for one in tried])
        found[way] = {
            "dice_after": {str(n): _mean(dice[:, n], patients) for n in AFTER},
            "clicks_to": {f"{goal:.2f}": clicks_to(dice, goal) for goal in GOALS},
            "harm": harm([one.trials[way] for one in tried]),
        }
    apart = [one.trials[CORRECTOR].dice - one.trials[DAB].dice for one in tried]
    more = np.stack(apart)
    found["corrector_minus_dab"] = {str(n): _mean(more[:, n], patients) for n in AFTER[1:]}
    return found


def clicks_to(dice: np.ndarray, goal: float) -> dict[str, float]:
    """Return the mean number of clicks to a Dice, and the share of slices that never get there.

    Parameters
    ----------
    dice : (N, CAP + 1) float
    goal : float
        A slice that fails counts with `CAP` clicks.
    """
    there = dice >= goal
    first = np.where(there.any(axis=1), there.argmax(axis=1), CAP)
    return {"mean": rounded(first.mean()), "failed": rounded((~there.any(axis=1)).mean())}


def harm(trials: Iterable[Trial]) -> dict[str, float]:
    """Return the share of clicks, of the first ten of each slice, that made a mask worse."""
    falls = np.concatenate(
        [np.diff(trial.dice)[: min(trial.clicks, SHOWN)] for trial in trials] or [np.zeros(0)]
    )
    harmful = int(np.count_nonzero(falls < -HARM))
    return {"clicks": len(falls), "share": rounded(harmful / max(len(falls), 1))}


def milliseconds(tried: Sequence[Tried]) -> dict[str, float]:
    """Return how long a click takes, from pixels to mask, of the first on a slice and of all."""
    every = [one.trials[CORRECTOR].seconds for one in tried]
    first = np.array([seconds[0] for seconds in every if seconds])
    whole = np.array([one for seconds in every for one in seconds])
    if not whole.size:
        return {}
    return {
        "median": rounded(1000 * np.median(whole)),
        "p95": rounded(1000 * np.percentile(whole, 95)),
        "first_median": rounded(1000 * np.median(first)),
        "first_p95": rounded(1000 * np.percentile(first, 95)),
    }


def _mean(values: np.ndarray, patients: np.ndarray) -> dict[str, Any]:
    low, high = bootstrap_interval(values, patients)
    return {"mean": rounded(values.mean()), "interval_95": [rounded(low), rounded(high)]}


def _by_kind(tried: Sequence[Tried]) -> list[tuple[str, list[Tried]]]:
    kinds = sorted({one.kind for one in tried})
    return [(kind, [one for one in tried if one.kind == kind]) for kind in kinds]


def _by_size(tried: Sequence[Tried]) -> list[tuple[str, list[Tried]]]:
    areas = np.array([one.reference_px for one in tried])
    quarter = np.searchsorted(np.percentile(areas, [25, 50, 75]), areas)
    groups = [
        (name, [one for one, its in zip(tried, quarter, strict=True) if its == number])
        for number, name in enumerate(SIZES)
    ]
    return [(name, those) for name, those in groups if those]
