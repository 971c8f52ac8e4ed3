"""Whether both engines give the same answer: a bundle is handed over only if they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from model_training.evaluation.runners import Runner

LARGEST_DIFFERENCE = 1e-3  # between the engines' probabilities


def compare_runners(
    first: Runner, second: Runner, inputs: Sequence[np.ndarray], threshold: float
) -> dict[str, Any]:
    """Return how far two engines are apart.

    Raises
    ------
    ValueError
        If a mask differs by a pixel in 10,000, or an answer is no number.
    """
    largest, flipped, total = 0.0, 0, 0
    for image in inputs:
        a, b = first(image), second(image)
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise ValueError("the network's answer is no number: its weights are broken")
        largest = max(largest, float(np.abs(a - b).max()))
        flipped += int(np.count_nonzero((a >= threshold) != (b >= threshold)))
        total += a.size
    if largest > LARGEST_DIFFERENCE or flipped > total / 10_000:
        raise ValueError(
            f"the engines disagree: probabilities by up to {largest:.2g}, "
            f"{flipped} of {total} pixels"
        )
    return {
        "slices": len(inputs),
        "largest_difference": float(f"{largest:.2g}"),
        "pixels_that_differ": flipped,
    }
