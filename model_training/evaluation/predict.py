"""From the pixels of slices to probabilities of their own size: one network, flips, ensembles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from brainseg_gui.core.image.preprocess import Preprocessing
from model_training.evaluation.runners import BatchRunner

Predict = Callable[[Sequence[np.ndarray]], list[np.ndarray]]
"""Pixels (H, W) of some slices in, their (H, W) float32 probabilities out."""

FLIPS: dict[str, tuple[tuple[int, ...], ...]] = {
    "none": ((),),
    "left-right": ((), (1,)),
    "all": ((), (1,), (0,), (0, 1)),
}
"""Names of test-time flips, and the axes along which an (S, S, C) input is mirrored."""


def predictor(run: BatchRunner, steps: Preprocessing, flips: str = "none") -> Predict:
    """Return a network as a function from pixels to probabilities.

    Parameters
    ----------
    run : BatchRunner
    steps : Preprocessing
    flips : str
        Name from `FLIPS`; the mean probability over the mirrored inputs, mirrored back.
    """

    def predict(pixels: Sequence[np.ndarray]) -> list[np.ndarray]:
        inputs = np.stack([steps.apply(one) for one in pixels])
        answer = average_over_flips(run, inputs, flips)
        return [
            steps.restore(probability, one.shape)  # type: ignore[arg-type]
            for probability, one in zip(answer, pixels, strict=True)
        ]

    return predict


def average_over_flips(run: BatchRunner, inputs: np.ndarray, flips: str) -> np.ndarray:
    """Return the (N, S, S) mean probability of (N, S, S, C) inputs over the flips of a name."""
    total = np.zeros(inputs.shape[:3], np.float32)
    for axes in FLIPS[flips]:
        turned = tuple(axis + 1 for axis in axes)
        total += np.flip(run(np.ascontiguousarray(np.flip(inputs, turned))), turned)
    return total / np.float32(len(FLIPS[flips]))


def mean_of(predicts: Sequence[Predict]) -> Predict:
    """Return the ensemble of networks: the mean of their probabilities, at the slice's own size.

    The networks may differ in input size and preprocessing.
    """

    def predict(pixels: Sequence[np.ndarray]) -> list[np.ndarray]:
        answers = [one(pixels) for one in predicts]
        return [np.stack(parts).mean(axis=0) for parts in zip(*answers, strict=True)]

    return predict
