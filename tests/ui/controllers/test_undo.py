"""Undo and redo by stroke, each slice its own, and where a correction starts from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.files.writers.mat_writer import write_mat
from tests.ui.hands import Hands
from tests.ui.slice_factory import make_slice

CTRL, SHIFT = Qt.ControlModifier, Qt.ShiftModifier


def undo(hands: Hands) -> None:
    hands.key("z", CTRL)


def redo(hands: Hands) -> None:
    hands.key("z", CTRL | SHIFT)


def is_enabled(hands: Hands, action: str) -> bool:
    return bool(hands.parts.actions[action].isEnabled())


@pytest.fixture
def two_strokes(at_first: Hands) -> tuple[Hands, np.ndarray, np.ndarray]:
    """Return a window with two strokes, and the mask after each."""
    at_first.mouse.stroke((30, 30), (30, 60))
    one = at_first.mask.copy()
    at_first.mouse.stroke((60, 30), (90, 90), (60, 90))
    return at_first, one, at_first.mask.copy()


@pytest.fixture
def predicted(at_first: Hands) -> Hands:
    """Return a window whose slice has a prediction, a square, as if a network had answered."""
    chance = np.zeros((128, 128), np.float32)
    chance[20:50, 20:50] = 1
    at_first.parts.data_set.predictions.put(
        at_first.current.slice, Prediction(Probability(chance), 0.5)
    )
    at_first.parts.screen.refresh()
    return at_first


def test_undo_takes_back_one_stroke_on_the_screen_and_on_the_disk(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, one, _ = two_strokes
    undo(hands)
    assert np.array_equal(hands.mask, one)
    assert hands.has_on_disk(one)


def test_redo_repeats_the_stroke_on_the_screen_and_on_the_disk(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, one, two = two_strokes
    undo(hands)
    undo(hands)
    redo(hands)
    assert hands.has_on_disk(one)
    hands.key("y", CTRL)
    assert np.array_equal(hands.mask, two)
    assert hands.has_on_disk(two)


def test_a_long_stroke_is_one_step(at_first: Hands) -> None:
    at_first.mouse.stroke((64, 64))
    before = at_first.mask.copy()
    at_first.mouse.stroke(*((30 + step, 20 + 2 * step) for step in range(40)))
    undo(at_first)
    assert np.array_equal(at_first.mask, before)


def test_erasing_is_undone_too(two_strokes: tuple[Hands, np.ndarray, np.ndarray]) -> None:
    hands, _, two = two_strokes
    hands.mouse.stroke((60, 30), (90, 90), button=Qt.RightButton)
    assert not np.array_equal(hands.mask, two)
    undo(hands)
    assert np.array_equal(hands.mask, two)


def test_a_stroke_that_changes_nothing_is_no_step(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, one, _ = two_strokes
    hands.mouse.stroke((60, 30))
    undo(hands)
    assert np.array_equal(hands.mask, one)


def test_undoing_everything_ends_without_a_correction(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, _, _ = two_strokes
    while is_enabled(hands, "undo"):
        undo(hands)
    assert not hands.current.correction.exists
    assert not hands.mask.any()
    assert hands.on_disk() is None
    assert not hands.rows[0].corrected


def test_redo_brings_everything_back_after_all_was_undone(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, _, two = two_strokes
    while is_enabled(hands, "undo"):
        undo(hands)
    while is_enabled(hands, "redo"):
        redo(hands)
    assert hands.has_on_disk(two)
    assert hands.rows[0].corrected


def test_a_new_stroke_ends_what_could_be_redone(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, _, _ = two_strokes
    undo(hands)
    hands.mouse.stroke((100, 64))
    after = hands.mask.copy()
    assert not is_enabled(hands, "redo")
    redo(hands)
    assert np.array_equal(hands.mask, after)


def test_every_slice_has_steps_of_its_own(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, _, two = two_strokes
    hands.go(Qt.Key_D, "2.mat")
    assert not is_enabled(hands, "undo")
    undo(hands)
    hands.mouse.stroke((64, 64))
    undo(hands)
    assert not hands.mask.any()
    hands.go(Qt.Key_A, "1.mat")
    assert np.array_equal(hands.mask, two)


def test_steps_are_there_again_after_walking_away_and_back(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, one, two = two_strokes
    hands.go(Qt.Key_D, "2.mat")
    hands.go(Qt.Key_A, "1.mat")
    undo(hands)
    assert hands.has_on_disk(one)
    hands.go(Qt.Key_D, "2.mat")
    hands.go(Qt.Key_A, "1.mat")
    redo(hands)
    assert hands.has_on_disk(two)


def test_undo_during_a_stroke_breaks_nothing(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, one, two = two_strokes
    hands.mouse.press((100, 64))
    hands.mouse.move((100, 80))
    undo(hands)
    hands.mouse.move((100, 100))
    hands.mouse.release((100, 100))
    assert hands.has_on_disk(hands.mask)
    while not np.array_equal(hands.mask, two):
        assert is_enabled(hands, "undo")
        undo(hands)
    undo(hands)
    assert np.array_equal(hands.mask, one)


def test_the_button_names_the_step(two_strokes: tuple[Hands, np.ndarray, np.ndarray]) -> None:
    hands, _, _ = two_strokes
    assert "Brush stroke" in hands.parts.actions["undo"].toolTip()
    hands.mouse.stroke((60, 30), button=Qt.RightButton)
    assert "Erase" in hands.parts.actions["undo"].toolTip()
    undo(hands)
    assert "Erase" in hands.parts.actions["redo"].toolTip()


def test_a_correction_starts_from_the_reference(at_first: Hands) -> None:
    at_first.key("r", SHIFT)
    assert np.array_equal(at_first.mask, at_first.reference)
    assert at_first.has_on_disk(at_first.mask)
    assert at_first.stored.start is Layer.REFERENCE


def test_a_correction_starts_from_the_prediction(predicted: Hands) -> None:
    predicted.key("p", SHIFT)
    assert predicted.mask[20:50, 20:50].all()
    assert predicted.mask.sum() == 900
    assert predicted.stored.start is Layer.PREDICTION


def test_a_correction_starts_from_nothing(at_first: Hands) -> None:
    at_first.key("n", SHIFT)
    assert at_first.current.correction.exists
    assert at_first.has_on_disk(np.zeros((128, 128), bool))


def test_starting_over_is_one_step(two_strokes: tuple[Hands, np.ndarray, np.ndarray]) -> None:
    hands, _, two = two_strokes
    hands.key("r", SHIFT)
    undo(hands)
    assert hands.has_on_disk(two)
    assert hands.stored.start is Layer.NOTHING


def test_the_first_stroke_goes_on_from_the_prediction_on_the_screen(predicted: Hands) -> None:
    predicted.mouse.stroke((90, 90))
    assert predicted.mask[20:50, 20:50].all()
    assert np.array_equal(predicted.mask[60:], predicted.expected((90, 90))[60:])
    assert predicted.has_on_disk(predicted.mask)


def test_the_first_stroke_erases_from_the_prediction_on_the_screen(predicted: Hands) -> None:
    predicted.mouse.stroke((35, 35), button=Qt.RightButton)
    assert predicted.mask.sum() == 900 - predicted.expected((35, 35)).sum()


def test_a_stroke_never_changes_the_prediction(predicted: Hands) -> None:
    predicted.mouse.stroke((35, 35), (90, 90))
    predicted.mouse.stroke((35, 35), (90, 90), button=Qt.RightButton)
    assert predicted.prediction.mask[20:50, 20:50].all()
    assert predicted.prediction.mask.sum() == 900


def test_a_stroke_never_changes_the_reference(at_first: Hands) -> None:
    before = at_first.reference.copy()
    at_first.key("r", SHIFT)
    at_first.mouse.stroke((51, 76), (90, 90), button=Qt.RightButton)
    assert np.array_equal(at_first.reference, before)


def test_discarding_is_one_step_that_can_be_undone(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, _, two = two_strokes
    hands.key(Qt.Key_Delete, SHIFT)
    assert hands.on_disk() is None
    assert not hands.current.correction.exists
    undo(hands)
    assert hands.has_on_disk(two)


def test_discarding_during_a_stroke_keeps_screen_and_disk_alike(
    two_strokes: tuple[Hands, np.ndarray, np.ndarray],
) -> None:
    hands, _, two = two_strokes
    hands.mouse.press((100, 64))
    hands.key(Qt.Key_Delete, SHIFT)
    hands.mouse.move((100, 90))
    hands.mouse.release((100, 90))
    assert not hands.current.correction.exists
    assert hands.on_disk() is None
    undo(hands)
    undo(hands)
    assert hands.has_on_disk(two)


def test_what_cannot_be_started_from_cannot_be_chosen(hands: Hands, tmp_path: Path) -> None:
    write_mat(tmp_path / "1.mat", make_slice(bare=True))
    hands.open(tmp_path)
    assert not is_enabled(hands, "start_reference")
    assert not is_enabled(hands, "start_prediction")
    assert is_enabled(hands, "start_nothing")


def test_originals_are_never_written_to(at_first: Hands, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.glob("*.mat")}
    at_first.mouse.stroke((30, 30), (60, 60))
    at_first.key("r", SHIFT)
    undo(at_first)
    assert {path: path.read_bytes() for path in folder.glob("*.mat")} == before
