"""What other networks would tell of a first one's masks: measured, for nobody to guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.measures.risk import disagreement, doubt, joint_risk
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import (
    CARD,
    CORRECTOR,
    JUDGES,
    ONNX_FILE,
    ModelCard,
    read_card,
)
from model_training.bundles.one_view import SWITCH, offer_view
from model_training.bundles.refiner import is_new, refined
from model_training.clicks.opening import ClickNetwork
from model_training.data.sources import Source
from model_training.evaluation.candidate import Candidate, divide
from model_training.evaluation.predict import Predict, predictor
from model_training.evaluation.risk_table import Outcomes, describe


def measure_second(
    source: Source,
    networks: Sequence[Candidate],
    seconds: Sequence[Candidate],
    correctors: Sequence[ClickNetwork] = (),
    *,
    refining: bool = False,
) -> dict[str, Any]:
    """Return how well risk, disagreement, and both tell poor masks of the first networks.

    Each slice counts once, of those that are new to a network, to a second one and, where there
    are some, to a corrector. Disagreement is 1 - Dice between the two masks; both is the geometric
    mean of risk and disagreement, and all that of these and of the corrector's doubt, which no
    slice was needed to fit.

    Parameters
    ----------
    source : Source
    networks, seconds : sequence of Candidate
    correctors : sequence of ClickNetwork
    refining : bool
        The masks that are judged are those that the corrector draws once more.

    Returns
    -------
    dict
        What stands in a card under `second`; and under `third` in it, what goes there.

    Raises
    ------
    SliceError
    ValueError
        If there are too few new patients.
    """
    found, said, done = Outcomes.of(lambda pixels: [], 0.5, ()), list[list[float]](), set[str]()
    for network, second, corrector in product(networks, seconds, correctors or (None,)):
        unseen = divide(source, [network, second])[0]
        entries = [it for it in unseen if it.name not in done and is_new(corrector, it)]
        done |= {entry.name for entry in entries}
        watch = _Watch(network, second, corrector, refining=refining)
        slices = (entry.read() for entry in entries)
        wanted = (one for one in slices if one.reference is not None and one.reference.any())
        found += Outcomes.of(watch.predict, network.threshold, wanted)
        said += watch.said
    heard = np.array(said).reshape(len(said), 2 if correctors else 1)
    measured = _told(found, {"disagreement": heard[:, 0], "both": _joint(found, heard[:, :1])})
    if correctors:
        ways = {"doubt": heard[:, 1], "all": _joint(found, heard)}
        measured["third"] = _told(found, ways)
    return measured


def _joint(found: Outcomes, said: NDArray[np.float64]) -> NDArray[np.float64]:
    pairs = zip(found.risk, said, strict=True)
    return np.array([joint_risk(risk, *words) for risk, words in pairs])


def _told(found: Outcomes, ways: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Return what each way tells beside the risk alone, and the table of the last one."""
    told = {
        name: describe(replace(found, risk=each))
        for name, each in ({"risk": found.risk} | ways).items()
    }
    return {
        "slices": len(found.risk),
        "patients": len(set(found.patient)),
        "table": told[list(ways)[-1]]["table"],
        **{name: it["measured"] for name, it in told.items()},
    }


def write_second(
    bundle: Path, second: Path, view: str, measured: dict[str, Any], corrector: Path | None = None
) -> None:
    """Write into a card which networks judge its masks, and what that is worth.

    Parameters
    ----------
    bundle, second : Path
        Of the network that proposes masks, and of the one that judges them.
    view : str
        Inner tensor of the second one's ONNX file that is asked for, one view of the slice; its
        bundle gets a switch for it. The mean over all views where empty.
    measured : dict
        As of `measure_second`, of siblings of all.
    corrector : Path, optional
        Bundle of the corrector that is asked as well, where one was measured.

    Raises
    ------
    BundleError, EngineError, WriteError
    ValueError
        If nothing is known of the first network's own risk, the second one has no such view, or no
        corrector was measured.
    """
    card, measured = read_card(bundle), dict(measured)
    if not card.risk:
        raise ValueError(f"{card.name} is to be calibrated alone first")
    third = measured.pop("third", {})
    if corrector and not third:
        raise ValueError("no corrector was measured")
    if view:
        offer_view(second, view)
    switch = SWITCH if view else ""
    load_segmenter(second, engine="onnxruntime", device="cpu", view=switch)  # or it is no use
    known = _named(second, read_card(second)) | {"view": switch}
    judges = {"second": known | measured}
    if corrector:
        judges["third"] = _named(corrector, read_card(corrector, CORRECTOR)) | third
    alone = {name: it for name, it in card.risk.items() if name not in JUDGES}
    write_atomically(bundle / CARD, replace(card, risk=alone | judges).to_json().encode())


def _named(bundle: Path, card: ModelCard) -> dict[str, str]:
    return {"name": bundle.name, "sum": card.sha256[ONNX_FILE]}


class _Watch:
    """Predicts by a network and notes what the others say of its masks."""

    def __init__(
        self,
        network: Candidate,
        second: Candidate,
        corrector: ClickNetwork | None,
        *,
        refining: bool,
    ) -> None:
        self.said: list[list[float]] = []
        self._networks, self._corrector = (network, second), corrector
        self._predicts = [_predict_by(network), _predict_by(second)]
        if refining and corrector is not None:
            threshold = network.threshold
            self._predicts[0] = refined(self._predicts[0], corrector.corrector, threshold)

    def predict(self, pixels: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the probabilities of the first."""
        answers = [predict(pixels) for predict in self._predicts]
        levels = [network.threshold for network in self._networks]
        for image, *pair in zip(pixels, *answers, strict=True):
            mask, other = (answer >= level for answer, level in zip(pair, levels, strict=True))
            words = [disagreement(mask, other)]
            if self._corrector:
                found = self._corrector.corrector.reconsider(image, mask, pair[0])
                words.append(doubt(mask, found))
            self.said.append(words)
        return answers[0]


def _predict_by(network: Candidate) -> Predict:
    return predictor(network.run, network.steps)
