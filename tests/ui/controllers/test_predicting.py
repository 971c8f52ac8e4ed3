"""Predicting from the window, with a real engine process that may be slow, broken or killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.inference.corrector_client import CorrectorClient
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.load import load_segmenter
from brainseg_gui.inference.model_card import read_card
from brainseg_gui.inference.second.opinion import SecondOpinion
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.app import Options, _begin
from brainseg_gui.ui.dialogs import dialogs
from tests.bundle_factory import TRAINED_ON, write_card
from tests.ui.hands import Hands, longest_gap
from tests.ui.slice_factory import make_slice, write_slices

needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="no signals there")


@pytest.fixture
def at_work(hands: Hands, bundle: Path, folder: Path) -> Hands:
    """Return a window with a network whose first slice is predicted."""
    hands.parts.network.use(bundle)
    hands.open(folder)
    hands.wait(lambda: hands.rows[0].predicted)
    return hands


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every prediction take a while."""
    quick = EngineClient.probability

    def probability(client: EngineClient, pixels: np.ndarray) -> np.ndarray:
        time.sleep(0.1)
        return quick(client, pixels)

    monkeypatch.setattr(EngineClient, "probability", probability)


@pytest.fixture
def twelve(tmp_path: Path) -> Path:
    """Return a folder of twelve small slices."""
    names = [f"{number}.mat" for number in range(1, 13)]
    return write_slices(tmp_path / "twelve", *names, shape=(64, 64))


def predicted_mask(hands: Hands) -> np.ndarray:
    view = hands.parts.data_set.predictions.get(hands.current.slice.digest)
    assert view is not None
    return view.mask


def count(hands: Hands) -> int:
    return sum(row.predicted for row in hands.rows)


def sentences(hands: Hands) -> list[str]:
    """Return a list that collects everything the window will say about the network."""
    said: list[str] = []
    hands.parts.network.complained.connect(said.append)
    hands.parts.network.told.connect(said.append)
    return said


def engine_pid(hands: Hands) -> int | None:
    predictor = hands.parts.network.predictor
    return predictor.client.pid if predictor else None


def test_a_slice_is_predicted_when_it_is_opened_unless_that_is_not_wanted(
    at_work: Hands, bundle: Path
) -> None:
    """The read-out names the probability, and no correction begins by it."""
    segmenter = load_segmenter(bundle, engine="onnxruntime", device="cpu")
    expected = segmenter.probability(at_work.current.slice.pixels) > 0.5
    assert expected.any()
    assert np.array_equal(predicted_mask(at_work), expected)
    assert "onnxruntime" in at_work.status
    at_work.mouse.move((51.5, 77.5))
    assert "p 1.00" in at_work.status
    assert not at_work.current.correction.exists
    assert not at_work.rows[0].corrected
    assert at_work.on_disk() is None
    at_work.go(Qt.Key_D, "2.mat")
    at_work.wait(lambda: at_work.rows[1].predicted)
    assert not at_work.rows[2].predicted
    at_work.do("auto_predict")
    at_work.go(Qt.Key_D, "3.mat")
    at_work.rest(200)
    assert not at_work.rows[2].predicted
    at_work.key("i")
    at_work.wait(lambda: at_work.rows[2].predicted)


def test_a_prediction_never_touches_a_correction(
    at_first: Hands, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.mouse.stroke((30, 30), (60, 60))
    painted = at_first.mask.copy()
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: bundle)
    at_first.do("choose_model")
    at_first.wait(lambda: at_first.rows[0].predicted)
    at_first.key("i")
    at_first.key("i", Qt.ControlModifier)
    at_first.wait(lambda: count(at_first) == 3 and not at_first.parts.network.busy)
    assert np.array_equal(at_first.mask, painted)
    assert at_first.has_on_disk(painted)


@pytest.mark.usefixtures("slow")
def test_a_prediction_that_comes_during_a_stroke_does_not_break_it(
    at_first: Hands, bundle: Path
) -> None:
    at_first.parts.network.use(bundle)
    at_first.mouse.press((30, 30))
    at_first.wait(lambda: at_first.rows[0].predicted)
    at_first.mouse.move((30, 60))
    at_first.mouse.release((30, 60))
    assert np.array_equal(at_first.mask, at_first.expected((30, 30), (30, 60)))
    assert at_first.has_on_disk(at_first.mask)


def test_neither_contrast_nor_the_scale_of_a_file_changes_a_prediction(
    at_work: Hands, tmp_path: Path
) -> None:
    before = predicted_mask(at_work).copy()
    for key in (Qt.Key_F4, Qt.Key_F2):
        at_work.key(key)
        at_work.parts.display_panel.window_control.set_window(0.4, 0.5)
        digest = at_work.current.slice.digest
        at_work.parts.data_set.predictions._packed.pop(digest)
        at_work.key("i")
        at_work.wait(partial(at_work.parts.data_set.predictions.__contains__, digest))
        assert np.array_equal(predicted_mask(at_work), before)
    plain = make_slice()
    for name, pixels in (("1.mat", plain.pixels), ("2.mat", plain.pixels * 7 + 100)):
        write_mat(tmp_path / name, Slice(pixels))
    at_work.open(tmp_path)
    at_work.wait(lambda: at_work.rows[0].predicted)
    first = predicted_mask(at_work)
    at_work.go(Qt.Key_D, "2.mat")
    at_work.wait(lambda: at_work.rows[1].predicted)
    assert np.array_equal(predicted_mask(at_work), first)


def test_a_patient_of_the_training_is_named_as_that(at_work: Hands, tmp_path: Path) -> None:
    write_mat(tmp_path / "1.mat", make_slice(patient=TRAINED_ON))
    warning = at_work.parts.compare._warning
    assert "trained on" not in warning.text()
    at_work.parts.reviewing.open([tmp_path])
    at_work.wait(lambda: "trained on this patient" in warning.text())


@pytest.mark.usefixtures("slow")
def test_a_list_by_risk_stands_still_in_a_walk_and_is_sorted_when_the_folder_is_done(
    at_work: Hands, twelve: Path
) -> None:
    at_work.open(twelve)
    at_work.wait_indexed(12)
    worklist = at_work.parts.worklist
    worklist.sort(SortKey.RISK, descending=True)
    worklist.step(1)
    held, seen = list(worklist.model.order), set()
    at_work.key("i", Qt.ControlModifier)

    def finished() -> bool:
        busy = at_work.parts.network.busy
        if busy:
            seen.add(tuple(worklist.model.order))
            worklist.order.tidy()
        return not busy

    at_work.wait(finished)
    assert seen == {tuple(held)}
    risks = [row.risk for row in map(worklist.model.numbered, worklist.model.order)]
    assert None not in risks
    assert risks == sorted(risks, reverse=True)  # type: ignore[type-var]


@pytest.mark.usefixtures("slow")
def test_a_folder_is_predicted_with_progress_rate_and_remaining_time_while_painting_goes_on(
    at_work: Hands, twelve: Path
) -> None:
    seen: list[str] = []
    panel = at_work.parts.model_panel
    at_work.open(twelve)
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: panel.progress.isVisible())
    at_work.wait(lambda: count(at_work) >= 2)
    at_work.mouse.stroke((20, 20), (40, 40))
    assert at_work.has_on_disk(at_work.mask)
    assert at_work.parts.network.busy

    def finished() -> bool:
        seen.append(panel.remaining.text())
        return not at_work.parts.network.busy

    at_work.wait(finished)
    assert count(at_work) == 12
    assert any("slices/s" in text and "left" in text for text in seen)
    assert not panel.progress.isVisible()
    assert "finished" in at_work.notice


@pytest.mark.usefixtures("slow")
def test_cancelling_keeps_what_is_done(at_work: Hands, twelve: Path) -> None:
    at_work.open(twelve)
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: count(at_work) >= 4)
    at_work.key(Qt.Key_Escape)
    at_work.wait(lambda: not at_work.parts.network.busy)
    done = count(at_work)
    assert 4 <= done < 12
    assert "stopped" in at_work.notice
    assert len(at_work.parts.data_set.predictions) == done
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: count(at_work) == 12)


@pytest.mark.usefixtures("slow")
def test_a_slice_that_is_opened_meanwhile_comes_before_the_rest_of_the_folder(
    at_work: Hands, twelve: Path
) -> None:
    at_work.open(twelve)
    at_work.wait(lambda: len(at_work.rows) == 12)
    at_work.key("i", Qt.ControlModifier)
    at_work.go(Qt.Key_End, "12.mat")
    at_work.wait(lambda: at_work.rows[11].predicted)
    assert count(at_work) < 12
    at_work.wait(lambda: not at_work.parts.network.busy)


@pytest.mark.usefixtures("slow")
def test_a_folder_waits_between_two_slices_while_a_click_waits_for_its_mask(
    at_work: Hands, twelve: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_answer = threading.Event(), threading.Event()
    quick = CorrectorClient.correct

    def correct(*arguments: Any) -> Mask:
        asked.set()
        may_answer.wait(30)
        return quick(*arguments)

    monkeypatch.setattr(CorrectorClient, "correct", correct)
    at_work.open(twelve)
    at_work.wait(lambda: at_work.rows[0].predicted)
    at_work.key("q")
    at_work.key("i", Qt.ControlModifier)
    at_work.mouse.stroke((32, 32))
    at_work.wait(asked.is_set)
    at_work.rest(200)  # for the slice that was under way
    before = count(at_work)
    at_work.rest(500)
    assert count(at_work) == before < 12
    may_answer.set()
    at_work.wait(lambda: count(at_work) == 12)


def test_a_broken_file_does_not_stop_the_folder(at_work: Hands, twelve: Path) -> None:
    at_work.open(twelve)
    at_work.wait_indexed(12)
    (twelve / "7.mat").write_bytes(b"")
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: not at_work.parts.network.busy)
    assert count(at_work) == 11
    assert "1 could not be read" in at_work.notice
    assert "empty" in at_work.rows[6].problem


@pytest.mark.usefixtures("slow")
def test_another_folder_ends_the_prediction_of_the_first(
    at_work: Hands, twelve: Path, folder: Path
) -> None:
    at_work.open(twelve)
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: count(at_work) >= 2)
    at_work.open(folder)
    at_work.wait(lambda: not at_work.parts.network.busy)
    at_work.wait(lambda: at_work.rows[0].predicted)
    assert count(at_work) == 1


@needs_kill
def test_a_killed_engine_costs_one_sentence_and_the_next_prediction_works(
    at_work: Hands,
) -> None:
    said = sentences(at_work)
    os.kill(at_work.engine_pid, signal.SIGKILL)
    at_work.go(Qt.Key_D, "2.mat")
    at_work.wait(lambda: at_work.rows[1].predicted)
    assert len(said) == 1
    assert "started again" in said[0]
    at_work.go(Qt.Key_D, "3.mat")
    at_work.wait(lambda: at_work.rows[2].predicted)
    assert len(said) == 1


@needs_kill
@pytest.mark.usefixtures("slow")
def test_an_engine_that_is_killed_in_a_folder_goes_on_with_it(at_work: Hands, twelve: Path) -> None:
    said = sentences(at_work)
    at_work.open(twelve)
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: count(at_work) >= 3)
    os.kill(at_work.engine_pid, signal.SIGKILL)
    at_work.mouse.stroke((20, 20), (40, 40))
    assert at_work.has_on_disk(at_work.mask)
    at_work.wait(lambda: not at_work.parts.network.busy)
    assert count(at_work) == 12
    assert len(said) == 2
    assert said[1].startswith("Predicting finished: 1")  # the first may have been predicted before


def with_wrong_sum(bundle: Path) -> None:
    file = bundle / "model.onnx"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (shutil.rmtree, "No network in"),
        (with_wrong_sum, "does not match the sum"),
    ],
    ids=["missing", "wrong sum"],
)
def test_a_bundle_that_cannot_be_used_costs_one_sentence_and_the_window_goes_on(
    hands: Hands,
    folder: Path,
    bundle: Path,
    tmp_path: Path,
    harm: Callable[[Path], object],
    sentence: str,
) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    harm(copy)
    said = sentences(hands)
    _begin(hands.parts, Options((folder,), False, copy, True, None, "Ada", None))
    hands.wait(lambda: sentence in hands.notice)
    hands.wait_shown("1.mat")
    hands.mouse.stroke((64, 64))
    assert hands.has_on_disk(hands.mask)
    hands.go(Qt.Key_D, "2.mat")
    hands.rest(100)
    assert len(said) == 1
    assert sentence in hands.notice
    assert engine_pid(hands) is None


def test_a_good_network_can_be_chosen_after_a_broken_one(
    at_first: Hands, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.parts.network.use(tmp_path / "none")
    at_first.wait(lambda: "No network in" in at_first.notice)
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: bundle)
    at_first.do("choose_model")
    at_first.wait(lambda: at_first.rows[0].predicted)
    assert "No network in" not in at_first.notice


def test_another_network_forgets_the_predictions_of_the_first(
    at_work: Hands, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work.go(Qt.Key_D, "2.mat")
    at_work.wait(lambda: at_work.rows[1].predicted)
    first = engine_pid(at_work)
    other = shutil.copytree(bundle, tmp_path / "other")
    write_card(other, threshold=0.4)
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: other)
    at_work.do("choose_model")
    assert count(at_work) == 0
    at_work.wait(lambda: at_work.rows[1].predicted)
    assert not at_work.rows[0].predicted
    assert engine_pid(at_work) != first


def test_the_chosen_rows_alone_are_predicted(at_work: Hands, twelve: Path) -> None:
    at_work.open(twelve)
    at_work.wait_indexed(12)
    at_work.wait(lambda: at_work.rows[0].predicted)
    view, rows = at_work.parts.worklist._list, at_work.slice_rows()
    for number in (3, 5):
        view.scrollTo(rows[number])
        where = view.visualRect(rows[number]).center()
        at_work.parts.actions["auto_predict"].setChecked(False)
        at_work.parts.network.predict_on_opening(False)
        QTest.mouseClick(view.viewport(), Qt.LeftButton, Qt.ControlModifier, where)
    at_work.do("predict_selected")
    at_work.wait(lambda: not at_work.parts.network.busy)
    assert [row.name for row in at_work.rows if row.predicted] == ["1.mat", "4.mat", "6.mat"]


def test_the_risk_is_a_rank_among_the_predicted_slices_beside_the_decision(
    at_work: Hands, twelve: Path
) -> None:
    at_work.open(twelve)
    at_work.wait_indexed(12)
    line = at_work.parts.decision_panel.risk
    at_work.wait(lambda: at_work.rows[0].predicted)
    assert line.text() == "Risk: compared from 5 predicted slices on"
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: "12 predicted slices" in line.text())
    risks = [row.risk for row in at_work.rows if row.risk is not None]
    below = sum(risk < risks[0] for risk in risks)
    assert line.text() == f"Riskier than {100 * below // 12}\u00a0% of 12 predicted slices"
    words = at_work.parts.worklist.model.risk_words
    for risk in risks:
        assert words(risk) == f"riskier than {100 * sum(it < risk for it in risks) // 12} %"
    at_work.parts.actions["auto_predict"].trigger()
    at_work.parts.data_set.use_networks(())
    at_work.wait(lambda: line.text() == "")


def test_a_calibrated_network_says_what_dice_to_expect_and_why_to_look(
    at_work: Hands, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work.wait(lambda: at_work.rows[0].predicted)
    panel = at_work.parts.decision_panel
    assert not panel.alarms.text()
    other = shutil.copytree(bundle, tmp_path / "other")
    table = {"risk": [0, 1], "mean": [0.8, 0.8], "low": [0.6, 0.6], "high": [0.9, 0.9]}
    tumour = at_work.current.slice.tumour
    assert tumour is not None
    told = {"table": table, "usual": {tumour.text: [0.9, 1]}}
    write_card(other, name="other", risk=told | {"measured": {"riskiest_fifth_holds": 0.6}})
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: other)
    at_work.do("choose_model")
    at_work.wait(lambda: panel.risk.text() == "Dice ~0.80 (0.60–0.90)")
    assert panel.alarms.text() == "The mask is smaller than tumours of its type mostly are."
    worth = at_work.parts.worklist.bar.worth
    assert "The riskiest 20 % hold 60 % of the slices" in worth.text() in panel.risk.toolTip()
    assert not worth.isVisible()
    at_work.parts.worklist.sort(SortKey.RISK, descending=True)
    assert worth.isVisible(), "over a list that goes by the risk it is said what that is worth"
    assert at_work.parts.worklist.model.risk_words(0.3) == "Dice ~0.80"


@pytest.fixture
def judged(bundle: Path, tmp_path: Path) -> Path:
    """Return a bundle whose masks another one judges that lies beside it."""
    mine, other = (shutil.copytree(bundle, tmp_path / name) for name in ("mine", "other"))
    write_card(other, threshold=0.9)
    line = {"risk": [0, 1], "mean": [1, 0], "low": [0, 0], "high": [1, 1]}
    total = read_card(other).sum_of("onnxruntime")
    second = {"name": "other", "sum": total, "view": "", "table": line}
    write_card(mine, risk={"table": line, "second": second})
    return mine


def test_the_mask_is_shown_first_and_then_what_a_second_network_makes_of_its_risk(
    hands: Hands, judged: Path, folder: Path
) -> None:
    shown: list[tuple[float, int]] = []
    hands.parts.network.answered.connect(
        lambda: shown.append((hands.prediction.risk, hands.prediction.area))
    )
    hands.parts.network.use(judged)
    hands.open(folder)
    hands.wait(lambda: len(shown) == 2)
    (alone, area), (both, same) = shown
    assert both > alone
    assert same == area
    assert hands.rows[0].risk == both
    assert hands.prediction.judges == 1
    assert f"~{1 - both:.2f}" in hands.parts.decision_panel.risk.text()
    predictor = hands.parts.network.predictor
    assert predictor is not None
    assert predictor._second is not None
    assert predictor._second.judges == 1
    process = predictor._second._asked[0].client.pid
    assert process is not None
    assert hands.window.close()
    assert not Path(f"/proc/{process}").exists()


def test_a_slice_that_is_opened_does_not_wait_for_a_second_network_that_takes_its_time(
    hands: Hands, judged: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = threading.Event()
    monkeypatch.setattr(SecondOpinion, "_start", lambda _self: up.wait(20))
    hands.parts.network.use(judged)
    hands.open(folder)
    hands.wait(lambda: hands.rows[0].predicted)
    hands.go(Qt.Key_D, "2.mat")
    hands.wait(lambda: hands.rows[1].predicted)
    alone = hands.rows[1].risk
    assert not up.is_set()
    up.set()
    hands.wait(lambda: hands.rows[1].risk != alone)


def test_without_a_model_no_process_is_started(hands: Hands, folder: Path) -> None:
    _begin(hands.parts, Options((folder,), False, None, False, None, "Ada", None))
    hands.wait_shown("1.mat")
    hands.key("i")
    assert hands.parts.network.predictor is None
    assert not hands.parts.actions["predict"].isEnabled()
    assert "no network" in hands.status


def test_closing_while_the_engine_starts_leaves_nothing(at_first: Hands, bundle: Path) -> None:
    at_first.parts.network.use(bundle)
    at_first.wait(lambda: engine_pid(at_first))
    began = time.perf_counter()
    assert at_first.window.close()
    assert time.perf_counter() - began < 5


@pytest.mark.usefixtures("slow")
def test_closing_while_a_folder_is_predicted_leaves_nothing(at_work: Hands, twelve: Path) -> None:
    at_work.open(twelve)
    at_work.key("i", Qt.ControlModifier)
    at_work.wait(lambda: count(at_work) >= 2)
    pid = engine_pid(at_work)
    assert at_work.window.close()
    assert not Path(f"/proc/{pid}").exists()


def test_the_window_answers_while_the_engine_starts_and_predicts(
    hands: Hands, bundle: Path, twelve: Path
) -> None:
    def predict_all() -> None:
        hands.parts.network.use(bundle)
        hands.wait(lambda: hands.rows[0].predicted)
        hands.key("i", Qt.ControlModifier)
        hands.wait(lambda: count(hands) == 12)

    hands.open(twelve)
    assert longest_gap(predict_all) < 0.4
