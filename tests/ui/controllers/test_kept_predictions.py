"""What a network said is still said after a restart; two files with the same pixels agree."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import ONNX_FILE, read_card
from brainseg_gui.review.values.verdict import ModelUse, Verdict
from tests.bundle_factory import write_card
from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square

Said = list[tuple[float | None, float | None, int | None]]


def use(hands: Hands, bundle: Path, folder: Path) -> None:
    hands.parts.network.use(bundle)
    hands.open(folder)
    hands.wait(lambda: hands.parts.network.card)
    hands.wait_indexed(3)


@pytest.fixture
def said(new_hands: NewHands, bundle: Path, folder: Path) -> Said:
    """Predict two of three slices, close the window; return what their rows said."""
    hands = new_hands()
    use(hands, bundle, folder)
    hands.wait(lambda: hands.rows[0].predicted)
    hands.go(Qt.Key_D, "2.mat")
    hands.wait(lambda: hands.rows[1].predicted)
    hands.go(Qt.Key_A, "1.mat")
    rows = [(row.risk, row.dice, row.predicted_px) for row in hands.rows]
    hands.window.close()
    return rows


@pytest.fixture
def dumb(said: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no engine answer any more."""
    monkeypatch.setattr("brainseg_gui.ui.jobs.predictor.Predictor.ask", lambda *_: None)


@pytest.mark.usefixtures("dumb")
def test_rows_and_layer_say_what_was_predicted_before_an_engine_answers(
    hands: Hands, bundle: Path, folder: Path, said: Said
) -> None:
    use(hands, bundle, folder)
    assert [(row.risk, row.dice, row.predicted_px) for row in hands.rows] == said
    assert [row.predicted for row in hands.rows] == [True, True, False]
    view = hands.parts.data_set.predictions.get(hands.current.slice.digest)
    assert view is not None
    assert (int(view.mask.sum()), view.dice) == (said[0][2], said[0][1])
    assert view.percent is None
    assert hands.parts.data_set.rows.unpredicted() == [folder / "3.mat"]
    hands.do("start_prediction")
    assert np.array_equal(hands.mask, view.mask)


@pytest.mark.usefixtures("dumb")
def test_a_verdict_on_a_kept_prediction_says_which_network_it_was(
    hands: Hands, bundle: Path, folder: Path
) -> None:
    use(hands, bundle, folder)
    hands.key(Qt.Key_Return)
    hands.parts.worklist.choose(folder / "1.mat")
    hands.wait_shown("1.mat")
    version = hands.parts.data_set.session.versions()[-1]
    assert (version.verdict, version.model) == (Verdict.ACCEPTED, bundle.name)
    assert version.model_sum == read_card(bundle).sha256[ONNX_FILE]  # the file that really ran
    assert (version.threshold, version.edited_pixels) == (0.5, 0)


@pytest.mark.usefixtures("said")
def test_the_read_out_comes_with_the_engine_and_the_mask_stays(
    hands: Hands, bundle: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = EngineClient.probability
    inverse = lambda client, pixels: 1 - quick(client, pixels)  # noqa: E731
    monkeypatch.setattr(EngineClient, "probability", inverse)
    use(hands, bundle, folder)
    cache, digest = hands.parts.data_set.predictions, hands.current.slice.digest
    before = hands.prediction.mask.copy()
    hands.wait(lambda: cache.has_probability(digest))
    assert np.array_equal(hands.prediction.mask, before)


@pytest.mark.usefixtures("dumb")
def test_another_threshold_is_another_prediction(
    hands: Hands, bundle: Path, folder: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(bundle, tmp_path / "other")
    write_card(other, threshold=0.4)
    use(hands, other, folder)
    assert not any(row.predicted for row in hands.rows)


@pytest.fixture
def twins(hands: Hands, folder: Path) -> Hands:
    """Return a window on three slices, of which the third has the pixels of the first."""
    shutil.copyfile(folder / "1.mat", folder / "3.mat")
    hands.open(folder)
    hands.wait_indexed(3)
    hands.parts.actions["advance"].setChecked(False)
    return hands


def test_a_verdict_an_edit_and_a_prediction_are_said_by_both_files_of_a_slice(
    twins: Hands,
) -> None:
    predict_square(twins)
    twins.mouse.stroke((90, 90))
    assert [row.corrected for row in twins.rows] == [True, False, True]
    twins.key(Qt.Key_F)
    assert [row.verdict for row in twins.rows] == [
        Verdict.FLAGGED, Verdict.UNREVIEWED, Verdict.FLAGGED,
    ]  # fmt: skip
    assert twins.parts.worklist.model.tally.reviewed == 2


def test_a_file_that_is_recognised_later_says_what_was_decided_meanwhile(twins: Hands) -> None:
    twins.key(Qt.Key_F)
    row = twins.rows[2]
    model = twins.parts.worklist.model
    blank = type(row)(row.path, row.name)
    model.replace(blank)
    twins.parts.data_set.rows.describe([row])
    entry = model.entry(row.path)
    assert entry is not None
    assert entry.verdict is Verdict.FLAGGED


def test_both_files_of_a_slice_say_what_the_network_said(
    hands: Hands, bundle: Path, folder: Path
) -> None:
    shutil.copyfile(folder / "1.mat", folder / "3.mat")
    use(hands, bundle, folder)
    hands.wait(lambda: hands.rows[0].predicted)
    assert (hands.rows[2].predicted, hands.rows[2].risk) == (True, hands.rows[0].risk)


def test_a_stroke_in_the_instant_that_a_prediction_arrives_keeps_its_network(
    at_first: Hands,
) -> None:
    """The worker has put it where the screen finds it; the news of it is still on its way."""
    slice_, model = at_first.current.slice, ModelUse("fast", "f00d", 0.5)
    sure = Probability(np.ones(slice_.shape, np.float32))
    at_first.parts.data_set.predictions.put(slice_, Prediction(sure, 0.5), model)
    at_first.parts.screen.refresh()
    at_first.key("e")  # erase
    at_first.mouse.stroke((30, 30), (60, 90))
    assert at_first.current.correction.start is Layer.PREDICTION
    assert at_first.current.correction.model == model
