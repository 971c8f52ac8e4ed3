"""Many slices in few numbers, and how sure these are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from model_training.evaluation.scores import MISSED, SliceScore

MEASURES = ("dice", "iou", "sensitivity", "precision", "hd95_px", "hd95_mm")
ROUNDS = 2000
SIZES = ("smallest quarter", "second quarter", "third quarter", "largest quarter")


def bootstrap_interval(
    scores: np.ndarray, patients: np.ndarray, rounds: int = ROUNDS, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of the mean per slice when patients are drawn anew.

    Slices of one patient resemble each other, so patients are resampled, not slices (Efron &
    Tibshirani, *An Introduction to the Bootstrap*, 1993, percentile interval).

    Parameters
    ----------
    scores : (N,) float
    patients : (N,) str
    """
    groups, member = np.unique(patients, return_inverse=True)
    own = [np.sort(scores[member == number]) for number in range(len(groups))]
    # Sorted, so that the sums do not depend on the order of the slices in their last digit.
    sums = np.array([values.sum() for values in own])
    counts = np.array([len(values) for values in own])
    drawn = np.random.default_rng(seed).integers(len(groups), size=(rounds, len(groups)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def describe(values: np.ndarray, patients: np.ndarray) -> dict[str, Any]:
    """Return mean with its 95 % interval over patients, median, sd and quartiles of (N,) values.

    The sd is that of the sample (N - 1), 0 for a single value.
    """
    low, high = bootstrap_interval(values, patients)
    first, median, third = np.percentile(values, [25, 50, 75])
    return {
        "mean": rounded(np.sort(values).mean()),
        "interval_95": [rounded(low), rounded(high)],
        "median": rounded(median),
        "sd": rounded(np.sort(values).std(ddof=1) if len(values) > 1 else 0),
        "iqr": [rounded(first), rounded(third)],
    }


def summary_of(scores: Sequence[SliceScore], split: str) -> dict[str, Any]:
    """Return what is reported of a set of slices.

    Returns
    -------
    dict
        split, slices, patients; share_missed, as `describe` without a spread; each of `MEASURES`
        as `describe` and with the number of slices that have it, None if none has.
    """
    patients = np.array([score.patient for score in scores])
    missed = np.array([score.dice < MISSED for score in scores], float)
    low, high = bootstrap_interval(missed, patients)
    found: dict[str, Any] = {
        "split": split,
        "slices": len(scores),
        "patients": len(set(patients.tolist())),
        "share_missed": rounded(missed.mean()),
        "share_missed_interval_95": [rounded(low), rounded(high)],
    }
    for measure in MEASURES:
        values = [getattr(score, measure) for score in scores]
        has = np.array([value is not None for value in values])
        kept = np.array([value for value in values if value is not None], float)
        found[measure] = (
            describe(kept, patients[has]) | {"slices": len(kept)} if kept.size else None
        )
    return found


def by_kind(scores: Sequence[SliceScore], split: str) -> dict[str, Any]:
    """Return a `summary_of` for each tumour type."""
    return _grouped(scores, lambda score: score.kind, split)


def by_fold(scores: Sequence[SliceScore], split: str) -> dict[str, Any]:
    """Return a `summary_of` for each fold."""
    return _grouped(scores, lambda score: f"fold {score.fold}", split)


def by_size(scores: Sequence[SliceScore], split: str) -> dict[str, Any]:
    """Return a `summary_of` for each quarter of the slices by area of the reference.

    The limits are the quartiles of all slices given that have a tumour; an area equal to a limit
    belongs to the smaller quarter. `from_px` and `to_px` are the areas really met with.
    """
    tumours = [score for score in scores if score.reference_px]
    if not tumours:
        return {}
    limits = np.percentile([score.reference_px for score in tumours], [25, 50, 75])

    def quarter(score: SliceScore) -> int:
        return int(np.searchsorted(limits, score.reference_px))

    found = {}
    for number, name in enumerate(SIZES):
        members = [score for score in tumours if quarter(score) == number]
        if members:
            areas = [score.reference_px for score in members]
            found[name] = {"from_px": min(areas), "to_px": max(areas)} | summary_of(members, split)
    return found


def by_patient(scores: Sequence[SliceScore], split: str) -> dict[str, Any]:
    """Return one row a patient group, and how the patients' mean Dice are distributed.

    The mean over patients gives each person the same weight; the mean over slices, which is the
    headline, gives it to each slice.
    """
    patients = sorted({score.patient for score in scores})
    rows, means = [], []
    for patient in patients:
        own = [score for score in scores if score.patient == patient]
        values = np.sort([score.dice for score in own])
        means.append(values.mean())
        rows.append(
            {
                "patient": patient,
                "kind": ", ".join(sorted({score.kind for score in own})),
                "slices": len(own),
                "mean_dice": rounded(values.mean()),
                "median_dice": rounded(np.median(values)),
                "lowest_dice": rounded(values[0]),
                "missed": int(np.count_nonzero(values < MISSED)),
                "mean_hd95_px": rounded(np.sort([score.hd95_px for score in own]).mean()),
            }
        )
    spread = describe(np.array(means), np.array(patients))
    return {"split": split, "dice": spread, "rows": rows}


def headline(scores: Sequence[SliceScore]) -> dict[str, Any]:
    """Return the few numbers that a card holds; see `summarise`."""
    return summarise(
        np.array([score.dice for score in scores]),
        np.array([score.patient for score in scores]),
        np.array([score.kind for score in scores]),
    )


def summarise(scores: np.ndarray, patients: np.ndarray, kinds: np.ndarray) -> dict[str, Any]:
    """Return mean, median, share missed, each kind's mean, and a 95 % interval over patients.

    Parameters
    ----------
    scores : (N,) float
        Dice of each slice.
    patients, kinds : (N,) str
        Patient group and tumour type of each slice.
    """
    low, high = bootstrap_interval(scores, patients)
    return {
        "slices": len(scores),
        "patients": len(set(patients.tolist())),
        "mean_dice": rounded(scores.mean()),
        "interval_95": [rounded(low), rounded(high)],
        "median_dice": rounded(np.median(scores)),
        "share_missed": rounded((scores < MISSED).mean()),
        "mean_dice_by_kind": {
            kind: rounded(scores[kinds == kind].mean()) for kind in sorted(set(kinds.tolist()))
        },
    }


def rounded(value: float) -> float:
    """Return four decimals: more would pretend to a certainty that no data set here gives."""
    return round(float(value), 4)


def _grouped(
    scores: Sequence[SliceScore], key: Callable[[SliceScore], str], split: str
) -> dict[str, Any]:
    names = sorted({key(score) for score in scores})
    return {
        name: summary_of([score for score in scores if key(score) == name], split) for name in names
    }
