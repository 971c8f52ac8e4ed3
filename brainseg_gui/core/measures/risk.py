"""How much a prediction deserves a look, judged by the network's own probabilities."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.types import Mask, Probability


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
    return doubt(probability >= threshold, probability)


def doubt(mask: Mask, probability: NDArray[np.float32]) -> float:
    """Return 1 minus the Dice that somebody's probability expects of a mask, as `risk` does.

    Examples
    --------
    >>> doubt(np.array([[True, False]]), np.array([[0.5, 0.5]], np.float32))
    0.5
    """
    area = np.count_nonzero(mask)
    if area == 0:
        return 1.0
    inside = probability.sum(where=mask, dtype=np.float64)
    everything = probability.sum(dtype=np.float64)
    return float(np.clip(1 - 2 * inside / (area + everything), 0.0, 1.0))


def disagreement(mask: Mask, other: Mask) -> float:
    """Return 1 - Dice of two masks; 1 where both are empty, as every slice has a tumour.

    Examples
    --------
    >>> disagreement(np.array([[True, True]]), np.array([[True, True]]))
    0.0
    """
    return float(1 - (dice(mask, other) or 0.0))


def joint_risk(risk: float, *said: float) -> float:
    """Return the geometric mean of a mask's risk and of what other networks say of it.

    Nothing is fitted; no fit that was tried ordered slices better.

    Parameters
    ----------
    risk : float
    said : float
        A network's `disagreement`, another one's `doubt`: each in [0, 1].
    """
    return float(math.prod((risk, *said)) ** (1 / (1 + len(said))))
