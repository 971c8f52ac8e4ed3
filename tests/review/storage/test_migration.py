"""Reviews of the first layout, as the program that wrote them made them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.recovery import recover
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.storage.tables import SCHEMA_VERSION
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.stored import StoreError
from tests.review_factory import NewSlice

# What SQLAlchemy sent for the classes of layout 1, word for word.
LAYOUT_1 = """
CREATE TABLE setting (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE correction (
	digest VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	patient VARCHAR NOT NULL, 
	height INTEGER NOT NULL, 
	width INTEGER NOT NULL, 
	mask BLOB NOT NULL, 
	start VARCHAR NOT NULL, 
	reader VARCHAR NOT NULL, 
	changed_at VARCHAR NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO setting VALUES ('schema_version', '1'), ('pixel_size_mm', '0.49');
"""  # noqa: W291
INSERT = "INSERT INTO correction VALUES (?, ?, '100360', 12, 17, ?, ?, ?, '2025-01-01T10:00:00')"


def mask_of(number: int) -> Mask:
    return np.random.default_rng(number).random((12, 17)) < 0.5


@pytest.fixture
def old(tmp_path: Path, new_slice: NewSlice) -> Path:
    """A review of layout 1 with three corrections, one of them empty."""
    path = tmp_path / "review.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(LAYOUT_1)
        for number in range(2):
            values = (new_slice(number).digest, f"{number}.mat", pack_mask(mask_of(number)))
            connection.execute(INSERT, (*values, "prediction", "Ada"))
        empty = pack_mask(np.zeros((12, 17), bool))
        connection.execute(INSERT, (new_slice(2).digest, "2.mat", empty, "nothing", "Bob"))
        connection.commit()
    return path


def test_every_correction_of_layout_1_is_there_and_follows_from_a_ledger(
    old: Path, new_slice: NewSlice
) -> None:
    with closing(ReviewStore(old)) as store:
        assert store.setting("schema_version") == str(SCHEMA_VERSION)
        assert store.setting("pixel_size_mm") == "0.49"
        found = {it.name: it for it in store.corrections()}
        assert sorted(found) == ["0.mat", "1.mat", "2.mat"]
        np.testing.assert_array_equal(found["1.mat"].mask, mask_of(1))
        assert (found["1.mat"].start, found["1.mat"].reader) == (Layer.PREDICTION, "Ada")
        assert (found["2.mat"].start, found["2.mat"].mask.any()) == (Layer.NOTHING, False)
        assert [wrong for *_, wrong in store.replayed()] == ["", "", ""]
        (step,) = store.steps(new_slice(1).digest, "Ada")
        assert (step.kind, step.at) == (EditKind.IMPORTED, "2025-01-01T10:00:00")


def test_work_goes_on_where_layout_1_left_it(old: Path, new_slice: NewSlice) -> None:
    with closing(ReviewStore(old)) as store:
        session = ReviewSession(store, "Ada")
        assert session.corrected == {new_slice(0).digest, new_slice(1).digest}
        opened = session.open("1.mat", new_slice(1))
        session.discard()
        session.undo()
        np.testing.assert_array_equal(opened.correction.mask, mask_of(1))


def test_the_old_file_is_kept_beside_the_new_one(old: Path) -> None:
    ReviewStore(old).close()
    with closing(sqlite3.connect(old.with_name("review.sqlite.layout1.bak"))) as connection:
        assert connection.execute("SELECT value FROM setting").fetchone() == ("1",)
        names = connection.execute("SELECT name FROM correction ORDER BY name").fetchall()
    assert names == [("0.mat",), ("1.mat",), ("2.mat",)]


def test_reading_only_leaves_the_old_file_as_it_is(old: Path) -> None:
    before = {path.name: path.read_bytes() for path in old.parent.iterdir()}
    with closing(ReviewStore(old, read_only=True)) as store:
        assert len(list(store.corrections())) == 3
    assert {path.name: path.read_bytes() for path in old.parent.iterdir()} == before


def test_a_mask_that_makes_no_sense_keeps_everything_as_it_was(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE correction SET mask = x'1234' WHERE name = '1.mat'")
    with pytest.raises(StoreError):
        ReviewStore(old)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT count(*) FROM correction").fetchone() == (3,)
        assert connection.execute("SELECT value FROM setting").fetchone() == ("1",)


def test_what_can_be_read_of_layout_1_is_recovered(old: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE correction SET mask = x'1234' WHERE name = '1.mat'")
    report = recover(old, tmp_path / "new.sqlite")
    assert (report.corrections, report.lost) == (2, 1)
    with closing(ReviewStore(tmp_path / "new.sqlite")) as store:
        found = {it.name: it.mask for it in store.corrections()}
        assert sorted(found) == ["0.mat", "2.mat"]
        np.testing.assert_array_equal(found["0.mat"], mask_of(0))
        assert not any(wrong for *_, wrong in store.replayed())
