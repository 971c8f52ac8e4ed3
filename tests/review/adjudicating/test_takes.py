"""A part taken from another mask is a step like any other, and in the review at once."""

from __future__ import annotations

from contextlib import closing

import numpy as np

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.verdict import ModelUse
from tests.review_factory import NewSlice, loaded, on_screen

BO = ModelUse("small", "abc", 0.5)


def test_a_new_correction_begins_with_what_it_takes_and_one_undo_takes_back_both(
    store: ReviewStore, new_slice: NewSlice
) -> None:
    session = ReviewSession(store, "Ada")
    slice_ = new_slice()
    session.open("1.mat", slice_)
    begun = np.zeros(slice_.shape, bool)
    begun[2:6, 2:6] = True
    mask = begun.copy()
    mask[3, 3:5] = False
    assert session.take("Keep reference in difference 1", mask, Layer.PREDICTION, begun, BO)
    head = on_screen(session).correction.history.head
    assert head is not None
    assert (head.text, head.changed, head.model_after) == ("Keep reference in difference 1", 2, BO)
    with closing(ReviewStore(store.path)) as other:
        stored = loaded(other, slice_.digest, "Ada")
        assert stored.start is Layer.PREDICTION
        assert np.array_equal(stored.mask, mask)
    session.undo()
    assert not on_screen(session).correction.exists


def test_a_correction_that_is_there_keeps_where_it_came_from(
    store: ReviewStore, new_slice: NewSlice
) -> None:
    session = ReviewSession(store, "Ada")
    slice_ = new_slice()
    session.open("1.mat", slice_)
    session.start(Layer.NOTHING, None)
    mask = np.eye(*slice_.shape, dtype=bool)
    nothing = np.zeros_like(mask)
    assert session.take("Keep it", mask, Layer.PREDICTION, nothing, BO)
    assert on_screen(session).correction.start is Layer.NOTHING
    assert not session.take("Keep it", mask, Layer.PREDICTION, nothing, BO), "nothing differs"
    assert on_screen(session).correction.undo_text == "Keep it"
