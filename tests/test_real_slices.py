"""The shipped network and the reader on real slices, where they lie beside the checkout."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.bundles import default_bundle
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import read_card
from brainseg_gui.inference.segmenter import Segmenter
from tests.needs import needs_tensorflow

FIGSHARE = Path(__file__).resolve().parents[2] / "shared" / "figshare"
AT_MOST = 60

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FIGSHARE.is_dir(), reason="the real slices are not beside the checkout"),
]


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> list[Slice]:
    """Every few of the slices whose patients the shipped network was not trained on."""
    card = read_card(default_bundle())
    with open(FIGSHARE / "index.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not card.was_trained_on(row["pid"])]
    assert rows, "the card names every patient as trained on"
    chosen = rows[:: max(1, len(rows) // AT_MOST)]
    folder = tmp_path_factory.mktemp("real")
    names = [row["n"] for row in chosen]
    subprocess.run([sys.executable, FIGSHARE / "make_mat.py", folder, *names], check=True)
    return [read_slice(folder / f"{name}.mat") for name in names]


def dice_of(segmenter: Segmenter, threshold: float, slice_: Slice) -> float:
    """Return how well the network's mask meets the reference."""
    assert slice_.reference is not None
    score = dice(segmenter.probability(slice_.pixels) >= threshold, slice_.reference)
    assert score is not None
    return score


def test_the_border_proves_every_real_slice_upright(unseen: list[Slice]) -> None:
    assert [slice_.notes for slice_ in unseen if slice_.notes] == []


def test_unseen_patients_are_outlined_with_a_mean_dice_of_at_least_0_70(
    unseen: list[Slice],
) -> None:
    segmenter = load_segmenter(default_bundle(), engine="onnxruntime")
    threshold = read_card(default_bundle()).threshold
    scores = [dice_of(segmenter, threshold, slice_) for slice_ in unseen]
    assert np.mean(scores) >= 0.70


@needs_tensorflow
def test_both_engines_give_the_same_mask_of_real_slices(unseen: list[Slice]) -> None:
    onnx = load_segmenter(default_bundle(), engine="onnxruntime")
    tensorflow = load_segmenter(default_bundle(), engine="tensorflow", device="cpu")
    threshold = read_card(default_bundle()).threshold
    for slice_ in unseen[::6]:
        np.testing.assert_array_equal(
            onnx.probability(slice_.pixels) >= threshold,
            tensorflow.probability(slice_.pixels) >= threshold,
        )
