"""The ledger: every step is a row, for good, whatever the clock says."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.review import open_review
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.review.values.edit_kind import EditKind

SHAPE = (12, 17)


@pytest.fixture
def session(store):
    with closing(store.database.engine.raw_connection()) as connection:
        connection.execute("PRAGMA synchronous=OFF")  # nothing here ends in a power cut
    return ReviewSession(store, "Ada")


def dot(session, place):
    """Turn one pixel over, as one stroke."""
    row, column = divmod(place, SHAPE[1])
    session.begin_stroke()
    mask = session.current.correction.mask
    mask[row, column] = not mask[row, column]
    assert session.end_stroke("Brush stroke", Box(row, row + 1, column, column + 1))


def restarted(session):
    """Return the session of the next start, on the same slice."""
    store = ReviewStore(session.path)
    with closing(store.database.engine.raw_connection()) as connection:
        connection.execute("PRAGMA synchronous=OFF")
    again = ReviewSession(store, session.reader)
    again.open(session.current.name, session.current.slice)
    return again


def test_500_strokes_can_be_undone_and_redone_after_a_restart(session, new_slice) -> None:
    session.open("1.mat", new_slice())
    rng, seen = np.random.default_rng(0), [np.zeros(SHAPE, bool)]
    for place in rng.integers(0, 12 * 17, 500):
        dot(session, place)
        seen.append(session.current.correction.mask.copy())
    again = restarted(session)
    mask = again.current.correction.mask
    for expected in reversed(seen[:-1]):
        again.undo()
        np.testing.assert_array_equal(mask, expected)
    assert again.undo() is None
    once_more = restarted(again)
    for expected in seen[1:]:
        once_more.redo()
        np.testing.assert_array_equal(once_more.current.correction.mask, expected)
    again._store.close()
    once_more._store.close()


def test_opening_a_slice_reads_no_step_before_it_is_undone(session, new_slice, monkeypatch) -> None:
    session.open("1.mat", new_slice())
    for place in range(5):
        dot(session, place)
    read = []
    again = restarted(session)
    patch_of = again._store._patch
    monkeypatch.setattr(again._store, "_patch", lambda number: read.append(number))
    again = ReviewSession(again._store, "Ada")
    again.open("1.mat", session.current.slice)
    assert again.current.correction.undo_text == "Brush stroke"
    assert read == []
    assert patch_of(1) is not None
    again._store.close()


def test_what_was_undone_and_overtaken_stays_in_the_ledger(session, new_slice) -> None:
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


def test_a_restored_mask_is_one_step_that_can_be_undone(session, new_slice) -> None:
    session.open("1.mat", new_slice())
    dot(session, 1)
    dot(session, 2)
    assert session.restore(session.timeline()[0].id)
    assert session.current.correction.mask.sum() == 1
    assert session.timeline()[-1].kind is EditKind.RESTORE
    session.undo()
    assert session.current.correction.mask.sum() == 2


def test_a_clock_that_is_set_back_changes_nothing(session, new_slice, monkeypatch) -> None:
    session.open("1.mat", new_slice())
    for hour in (23, 12, 1):
        at = datetime(2020, 1, 1, hour, tzinfo=UTC).isoformat(timespec="milliseconds")
        monkeypatch.setattr(open_review, "now", lambda at=at: at)
        dot(session, hour)
    assert [step.at[11:13] for step in session.timeline()] == ["23", "12", "01"]
    again = restarted(session)
    again.undo()
    assert again.current.correction.mask.ravel().nonzero()[0].tolist() == [12, 23]
    assert [wrong for *_, wrong in again._store.replayed()] == [""]
    again._store.close()


def test_a_review_that_moved_keeps_everything(session, new_slice, tmp_path) -> None:
    session.open("1.mat", new_slice())
    dot(session, 1)
    session.close()
    (tmp_path / "elsewhere").mkdir()
    moved = shutil.move(session.path, tmp_path / "elsewhere" / "other.sqlite")
    with closing(ReviewStore(tmp_path / "elsewhere" / "other.sqlite")) as store:
        later = ReviewSession(store, "Ada")
        assert later.open("renamed.mat", session.current.slice).correction.mask.sum() == 1
        assert later.undo() is not None
    assert moved.is_file()


def test_two_readers_correct_one_slice_side_by_side(session, new_slice) -> None:
    slice_ = new_slice()
    session.open("1.mat", slice_)
    dot(session, 1)
    session.change_reader("Bob")
    assert not session.current.correction.exists
    dot(session, 2)
    session.change_reader("Ada")
    assert session.current.correction.mask.ravel().nonzero()[0].tolist() == [1]
    found = {
        it.reader: it.mask.ravel().nonzero()[0].tolist() for it in session._store.corrections()
    }
    assert found == {"Ada": [1], "Bob": [2]}
    assert {step.reader for step in session.timeline()} == {"Ada"}


def test_edits_that_wait_keep_their_reader(session, new_slice, full_disk) -> None:
    session.open("1.mat", new_slice())
    with full_disk():
        with pytest.raises(StoreError):
            dot(session, 1)
        session.change_reader("Bob")
        with pytest.raises(StoreError):
            dot(session, 2)
    session.save_all()
    assert session._store.readers() == ("Ada", "Bob")
    assert [wrong for *_, wrong in session._store.replayed()] == ["", ""]


def test_edits_that_wait_are_written_in_their_order(session, new_slice, full_disk) -> None:
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
    assert again.current.correction.mask.ravel().nonzero()[0].tolist() == [1, 3]
    again._store.close()


def test_edits_of_two_programs_never_mix(session, new_slice) -> None:
    session.open("1.mat", new_slice())
    other = restarted(session)
    dot(session, 1)
    with pytest.raises(StoreError, match=r"1\.mat was changed by another program"):
        dot(other, 2)
    assert other.unsaved == 1
    assert session._store.load(session.current.slice.digest).mask.sum() == 1
    other._store.close()


def test_an_older_copy_that_was_put_in_place_of_the_file_is_not_mixed_with_it(
    session, new_slice, tmp_path
) -> None:
    session.open("1.mat", new_slice())
    dot(session, 1)
    session._store.close()
    shutil.copy(session.path, tmp_path / "copy")
    dot(session, 2)
    session._store.close()
    dot(session, 3)  # the file is open
    (tmp_path / "copy").replace(session.path)
    for suffix in ("-wal", "-shm"):
        session.path.with_name(session.path.name + suffix).unlink()
    with pytest.raises(StoreError, match="another program"):
        dot(session, 4)
    assert session.unsaved == 1


def test_a_stroke_is_committed_within_its_budget(session, new_slice) -> None:
    session.open("1.mat", new_slice(shape=(512, 512)))
    taken = []
    for place in range(60):
        session.begin_stroke()
        session.current.correction.mask[place : place + 40, 100:180] = place % 2
        start = time.process_time()  # the disk's own time is the disk's
        session.end_stroke("Brush stroke", Box(place, place + 40, 100, 180))
        taken.append(time.process_time() - start)
    assert np.percentile(taken, 95) < 0.010
