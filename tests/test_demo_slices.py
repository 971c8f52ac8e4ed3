"""The demo: what a first start shows must be worth looking at."""

from __future__ import annotations

import numpy as np
import pytest
from brainseg_gui.resources import resource

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.bundles import default_bundle
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import KERAS_FILE, ONNX_FILE, ModelCard, read_card
from brainseg_gui.inference.segmenter import Segmenter

LARGEST_BUNDLE = 12_000_000


@pytest.fixture(scope="module")
def demo() -> list[Slice]:
    return [read_slice(path) for path in find_slices([resource("demo")])]


@pytest.fixture(scope="module")
def shipped() -> tuple[Segmenter, ModelCard]:
    bundle = default_bundle()
    return load_segmenter(bundle, engine="onnxruntime"), read_card(bundle)


def dice_of(segmenter: Segmenter, card: ModelCard, slice_: Slice) -> float:
    """Return how well the network's mask meets the reference."""
    assert slice_.reference is not None
    score = dice(segmenter.probability(slice_.pixels) >= card.threshold, slice_.reference)
    assert score is not None
    return score


def test_there_are_16_slices_of_5_patients_and_all_three_kinds(demo: list[Slice]) -> None:
    assert len(demo) >= 16
    assert len({slice_.patient for slice_ in demo}) >= 5
    assert {slice_.tumour for slice_ in demo} == set(Tumour)


def test_every_demo_slice_is_complete_and_upright(demo: list[Slice]) -> None:
    for slice_ in demo:
        assert slice_.reference is not None
        assert slice_.reference.any()
        assert slice_.border is not None
        assert slice_.notes == ()


def test_the_shipped_network_finds_the_tumour_on_three_quarters(
    demo: list[Slice], shipped: tuple[Segmenter, ModelCard]
) -> None:
    segmenter, card = shipped
    scores = [dice_of(segmenter, card, slice_) for slice_ in demo]
    assert np.mean([score > 0.5 for score in scores]) >= 0.75


def test_no_intensity_scale_changes_a_mask(
    demo: list[Slice], shipped: tuple[Segmenter, ModelCard]
) -> None:
    segmenter, card = shipped
    for slice_ in demo[::5]:
        plain = segmenter.probability(slice_.pixels) >= card.threshold
        scaled = segmenter.probability(slice_.pixels * 7 + 100) >= card.threshold
        np.testing.assert_array_equal(plain, scaled)


def test_the_shipped_bundle_is_small_and_whole() -> None:
    bundle = default_bundle()
    read_card(bundle)
    assert sum((bundle / name).stat().st_size for name in (KERAS_FILE, ONNX_FILE)) <= LARGEST_BUNDLE


def test_the_card_says_how_its_accuracy_was_measured(shipped: tuple[Segmenter, ModelCard]) -> None:
    _, card = shipped
    assert "never trained on" in card.accuracy["split"]
    assert card.accuracy["held_out"]["mean_dice"] >= 0.70
