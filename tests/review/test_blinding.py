"""References kept hidden until the verdict, and what is claimed of it afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from brainseg_gui.core.slices import Slice
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.access import Access
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict
from tests.review_factory import NewSlice, on_screen


@pytest.fixture
def session(store: ReviewStore) -> ReviewSession:
    return ReviewSession(store, "Ada")


@pytest.fixture
def slice_(new_slice: NewSlice) -> Slice:
    return new_slice(reference=np.ones((12, 17), bool))


def hidden(session: ReviewSession) -> bool:
    opened = on_screen(session)
    return session.blinding.hides_from(opened.slice.digest, opened.reader)


def test_a_reference_is_hidden_until_the_first_verdict_and_never_again(
    session: ReviewSession, slice_: Slice
) -> None:
    session.hide_reference(True)
    session.open("1.mat", slice_)
    assert hidden(session)
    assert session.decide(Verdict.FLAGGED).reference_hidden
    assert not hidden(session)
    session.withdraw()
    assert not hidden(session), "nobody unsees anything"
    assert not session.decide(Verdict.REJECTED).reference_hidden


def test_the_choice_belongs_to_the_review_and_what_was_decided_stays_shown(
    session: ReviewSession, store: ReviewStore, slice_: Slice, new_slice: NewSlice
) -> None:
    assert not session.blinding.hides
    session.hide_reference(True)
    session.open("1.mat", slice_)
    session.decide(Verdict.FLAGGED)
    again = ReviewSession(store, "Ada")
    again.open("1.mat", slice_)
    assert not hidden(again)
    again.open("2.mat", new_slice(2))
    assert hidden(again)
    again.change_reader("Bo")
    again.open("1.mat", slice_)
    assert hidden(again), "it is each reader's own first verdict"


def test_it_is_not_claimed_of_a_reference_that_was_seen_before(
    session: ReviewSession, slice_: Slice
) -> None:
    session.open("1.mat", slice_)
    session.hide_reference(True)
    assert hidden(session)
    assert not session.decide(Verdict.FLAGGED).reference_hidden


def test_it_is_not_claimed_where_the_reference_was_shown_in_between(
    session: ReviewSession, slice_: Slice
) -> None:
    session.hide_reference(True)
    session.open("1.mat", slice_)
    session.hide_reference(False)
    session.hide_reference(True)
    assert not session.decide(Verdict.FLAGGED).reference_hidden


def test_a_slice_without_a_reference_had_none_to_hide(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.hide_reference(True)
    session.open("1.mat", new_slice())
    assert not session.decide(Verdict.FLAGGED).reference_hidden


def test_who_only_looks_changes_no_choice(store: ReviewStore) -> None:
    looks = ReviewSession(store, "Bo", Access(holder="Ada has it."))
    with pytest.raises(StoreError, match="Ada has it"):
        looks.hide_reference(True)
    assert not ReviewSession(store, "Ada").blinding.hides
