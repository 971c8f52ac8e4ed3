"""Reviews of the second layout, which knew no grade: brought to this one, or only read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.types import Mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.recovery import recover
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.storage.tables import SCHEMA_VERSION
from brainseg_gui.review.values.verdict import Difficulty, Grade, Remarks, Verdict, Version
from tests.review_factory import NewSlice, on_screen

PAGE = 4096
# What SQLAlchemy sent for the tables of layout 2, word for word.
LAYOUT_2 = """
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
	PRIMARY KEY (digest, reader)
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
	mask BLOB NOT NULL
);
CREATE INDEX version_of_slice ON version (digest, id);
CREATE TABLE withdrawal (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version INTEGER NOT NULL, 
	reader VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	UNIQUE (version)
);
"""  # noqa: W291
TABLES = ("setting", "slice", "edit", "correction", "version", "withdrawal", "prediction")


@pytest.fixture
def reference() -> Mask:
    mask = np.zeros((12, 17), bool)
    mask[4] = True
    return mask


@pytest.fixture
def old(tmp_path: Path, new_slice: NewSlice, reference: Mask) -> Path:
    """A review of layout 2: a correction that was called corrected, and a rejected slice."""
    with closing(ReviewStore(tmp_path / "made.sqlite")) as store:
        session = ReviewSession(store, "Ada")
        session.open("1.mat", new_slice(1, reference=reference))
        paint(session)
        session.decide(Verdict.CORRECTED, Remarks("rim", Difficulty.HARD))
        session.open("2.mat", new_slice(2))
        session.decide(Verdict.REJECTED)
        store.end()
    path = tmp_path / "review.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(LAYOUT_2)
        connection.execute("ATTACH ? AS made", (str(tmp_path / "made.sqlite"),))
        for table in TABLES:
            found = connection.execute(f"SELECT name FROM pragma_table_info('{table}')")
            names = ", ".join(f'"{name}"' for (name,) in found)
            connection.execute(f"INSERT INTO {table} SELECT {names} FROM made.{table}")
        connection.execute("UPDATE setting SET value = '2' WHERE name = 'schema_version'")
        connection.commit()
    (tmp_path / "made.sqlite").unlink()
    for log in tmp_path.glob("made.sqlite-*"):
        log.unlink()
    return path


def paint(session: ReviewSession, row: int = 3) -> None:
    session.begin_stroke()
    on_screen(session).correction.mask[row] = True
    session.end_stroke("Brush stroke", Box(row, row + 1, 0, 17))


def versions(path: Path) -> tuple[Version, ...]:
    with closing(ReviewStore(path, read_only=True)) as store:
        return store.decisions.versions()


def layout_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT value FROM setting WHERE name = 'schema_version'"
        return str(connection.execute(query).fetchone()[0])


def test_what_layout_2_held_is_there_and_was_neither_graded_nor_hidden(
    old: Path, new_slice: NewSlice, reference: Mask
) -> None:
    with closing(ReviewStore(old)) as store:
        first, second = store.decisions.versions()
        assert (first.verdict, first.remarks) == (
            Verdict.CORRECTED,
            Remarks("rim", Difficulty.HARD),
        )
        assert (second.verdict, second.remarks) == (Verdict.REJECTED, Remarks())
        assert not first.reference_hidden
        assert [wrong for *_, wrong in store.replayed()] == ["", ""]
        session = ReviewSession(store, "Ada")
        session.open("1.mat", new_slice(1, reference=reference))
        assert session.status().dice == 0, "where it was not kept it is measured"
        assert session.undo() is not None
    assert layout_of(old) == str(SCHEMA_VERSION)


def test_the_review_of_layout_2_is_kept_beside_and_can_be_read(old: Path) -> None:
    ReviewStore(old).close()
    kept = old.with_name("review.sqlite.layout2.bak")
    assert layout_of(kept) == "2"
    assert versions(kept) == versions(old)


def test_reading_only_migrates_nothing(old: Path) -> None:
    before = {path.name: path.read_bytes() for path in old.parent.iterdir()}
    assert [it.verdict for it in versions(old)] == [Verdict.CORRECTED, Verdict.REJECTED]
    assert {path.name: path.read_bytes() for path in old.parent.iterdir()} == before


@pytest.mark.parametrize("migrated", [False, True])
def test_rows_of_layout_2_are_found_page_by_page_in_old_files_and_new(
    old: Path, tmp_path: Path, new_slice: NewSlice, reference: Mask, migrated: bool
) -> None:
    if migrated:
        with closing(ReviewStore(old)) as store:
            session = ReviewSession(store, "Ada")
            session.hide_reference(True)
            session.open("3.mat", new_slice(3, reference=reference))
            session.decide(Verdict.FLAGGED, Remarks(grade=Grade.MAJOR))
            session.close()
    expected = versions(old)
    content = bytearray(old.read_bytes())
    content[100:PAGE] = bytes(PAGE - 100)  # the page that names the tables
    old.write_bytes(content)
    recover(old, tmp_path / "new.sqlite")
    assert versions(tmp_path / "new.sqlite") == expected
    assert expected[-1].reference_hidden is migrated


def test_a_dice_that_was_kept_is_recovered(
    tmp_path: Path, new_slice: NewSlice, reference: Mask
) -> None:
    with closing(ReviewStore(tmp_path / "made.sqlite")) as store:
        session = ReviewSession(store, "Ada")
        session.open("1.mat", new_slice(1, reference=reference))
        paint(session, row=4)
        session.close()
    recover(tmp_path / "made.sqlite", tmp_path / "new.sqlite")
    with closing(ReviewStore(tmp_path / "new.sqlite", read_only=True)) as store:
        (status,) = store.decisions.statuses("Ada").values()
    assert (status.dice, status.corrected) == (1.0, True)
