"""A second network judges masks: one view of it, in its own process, where it is at hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from brainseg_gui.core.measures.risk import disagreement
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import ModelCard, read_card
from brainseg_gui.inference.second.one_view import cut
from brainseg_gui.inference.second.opinion import SecondOpinion
from brainseg_gui.inference.segmenter import EngineError
from brainseg_gui.inference.weights import BundleError
from tests.bundle_factory import SIDE, write_card

LEFT, INNER = "functional_1/activation_1/Relu:0", "functional_1/mask_1/Sigmoid:0"
LINE = {"risk": [0, 1], "mean": [1, 0], "low": [0, 0], "high": [1, 1]}


def second_of(bundle: Path, view: str = "") -> dict[str, Any]:
    """Return what a card says of a second network."""
    total = read_card(bundle).sum_of("onnxruntime")
    return {"name": bundle.name, "sum": total, "view": view, "table": LINE}


@pytest.fixture
def pair(bundle: Path, tmp_path: Path) -> tuple[Path, ModelCard]:
    """Return a bundle, and its card, which names another one that lies beside it."""
    mine, other = (shutil.copytree(bundle, tmp_path / name) for name in ("mine", "other"))
    write_card(other, threshold=0.9)
    write_card(mine, risk={"table": LINE, "second": second_of(other)})
    return mine, read_card(mine)


@pytest.fixture
def opinion(pair: tuple[Path, ModelCard]) -> Iterator[SecondOpinion]:
    mine, card = pair
    found = SecondOpinion.at_hand(card, mine)
    assert found is not None
    yield found
    found.close()


def test_the_risk_of_a_mask_is_that_of_two_networks_and_the_mask_stays(
    opinion: SecondOpinion, pair: tuple[Path, ModelCard], head: np.ndarray
) -> None:
    probability = load_segmenter(pair[0], engine="onnxruntime").probability(head)
    alone = Prediction(probability, 0.5)
    judged = opinion.judge(head, alone)
    assert np.array_equal(judged.mask, alone.mask)
    apart = disagreement(probability >= 0.5, probability >= 0.9)
    assert 0 < apart < 1
    assert judged.risk == pytest.approx(np.sqrt(alone.risk * apart))
    nothing = opinion.judge(head, Prediction(Probability(np.zeros_like(probability)), 0.5))
    assert nothing.risk == 1


def test_only_the_very_network_that_was_measured_is_asked(pair: tuple[Path, ModelCard]) -> None:
    mine, card = pair
    assert SecondOpinion.at_hand(card, mine, threshold=0.4) is None  # nothing was measured there
    write_card(mine, risk={"table": LINE})
    assert SecondOpinion.at_hand(read_card(mine), mine) is None
    (mine.parent / "other" / "model.onnx").write_bytes(b"another")
    assert SecondOpinion.at_hand(card, mine) is None
    shutil.rmtree(mine.parent / "other")
    assert SecondOpinion.at_hand(card, mine) is None


def test_a_second_network_that_fails_is_said_once_and_the_risk_stays(
    pair: tuple[Path, ModelCard], head: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_client: EngineClient, _pixels: np.ndarray) -> None:
        raise EngineError("It broke.")

    monkeypatch.setattr(EngineClient, "probability", fail)
    said: list[str] = []
    opinion = SecondOpinion.at_hand(pair[1], pair[0], on_trouble=said.append)
    assert opinion is not None
    alone = Prediction(Probability(np.full(head.shape, 0.6, np.float32)), 0.5)
    assert opinion.judge(head, alone) is alone
    assert opinion.judge(head, alone) is alone
    assert said == ["Risks are those of one network from here on: It broke."]


def test_a_card_names_a_second_network_by_its_name_alone(bundle: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(bundle, tmp_path / "mine")
    elsewhere = second_of(bundle) | {"name": "../other"}
    with pytest.raises(ValueError, match="other' is not the name of a network"):
        write_card(mine, risk={"table": LINE, "second": elsewhere})


def test_a_network_that_is_cut_answers_with_the_inner_tensor(bundle: Path) -> None:
    content = (bundle / "model.onnx").read_bytes()
    pixels = np.random.default_rng(0).random((1, SIDE, SIDE, 1), np.float32)
    answers = []
    for part in (content, cut(content, INNER), cut(content, LEFT)):
        network = onnxruntime.InferenceSession(part)
        answers.append(network.run(None, {network.get_inputs()[0].name: pixels})[0])
    assert np.array_equal(answers[0].ravel(), answers[1].ravel())
    assert answers[2].shape == (1, 2, SIDE, SIDE)
    assert len(cut(content, LEFT)) < len(cut(content, INNER))  # no step, no weight of the rest


def test_one_view_is_asked_for_by_its_tensor(bundle: Path, head: np.ndarray) -> None:
    with EngineClient(bundle, "onnxruntime", view=INNER) as client:
        found = client.probability(head)
    assert np.array_equal(found, load_segmenter(bundle, engine="onnxruntime").probability(head))


def test_what_cannot_be_cut_is_refused_in_a_sentence(bundle: Path) -> None:
    content = (bundle / "model.onnx").read_bytes()
    with pytest.raises(ValueError, match="nothing in it makes nowhere"):
        cut(content, "nowhere")
    with pytest.raises(ValueError, match="it ends within a field"):
        cut(content[:200], "nowhere")
    with pytest.raises(BundleError, match="has no such view: nothing in it makes nowhere"):
        load_segmenter(bundle, engine="onnxruntime", view="nowhere")
