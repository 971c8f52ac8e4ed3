"""The session: every edit is in the review when the call returns, or in memory and counted."""

from __future__ import annotations

import shutil
from contextlib import closing

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.stroke import draw_line
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore, StoreError


@pytest.fixture
def session(store):
    return ReviewSession(store, "Reader")


def stroke(session, row, value=True, begins=()):
    """Draw from one side to the other, as the brush does between press and release."""
    session.begin_stroke(*begins)
    mask = session.current.correction.mask
    box = draw_line(mask, (row + 0.5, 0), (row + 0.5, mask.shape[1]), 1, value)
    return session.end_stroke("Brush stroke", box)


def on_disk(session, slice_):
    """Return what another program finds in the review at this moment; None for no correction."""
    with closing(ReviewStore(session.path)) as store:
        found = store.load(slice_.digest)
    return None if found is None else found.mask


def rows(mask):
    return np.flatnonzero(mask.all(axis=1)).tolist()


def test_a_stroke_is_in_the_review_when_the_button_is_up(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    session.start(Layer.NOTHING, None)
    stroke(session, 4)
    np.testing.assert_array_equal(on_disk(session, opened.slice), opened.correction.mask)
    assert rows(opened.correction.mask) == [4]


def test_a_stroke_before_any_start_is_in_the_review_too(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    assert rows(on_disk(session, opened.slice)) == [4]


def test_undo_and_redo_are_in_the_review_when_they_return(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    stroke(session, 6)
    session.undo()
    assert rows(on_disk(session, opened.slice)) == [4]
    session.redo()
    assert rows(on_disk(session, opened.slice)) == [4, 6]


def test_undoing_the_very_first_step_takes_the_correction_out_of_the_review(
    session, new_slice
) -> None:
    opened = session.open("1.mat", new_slice())
    session.start(Layer.NOTHING, None)
    session.undo()
    assert on_disk(session, opened.slice) is None


def test_a_correction_is_kept_with_name_patient_start_and_reader(session, new_slice) -> None:
    opened = session.open("a/1.mat", new_slice())
    session.start(Layer.PREDICTION, np.ones(opened.slice.shape, bool))
    (kept,) = session._store.corrections()
    assert (kept.name, kept.patient) == ("a/1.mat", "100360")
    assert (kept.start, kept.reader) == (Layer.PREDICTION, "Reader")


def test_a_start_copies_the_layer_and_leaves_it_as_it_is(session, new_slice) -> None:
    reference = np.zeros((12, 17), bool)
    reference[3] = True
    opened = session.open("1.mat", new_slice(reference=reference))
    session.start(Layer.REFERENCE, opened.slice.reference)
    stroke(session, 8)
    assert rows(opened.slice.reference) == [3]
    assert rows(on_disk(session, opened.slice)) == [3, 8]


def test_a_correction_discarded_is_gone_from_the_review(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    session.discard()
    assert not opened.correction.exists
    assert on_disk(session, opened.slice) is None


def test_a_discard_can_be_undone(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    session.discard()
    session.undo()
    assert rows(on_disk(session, opened.slice)) == [4]
    assert opened.correction.exists


def test_a_stroke_that_changes_nothing_is_no_step(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    assert not stroke(session, 4)
    session.undo()
    assert not opened.correction.exists


def test_a_stroke_beside_the_image_is_no_step(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    session.begin_stroke()
    assert not session.end_stroke("Brush stroke", None)
    assert not session.stroke_under_way
    assert not opened.correction.exists


def test_a_stroke_that_is_under_way_when_another_slice_opens_stays_with_its_own(
    session, new_slice
) -> None:
    first, second = new_slice(1), new_slice(2, shape=(9, 9))
    opened = session.open("1.mat", first)
    session.begin_stroke()
    box = draw_line(opened.correction.mask, (4.5, 0), (4.5, 17), 1, True)
    session.open("2.mat", second)
    session.end_stroke("Brush stroke", box)
    assert rows(on_disk(session, first)) == [4]
    assert on_disk(session, second) is None


def test_a_first_stroke_begins_from_the_layer_on_the_screen(session, new_slice) -> None:
    predicted = np.zeros((12, 17), bool)
    predicted[2] = True
    opened = session.open("1.mat", new_slice())
    stroke(session, 4, begins=(Layer.PREDICTION, predicted))
    assert opened.correction.start == Layer.PREDICTION
    assert rows(on_disk(session, opened.slice)) == [2, 4]


def test_a_first_stroke_and_the_layer_it_began_from_are_undone_at_once(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4, begins=(Layer.PREDICTION, np.ones((12, 17), bool)), value=False)
    session.undo()
    assert not opened.correction.exists
    assert not opened.correction.mask.any()
    session.redo()
    assert rows(on_disk(session, opened.slice)) == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]


def test_a_first_stroke_that_changes_nothing_begins_no_correction(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    assert not stroke(session, 4, begins=(Layer.PREDICTION, np.ones((12, 17), bool)))
    assert not opened.correction.exists
    assert not opened.correction.mask.any()


def test_erasing_all_that_a_first_stroke_began_from_is_a_correction(session, new_slice) -> None:
    predicted = np.zeros((12, 17), bool)
    predicted[4] = True
    opened = session.open("1.mat", new_slice())
    stroke(session, 4, begins=(Layer.PREDICTION, predicted), value=False)
    assert not on_disk(session, opened.slice).any()
    session.undo()
    assert on_disk(session, opened.slice) is None


def test_a_later_stroke_does_not_begin_anew(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    stroke(session, 6, begins=(Layer.PREDICTION, np.ones((12, 17), bool)))
    assert opened.correction.start == Layer.NOTHING
    assert rows(on_disk(session, opened.slice)) == [4, 6]


def test_a_stroke_of_many_moves_is_undone_at_once(session, new_slice) -> None:
    opened = session.open("1.mat", new_slice())
    session.begin_stroke()
    touched = Box(2, 3, 2, 3)
    for row in (2.5, 5.5, 9.5):
        box = draw_line(opened.correction.mask, (row, 2.5), (row, 9.5), 1, True)
        touched = touched.joined_with(box)
    session.end_stroke("Brush stroke", touched)
    session.undo()
    assert not opened.correction.mask.any()


def test_undo_goes_back_on_the_slice_that_is_open_and_on_no_other(session, new_slice) -> None:
    first, second = new_slice(1), new_slice(2)
    session.open("1.mat", first)
    stroke(session, 4)
    session.open("2.mat", second)
    stroke(session, 6)
    stroke(session, 8)
    session.undo()
    assert rows(on_disk(session, first)) == [4]
    assert rows(on_disk(session, second)) == [6]


def test_a_slice_that_is_opened_again_can_still_be_undone(session, new_slice) -> None:
    first, second = new_slice(1), new_slice(2)
    session.open("1.mat", first)
    stroke(session, 4)
    stroke(session, 6)
    session.open("2.mat", second)
    stroke(session, 8)
    session.open("1.mat", first)
    session.undo()
    assert rows(on_disk(session, first)) == [4]


def test_a_later_session_finds_the_correction_as_it_was_left(session, new_slice) -> None:
    slice_ = new_slice()
    session.open("1.mat", slice_)
    session.start(Layer.NOTHING, None)
    stroke(session, 4)
    with closing(ReviewStore(session.path)) as store:
        opened = ReviewSession(store, "Reader").open("1.mat", slice_)
    assert opened.correction.start == Layer.NOTHING
    assert rows(opened.correction.mask) == [4]


def test_a_moved_folder_keeps_its_corrections(session, new_slice, tmp_path) -> None:
    (tmp_path / "here").mkdir()
    write_mat(tmp_path / "here" / "1.mat", new_slice())
    session.open("here/1.mat", read_slice(tmp_path / "here" / "1.mat"))
    stroke(session, 4)
    shutil.move(tmp_path / "here", tmp_path / "there")
    with closing(ReviewStore(session.path)) as store:
        later = ReviewSession(store, "Reader")
        opened = later.open("there/1.mat", read_slice(tmp_path / "there" / "1.mat"))
    assert rows(opened.correction.mask) == [4]


def test_a_slice_of_other_pixels_has_no_correction_even_under_the_same_name(
    session, new_slice
) -> None:
    session.open("1.mat", new_slice(1))
    stroke(session, 4)
    assert not session.open("1.mat", new_slice(2)).correction.exists


def test_a_second_file_of_the_same_pixels_shares_the_correction_under_its_own_name(
    session, new_slice
) -> None:
    one, other = new_slice(), new_slice(reference=np.ones((12, 17), bool))
    session.open("reader-a/1.mat", one)
    stroke(session, 4)
    opened = session.open("reader-b/1.mat", other)
    assert (opened.name, opened.slice) == ("reader-b/1.mat", other)
    stroke(session, 6)
    assert rows(on_disk(session, one)) == [4, 6]


def test_an_edit_that_cannot_be_written_stays_in_memory_and_is_counted(
    session, new_slice, full_disk
) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    with full_disk(), pytest.raises(StoreError):
        stroke(session, 6)
    assert rows(opened.correction.mask) == [4, 6]
    assert session.unsaved == 1
    assert rows(on_disk(session, opened.slice)) == [4]


def test_an_edit_that_could_not_be_written_can_be_undone(session, new_slice, full_disk) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    with full_disk(), pytest.raises(StoreError):
        stroke(session, 6)
    session.undo()
    assert rows(on_disk(session, opened.slice)) == [4]
    assert session.unsaved == 0


@pytest.mark.parametrize("step", ["undo", "redo", "discard"])
def test_a_step_that_cannot_be_written_is_taken_and_counted(
    session, new_slice, full_disk, step
) -> None:
    opened = session.open("1.mat", new_slice())
    stroke(session, 4)
    if step == "redo":
        session.undo()
    before = opened.correction.mask.copy()
    with full_disk(), pytest.raises(StoreError):
        getattr(session, step)()
    assert session.unsaved == 1
    assert not np.array_equal(opened.correction.mask, before)


def test_saving_again_writes_everything_that_could_not_be_written(
    session, new_slice, full_disk
) -> None:
    slices = [new_slice(seed) for seed in range(3)]
    with full_disk():
        for number, slice_ in enumerate(slices):
            session.open(f"{number}.mat", slice_)
            with pytest.raises(StoreError):
                stroke(session, number)
        assert session.unsaved == 3
    session.save_all()
    assert session.unsaved == 0
    assert [rows(on_disk(session, slice_)) for slice_ in slices] == [[0], [1], [2]]


def test_the_next_edit_of_another_slice_writes_what_could_not_be_written(
    session, new_slice, full_disk
) -> None:
    first, second = new_slice(1), new_slice(2)
    session.open("1.mat", first)
    with full_disk(), pytest.raises(StoreError):
        stroke(session, 4)
    session.open("2.mat", second)
    stroke(session, 6)
    assert rows(on_disk(session, first)) == [4]


def test_an_unsaved_slice_that_is_opened_again_is_as_the_reader_left_it(
    session, new_slice, full_disk
) -> None:
    first = new_slice(1)
    session.open("1.mat", first)
    with full_disk(), pytest.raises(StoreError):
        stroke(session, 4)
    session.open("2.mat", new_slice(2))
    assert rows(session.open("1.mat", first).correction.mask) == [4]


def test_without_a_review_file_every_edit_says_so_and_is_counted(new_slice) -> None:
    session = ReviewSession(None, "Reader")
    opened = session.open("1.mat", new_slice())
    with pytest.raises(StoreError, match="no review file"):
        stroke(session, 4)
    assert (session.unsaved, rows(opened.correction.mask)) == (1, [4])


def test_edits_made_without_a_review_file_are_written_when_there_is_one(store, new_slice) -> None:
    session = ReviewSession(None, "Reader")
    opened = session.open("1.mat", new_slice())
    with pytest.raises(StoreError):
        stroke(session, 4)
    session._store = store
    session.save_all()
    assert rows(on_disk(session, opened.slice)) == [4]


def test_a_correction_that_cannot_be_read_leaves_the_open_slice_open(session, new_slice) -> None:
    first, second = new_slice(1), new_slice(2)
    for number, slice_ in enumerate((second, first)):
        session.open(f"{number}.mat", slice_)
        stroke(session, 4)
    with session._store.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE correction SET mask = x'12' WHERE digest = ?", (second.digest,)
        )
    later = ReviewSession(session._store, "Reader")
    opened = later.open("1.mat", first)
    with pytest.raises(StoreError):
        later.open("0.mat", second)
    assert later.current is opened


def test_a_session_knows_the_corrected_slices_of_earlier_ones_and_its_own(
    session, new_slice
) -> None:
    first, second = new_slice(1), new_slice(2)
    session.open("1.mat", first)
    stroke(session, 4)
    later = ReviewSession(session._store, "Reader")
    assert later.corrected == {first.digest}
    later.open("2.mat", second)
    stroke(later, 6)
    assert later.corrected == {first.digest, second.digest}
    later.undo()
    assert later.corrected == {first.digest}


def test_a_slice_counts_as_corrected_only_when_its_correction_is_on_disk(
    session, new_slice, full_disk
) -> None:
    opened = session.open("1.mat", new_slice())
    with full_disk(), pytest.raises(StoreError):
        stroke(session, 4)
    assert session.corrected == set()
    session.save_all()
    assert session.corrected == {opened.slice.digest}


def test_looking_at_slices_writes_nothing(session, new_slice) -> None:
    session.open("1.mat", new_slice(1))
    session.open("2.mat", new_slice(2))
    session.close_slice()
    assert session._store.digests() == set()


def test_an_edit_without_an_open_slice_is_a_mistake_of_the_program(session) -> None:
    with pytest.raises(RuntimeError, match="no slice is open"):
        session.start(Layer.NOTHING, None)


def test_a_slice_of_one_pixel_can_be_corrected(session) -> None:
    opened = session.open("1.mat", Slice(np.zeros((1, 1), np.float32)))
    stroke(session, 0)
    assert on_disk(session, opened.slice).tolist() == [[True]]
