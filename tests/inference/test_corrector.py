"""The corrector changes a mask where it was clicked, and refuses what it cannot work with."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.inference import Click, Corrector, open_corrector
from brainseg_gui.inference.bundles import default_corrector, list_bundles
from brainseg_gui.inference.corrector import Steps
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import (
    CARD,
    CORRECTOR,
    ONNX_FILE,
    BundleError,
    read_card,
)
from brainseg_gui.inference.segmenter import EngineError
from brainseg_gui.inference.weights import MAX_CARD
from tests.bundle_factory import SIDE


@pytest.fixture(scope="module")
def corrector(corrector_bundle: Path) -> Corrector:
    return open_corrector(corrector_bundle)


@pytest.fixture
def pixels() -> np.ndarray:
    """Return a slice with two light squares in the grey, and air."""
    image = np.full((100, 80), 100, np.float32)
    image[:4] = 0
    image[20:40, 20:40] = image[60:80, 50:70] = 900
    return image


def test_the_light_square_that_is_clicked_enters_the_mask_and_the_other_does_not(
    corrector: Corrector, pixels: np.ndarray
) -> None:
    mask = np.zeros(pixels.shape, bool)
    corrected = corrector.correct(pixels, mask, [Click(30.5, 30.5, True)])
    rows, columns = np.nonzero(corrected)
    assert abs(int(rows.min()) - 20) <= 1
    assert abs(int(rows.max()) - 39) <= 1
    assert abs(int(columns.min()) - 20) <= 1
    assert np.count_nonzero(corrected) == pytest.approx(400, rel=0.15)
    assert not mask.any()


def test_a_click_that_the_network_does_not_follow_is_obeyed_all_the_same(
    corrector: Corrector, pixels: np.ndarray
) -> None:
    mask = np.zeros(pixels.shape, bool)
    mask[20:40, 20:40] = True
    clicks = [Click(30.0, 30.0, False), Click(5.0, 5.0, True)]
    corrected = corrector.correct(pixels, mask, clicks)
    assert not corrected[30, 30]
    assert corrected[5, 5]
    labels, count = ndimage.label(corrected ^ mask)
    assert count == 2
    assert np.count_nonzero(labels) == 2


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (200, 3), (512, 512), (64, 256)])
def test_slices_of_any_shape_are_corrected(corrector: Corrector, shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).normal(100, 30, shape).astype(np.float32)
    last = Click(shape[0] - 0.01, shape[1] - 0.01, True)
    corrected = corrector.correct(image, np.zeros(shape, bool), [Click(0, 0, True), last])
    assert corrected.shape == shape
    assert corrected.dtype == bool
    assert corrected[0, 0]
    assert corrected[-1, -1]


def test_another_slice_is_not_taken_for_the_one_before(
    corrector: Corrector, pixels: np.ndarray
) -> None:
    mask, click = np.zeros(pixels.shape, bool), [Click(30.5, 30.5, True)]
    first = corrector.correct(pixels, mask, click)
    assert corrector.correct(pixels.max() - pixels, mask, click).sum() == 1
    np.testing.assert_array_equal(corrector.correct(pixels, mask, click), first)


def test_an_answer_that_is_no_number_changes_no_mask(pixels: np.ndarray) -> None:
    steps = Steps(Preprocessing(("stretched",), SIDE), 2.0, 0.5)
    broken = Corrector(steps, lambda inputs: np.full((SIDE, SIDE), np.nan, np.float32))
    with pytest.raises(EngineError, match="no number"):
        broken.correct(pixels, pixels > 500, [Click(30.5, 30.5, True)])


Shown = tuple[int, bool]
"""Of a look: how many pixels wide its crop is, and whether it is mirrored."""


def look_at_a_square(middle: slice, answers: dict[Shown, float]) -> tuple[int, set[Shown]]:
    """Click beside a square of 400 pixels; return the new area, and which looks there were.

    The network says of each look one number, in the middle of it.
    """
    shown: set[Shown] = set()

    def answer(inputs: np.ndarray) -> np.ndarray:
        side = 4 * round(5 * SIDE / float(np.sqrt(inputs[0, ..., 1].sum())))
        mirrored = np.argwhere(inputs[0, ..., 3])[:, 1].mean() < SIDE / 2
        shown.add((side, bool(mirrored)))
        probability = np.zeros((SIDE, SIDE), np.float32)
        probability[middle, middle] = answers.get((side, bool(mirrored)), 0.9)
        return probability

    steps = Steps(Preprocessing(("stretched",), SIDE), 2.0, 0.5)
    mask = np.zeros((100, 80), bool)
    mask[20:40, 20:40] = True
    corrected = Corrector(steps, answer).correct(
        900 * mask.astype(np.float32), mask, [Click(30.5, 45.5, True)]
    )
    return int(np.count_nonzero(corrected)), shown


@pytest.mark.parametrize(("last", "joins"), [(0.15, True), (0.05, False)])
def test_a_click_is_answered_by_the_mean_of_four_looks_two_wider_two_mirrored(
    last: float, joins: bool
) -> None:
    inner = slice(SIDE // 8, -SIDE // 8)
    answers = {(36, False): 0.9, (36, True): 0.9, (44, True): 0.1, (44, False): last}
    area, shown = look_at_a_square(inner, answers)
    assert shown == set(answers)
    assert (area > 401) is joins


def test_where_a_change_runs_out_of_the_crop_it_is_looked_at_from_further_away() -> None:
    area, shown = look_at_a_square(slice(None), {})
    assert shown == {(36, False), (44, True), (56, False), (72, True)}
    assert area > 56**2
    area, shown = look_at_a_square(slice(None), {(56, False): 0.1, (72, True): 0.1})
    assert area == 401  # what is seen from there counts alone


def test_of_a_mask_that_nobody_clicked_at_it_says_what_it_would_leave(
    corrector: Corrector, pixels: np.ndarray
) -> None:
    mask = np.zeros(pixels.shape, bool)
    mask[20:40, 30:50] = True  # half of it on the light square
    given = np.full(pixels.shape, 0.3, np.float32)
    found = corrector.reconsider(pixels, mask, given)
    assert found[30, 35] > 0.9 > 0.1 > found[30, 45]
    assert found[70, 60] == given[70, 60]  # far from the mask it does not look


WRONG: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "outside": (lambda a: {"clicks": [Click(100, 5, True)]}, "outside of an image of 80 x 100"),
    "before": (lambda a: {"clicks": [Click(-0.1, 5, True)]}, "outside"),
    "nowhere": (lambda a: {"clicks": [Click(float("nan"), 5, True)]}, "outside"),
    "endless": (lambda a: {"clicks": [Click(5, float("inf"), True)]}, "outside"),
    "no click": (lambda a: {"clicks": []}, "no click"),
    "mask": (lambda a: {"mask": np.zeros((80, 100), bool)}, "the mask is 100 x 80"),
    "kind": (lambda a: {"mask": np.zeros((100, 80))}, "must be bool"),
    "probability": (lambda a: {"probability": np.full((100, 80), 1.5)}, "from 0 to 1"),
    "not finite": (lambda a: {"pixels": a["pixels"] * np.nan}, "NaN"),
    "volume": (lambda a: {"pixels": np.zeros((2, 100, 80))}, "two-dimensional"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_makes_no_sense_is_refused(
    corrector: Corrector, pixels: np.ndarray, what: str
) -> None:
    given: dict[str, Any] = {
        "pixels": pixels,
        "mask": np.zeros(pixels.shape, bool),
        "clicks": [Click(5, 5, True)],
        "probability": None,
    }
    change, sentence = WRONG[what]
    with pytest.raises(ValueError, match=sentence):
        corrector.correct(**(given | change(given)))


def refusal(bundle: Path) -> str:
    with pytest.raises(BundleError) as caught:
        open_corrector(bundle)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_bundle_that_is_missing_cut_or_changed_is_refused(
    corrector_bundle: Path, tmp_path: Path
) -> None:
    assert "No network" in refusal(tmp_path)
    copy = Path(shutil.copytree(corrector_bundle, tmp_path / "copy"))
    content = (copy / ONNX_FILE).read_bytes()
    (copy / ONNX_FILE).write_bytes(content[:-9])
    assert "damaged" in refusal(copy)
    (copy / ONNX_FILE).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert "does not match the sum" in refusal(copy)
    (copy / ONNX_FILE).unlink()
    assert "incomplete" in refusal(copy)


def test_a_card_whose_clicks_make_no_sense_is_refused(
    corrector_bundle: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(corrector_bundle, tmp_path / "copy"))
    card = json.loads((copy / CARD).read_text())
    wrong: tuple[Any, ...] = ({}, {"radius": 0}, {"radius": 1e9}, {"radius": "wide"}, [])
    for clicks in wrong:
        (copy / CARD).write_text(json.dumps(card | {"clicks": clicks}))
        assert "card" in refusal(copy)
    (copy / CARD).write_text(json.dumps(card | {"kind": "oracle"}))
    assert "oracle" in refusal(copy)


def test_neither_kind_is_taken_in_the_others_place(bundle: Path, corrector_bundle: Path) -> None:
    assert "proposes masks" in refusal(bundle)
    with pytest.raises(BundleError, match="corrects masks by clicks"):
        load_segmenter(corrector_bundle)


def test_a_folder_of_bundles_is_listed_by_kind(
    bundle: Path, corrector_bundle: Path, tmp_path: Path
) -> None:
    with pytest.raises(BundleError, match="No network that corrects"):
        default_corrector(tmp_path)
    shutil.copytree(bundle, tmp_path / "small")
    shutil.copytree(corrector_bundle, tmp_path / "fixer")
    assert [one.name for one in list_bundles(tmp_path)] == ["small"]
    assert default_corrector(tmp_path).name == "fixer"


@pytest.mark.parametrize(
    "content", ["[" * 200_000, '{"kind": "corrector", "name": "' + "a" * MAX_CARD + '"}'], ids=len
)
def test_a_card_that_is_made_to_harm_hides_no_other_bundle(
    corrector_bundle: Path, tmp_path: Path, content: str
) -> None:
    shutil.copytree(corrector_bundle, tmp_path / "fixer")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / CARD).write_text(content)
    assert [one.name for one in list_bundles(tmp_path, CORRECTOR)] == ["fixer"]


def test_in_a_process_of_its_own_it_says_the_same_and_survives_a_crash(
    corrector: Corrector, corrector_bundle: Path, pixels: np.ndarray
) -> None:
    said: list[str] = []
    mask, clicks = np.zeros(pixels.shape, bool), [Click(30.5, 30.5, True)]
    wanted = corrector.correct(pixels, mask, clicks)
    with CorrectorClient(corrector_bundle, on_restart=said.append) as client:
        np.testing.assert_array_equal(client.correct(pixels, mask, clicks), wanted)
        told = client.reconsider(pixels, wanted)
        np.testing.assert_array_equal(told, corrector.reconsider(pixels, wanted))
        with pytest.raises(ValueError, match="outside"):
            client.correct(pixels, mask, [Click(-1, 0, True)])
        assert client.pid is not None
        os.kill(client.pid, signal.SIGKILL)
        np.testing.assert_array_equal(client.correct(pixels, mask, clicks), wanted)
    assert len(said) == 1


def test_the_process_refuses_a_bundle_of_the_other_kind(bundle: Path) -> None:
    with CorrectorClient(bundle) as client, pytest.raises(BundleError, match="proposes masks"):
        client.start()


def test_a_card_that_names_no_kind_is_that_of_a_segmenter(bundle: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    card = json.loads((copy / CARD).read_text())
    del card["kind"], card["clicks"]
    (copy / CARD).write_text(json.dumps(card))
    assert read_card(copy).kind == "segmenter"
