"""One program writes a review; the others look on, and a crash is told at the next start."""

from __future__ import annotations

import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage import lock
from brainseg_gui.review.storage.lock import ReviewLock
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.storage.tables import SCHEMA_VERSION
from brainseg_gui.review.values.access import Access
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict
from tests.review_factory import NewCorrection, NewSlice, loaded, save

EDIT_THEN_DIE = """
import os, signal, sys
from pathlib import Path
import numpy as np
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.review.storage.lock import ReviewLock
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.store import ReviewStore
path, lock = Path(sys.argv[1]), ReviewLock()
assert lock.take(path, "Ada") == ""
session = ReviewSession(ReviewStore(path), "Ada")
for number in range(2):
    session.open(f"{number}.mat", Slice(np.full((12, 17), number, np.float32)))
    session.start(Layer.NOTHING, None)
    session.discard()
os.kill(os.getpid(), signal.SIGKILL)
"""
kills = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 on this system")


def folder_content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def killed(path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", EDIT_THEN_DIE, str(path)], timeout=60)
    assert ended.returncode == -signal.SIGKILL


def test_the_second_is_told_who_has_the_review_since_when(tmp_path: Path) -> None:
    review, first, second = tmp_path / "review.sqlite", ReviewLock(), ReviewLock()
    assert first.take(review, "Ada") == ""
    sentence = second.take(review, "Bob")
    assert "open in another window, by Ada" in sentence
    assert f"process {os.getpid()} on {platform.node()}, since " in sentence
    first.release()
    assert second.take(review, "Bob") == ""
    second.release()


def test_a_lock_that_was_let_go_leaves_nothing(tmp_path: Path) -> None:
    lock_ = ReviewLock()
    lock_.take(tmp_path / "review.sqlite", "Ada")
    assert [path.name for path in tmp_path.glob("*.lock")] == ["review.sqlite.lock"]
    lock_.release()
    lock_.release()
    assert list(tmp_path.glob("*.lock")) == []


@kills
def test_the_lock_of_a_program_that_crashed_is_taken_over(tmp_path: Path) -> None:
    killed(tmp_path / "review.sqlite")
    assert (tmp_path / "review.sqlite.lock").exists()
    lock_ = ReviewLock()
    assert lock_.take(tmp_path / "review.sqlite", "Bob") == ""
    assert json.loads((tmp_path / "review.sqlite.lock").read_text())["reader"] == "Bob"
    lock_.release()


def test_where_nothing_can_be_written_the_lock_is_in_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = tmp_path / "review.sqlite"
    (tmp_path / "review.sqlite.lock").mkdir()  # in the way, for root too
    first, second = ReviewLock(), ReviewLock()
    assert first.take(review, "Ada") == ""
    assert "by Ada" in second.take(review, "Bob")
    assert len(list((lock.user_folder() / "locks").iterdir())) == 1
    first.release()


@pytest.fixture
def held(store: ReviewStore, new_correction: NewCorrection) -> ReviewStore:
    """A review that another program has open, with something in its log."""
    save(store, new_correction("a"))
    return store


def test_who_looks_on_sees_everything_and_writes_nothing(
    held: ReviewStore, new_correction: NewCorrection
) -> None:
    before = folder_content(held.path.parent)
    with closing(ReviewStore(held.path, read_only=True)) as second:
        np.testing.assert_array_equal(loaded(second, "a").mask, new_correction().mask)
        with pytest.raises(StoreError, match="opened for reading only"):
            second.set_setting("a", "b")
    after = folder_content(held.path.parent)
    assert {name: after[name] for name in after if not name.endswith("-shm")} == {
        name: before[name] for name in before if not name.endswith("-shm")
    }
    save(held, new_correction("b"))
    with closing(ReviewStore(held.path, read_only=True)) as second:
        assert second.digests() == {"a", "b"}


def test_looking_on_refuses_every_edit_and_changes_no_pixel(
    held: ReviewStore, new_slice: NewSlice
) -> None:
    with closing(ReviewStore(held.path, read_only=True)) as store:
        session = ReviewSession(store, "Bob", Access("Ada has it."))
        opened = session.open("1.mat", new_slice())
        assert session.read_only
        for work in (
            lambda: session.start(Layer.REFERENCE, np.ones((12, 17), bool)),
            session.discard,
            session.begin_stroke,
            session.undo,
            session.redo,
            session.withdraw,
        ):
            with pytest.raises(StoreError, match=r"Ada has it\."):
                work()
        assert not opened.correction.mask.any()
        session.close()


def test_a_closed_review_is_read_without_a_trace(held: ReviewStore) -> None:
    held.close()
    before = folder_content(held.path.parent)
    with closing(ReviewStore(held.path, read_only=True)) as store:
        assert store.digests() == {"a"}
    assert folder_content(held.path.parent) == before


@pytest.mark.parametrize("read_only", [False, True])
@kills
def test_a_newer_review_with_a_log_of_a_crash_is_not_touched(
    tmp_path: Path, read_only: bool
) -> None:
    path = tmp_path / "review.sqlite"
    killed(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE setting SET value = ?", (str(SCHEMA_VERSION + 1),))
        connection.commit()
        log = path.with_name("review.sqlite-wal").read_bytes()
        main = path.read_bytes()
        with pytest.raises(StoreError, match="newer brainseg"):
            ReviewStore(path, read_only=read_only)
        assert path.with_name("review.sqlite-wal").read_bytes() == log
        assert path.read_bytes() == main


@kills
def test_the_next_start_tells_what_a_crash_left(tmp_path: Path) -> None:
    path = tmp_path / "review.sqlite"
    killed(path)
    with closing(ReviewStore(path)) as store:
        session = ReviewSession(store, "Ada")
        assert session.recovered.startswith("brainseg ended unexpectedly after ")
        assert "all 4 edits of 2 slices, the last of 1.mat, up to then are here." in (
            session.recovered
        )
        assert (session.recovered_slice, session.last_slice) == ("1.mat", "1.mat")
        assert not any(wrong for *_, wrong in store.replayed())
        session.close()
    with closing(ReviewStore(path)) as store:
        assert ReviewSession(store, "Ada").recovered == ""


def test_a_program_that_ended_as_it_should_is_not_told_of(
    store: ReviewStore, new_slice: NewSlice
) -> None:
    session = ReviewSession(store, "Ada")
    session.open("1.mat", new_slice())
    session.start(Layer.NOTHING, None)
    session.close()
    with closing(ReviewStore(store.path)) as again:
        later = ReviewSession(again, "Ada")
        assert (later.recovered, later.last_slice) == ("", "1.mat")


def test_after_a_crash_the_reader_is_where_the_last_verdict_was_given(
    store: ReviewStore, new_slice: NewSlice
) -> None:
    session = ReviewSession(store, "Ada")
    for seed, name in enumerate(("1.mat", "2.mat")):
        session.open(name, new_slice(seed))
        session.decide(Verdict.FLAGGED)
    session.open("3.mat", new_slice(2))
    assert ReviewSession(store, "Ada").last_slice == "2.mat"


def test_a_crash_before_the_first_edit_is_nothing_to_tell(store: ReviewStore) -> None:
    ReviewSession(store, "Ada")
    assert ReviewSession(store, "Ada").recovered == ""


def test_a_crash_after_verdicts_alone_tells_of_them(
    store: ReviewStore, new_slice: NewSlice
) -> None:
    session = ReviewSession(store, "Ada")
    for seed, name in enumerate(("1.mat", "2.mat")):
        session.open(name, new_slice(seed))
        session.decide(Verdict.FLAGGED)
    later = ReviewSession(store, "Ada")
    assert "all 2 verdicts of 2 slices, the last of 2.mat, up to then are here." in later.recovered
    assert later.recovered_slice == "2.mat"
    assert ReviewSession(store, "Ada").recovered == ""
