"""Measures and votes of a review: kept, migrated to, recovered, and brought along in a rescue."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.measures.compared import Compared, compared
from brainseg_gui.core.types import Mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.recovery import recover
from brainseg_gui.review.storage.rescue.rescue import rescued
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.storage.tables import SCHEMA_VERSION
from brainseg_gui.review.values.measured import (
    REFERENCE,
    Fault,
    KeptLevels,
    Measured,
    Vote,
    mask_key,
)
from brainseg_gui.review.values.record import SliceLabel, now
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import ModelUse
from tests.review_factory import NewCorrection, save

# What SQLAlchemy sent for the tables of layout 3, word for word.
LAYOUT_3 = """
CREATE TABLE setting (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE slice (
	digest VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	patient VARCHAR NOT NULL, 
	tumour VARCHAR NOT NULL, 
	height INTEGER NOT NULL, 
	width INTEGER NOT NULL, 
	PRIMARY KEY (digest)
);
CREATE TABLE edit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	digest VARCHAR NOT NULL, 
	reader VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	parent INTEGER, 
	target INTEGER, 
	start_before VARCHAR, 
	start_after VARCHAR, 
	model VARCHAR, 
	model_sum VARCHAR, 
	threshold FLOAT, 
	top INTEGER, 
	bottom INTEGER, 
	"left" INTEGER, 
	"right" INTEGER, 
	pixels BLOB, 
	changed INTEGER NOT NULL, 
	seconds FLOAT NOT NULL
);
CREATE INDEX edit_of_slice ON edit (digest, reader, id);
CREATE TABLE correction (
	digest VARCHAR NOT NULL, 
	reader VARCHAR NOT NULL, 
	mask BLOB NOT NULL, 
	start VARCHAR, 
	model VARCHAR, 
	model_sum VARCHAR, 
	threshold FLOAT, 
	head INTEGER, 
	last INTEGER NOT NULL, 
	version INTEGER, 
	seconds FLOAT NOT NULL, 
	changed_at VARCHAR NOT NULL, 
	dice FLOAT, 
	PRIMARY KEY (digest, reader)
);
CREATE TABLE version (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	digest VARCHAR NOT NULL, 
	reader VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	comment VARCHAR NOT NULL, 
	difficulty VARCHAR NOT NULL, 
	start VARCHAR NOT NULL, 
	model VARCHAR, 
	model_sum VARCHAR, 
	threshold FLOAT, 
	edited_pixels INTEGER NOT NULL, 
	seconds FLOAT NOT NULL, 
	parent INTEGER, 
	head INTEGER, 
	mask BLOB NOT NULL, 
	grade VARCHAR DEFAULT '' NOT NULL, 
	reasons VARCHAR DEFAULT '' NOT NULL, 
	unusable BOOLEAN DEFAULT 0 NOT NULL, 
	reference_hidden BOOLEAN DEFAULT 0 NOT NULL
);
CREATE INDEX version_of_slice ON version (digest, id);
CREATE TABLE withdrawal (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version INTEGER NOT NULL, 
	reader VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	UNIQUE (version)
);
CREATE TABLE prediction (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	digest VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	model_sum VARCHAR NOT NULL, 
	threshold FLOAT NOT NULL, 
	at VARCHAR NOT NULL, 
	mask BLOB NOT NULL, 
	risk FLOAT NOT NULL, 
	dice FLOAT, 
	area INTEGER NOT NULL, 
	UNIQUE (digest, model_sum, threshold)
);
"""  # noqa: W291
PAGE = 4096
LABEL = SliceLabel("d", "a/1.mat", "100360", "glioma", (12, 17))
NETWORK = ModelUse("standard", "f00d", 0.4)


def masks() -> tuple[Mask, Mask]:
    one, other = np.zeros((12, 17), bool), np.zeros((12, 17), bool)
    one[2:6, 3:8] = other[3:7, 3:9] = True
    return one, other


def measured() -> Measured:
    one, other = masks()
    return Measured(LABEL, mask_key(pack_mask(one)), REFERENCE, compared(one, other))


def fill(store: ReviewStore) -> None:
    store.measured.keep([measured()], [KeptLevels(LABEL, "f00d", b"packed")])
    store.measured.vote(Vote(LABEL, "Ada", now(), Fault.REFERENCE, NETWORK, 0.31))


def assert_filled(store: ReviewStore) -> None:
    assert store.measured.measures() == {measured().key: measured().values}
    assert store.measured.levels("d", "f00d") == b"packed"
    (vote,) = store.measured.votes()
    assert (vote.label, vote.reader, vote.fault) == (LABEL, "Ada", Fault.REFERENCE)
    assert (vote.model, vote.dice) == (NETWORK, 0.31)


def layout_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT value FROM setting WHERE name = 'schema_version'"
        return str(connection.execute(query).fetchone()[0])


@pytest.fixture
def old(tmp_path: Path, new_correction: NewCorrection) -> Path:
    """A review of layout 3 with one correction."""
    with closing(ReviewStore(tmp_path / "made.sqlite")) as store:
        save(store, new_correction())
    path = tmp_path / "review.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(LAYOUT_3)
        connection.execute("ATTACH ? AS made", (str(tmp_path / "made.sqlite"),))
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in found:
            if not table.startswith("sqlite_"):
                connection.execute(f"INSERT INTO {table} SELECT * FROM made.{table}")
        connection.execute("UPDATE setting SET value = '3' WHERE name = 'schema_version'")
        connection.commit()
    for made in tmp_path.glob("made.sqlite*"):
        made.unlink()
    return path


def test_what_is_kept_is_there_when_the_review_is_opened_again(tmp_path: Path) -> None:
    with closing(ReviewStore(tmp_path / "review.sqlite")) as store:
        fill(store)
    with closing(ReviewStore(tmp_path / "review.sqlite", read_only=True)) as store:
        assert_filled(store)


def test_a_measure_that_is_kept_is_never_changed(store: ReviewStore) -> None:
    fill(store)
    other = Compared(1, 2, 0.5, 0.5, 1.0, 0.0, 0, 1, 0, 0)
    store.measured.keep([Measured(LABEL, measured().one, REFERENCE, other)], [])
    assert store.measured.measures()[measured().key] == measured().values


def test_a_review_of_layout_3_is_brought_to_this_one_with_a_copy_beside(old: Path) -> None:
    with closing(ReviewStore(old)) as store:
        fill(store)
        assert_filled(store)
        assert [wrong for *_, wrong in store.replayed()] == [""]
    assert layout_of(old) == str(SCHEMA_VERSION)
    assert layout_of(old.with_name("review.sqlite.layout3.bak")) == "3"


def test_a_review_of_layout_4_knows_its_measures_and_learns_of_its_lesions(tmp_path: Path) -> None:
    path = tmp_path / "review.sqlite"
    with closing(ReviewStore(path)) as store:
        fill(store)
    with closing(sqlite3.connect(path)) as connection:  # which is all that layout 5 added
        connection.execute("DROP TABLE lesions")
        connection.execute("UPDATE setting SET value = '4' WHERE name = 'schema_version'")
        connection.commit()
    with closing(ReviewStore(path)) as store:
        known = {measured().key: replace(measured().values, lesions=None)}
        assert store.measured.measures() == known
        fill(store)
        assert store.measured.measures() == {measured().key: measured().values}
    assert layout_of(path.with_name("review.sqlite.layout4.bak")) == "4"


def test_a_review_of_layout_3_that_is_only_read_stays_as_it_is(old: Path) -> None:
    before = {path.name: path.read_bytes() for path in old.parent.iterdir()}
    with closing(ReviewStore(old, read_only=True)) as store:
        assert store.measured.measures() == {}
        assert store.measured.labels().keys() == {"d"}
    assert {path.name: path.read_bytes() for path in old.parent.iterdir()} == before


def test_measures_and_votes_of_a_damaged_review_are_recovered_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "review.sqlite"
    with closing(ReviewStore(path)) as store:
        fill(store)
    content = bytearray(path.read_bytes())
    content[100:PAGE] = bytes(PAGE - 100)  # the page that names the tables
    path.write_bytes(content)
    recover(path, tmp_path / "new.sqlite")
    with closing(ReviewStore(tmp_path / "new.sqlite", read_only=True)) as store:
        assert_filled(store)


def test_votes_and_measures_go_on_in_a_new_file_where_the_old_one_is_cut_off(
    tmp_path: Path,
) -> None:
    path = tmp_path / "review.sqlite"
    with closing(ReviewStore(path)) as store:
        store.begin()
        fill(store)
        (tmp_path / "empty").touch()
        (tmp_path / "empty").replace(path)
        path.with_name("review.sqlite-wal").unlink()
        told = rescued(store)
        assert "cut off" in told
        assert_filled(store)
        assert rescued(store) == "", "the new file holds what it is to hold"


def test_a_vote_without_a_review_is_refused_with_a_sentence() -> None:
    session = ReviewSession(None, "Ada")
    with pytest.raises(StoreError, match="no review file"):
        session.measured.vote(Vote(LABEL, "Ada", now(), Fault.NETWORK))
