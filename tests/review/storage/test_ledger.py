"""The ledger: every step is a row, for good, whatever the clock says."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.review import open_review
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.review.values.edit_kind import EditKind
from tests.review_factory import FullDisk, NewSlice, loaded, on_screen, store_of

SHAPE = (12, 17)


@pytest.fixture
def session(store: ReviewStore) -> ReviewSession:
    with closing(store.database.engine.raw_connection()) as connection:
        connection.execute("PRAGMA synchronous=OFF")  # nothing here ends in a power cut
    return ReviewSession(store, "Ada")


def dot(session: ReviewSession, place: int) -> None:
    """Turn one pixel over, as one stroke."""
    row, column = divmod(place, SHAPE[1])
    session.begin_stroke()
    mask = on_screen(session).correction.mask
    mask[row, column] = not mask[row, column]
    assert session.end_stroke("Brush stroke", Box(row, row + 1, column, column + 1))


def restarted(session: ReviewSession) -> ReviewSession:
    """Return the session of the next start, on the same slice."""
    store = ReviewStore(store_of(session).path)
    with closing(store.database.engine.raw_connection()) as connection:
        connection.execute("PRAGMA synchronous=OFF")
    again = ReviewSession(store, session.reader)
    again.open(on_screen(session).name, on_screen(session).slice)
    return again


def test_500_strokes_can_be_undone_and_redone_after_a_restart(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.open("1.mat", new_slice())
    rng, seen = np.random.default_rng(0), [np.zeros(SHAPE, bool)]
    for place in rng.integers(0, 12 * 17, 500):
        dot(session, place)
        seen.append(on_screen(session).correction.mask.copy())
    again = restarted(session)
    mask = on_screen(again).correction.mask
    for expected in reversed(seen[:-1]):
        again.undo()
        np.testing.assert_array_equal(mask, expected)
    assert again.undo() is None
    once_more = restarted(again)
    for expected in seen[1:]:
        once_more.redo()
        np.testing.assert_array_equal(on_screen(once_more).correction.mask, expected)
    store_of(again).close()
    store_of(once_more).close()


def test_opening_a_slice_reads_no_step_before_it_is_undone(
    session: ReviewSession, new_slice: NewSlice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open("1.mat", new_slice())
    for place in range(5):
        dot(session, place)
    read = []
    again = restarted(session)
    patch_of = store_of(again)._patch
    monkeypatch.setattr(store_of(again), "_patch", lambda number: read.append(number))
    again = ReviewSession(store_of(again), "Ada")
    again.open("1.mat", on_screen(session).slice)
    assert on_screen(again).correction.undo_text == "Brush stroke"
    assert read == []
    assert patch_of(1) is not None
    store_of(again).close()


def test_what_was_undone_and_overtaken_stays_in_the_ledger(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.open("1.mat", new_slice())
    dot(session, 1)
    session.undo()
    dot(session, 2)
    assert session.redo() is None
    first, undone, second = session.timeline()
    assert [first.kind, undone.kind, second.kind] == [EditKind.EDIT, EditKind.UNDO, EditKind.EDIT]
    assert [step.in_effect for step in (first, undone, second)] == [False, False, True]
    assert undone.text == "Undo: Brush stroke"
    assert session.mask_at(first.id).ravel().nonzero()[0].tolist() == [1]


def test_a_restored_mask_is_one_step_that_can_be_undone(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.open("1.mat", new_slice())
    dot(session, 1)
    dot(session, 2)
    assert session.restore(session.timeline()[0].id)
    assert on_screen(session).correction.mask.sum() == 1
    assert session.timeline()[-1].kind is EditKind.RESTORE
    session.undo()
    assert on_screen(session).correction.mask.sum() == 2


def test_a_clock_that_is_set_back_changes_nothing(
    session: ReviewSession, new_slice: NewSlice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open("1.mat", new_slice())
    for hour in (23, 12, 1):
        at = datetime(2020, 1, 1, hour, tzinfo=UTC).isoformat(timespec="milliseconds")
        monkeypatch.setattr(open_review, "now", lambda at=at: at)
        dot(session, hour)
    assert [step.at[11:13] for step in session.timeline()] == ["23", "12", "01"]
    again = restarted(session)
    again.undo()
    assert on_screen(again).correction.mask.ravel().nonzero()[0].tolist() == [12, 23]
    assert [wrong for *_, wrong in store_of(again).replayed()] == [""]
    store_of(again).close()


def test_a_review_that_moved_keeps_everything(
    session: ReviewSession, new_slice: NewSlice, tmp_path: Path
) -> None:
    session.open("1.mat", new_slice())
    dot(session, 1)
    session.close()
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / "other.sqlite"
    shutil.move(store_of(session).path, moved)
    with closing(ReviewStore(moved)) as store:
        later = ReviewSession(store, "Ada")
        assert later.open("renamed.mat", on_screen(session).slice).correction.mask.sum() == 1
        assert later.undo() is not None
    assert moved.is_file()


def test_two_readers_correct_one_slice_side_by_side(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    slice_ = new_slice()
    session.open("1.mat", slice_)
    dot(session, 1)
    session.change_reader("Bob")
    assert not on_screen(session).correction.exists
    dot(session, 2)
    session.change_reader("Ada")
    assert on_screen(session).correction.mask.ravel().nonzero()[0].tolist() == [1]
    found = {
        it.reader: it.mask.ravel().nonzero()[0].tolist() for it in store_of(session).corrections()
    }
    assert found == {"Ada": [1], "Bob": [2]}
    assert {step.reader for step in session.timeline()} == {"Ada"}


def test_edits_that_wait_keep_their_reader(
    session: ReviewSession, new_slice: NewSlice, full_disk: FullDisk
) -> None:
    session.open("1.mat", new_slice())
    with full_disk():
        with pytest.raises(StoreError):
            dot(session, 1)
        session.change_reader("Bob")
        with pytest.raises(StoreError):
            dot(session, 2)
    session.save_all()
    assert store_of(session).readers() == ("Ada", "Bob")
    assert [wrong for *_, wrong in store_of(session).replayed()] == ["", ""]


def test_edits_that_wait_are_written_in_their_order(
    session: ReviewSession, new_slice: NewSlice, full_disk: FullDisk
) -> None:
    session.open("1.mat", new_slice())
    with full_disk():
        for place in (1, 2):
            with pytest.raises(StoreError):
                dot(session, place)
        with pytest.raises(StoreError):
            session.undo()
        with pytest.raises(StoreError):
            dot(session, 3)
    session.save_all()
    kinds = [step.kind.value for step in session.timeline()]
    assert kinds == ["edit", "edit", "undo", "edit"]
    again = restarted(session)
    assert on_screen(again).correction.mask.ravel().nonzero()[0].tolist() == [1, 3]
    store_of(again).close()


def test_edits_of_two_programs_never_mix(session: ReviewSession, new_slice: NewSlice) -> None:
    session.open("1.mat", new_slice())
    other = restarted(session)
    dot(session, 1)
    with pytest.raises(StoreError, match=r"1\.mat was changed by another program"):
        dot(other, 2)
    assert other.unsaved == 1
    assert loaded(store_of(session), on_screen(session).slice.digest).mask.sum() == 1
    store_of(other).close()


def test_an_older_copy_that_was_put_in_place_of_the_file_is_not_mixed_with_it(
    session: ReviewSession, new_slice: NewSlice, tmp_path: Path
) -> None:
    session.open("1.mat", new_slice())
    dot(session, 1)
    store_of(session).close()
    shutil.copy(store_of(session).path, tmp_path / "copy")
    dot(session, 2)
    store_of(session).close()
    dot(session, 3)  # the file is open
    (tmp_path / "copy").replace(store_of(session).path)
    for suffix in ("-wal", "-shm"):
        store_of(session).path.with_name(store_of(session).path.name + suffix).unlink()
    put_in_place = store_of(session).path
    dot(session, 4)
    assert "another program" in session.news
    assert session.unsaved == 0
    new = store_of(session).path
    assert new != put_in_place
    for path, steps in ((new, 4), (put_in_place, 1)):
        with closing(ReviewStore(path, read_only=True)) as store:
            digest, reader = on_screen(session).slice.digest, session.reader
            assert len(store.steps(digest, reader)) == steps


def test_a_stroke_is_committed_within_its_budget(
    session: ReviewSession, new_slice: NewSlice
) -> None:
    session.open("1.mat", new_slice(shape=(512, 512)))
    taken = []
    for place in range(60):
        session.begin_stroke()
        on_screen(session).correction.mask[place : place + 40, 100:180] = place % 2
        start = time.process_time()  # the disk's own time is the disk's
        session.end_stroke("Brush stroke", Box(place, place + 40, 100, 180))
        taken.append(time.process_time() - start)
    assert np.percentile(taken, 95) < 0.010
