"""The review that goes with a data set, opened; and what may be in the way."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from brainseg_gui.review.opening import data_set_folder, look_at, open_review, own_review
from brainseg_gui.review.storage.location import REVIEW_FILE, user_folder
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Difficulty, Remarks, Verdict
from tests.review_factory import FullDisk, NewSlice, make_empty


def test_a_folder_is_its_own_data_set(folder: Path) -> None:
    assert data_set_folder([folder]) == folder


def test_the_data_set_of_a_file_is_the_folder_it_lies_in(folder: Path) -> None:
    assert data_set_folder([make_empty(folder / "1.mat")]) == folder


def test_the_data_set_of_several_folders_is_the_one_around_them(folder: Path) -> None:
    one, other = make_empty(folder / "a" / "x" / "1.mat"), make_empty(folder / "b" / "2.mat")
    assert data_set_folder([one.parent, other]) == folder


def test_a_data_set_is_the_same_by_whatever_way_it_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_empty(folder / "a" / "1.mat")
    monkeypatch.chdir(folder)
    assert data_set_folder([(folder / "a").relative_to(folder) / ".." / "a"]) == folder / "a"


def test_a_second_program_looks_on_until_the_first_has_closed(folder: Path) -> None:
    first = open_review(folder, "Ada")
    with closing(open_review(folder, "Bob")) as second:
        assert second.read_only
        assert second.access.warning == second.holder
        assert "by Ada" in second.holder
    first.close()
    with closing(open_review(folder, "Bob")) as third:
        assert (third.read_only, third.access.warning) == (False, "")
        assert third.path == folder / REVIEW_FILE


def test_a_damaged_review_is_named_and_another_program_may_mend_it(folder: Path) -> None:
    (folder / REVIEW_FILE).write_bytes(b"no review at all" * 100)
    session = open_review(folder, "Ada")
    assert session.access.damaged == folder / REVIEW_FILE
    assert session.access.trouble.endswith("Corrections cannot be saved until this is mended.")
    assert (session.path, session.read_only) == (None, False)
    assert not list(folder.glob("*.lock"))
    session.close()


def test_a_review_that_is_not_there_is_not_made_to_look_at_it(folder: Path) -> None:
    with pytest.raises(StoreError):
        look_at(folder / "missing.sqlite")
    assert not list(folder.iterdir())


def test_the_pixel_size_declared_is_known_to_the_next_session(folder: Path) -> None:
    with closing(open_review(folder, "Ada")) as session:
        assert session.spacing_mm is None
        session.declare_spacing(0.49)
        assert session.spacing_mm == 0.49
    with closing(open_review(folder, "Ada")) as session:
        assert session.spacing_mm == 0.49
        session.declare_spacing(0)
    with closing(open_review(folder, "Ada")) as session:
        assert session.spacing_mm is None


def test_a_draft_waits_in_the_review_for_its_reader(folder: Path, new_slice: NewSlice) -> None:
    draft = Remarks("look at the rim", Difficulty.HARD)
    with closing(open_review(folder, "Ada")) as session:
        session.open("1.mat", new_slice())
        session.keep_draft(draft)
        session.change_reader("Bob")
        assert session.draft() is None
    with closing(open_review(folder, "Ada")) as session:
        session.open("1.mat", new_slice())
        assert session.draft() == draft
        session.keep_draft(None)
        assert session.draft() is None


def test_a_draft_that_could_not_be_written_is_kept_and_tried_again(
    folder: Path, new_slice: NewSlice, full_disk: FullDisk
) -> None:
    with closing(open_review(folder, "Ada")) as session:
        session.open("1.mat", new_slice())
        with full_disk(), pytest.raises(StoreError):
            session.keep_draft(Remarks("look at the rim"))
        assert session.draft() == Remarks("look at the rim")
        session.save_drafts()
    with closing(open_review(folder, "Ada")) as session:
        session.open("1.mat", new_slice())
        assert session.draft() == Remarks("look at the rim")


def test_a_draft_taken_away_before_it_could_be_written_does_not_come_back(
    folder: Path, new_slice: NewSlice, full_disk: FullDisk
) -> None:
    with closing(open_review(folder, "Ada")) as session:
        session.open("1.mat", new_slice())
        with full_disk(), pytest.raises(StoreError):
            session.keep_draft(Remarks("look at the rim"))
        session.decide(Verdict.FLAGGED, Remarks("look at the rim"))
        session.keep_draft(None)
        session.save_drafts()
        assert session.draft() is None


def test_a_review_of_its_own_lies_in_the_users_folder() -> None:
    assert own_review("demo.sqlite") == user_folder() / "demo.sqlite"
