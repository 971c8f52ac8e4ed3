"""Other networks judge masks, each in its own process, where they are at hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from brainseg_gui.core.measures.expectation import ExpectedDice
from brainseg_gui.core.measures.risk import disagreement, doubt
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.inference.bundles import default_bundle
from brainseg_gui.inference.corrector import open_corrector
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import CORRECTOR, ModelCard, read_card
from brainseg_gui.inference.second.one_view import with_view
from brainseg_gui.inference.second.opinion import SecondOpinion
from brainseg_gui.inference.segmenter import EngineError
from brainseg_gui.inference.weights import BundleError
from tests.bundle_factory import SIDE, write_card

SWITCH = "one_view"
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
    assert opinion.busy_s > 0
    opinion.close()
    assert opinion.judge(head, alone) is alone  # the window was closed meanwhile


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
    assert opinion.judges == 0


@pytest.fixture
def three(pair: tuple[Path, ModelCard], corrector_bundle: Path) -> tuple[Path, ModelCard]:
    """Return a bundle, and its card, which names two that lie beside it: the other a corrector."""
    mine, card = pair
    fixer = shutil.copytree(corrector_bundle, mine.parent / "fixer")
    steep = LINE | {"risk": [0, 0.5], "mean": [1, 0]}
    third = {"name": "fixer", "sum": read_card(fixer, CORRECTOR).sum_of("onnxruntime")}
    write_card(mine, risk=card.risk | {"third": third | {"table": steep}})
    return mine, read_card(mine)


def test_a_corrector_is_asked_as_well_and_all_three_count(
    three: tuple[Path, ModelCard], head: np.ndarray
) -> None:
    mine, card = three
    probability = load_segmenter(mine, engine="onnxruntime").probability(head)
    alone = Prediction(probability, 0.5)
    opinion = SecondOpinion.at_hand(card, mine)
    assert opinion is not None
    with closing(opinion):
        assert (opinion.name, opinion.judges) == ("other and fixer", 2)
        judged = opinion.judge(head, alone)
        nothing = opinion.judge(head, Prediction(Probability(np.zeros_like(probability)), 0.5))
    apart = disagreement(probability >= 0.5, probability >= 0.9)
    found = open_corrector(mine.parent / "fixer").reconsider(head, alone.mask, probability)
    mean = np.cbrt(alone.risk * apart * doubt(alone.mask, found))
    assert judged.risk == pytest.approx(min(2 * mean, 1))  # by the table of all three
    assert judged.judges == 2
    assert nothing.risk == 1


def test_the_interval_is_that_of_whoever_had_a_say(three: tuple[Path, ModelCard]) -> None:
    mine, card = three
    narrow = {"risk": [0, 0.5, 1], "mean": [1, 0.5, 0], "low": [0.9, 0.4, 0], "high": [1, 0.6, 0.2]}
    write_card(mine, risk=card.risk | {"third": card.risk["third"] | {"table": narrow}})
    card = read_card(mine)
    assert card.expected(0.5, 0.5) == card.expected(0.5, 0.5, 1) == ExpectedDice(0.5, 0, 1)
    assert card.expected(0.5, 0.5, 2) == ExpectedDice(0.5, 0.4, 0.6)
    assert card.expected(0.5, 0.4, 2) is None


def test_without_the_corrector_that_was_measured_two_judge(
    three: tuple[Path, ModelCard], pair: tuple[Path, ModelCard]
) -> None:
    mine, card = three
    (mine.parent / "fixer" / "model.onnx").write_bytes(b"another")
    opinion = SecondOpinion.at_hand(card, mine)
    assert opinion is not None
    assert (opinion.name, opinion.judges) == ("other", 1)
    shutil.rmtree(mine.parent / "other")
    assert SecondOpinion.at_hand(card, mine) is None


def test_a_corrector_that_fails_leaves_two(
    three: tuple[Path, ModelCard], head: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EngineError("It broke.")

    monkeypatch.setattr(CorrectorClient, "reconsider", fail)
    said: list[str] = []
    mine, card = three
    opinion = SecondOpinion.at_hand(card, mine, on_trouble=said.append)
    assert opinion is not None
    alone = Prediction(load_segmenter(mine, engine="onnxruntime").probability(head), 0.5)
    with closing(opinion):
        first, second = (opinion.judge(head, alone).risk for _ in range(2))
    apart = disagreement(alone.mask, alone.probability >= 0.9)
    assert first == second == pytest.approx(np.sqrt(alone.risk * apart))
    assert said == ["Risks are those of two networks from here on: It broke."]
    assert opinion.judges == 1


def test_a_card_names_a_second_network_by_its_name_alone(bundle: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(bundle, tmp_path / "mine")
    elsewhere = second_of(bundle) | {"name": "../other"}
    with pytest.raises(ValueError, match="other' is not the name of a network"):
        write_card(mine, risk={"table": LINE, "second": elsewhere})


def test_both_judges_of_the_standard_network_come_along() -> None:
    card = read_card(default_bundle())
    opinion = SecondOpinion.at_hand(card, default_bundle())
    assert opinion is not None
    with closing(opinion):
        assert (opinion.name, opinion.judges) == ("accurate and corrector", 2)
    assert "standard, accurate and corrector" in card.risk_worth(opinion.judges)


@pytest.fixture(scope="module")
def of_views(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle of the mean over two views, which offers one: what is light."""
    onnx = pytest.importorskip("onnx")
    from model_training.bundles.one_view import offer_view

    shape = [1, SIDE, SIDE, 1]
    image, mean = (onnx.helper.make_tensor_value_info(it, 1, shape) for it in ("image", "mean"))
    steps = [("Relu", "image", "light"), ("Erf", "image", "other"), ("Mean", "light other", "mean")]
    nodes = [onnx.helper.make_node(step, of.split(), [to]) for step, of, to in steps]
    graph = onnx.helper.make_graph(nodes, "views", [image], [mean])
    copy = tmp_path_factory.mktemp("views") / "of_views"
    shutil.copytree(bundle, copy)
    opset = onnx.helper.make_opsetid("", 15)
    model = onnx.helper.make_model(graph, ir_version=8, opset_imports=[opset])
    onnx.save(model, copy / "model.onnx")
    write_card(copy)
    for wrong in ("nowhere", "mean"):
        with pytest.raises(ValueError, match=f"no step before the last one makes {wrong}"):
            offer_view(copy, wrong)
    offer_view(copy, "light")
    offer_view(copy, "light")  # which changes nothing
    with pytest.raises(ValueError, match="offers the view light already"):
        offer_view(copy, "other")
    return copy


def test_one_view_is_the_answer_where_it_is_asked_for_and_else_the_mean(
    of_views: Path, head: np.ndarray
) -> None:
    steps = read_card(of_views).preprocessing
    light = np.maximum(steps.apply(head), 0)[..., 0]
    with EngineClient(of_views, "onnxruntime", view=SWITCH) as client:
        assert np.array_equal(client.probability(head), steps.restore(light, head.shape))
    mean = load_segmenter(of_views, engine="onnxruntime").probability(head)
    assert not np.allclose(mean, steps.restore(light, head.shape))


def test_no_step_of_another_view_is_left_where_one_is_asked_for(
    of_views: Path, tmp_path: Path
) -> None:
    content = (of_views / "model.onnx").read_bytes()
    options = onnxruntime.SessionOptions()
    left = []
    for part in (content, with_view(content, SWITCH)):
        options.optimized_model_filepath = str(tmp_path / "left.onnx")
        onnxruntime.InferenceSession(part, options, providers=["CPUExecutionProvider"])
        left.append((tmp_path / "left.onnx").read_bytes())
    assert [b"Erf" in it for it in left] == [True, False]
    assert [b"then_branch" in it for it in left] == [False, False]


@pytest.mark.parametrize("view", ["nowhere", "v" * 300])
def test_a_bundle_that_offers_no_such_view_is_refused_in_a_sentence(
    bundle: Path, view: str
) -> None:
    with pytest.raises(BundleError, match=f"has no such view: it has no switch {view}"):
        load_segmenter(bundle, engine="onnxruntime", view=view)
