"""The review file: what was saved is there, whatever happens."""

from __future__ import annotations

import itertools
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.review.storage.store import (
    SCHEMA_VERSION,
    ReviewStore,
    StoredCorrection,
    StoreError,
)
from tests.review_factory import discard, save
from tests.strategies import masks

SAVE_THEN_DIE = """
import os, signal, sys
from pathlib import Path
import numpy as np
from tests.review_factory import save
from brainseg_gui.core.layer import Layer
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
mask = np.zeros((12, 17), bool)
mask[2:5, 3:7] = True
store = ReviewStore(Path(sys.argv[1]))
save(store, StoredCorrection("d", "1.mat", "100360", mask, Layer.NOTHING, "Reader"))
os.kill(os.getpid(), signal.SIGKILL)
"""
SAVE_WITHOUT_END = """
import sys
from pathlib import Path
import numpy as np
from tests.review_factory import save
from brainseg_gui.core.layer import Layer
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
store = ReviewStore(Path(sys.argv[1]))
for number in range(1, 100_000):
    mask = np.random.default_rng(number).random((64, 64)) < 0.5
    save(store, StoredCorrection("d", str(number), "", mask, Layer.NOTHING, ""))
    print(number, flush=True)
"""

PAGE = 4096  # bytes, of every SQLite file since 2016

numbers = itertools.count()
kills = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 on this system")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def execute(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def folder_content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@given(masks())
def test_packing_keeps_every_pixel(mask) -> None:
    np.testing.assert_array_equal(unpack_mask(pack_mask(mask), mask.shape), mask)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    store = ReviewStore(tmp_path_factory.mktemp("review") / "review.sqlite")
    yield store
    store.close()


@given(masks(), texts, texts, texts)
def test_a_correction_comes_back_bit_for_bit(shared_store, mask, name, patient, reader) -> None:
    digest = f"{next(numbers):064}"
    save(shared_store, StoredCorrection(digest, name, patient, mask, Layer.PREDICTION, reader))
    with closing(ReviewStore(shared_store.path)) as again:
        found = again.load(digest)
    np.testing.assert_array_equal(found.mask, mask)
    assert found.mask.dtype == bool
    assert (found.digest, found.name, found.patient) == (digest, name, patient)
    assert (found.start, found.reader) == (Layer.PREDICTION, reader)


def test_the_latest_correction_of_a_slice_is_the_one_that_counts(store, new_correction) -> None:
    save(store, new_correction(corner=(0, 0)))
    save(store, new_correction(corner=(5, 5)))
    assert [found.mask[6, 6] for found in store.corrections()] == [True]


def test_a_loaded_mask_can_be_drawn_on(store, new_correction) -> None:
    save(store, new_correction())
    store.load("d").mask[0, 0] = True


def test_a_slice_without_a_correction_has_none(store) -> None:
    assert store.load("unknown") is None


def test_a_removed_correction_is_gone_and_the_others_stay(store, new_correction) -> None:
    save(store, new_correction("a"))
    save(store, new_correction("b"))
    discard(store, "a")
    assert store.digests() == {"b"}


def test_corrections_come_in_the_order_of_their_names(store, new_correction) -> None:
    for digest, name in (("x", "b.mat"), ("y", "c.mat"), ("z", "a.mat")):
        save(store, new_correction(digest, name))
    assert [found.name for found in store.corrections()] == ["a.mat", "b.mat", "c.mat"]


def test_settings_are_kept_with_the_review(store) -> None:
    store.set_setting("pixel_size_mm", "0.49")
    with closing(ReviewStore(store.path)) as again:
        assert again.setting("pixel_size_mm") == "0.49"


def test_a_setting_that_was_never_made_is_none(store) -> None:
    assert store.setting("pixel_size_mm") is None


@kills
def test_a_saved_correction_survives_kill_9_right_after_save_returned(
    tmp_path, new_correction
) -> None:
    path = tmp_path / "review.sqlite"
    ended = subprocess.run([sys.executable, "-c", SAVE_THEN_DIE, str(path)], timeout=60)
    assert ended.returncode == -signal.SIGKILL
    with closing(ReviewStore(path)) as store:
        np.testing.assert_array_equal(store.load("d").mask, new_correction().mask)


@kills
def test_kill_9_in_the_middle_of_saving_leaves_the_last_correction_or_the_next_whole(
    tmp_path,
) -> None:
    path = tmp_path / "review.sqlite"
    command = [sys.executable, "-c", SAVE_WITHOUT_END, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        time.sleep(0.2)
        process.kill()
        last = [1, *map(int, process.stdout.read().split())][-1]
    with closing(ReviewStore(path)) as store:
        found = store.load("d")
    assert int(found.name) in (last, last + 1)
    expected = np.random.default_rng(int(found.name)).random((64, 64)) < 0.5
    np.testing.assert_array_equal(found.mask, expected)


def test_a_commit_waits_for_the_disk_so_that_it_survives_a_power_cut(store) -> None:
    with store.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_commits_go_to_a_log_that_never_overwrites_what_was_there(store) -> None:
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_reading_the_review_elsewhere_keeps_nothing_from_being_saved(store, new_correction) -> None:
    with closing(ReviewStore(store.path)) as other:
        reading = other.corrections()
        save(store, new_correction("a"))
        save(store, new_correction("b"))
        next(reading)
        save(store, new_correction("c"))
        reading.close()


def test_a_file_of_something_else_is_refused_by_name(tmp_path) -> None:
    path = tmp_path / "notes.sqlite"
    path.write_bytes(b"Dear diary, " * 500)
    with pytest.raises(StoreError, match=r"^The review notes\.sqlite cannot be used: file is not"):
        ReviewStore(path)
    assert folder_content(tmp_path) == {"notes.sqlite": b"Dear diary, " * 500}


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path) -> None:
    path = tmp_path / "places.sqlite"
    execute(path, "CREATE TABLE bookmarks (url)")
    before = folder_content(tmp_path)
    with pytest.raises(StoreError, match=r"places\.sqlite is a database of another program"):
        ReviewStore(path)
    assert folder_content(tmp_path) == before


def test_a_review_of_a_newer_version_is_refused_and_not_touched(store, new_correction) -> None:
    save(store, new_correction())
    store.set_setting("schema_version", str(SCHEMA_VERSION + 1))
    store.close()
    before = folder_content(store.path.parent)
    with pytest.raises(
        StoreError, match=f"written by a newer brainseg .version {SCHEMA_VERSION + 1}"
    ):
        ReviewStore(store.path)
    assert folder_content(store.path.parent) == before


def test_a_new_file_that_was_cut_off_before_its_first_row_is_completed(tmp_path) -> None:
    path = tmp_path / "review.sqlite"
    ReviewStore(path).close()
    execute(path, "DELETE FROM setting", "DROP TABLE correction")
    with closing(ReviewStore(path)) as store:
        assert store.setting("schema_version") == str(SCHEMA_VERSION)
        assert store.digests() == set()


@pytest.fixture
def closed(store, new_correction):
    """A review of many pages, not open."""
    for number in range(20):
        save(store, new_correction(f"{number:064}", "long name " * 150))
    store.close()
    assert store.path.stat().st_size > 8 * PAGE
    return store


@pytest.fixture
def damaged(closed):
    """A review of which all pages but the first are gone."""
    content = closed.path.read_bytes()
    closed.path.write_bytes(content[:PAGE] + b"\xff" * (len(content) - PAGE))
    return closed


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.load("7"),
        lambda store: store.digests(),
        lambda store: list(store.corrections()),
        lambda store: store.correction("7", "Reader"),
        lambda store: store.setting("schema_version"),
        lambda store: store.set_setting("a", "b"),
    ],
    ids=["load", "digests", "corrections", "correction", "setting", "set_setting"],
)
def test_a_damaged_file_is_one_sentence_wherever_it_is_met(damaged, use) -> None:
    with pytest.raises(StoreError, match=r"^review\.sqlite: [^\n]*malformed\.$"):
        use(damaged)


def test_a_damaged_file_is_one_sentence_when_it_is_opened(damaged) -> None:
    with pytest.raises(StoreError, match=r"^The review review\.sqlite [^\n]+\.$"):
        ReviewStore(damaged.path)


@pytest.mark.parametrize("page", [1, 3, -3, -1])
def test_one_damaged_page_is_found_when_the_review_is_opened(closed, page) -> None:
    content = bytearray(closed.path.read_bytes())
    start = page * PAGE % len(content)
    content[start : start + PAGE] = b"\xff" * PAGE
    closed.path.write_bytes(content)
    with pytest.raises(StoreError, match=r"^The review review\.sqlite [^\n]+\.$"):
        ReviewStore(closed.path)


def test_a_damaged_mask_is_one_sentence_and_the_others_can_be_read(store, new_correction) -> None:
    save(store, new_correction("a"))
    save(store, new_correction("b"))
    execute(store.path, "UPDATE correction SET mask = x'1234' WHERE digest = 'a'")
    with pytest.raises(StoreError, match=r"^review\.sqlite: "):
        store.load("a")
    np.testing.assert_array_equal(store.load("b").mask, new_correction().mask)


@pytest.mark.parametrize(
    "name", ["100% done", "a%20b", "what?", "a#b", "ä ö", "semi;colon", "a&b=c"]
)
def test_the_file_lies_where_it_was_asked_for_whatever_the_folder_is_called(
    tmp_path, new_correction, name
) -> None:
    path = tmp_path / name / "review.sqlite"
    with closing(ReviewStore(path)) as store:
        save(store, new_correction())
    assert path.is_file()


def test_a_file_where_the_folder_should_be_is_told(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"review\.sqlite cannot be used: .*in the way\.$"):
        ReviewStore(tmp_path / "file" / "review.sqlite")


def test_a_folder_that_takes_no_files_is_told(unwritable) -> None:
    with pytest.raises(StoreError, match=r"^The review review\.sqlite cannot be used: .+\.$"):
        ReviewStore(unwritable / "review.sqlite")


def test_what_was_saved_is_readable_while_the_disk_is_full(
    store, new_correction, full_disk
) -> None:
    save(store, new_correction(corner=(0, 0)))
    with full_disk():
        with pytest.raises(StoreError):
            save(store, new_correction(corner=(5, 5)))
        found = store.load("d")
    np.testing.assert_array_equal(found.mask, new_correction(corner=(0, 0)).mask)


def test_saving_succeeds_again_when_there_is_room_again(store, new_correction, full_disk) -> None:
    with full_disk(), pytest.raises(StoreError):
        save(store, new_correction())
    save(store, new_correction())
    with closing(ReviewStore(store.path)) as again:
        np.testing.assert_array_equal(again.load("d").mask, new_correction().mask)


def fill(store, noise):
    for number in itertools.count():
        try:
            save(store, StoredCorrection(str(number), "", "", noise, Layer.NOTHING, ""))
        except StoreError as error:
            return number, str(error)


def test_a_disk_without_room_is_told_and_nothing_saved_is_lost(small_disk) -> None:
    noise = np.random.default_rng(0).random((200, 200)) < 0.5
    with closing(ReviewStore(small_disk / "review.sqlite")) as store:
        count, sentence = fill(store, noise)
        assert sentence == "review.sqlite: database or disk is full."
        assert store.digests() == {str(number) for number in range(count)}
        for number in range(count):
            np.testing.assert_array_equal(store.load(str(number)).mask, noise)


def test_a_review_that_cannot_be_begun_for_want_of_room_is_told(tmp_path, full_disk) -> None:
    with full_disk(), pytest.raises(StoreError, match=r"^The review new\.sqlite cannot be used: "):
        ReviewStore(tmp_path / "new.sqlite")


def test_saving_into_a_file_that_was_deleted_is_refused(store, new_correction) -> None:
    store.path.unlink()
    with pytest.raises(StoreError, match=r"review\.sqlite is no longer in its folder"):
        save(store, new_correction())


def test_saving_goes_on_when_a_folder_that_went_away_is_back(tmp_path, new_correction) -> None:
    with closing(ReviewStore(tmp_path / "share" / "review.sqlite")) as store:
        save(store, new_correction("a"))
        (tmp_path / "share").rename(tmp_path / "away")
        with pytest.raises(StoreError):
            save(store, new_correction("b"))
        (tmp_path / "away").rename(tmp_path / "share")
        save(store, new_correction("b"))
        assert store.digests() == {"a", "b"}
