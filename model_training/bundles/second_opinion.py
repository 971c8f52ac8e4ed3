"""What a second network would tell of a first one's masks: measured, for nobody to guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.types import Mask
from model_training.data.sources import Source
from model_training.evaluation.candidate import Candidate, divide
from model_training.evaluation.predict import Predict, predictor
from model_training.evaluation.risk_table import Outcomes, describe


def measure_second(
    source: Source, networks: Sequence[Candidate], seconds: Sequence[Candidate]
) -> dict[str, Any]:
    """Return how well risk, disagreement, and both tell poor masks of the first networks.

    Each slice counts once, of those that are new to a network and to a second one. Disagreement
    is 1 - Dice between the two masks; both is the geometric mean of risk and disagreement, which
    no slice was needed to fit.

    Raises
    ------
    SliceError
    ValueError
        If there are too few new patients.
    """
    found, apart, done = Outcomes.of(lambda pixels: [], 0.5, ()), np.empty(0), set[str]()
    for network, second in product(networks, seconds):
        both = divide(source, [network, second])[0]
        entries = [entry for entry in both if entry.name not in done]
        done |= {entry.name for entry in entries}
        watch = _Watch(network, second)
        slices = (entry.read() for entry in entries)
        wanted = (one for one in slices if one.reference is not None and one.reference.any())
        found += Outcomes.of(watch.predict, network.threshold, wanted)
        apart = np.append(apart, watch.apart)
    ways = {"risk": found.risk, "disagreement": apart, "both": np.sqrt(found.risk * apart)}
    told = {name: describe(replace(found, risk=each))["measured"] for name, each in ways.items()}
    return {"slices": len(apart), "patients": len(set(found.patient)), **told}


class _Watch:
    """Predicts by a network and notes how far a second one lies from it."""

    def __init__(self, network: Candidate, second: Candidate) -> None:
        self.apart: list[float] = []
        self._networks = network, second

    def predict(self, pixels: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the probabilities of the first."""
        answers = [_predict_by(network)(pixels) for network in self._networks]
        levels = [network.threshold for network in self._networks]
        for pair in zip(*answers, strict=True):
            masks = [answer >= level for answer, level in zip(pair, levels, strict=True)]
            self.apart.append(disagreement(*masks))
        return answers[0]


def disagreement(mask: Mask, other: Mask) -> float:
    """Return 1 - Dice of two masks; 1 where both are empty, as every slice has a tumour.

    Examples
    --------
    >>> disagreement(np.array([[True, True]]), np.array([[True, True]]))
    0.0
    """
    return 1 - (dice(mask, other) or 0.0)


def _predict_by(network: Candidate) -> Predict:
    return predictor(network.run, network.steps)
