"""Where a card names a corrector, it draws every mask once more, whatever engine runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.inference.corrector import open_corrector
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import CARD, CORRECTOR, read_card
from tests.bundle_factory import SIDE, write_card
from tests.bundle_factory import TRAINED_ON as TRAINED


@pytest.fixture
def refined(bundle: Path, corrector_bundle: Path, tmp_path: Path) -> Path:
    """Return a bundle whose masks a corrector draws once more that lies beside it."""
    mine = shutil.copytree(bundle, tmp_path / "mine")
    fixer = shutil.copytree(corrector_bundle, tmp_path / "fixer")
    total = read_card(fixer, CORRECTOR).sum_of("onnxruntime")
    write_card(mine, refined={"name": "fixer", "sum": total})
    return mine


@pytest.mark.parametrize("channel", ["equalised", "stretched"])  # the latter is the corrector's
def test_the_mask_is_what_the_corrector_makes_of_the_first(
    refined: Path, bundle: Path, head: np.ndarray, channel: str
) -> None:
    steps, card = Preprocessing((channel,), SIDE), read_card(refined)
    write_card(refined, preprocessing=steps, refined=card.refined)
    bundle = shutil.copytree(bundle, refined.parent / "alone")
    write_card(bundle, preprocessing=steps)
    first = load_segmenter(bundle, engine="onnxruntime").probability(head)
    corrector = open_corrector(refined.parent / "fixer")
    wanted = corrector.reconsider(head, first >= 0.5, first)
    assert not np.array_equal(wanted, first)
    segmenter = load_segmenter(refined, engine="onnxruntime")
    np.testing.assert_array_equal(segmenter.probability(head), wanted)
    with EngineClient(refined, "onnxruntime") as client:
        np.testing.assert_array_equal(client.probability(head), wanted)
    dark = np.zeros_like(head)  # nothing is found there, and nothing looked at once more
    nothing = load_segmenter(bundle, engine="onnxruntime").probability(dark)
    np.testing.assert_array_equal(segmenter.probability(dark), nothing)


def test_both_engines_draw_the_same_mask(refined: Path, head: np.ndarray) -> None:
    pytest.importorskip("tensorflow")
    onnx, keras = (
        load_segmenter(refined, engine=engine, device="cpu")
        for engine in ("onnxruntime", "tensorflow")
    )
    assert keras.engine != "onnxruntime"
    np.testing.assert_array_equal(onnx.probability(head) >= 0.5, keras.probability(head) >= 0.5)


def test_without_the_very_corrector_the_first_mask_stays(
    refined: Path, bundle: Path, head: np.ndarray
) -> None:
    (refined.parent / "fixer" / "model.onnx").write_bytes(b"another")
    first = load_segmenter(bundle, engine="onnxruntime").probability(head)
    found = load_segmenter(refined, engine="onnxruntime").probability(head)
    np.testing.assert_array_equal(found, first)


def test_whom_either_network_has_seen_is_not_new_to_its_masks(refined: Path) -> None:
    from model_training.clicks.evaluate import segmenter_of
    from model_training.data.sources import Entry
    from model_training.evaluation.candidate import NEW, TRAINED_ON

    card = read_card(refined)
    write_card(refined, refined=card.refined, training_patients=())
    start = segmenter_of(str(refined))
    for patient, known in ((TRAINED, TRAINED_ON), ("somebody else", NEW)):  # to the corrector
        assert start.knows(Entry("1.mat", patient, "", True, None, (), Mock())) == known


@pytest.mark.parametrize(
    ("told", "sentence"),
    [({"name": "../fixer", "sum": ""}, "not the name"), ({"name": "fixer"}, "sum"), ([], "object")],
)
def test_a_card_that_names_it_wrongly_is_damaged(
    refined: Path, told: object, sentence: str
) -> None:
    card = json.loads((refined / CARD).read_text())
    (refined / CARD).write_text(json.dumps(card | {"refined": told}))
    with pytest.raises(Exception, match=f"damaged: .*{sentence}"):
        load_segmenter(refined)
