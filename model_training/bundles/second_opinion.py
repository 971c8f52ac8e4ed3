"""What a second network would tell of a first one's masks: measured, for nobody to guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.core.measures.risk import disagreement, joint_risk
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import CARD, ONNX_FILE, read_card
from model_training.bundles.one_view import SWITCH, offer_view
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
        unseen = divide(source, [network, second])[0]
        entries = [entry for entry in unseen if entry.name not in done]
        done |= {entry.name for entry in entries}
        watch = _Watch(network, second)
        slices = (entry.read() for entry in entries)
        wanted = (one for one in slices if one.reference is not None and one.reference.any())
        found += Outcomes.of(watch.predict, network.threshold, wanted)
        apart = np.append(apart, watch.apart)
    both = np.array([joint_risk(*pair) for pair in zip(found.risk, apart, strict=True)])
    ways = {"risk": found.risk, "disagreement": apart, "both": both}
    told = {name: describe(replace(found, risk=each)) for name, each in ways.items()}
    return {
        "slices": len(apart),
        "patients": len(set(found.patient)),
        "table": told["both"]["table"],
        **{name: it["measured"] for name, it in told.items()},
    }


def write_second(bundle: Path, second: Path, view: str, measured: dict[str, Any]) -> None:
    """Write into a card which network judges its masks, and what that is worth.

    Parameters
    ----------
    bundle, second : Path
        Of the network that proposes masks, and of the one that judges them.
    view : str
        Inner tensor of the second one's ONNX file that is asked for, one view of the slice; its
        bundle gets a switch for it. The mean over all views where empty.
    measured : dict
        As of `measure_second`, of siblings of both.

    Raises
    ------
    BundleError, EngineError, WriteError
    ValueError
        If nothing is known of the first network's own risk, or the second one has no such view.
    """
    card = read_card(bundle)
    if not card.risk:
        raise ValueError(f"{card.name} is to be calibrated alone first")
    if view:
        offer_view(second, view)
    switch = SWITCH if view else ""
    load_segmenter(second, engine="onnxruntime", device="cpu", view=switch)  # or it is no use
    known = {"name": second.name, "sum": read_card(second).sha256[ONNX_FILE], "view": switch}
    card = replace(card, risk=card.risk | {"second": known | measured})
    write_atomically(bundle / CARD, card.to_json().encode())


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


def _predict_by(network: Candidate) -> Predict:
    return predictor(network.run, network.steps)
