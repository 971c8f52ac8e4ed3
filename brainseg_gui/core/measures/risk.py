"""How much a prediction deserves a look, judged by the network's own probabilities."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.types import Probability


def risk(probability: Probability, threshold: float) -> float:
    """Return 1 minus the Dice that the network expects of its own mask, in [0, 1].

    If each pixel were a tumour pixel with the stated probability p, the mask M = {p >= threshold}
    would be expected to reach a Dice of about 2 Σ_M p / (|M| + Σ p). A sharp outline scores near
    0; a blurred one, or much half-believed area outside the mask, scores high. No mask at all
    scores 1: every slice of this data has a tumour, so it is the first to look at.

    Parameters
    ----------
    probability : (H, W) float
    threshold : float
        Probability from which a pixel belongs to the mask.

    Notes
    -----
    The ratio of expectations stands for the expectation of the ratio. It ranks slices; it is not
    a calibrated error.
    """
    mask = probability >= threshold
    area = np.count_nonzero(mask)
    if area == 0:
        return 1.0
    inside = probability.sum(where=mask, dtype=np.float64)
    everything = probability.sum(dtype=np.float64)
    return float(np.clip(1 - 2 * inside / (area + everything), 0.0, 1.0))
