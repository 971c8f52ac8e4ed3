"""How well a network does on patients it was not trained on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np

from brainseg_gui.core.compare import dice
from brainseg_gui.core.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice, patient_group
from model_training.examples import Examples
from model_training.runners import Runner

BATCH = 16
MISSED = 0.1  # a Dice below this counts as a tumour not found


def probabilities(model: keras.Model, examples: Examples) -> np.ndarray:
    """Return (N, S, S) float32 tumour probabilities."""
    parts = [
        keras.ops.convert_to_numpy(
            model.predict_on_batch(examples.images[i : i + BATCH].astype(np.float32) / 255)
        )
        for i in range(0, len(examples), BATCH)
    ]
    return np.concatenate(parts)[..., 0].astype(np.float32)


def dice_of_stack(masks: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Return (N,) Dice of (N, H, W) bool masks; 0 where the tumour was missed altogether."""
    common = np.count_nonzero(masks & references, axis=(1, 2))
    total = np.count_nonzero(masks, axis=(1, 2)) + np.count_nonzero(references, axis=(1, 2))
    return 2 * common / np.maximum(total, 1)


def mean_dice(model: keras.Model, examples: Examples, threshold: float) -> float:
    """Return the mean Dice per slice at the network's own resolution; a monitor, not the result."""
    masks = probabilities(model, examples) >= threshold
    return float(dice_of_stack(masks, examples.masks > 127).mean())


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
        "mean_dice": round(float(scores.mean()), 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "median_dice": round(float(np.median(scores)), 4),
        "share_missed": round(float((scores < MISSED).mean()), 4),
        "mean_dice_by_kind": {
            kind: round(float(scores[kinds == kind].mean()), 4)
            for kind in sorted(set(kinds.tolist()))
        },
    }


def bootstrap_interval(
    scores: np.ndarray, patients: np.ndarray, rounds: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of the mean Dice per slice when patients are drawn anew.

    Slices of one patient resemble each other, so patients are resampled, not slices (Efron &
    Tibshirani, *An Introduction to the Bootstrap*, 1993, percentile interval).
    """
    groups = sorted(set(patients.tolist()))
    sums = np.array([scores[patients == group].sum() for group in groups])
    counts = np.array([(patients == group).sum() for group in groups])
    drawn = np.random.default_rng(seed).integers(len(groups), size=(rounds, len(groups)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def measure_slices(
    run: Runner, steps: Preprocessing, threshold: float, slices: Iterable[Slice]
) -> dict[str, Any]:
    """Measure a network as it is used: whole slices in, masks of their own size out.

    Returns
    -------
    dict
        As `summarise`, and `both_empty`: slices without tumour in reference and mask, which
        have no Dice and are left out of the means. Slices without a reference are left out.
    """
    scores, patients, kinds, both_empty = [], [], [], 0
    for slice_ in slices:
        if slice_.reference is None:
            continue
        probability = steps.restore(run(steps.apply(slice_.pixels)), slice_.shape)
        score = dice(probability >= threshold, slice_.reference)
        if score is None:
            both_empty += 1
        else:
            scores.append(score)
            patients.append(patient_group(slice_.patient))
            kinds.append(slice_.tumour.text if slice_.tumour else "unknown")
    if not scores:
        raise ValueError("none of the slices has a reference to measure against")
    summary = summarise(np.array(scores), np.array(patients), np.array(kinds))
    return summary | {"both_empty": both_empty}
