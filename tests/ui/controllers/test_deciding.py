"""Verdicts from the window: keys, buttons, comment, difficulty, and what the review then says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Difficulty, Grade, Remarks, Verdict, Version
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.panels.timeline import provenance, version_text
from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square

SHIFT, CTRL = Qt.ShiftModifier, Qt.ControlModifier


@pytest.fixture
def predicted(at_first: Hands) -> Hands:
    """Return a window whose first slice has a prediction; a verdict stays on the slice."""
    predict_square(at_first)
    at_first.parts.actions["advance"].setChecked(False)
    return at_first


def versions(hands: Hands) -> tuple[Version, ...]:
    return hands.parts.data_set.session.versions()


def last(hands: Hands) -> Version:
    return versions(hands)[-1]


def said(hands: Hands) -> str:
    return str(hands.parts.decision_panel._standing.text())


def write(hands: Hands, text: str) -> None:
    """Type into the comment field, as a reader does."""
    hands.key(Qt.Key_K)
    assert QApplication.focusWidget() is hands.parts.decision_panel.comment
    QTest.keyClicks(hands.parts.decision_panel.comment, text)


def is_enabled(hands: Hands, action: str) -> bool:
    return bool(hands.parts.actions[action].isEnabled())


def test_enter_accepts_what_the_network_says(predicted: Hands) -> None:
    predicted.key(Qt.Key_Return)
    version = last(predicted)
    assert version.verdict is Verdict.ACCEPTED
    assert (version.reader, version.start, version.edited_pixels) == ("Ada", Layer.PREDICTION, 0)
    assert "Accepted by Ada" in said(predicted)
    assert predicted.rows[0].verdict is Verdict.ACCEPTED


def test_the_same_verdict_again_is_no_second_version(predicted: Hands) -> None:
    for _ in range(2):
        predicted.key(Qt.Key_Return)
    assert len(versions(predicted)) == 1
    predicted.mouse.stroke((90, 90))
    for _ in range(2):
        predicted.key(Qt.Key_Return)
    assert [one.verdict for one in versions(predicted)] == [Verdict.ACCEPTED, Verdict.CORRECTED]
    predicted.key(Qt.Key_F)
    assert len(versions(predicted)) == 3


def test_the_enter_of_the_number_block_accepts_too(predicted: Hands) -> None:
    predicted.key(Qt.Key_Enter, Qt.KeypadModifier)
    assert last(predicted).verdict is Verdict.ACCEPTED


def test_accepting_an_edited_mask_is_a_correction_and_the_button_says_so(predicted: Hands) -> None:
    accept = predicted.parts.actions["accept"]
    assert "orrected" not in accept.iconText()
    predicted.mouse.stroke((90, 90))
    assert "corrected" in accept.iconText()
    predicted.key(Qt.Key_Return)
    version = last(predicted)
    assert version.verdict is Verdict.CORRECTED
    mask = predicted.parts.data_set.session.version_mask(version.id)
    assert np.array_equal(mask, predicted.mask)


@pytest.mark.parametrize(
    ("key", "verdict"), [(Qt.Key_Backspace, Verdict.REJECTED), (Qt.Key_F, Verdict.FLAGGED)]
)
def test_reject_and_flag_have_keys(predicted: Hands, key: int, verdict: Verdict) -> None:
    predicted.key(key)
    assert last(predicted).verdict is verdict
    assert verdict.value.capitalize() in said(predicted)


def test_a_verdict_is_taken_back_and_stays_in_the_history(predicted: Hands) -> None:
    assert not is_enabled(predicted, "take_back")
    predicted.key(Qt.Key_F)
    predicted.key(Qt.Key_U)
    assert said(predicted) == "Not reviewed yet"
    assert [version.withdrawn for version in versions(predicted)] == [True]
    assert predicted.rows[0].verdict is Verdict.UNREVIEWED


def test_a_first_stroke_makes_the_slice_in_progress(predicted: Hands) -> None:
    assert said(predicted) == "Not reviewed yet"
    predicted.mouse.stroke((90, 90))
    assert said(predicted).startswith("In progress")
    assert predicted.rows[0].verdict is Verdict.IN_PROGRESS


def test_without_any_mask_there_is_nothing_to_accept(at_first: Hands) -> None:
    assert not is_enabled(at_first, "accept")
    assert "no mask" in at_first.parts.actions["accept"].toolTip()
    at_first.key(Qt.Key_Return)
    assert versions(at_first) == ()
    at_first.key("n", SHIFT)
    at_first.key(Qt.Key_Return)
    at_first.wait_shown("2.mat")


def test_enter_accepts_and_goes_to_the_next_unreviewed_slice(at_first: Hands) -> None:
    predict_square(at_first)
    at_first.key(Qt.Key_Return)
    at_first.wait_shown("2.mat")
    at_first.key(Qt.Key_F)
    at_first.wait_shown("3.mat")
    assert [row.verdict for row in at_first.rows[:2]] == [Verdict.ACCEPTED, Verdict.FLAGGED]


def test_staying_after_a_verdict_is_remembered(at_first: Hands, new_hands: NewHands) -> None:
    at_first.do("advance")
    predict_square(at_first)
    at_first.key(Qt.Key_Return)
    assert at_first.current.name == "1.mat"
    assert not new_hands().window.parts.actions["advance"].isChecked()


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key_N, 0), (Qt.Key_D, CTRL | SHIFT)])
def test_the_next_slice_without_a_verdict_is_a_key_away(
    predicted: Hands, key: int, modifiers: int
) -> None:
    predicted.go(Qt.Key_D, "2.mat")
    predicted.key(Qt.Key_F)
    predicted.go(Qt.Key_A, "1.mat")
    predicted.key(key, Qt.KeyboardModifiers(modifiers))
    predicted.wait_shown("3.mat")


def test_a_key_held_down_decides_once(predicted: Hands) -> None:
    for name in ("accept", "reject", "flag", "take_back"):
        assert not predicted.parts.actions[name].autoRepeat()


def test_comment_and_difficulty_go_with_the_verdict(predicted: Hands) -> None:
    write(predicted, "blurred at the rim")
    predicted.key(Qt.Key_Return)
    assert versions(predicted) == ()
    predicted.key(Qt.Key_F7)
    predicted.key(Qt.Key_Return)
    version = last(predicted)
    assert (version.comment, version.difficulty) == ("blurred at the rim", Difficulty.HARD)
    assert predicted.rows[0].comment == "blurred at the rim"


def test_no_key_decides_while_a_comment_is_written(predicted: Hands) -> None:
    write(predicted, "fun: k, n and u? ")
    for key in (Qt.Key_Backspace, Qt.Key_F5):
        predicted.key(key)
    predicted.key(Qt.Key_D, CTRL | SHIFT)
    assert predicted.parts.decision_panel.comment.text() == "fun: k, n and u?"
    assert versions(predicted) == ()
    assert predicted.current.name == "1.mat"


@pytest.mark.parametrize("key", [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Escape])
def test_a_comment_is_left_by_return_and_escape_without_deciding(
    predicted: Hands, key: int
) -> None:
    write(predicted, "odd")
    predicted.key(key)
    assert QApplication.focusWidget() is predicted.canvas
    assert versions(predicted) == ()
    assert predicted.parts.decision_panel.comment.text() == "odd"


def test_enter_in_the_search_field_decides_nothing(predicted: Hands) -> None:
    predicted.key("/")
    QTest.keyClicks(predicted.parts.worklist.search, "1")
    predicted.key(Qt.Key_Return)
    assert versions(predicted) == ()


def test_enter_in_the_brush_size_decides_nothing(predicted: Hands) -> None:
    size = predicted.parts.tool_bar.field("brush")
    size.setFocus()
    QTest.keyClick(size, Qt.Key_Return)
    assert versions(predicted) == ()


def test_a_comment_on_an_accepted_slice_is_a_new_version_of_the_verdict(predicted: Hands) -> None:
    predicted.key(Qt.Key_Return)
    write(predicted, "second look")
    predicted.key(Qt.Key_Return)
    assert [(it.verdict, it.comment) for it in versions(predicted)] == [
        (Verdict.ACCEPTED, ""),
        (Verdict.ACCEPTED, "second look"),
    ]


def test_a_comment_without_a_verdict_waits_for_it_across_windows(
    predicted: Hands, new_hands: NewHands, folder: Path
) -> None:
    write(predicted, "ask Bo")
    predicted.key(Qt.Key_Escape)
    predicted.key(Qt.Key_F5)
    assert "waits" in said(predicted)
    predicted.go(Qt.Key_D, "2.mat")
    assert predicted.parts.decision_panel.comment.text() == ""
    assert predicted.window.close()
    again = new_hands()
    again.open(folder, first="2.mat")
    again.go(Qt.Key_A, "1.mat")
    assert again.parts.decision_panel.comment.text() == "ask Bo"
    again.parts.actions["advance"].setChecked(False)
    again.key(Qt.Key_F)
    assert (last(again).comment, last(again).difficulty) == ("ask Bo", Difficulty.EASY)


def test_a_comment_being_written_is_kept_when_the_slice_is_left(predicted: Hands) -> None:
    write(predicted, "half a sent")
    predicted.key(Qt.Key_PageDown)
    predicted.wait_shown("2.mat")
    predicted.parts.canvas.setFocus()
    predicted.go(Qt.Key_A, "1.mat")
    assert predicted.parts.decision_panel.comment.text() == "half a sent"


def test_a_difficulty_chosen_twice_is_none(predicted: Hands) -> None:
    predicted.key(Qt.Key_F6)
    assert predicted.parts.notes.written.difficulty is Difficulty.MEDIUM
    predicted.key(Qt.Key_F6)
    assert predicted.parts.notes.written.difficulty is Difficulty.NONE


def test_a_verdict_that_cannot_be_written_is_told_and_stays_undecided(
    predicted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("review.sqlite: database or disk is full.")

    monkeypatch.setattr(type(predicted.parts.data_set.session), "decide", refuse)
    predicted.key(Qt.Key_Return)
    assert "disk is full" in predicted.notice
    assert said(predicted) == "Not reviewed yet"
    assert predicted.current.name == "1.mat"


def test_enter_while_the_next_slice_is_on_its_way_decides_about_neither(predicted: Hands) -> None:
    slices = predicted.parts.slices
    slices.path = predicted.path.with_name("2.mat")
    predicted.key(Qt.Key_F)
    assert versions(predicted) == ()


# --- the grade of the proposal ---


def test_a_grade_is_a_key_and_goes_with_the_verdict(predicted: Hands) -> None:
    predicted.key("8")
    predicted.key("0")
    assert said(predicted) == "Grade waits for a verdict"
    predicted.key(Qt.Key_Backspace)
    assert last(predicted).remarks == Remarks(grade=Grade.MAJOR, unusable=True)
    row = predicted.rows[0]
    assert (row.grade, row.unusable) == (Grade.MAJOR, True)
    tip = predicted.slice_rows()[0].data(Qt.ToolTipRole)
    assert "major change" in tip
    assert "image unusable" in tip


def test_of_the_grades_one_holds_and_the_same_key_takes_it_back(predicted: Hands) -> None:
    for key, grade in zip("6789", list(Grade)[1:], strict=True):
        predicted.key(key)
        assert predicted.parts.notes.written.grade is grade
    predicted.key("9")
    assert predicted.parts.notes.written == Remarks()


def test_a_grade_waits_for_its_verdict_across_windows(
    predicted: Hands, folder: Path, new_hands: NewHands
) -> None:
    predicted.key("7")
    predicted.key(Qt.Key_K, SHIFT)
    popup = predicted.parts.decision_panel.reasons.popup
    predicted.wait(popup.isVisible)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key_Space)
    QTest.keyClick(popup, Qt.Key_Escape)
    predicted.window.close()
    again = new_hands()
    again.open(folder)
    expected = Remarks(grade=Grade.MINOR, reasons=("part missed",))
    assert again.parts.notes.written == expected
    again.key(Qt.Key_F)
    again.wait_shown("2.mat")
    assert again.parts.notes.written == Remarks()
    assert again.rows[0].reasons == ("part missed",)


def test_the_data_set_has_its_own_reasons_and_what_was_said_stays_said(
    predicted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    button = predicted.parts.decision_panel.reasons
    button.boxes["too large"].click()
    monkeypatch.setattr(dialogs, "ask_reasons", lambda *_: ["haemorrhage"])
    button.change.click()
    assert list(button.boxes) == ["haemorrhage", "too large"]
    assert button.text() == "Reasons · 1"
    button.boxes["haemorrhage"].click()
    predicted.key(Qt.Key_F)
    assert last(predicted).reasons == ("haemorrhage", "too large")
    predicted.go(Qt.Key_D, "2.mat")
    assert list(button.boxes) == ["haemorrhage"]


def test_the_history_says_how_the_proposal_was_graded(predicted: Hands) -> None:
    predicted.key("6")
    predicted.key(Qt.Key_Return)
    assert version_text(last(predicted)) == "accepted · no change"
    assert "Proposal: no change" in provenance(last(predicted))
