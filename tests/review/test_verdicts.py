"""Verdicts make versions; versions say where they come from and never go away."""

from __future__ import annotations

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.review import open_review
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.review.values.reasons import DEFAULT_REASONS
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.verdict import (
    Difficulty,
    Grade,
    ModelUse,
    Remarks,
    SliceStatus,
    Verdict,
)
from tests.review_factory import FullDisk, NewSlice, on_screen, store_of

SHAPE = (12, 17)


@pytest.fixture
def predicted() -> Mask:
    mask = np.zeros(SHAPE, bool)
    mask[2:5, 3:8] = True
    return mask


@pytest.fixture
def session(store: ReviewStore, new_slice: NewSlice, predicted: Mask) -> ReviewSession:
    """A session on a slice with a prediction."""
    session = ReviewSession(store, "Ada")
    digest = session.open("1.mat", new_slice()).slice.digest
    session.keep_prediction(digest, predicted, "standard", "f00d", 0.4, 0.2, 0.9, 15)
    return session


def paint(session: ReviewSession, predicted: Mask, row: int = 8, columns: int = 4) -> None:
    session.begin_stroke(Layer.PREDICTION, predicted)
    on_screen(session).correction.mask[row, :columns] = True
    session.end_stroke("Brush stroke", Box(row, row + 1, 0, columns))


def status(session: ReviewSession) -> SliceStatus:
    assert session.status() == session.statuses()[on_screen(session).slice.digest]
    return session.status()


def test_a_slice_that_nobody_touched_has_no_status(session: ReviewSession) -> None:
    assert session.statuses() == {}


def test_the_first_edit_turns_a_slice_to_in_progress(
    session: ReviewSession, predicted: Mask
) -> None:
    paint(session, predicted)
    assert status(session).verdict is Verdict.IN_PROGRESS
    assert status(session).corrected
    session.undo()
    assert status(session).verdict is Verdict.UNREVIEWED
    assert not status(session).corrected


def test_an_accepted_prediction_is_a_version_as_predicted(
    session: ReviewSession, predicted: Mask
) -> None:
    version = session.decide(Verdict.ACCEPTED, Remarks("clear", Difficulty.EASY))
    assert (version.verdict, version.comment, version.difficulty) == (
        Verdict.ACCEPTED,
        "clear",
        Difficulty.EASY,
    )
    assert (version.start, version.model, version.model_sum) == (
        Layer.PREDICTION,
        "standard",
        "f00d",
    )
    assert (version.threshold, version.edited_pixels, version.parent) == (0.4, 0, None)
    np.testing.assert_array_equal(session.version_mask(version.id), predicted)
    assert status(session).verdict is Verdict.ACCEPTED
    assert not on_screen(session).correction.exists


def test_a_corrected_version_says_what_it_is_made_of(
    session: ReviewSession, predicted: Mask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(open_review.time, "monotonic", lambda: clock[0])
    session.open("1.mat", on_screen(session).slice)
    clock[0] += 7
    paint(session, predicted)
    clock[0] += 5
    version = session.decide(Verdict.CORRECTED)
    assert (version.start, version.model_sum, version.edited_pixels) == (
        Layer.PREDICTION,
        "f00d",
        4,
    )
    assert version.seconds == pytest.approx(12)
    np.testing.assert_array_equal(
        session.version_mask(version.id), on_screen(session).correction.mask
    )


def test_a_pause_counts_no_longer_than_a_look(
    session: ReviewSession, predicted: Mask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(open_review.time, "monotonic", lambda: clock[0])
    session.open("1.mat", on_screen(session).slice)
    clock[0] += 3600 * 8
    assert session.decide(Verdict.ACCEPTED).seconds == open_review.LONGEST_PAUSE


def test_accepting_a_correction_that_differs_says_corrected(
    session: ReviewSession, predicted: Mask
) -> None:
    paint(session, predicted)
    assert session.decide(Verdict.ACCEPTED).verdict is Verdict.CORRECTED


def test_accepting_a_correction_that_came_back_to_the_prediction_says_accepted(
    session: ReviewSession, predicted: Mask
) -> None:
    session.start(Layer.PREDICTION, predicted)
    assert session.decide(Verdict.ACCEPTED).verdict is Verdict.ACCEPTED


def test_an_edit_after_a_verdict_is_in_progress_with_the_version_as_parent(
    session: ReviewSession, predicted: Mask
) -> None:
    first = session.decide(Verdict.ACCEPTED, Remarks("clear"))
    paint(session, predicted)
    assert status(session).verdict is Verdict.IN_PROGRESS
    assert status(session).comment == "clear"
    second = session.decide(Verdict.CORRECTED)
    assert second.parent == first.id
    assert [version.id for version in session.versions()] == [first.id, second.id]
    np.testing.assert_array_equal(session.version_mask(first.id), predicted)


def test_undoing_back_to_the_mask_of_a_verdict_is_that_verdict_again(
    session: ReviewSession, predicted: Mask
) -> None:
    session.decide(Verdict.ACCEPTED)
    paint(session, predicted)
    session.undo()
    assert status(session).verdict is Verdict.ACCEPTED


def test_a_verdict_taken_back_stays_in_history_and_the_one_before_stands(
    session: ReviewSession, predicted: Mask
) -> None:
    session.decide(Verdict.FLAGGED, Remarks("look at the rim"))
    session.decide(Verdict.REJECTED)
    assert session.withdraw()
    assert status(session).verdict is Verdict.FLAGGED
    assert session.withdraw()
    assert status(session).verdict is Verdict.UNREVIEWED
    assert not session.withdraw()
    assert [version.withdrawn for version in session.versions()] == [True, True]


def test_nothing_can_be_accepted_where_nothing_is(store: ReviewStore, new_slice: NewSlice) -> None:
    session = ReviewSession(store, "Ada")
    session.open("1.mat", new_slice())
    with pytest.raises(StoreError, match="nothing to accept"):
        session.decide(Verdict.ACCEPTED)
    with pytest.raises(StoreError, match="no correction yet"):
        session.decide(Verdict.CORRECTED)
    assert session.decide(Verdict.REJECTED).start == Layer.NOTHING


def test_a_prediction_of_a_network_that_was_let_go_is_not_accepted(session: ReviewSession) -> None:
    session.forget_predictions()
    with pytest.raises(StoreError, match="nothing to accept"):
        session.decide(Verdict.ACCEPTED)


@pytest.mark.parametrize("verdict", [Verdict.UNREVIEWED, Verdict.IN_PROGRESS])
def test_nobody_decides_what_comes_about_by_itself(
    session: ReviewSession, verdict: Verdict
) -> None:
    with pytest.raises(ValueError, match=verdict.value):
        session.decide(verdict)


def test_readers_decide_side_by_side(session: ReviewSession, predicted: Mask) -> None:
    session.decide(Verdict.ACCEPTED)
    session.change_reader("Bob")
    assert session.statuses() == {}
    session.decide(Verdict.REJECTED)
    assert [version.reader for version in session.versions()] == ["Ada", "Bob"]
    assert status(session).verdict is Verdict.REJECTED
    session.change_reader("Ada")
    assert status(session).verdict is Verdict.ACCEPTED


def test_a_verdict_that_cannot_be_written_is_told_and_not_made(
    session: ReviewSession, full_disk: FullDisk
) -> None:
    with full_disk(), pytest.raises(StoreError):
        session.decide(Verdict.ACCEPTED)
    assert session.versions() == ()
    assert session.decide(Verdict.ACCEPTED).verdict is Verdict.ACCEPTED


def test_a_prediction_is_never_replaced_for_the_same_weights_and_threshold(
    session: ReviewSession, predicted: Mask
) -> None:
    digest = on_screen(session).slice.digest
    session.keep_prediction(digest, ~predicted, "standard", "f00d", 0.4, 0.9, None, 189)
    session.keep_prediction(digest, ~predicted, "standard", "beef", 0.4, 0.9, None, 189)
    session.close()
    kept = store_of(session).decisions.predictions()
    assert [(it.model.sum, it.risk, it.dice, it.area) for it in kept] == [
        ("f00d", 0.2, 0.9, 15),
        ("beef", 0.9, None, 189),
    ]
    mask = store_of(session).decisions.predicted_mask(
        digest, ModelUse("standard", "f00d", 0.4), SHAPE
    )
    np.testing.assert_array_equal(mask, predicted)


def test_a_prediction_that_an_edit_started_from_is_in_the_review_with_it(
    session: ReviewSession, predicted: Mask
) -> None:
    paint(session, predicted)
    (kept,) = store_of(session).decisions.predictions()
    assert kept.model == ModelUse("standard", "f00d", 0.4)
    correction = store_of(session).correction(kept.digest, "Ada")
    assert correction is not None
    assert correction.model == kept.model


def test_what_was_accepted_as_predicted_is_handed_over_too(
    session: ReviewSession, predicted: Mask
) -> None:
    session.decide(Verdict.ACCEPTED)
    (handed,) = store_of(session).corrections()
    np.testing.assert_array_equal(handed.mask, predicted)
    assert store_of(session).digests() == set()
    session.withdraw()
    assert list(store_of(session).corrections()) == []


# --- grades ---


GRADED = Remarks("rim", Difficulty.HARD, Grade.WRONG_PLACE, True, ("too large", "part missed"))


def test_a_grade_is_kept_with_the_version_and_stands_in_the_status(session: ReviewSession) -> None:
    session.decide(Verdict.FLAGGED, GRADED)
    (version,) = session.versions()
    assert version.remarks == GRADED
    assert status(session).remarks == GRADED
    assert session.decide(Verdict.REJECTED).remarks == Remarks()
    session.withdraw()
    assert status(session).remarks == GRADED


def test_remarks_wait_for_a_verdict_as_they_were(session: ReviewSession) -> None:
    session.keep_draft(GRADED)
    again = ReviewSession(store_of(session), "Ada")
    again.open("1.mat", on_screen(session).slice)
    assert again.draft() == GRADED


def test_a_draft_from_before_there_were_grades_is_read(session: ReviewSession) -> None:
    opened = on_screen(session)
    text = '{"comment": "rim", "difficulty": "hard"}'
    store_of(session).set_setting(f"draft {opened.slice.digest} Ada", text)
    again = ReviewSession(store_of(session), "Ada")
    again.open("1.mat", opened.slice)
    assert again.draft() == Remarks("rim", Difficulty.HARD)


def test_the_list_of_reasons_belongs_to_the_review(session: ReviewSession) -> None:
    assert session.reasons == DEFAULT_REASONS
    session.declare_reasons(["  haemorrhage ", "", "haemorrhage", "post-operative"])
    for one in (session, ReviewSession(store_of(session), "Bo")):
        assert one.reasons == ("haemorrhage", "post-operative")
    session.declare_reasons([])
    assert session.reasons == DEFAULT_REASONS


def test_the_status_has_the_dice_of_the_correction(store: ReviewStore, new_slice: NewSlice) -> None:
    reference = np.zeros(SHAPE, bool)
    reference[8, :4] = True
    session = ReviewSession(store, "Ada")
    session.open("1.mat", new_slice(reference=reference))
    paint(session, np.zeros(SHAPE, bool))
    assert status(session).dice == 1.0
    session.begin_stroke()
    on_screen(session).correction.mask[8, :2] = False
    session.end_stroke("Eraser stroke", Box(8, 9, 0, 2))
    assert status(session).dice == pytest.approx(2 / 3)
    session.discard()
    assert status(session).dice is None


# --- many at once ---


@pytest.fixture
def three(session: ReviewSession, new_slice: NewSlice, predicted: Mask) -> list[SliceLabel]:
    """Three slices that were open: predicted, corrected, and predicted with a remark that waits."""
    labels = []
    for seed in (0, 1, 2):
        opened = session.open(f"{seed + 1}.mat", new_slice(seed))
        session.keep_prediction(
            opened.slice.digest, predicted, "standard", "f00d", 0.4, 0.2, None, 15
        )
        labels.append(SliceLabel.of(opened.name, opened.slice))
        if seed == 1:
            paint(session, predicted)
    session.keep_draft(GRADED)
    return labels


def test_one_verdict_on_many_slices_is_a_version_of_each_with_its_own_mask(
    session: ReviewSession, three: list[SliceLabel], predicted: Mask
) -> None:
    session.close_slice()
    versions = session.decide_all(three, Verdict.ACCEPTED)
    assert [it.verdict for it in versions] == [
        *(Verdict.ACCEPTED, Verdict.CORRECTED, Verdict.ACCEPTED),
    ]
    assert [it.edited_pixels for it in versions] == [0, 4, 0]
    assert [it.remarks for it in versions] == [Remarks(), Remarks(), GRADED]
    np.testing.assert_array_equal(session.version_mask(versions[0].id), predicted)
    assert session.version_mask(versions[1].id).sum() == predicted.sum() + 4
    assert session.withdraw_from([label.digest for label in three]) == 3
    assert all(it.withdrawn for it in session.contents.versions())


def test_of_many_verdicts_all_are_given_or_none(
    session: ReviewSession, three: list[SliceLabel]
) -> None:
    bare = SliceLabel("unknown", "9.mat", "", "", SHAPE)
    with pytest.raises(StoreError, match="nothing to accept"):
        session.decide_all([*three, bare], Verdict.ACCEPTED)
    assert session.contents.versions() == ()
    session.open("3.mat", on_screen(session).slice)
    assert session.draft() == GRADED
