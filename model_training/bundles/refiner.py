"""Let a corrector draw a network's masks once more, and say in its card what that is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import patient_group
from brainseg_gui.core.types import Probability
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.inference.corrector import Corrector
from brainseg_gui.inference.model_card import CARD, CORRECTOR, ONNX_FILE, ModelCard, read_card
from model_training.clicks.opening import ClickNetwork, open_click_network
from model_training.data.sources import Entry, Source
from model_training.evaluation.candidate import NEW, open_candidates
from model_training.evaluation.predict import Predict, predictor
from model_training.evaluation.scores import MISSED
from model_training.evaluation.summary import bootstrap_interval, rounded

WAYS = "before", "refined"


def refined(predict: Predict, corrector: Corrector, threshold: float) -> Predict:
    """Return a network whose masks a corrector draws once more, as `Refined` does."""

    def predict_refined(pixels: Sequence[np.ndarray]) -> list[np.ndarray]:
        return [
            refine(corrector, one, first, threshold)
            for one, first in zip(pixels, predict(pixels), strict=True)
        ]

    return predict_refined


def refuse_unrefined(card: ModelCard, correctors: Sequence[ClickNetwork]) -> None:
    """Raise ValueError where a card's masks are drawn once more, and nobody is there to do it."""
    if card.refined and not correctors:
        raise ValueError(
            f"the masks of {card.name} are drawn once more by a corrector: name siblings of that "
            "by --correctors"
        )


def is_new(network: ClickNetwork | None, entry: Entry) -> bool:
    """Tell whether a corrector, where there is one, has not seen a slice's patient."""
    return network is None or network.knows(entry) == NEW


def refine(
    corrector: Corrector, pixels: np.ndarray, first: np.ndarray, threshold: float
) -> np.ndarray:
    """Return the (H, W) probability that a corrector makes of a first one."""
    mask = first >= threshold
    return corrector.reconsider(pixels, mask, Probability(first)) if mask.any() else first


def measure_refined(source: Source, bundle: Path, network: ClickNetwork) -> dict[str, Any]:
    """Return Dice and misses of a bundle's masks before and after, on slices new to both.

    Raises
    ------
    BundleError, SliceError
    ValueError
        If there is no such slice.
    """
    (candidate,) = open_candidates([bundle])
    predict = predictor(candidate.run, candidate.steps)
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    patients = []
    for entry in source:
        if candidate.knows(entry) != NEW or not is_new(network, entry):
            continue
        slice_ = entry.read()
        reference = slice_.reference
        if reference is None or not reference.any():
            continue
        (first,) = predict([slice_.pixels])
        second = refine(network.corrector, slice_.pixels, first, candidate.threshold)
        patients.append(patient_group(slice_.patient))
        for way, probability in zip(WAYS, (first, second), strict=True):
            mask = probability >= candidate.threshold
            found[way].append(dice(mask, reference) or 0.0)
    if not patients:
        raise ValueError("there is no slice that is new to both networks")
    return _told(found, np.array(patients))


def _told(found: dict[str, list[float]], patients: np.ndarray) -> dict[str, Any]:
    score = {way: np.array(scores) for way, scores in found.items()}
    gain = score["refined"] - score["before"]
    low, high = bootstrap_interval(gain, patients)
    return {
        "slices": len(gain),
        "patients": len(set(patients.tolist())),
        "mean_dice": {way: rounded(score[way].mean()) for way in WAYS},
        "gain": {"mean": rounded(gain.mean()), "interval_95": [rounded(low), rounded(high)]},
        "share_missed": {way: rounded(float((score[way] < MISSED).mean())) for way in WAYS},
    }


def write_refined(bundle: Path, corrector: Path, source: Source) -> ModelCard:
    """Write into a card that a corrector draws its masks once more, and what that is worth.

    Raises
    ------
    BundleError, SliceError, WriteError
    ValueError
        If there is no slice to measure on.
    """
    card, other = read_card(bundle), read_card(corrector, CORRECTOR)
    measured = measure_refined(source, bundle, open_click_network(corrector))
    named = {"name": corrector.name, "sum": other.sha256[ONNX_FILE]}
    card = replace(card, refined=named | {"measured": measured})
    write_atomically(bundle / CARD, card.to_json().encode())
    return card
