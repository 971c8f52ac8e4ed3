"""Where a review lies."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from brainseg_gui.review.storage.location import (
    REVIEW_FILE,
    review_path,
    user_folder,
    user_review,
)
from brainseg_gui.review.storage.store import ReviewStore
from tests.review_factory import FullDisk, NewCorrection, Share, make_empty, save


def test_a_review_lies_beside_its_slices(folder: Path) -> None:
    assert review_path(folder) == folder / REVIEW_FILE


def test_asking_where_a_review_belongs_leaves_nothing_in_the_folder(folder: Path) -> None:
    review_path(folder)
    assert list(folder.iterdir()) == []


def test_a_folder_that_takes_no_files_has_its_review_in_the_users_own(unwritable: Path) -> None:
    assert review_path(unwritable).parent == user_folder()


def test_two_folders_of_one_name_that_take_no_files_have_reviews_of_their_own(
    tmp_path: Path,
) -> None:
    missing = [tmp_path / side / "slices" for side in ("a", "b")]
    assert review_path(missing[0]) != review_path(missing[1])


def test_a_folder_has_the_same_review_every_time(unwritable: Path) -> None:
    assert review_path(unwritable) == review_path(unwritable)


def test_a_review_begun_in_the_users_own_folder_stays_there_when_the_slices_become_writable(
    folder: Path,
) -> None:
    folder.rmdir()
    elsewhere = make_empty(review_path(folder))
    folder.mkdir()
    assert review_path(folder) == elsewhere


def test_a_review_beside_the_slices_counts_before_one_in_the_users_own_folder(folder: Path) -> None:
    folder.rmdir()
    make_empty(review_path(folder))
    assert review_path(make_empty(folder / REVIEW_FILE).parent) == folder / REVIEW_FILE


@pytest.fixture(params=["closed", "left open"])
def reviewed_share(
    request: pytest.FixtureRequest, share: Share, tmp_path: Path, new_correction: NewCorrection
) -> Path:
    """A read-only folder with a review in it, closed or left behind with its log."""
    folder, seal = share
    with closing(ReviewStore(tmp_path / "left" / REVIEW_FILE)) as store:
        save(store, new_correction("a"))
        save(store, new_correction("b"))
        if request.param == "closed":
            store.close()
        for path in store.path.parent.glob(f"{REVIEW_FILE}*"):
            if not path.name.endswith("-shm"):
                shutil.copyfile(path, folder / path.name)
    assert (folder / f"{REVIEW_FILE}-wal").exists() == (request.param == "left open")
    seal()
    return folder


def test_corrections_in_a_folder_that_became_read_only_are_there_again(
    reviewed_share: Path,
) -> None:
    path = review_path(reviewed_share)
    assert path == user_review(reviewed_share)
    with closing(ReviewStore(path)) as store:
        assert store.digests() == {"a", "b"}


def test_what_is_corrected_on_a_read_only_folder_is_not_copied_over(
    reviewed_share: Path, new_correction: NewCorrection
) -> None:
    with closing(ReviewStore(review_path(reviewed_share))) as store:
        save(store, new_correction("c"))
    with closing(ReviewStore(review_path(reviewed_share))) as store:
        assert store.digests() == {"a", "b", "c"}


def test_a_copy_that_was_cut_off_does_not_pass_for_the_review(
    reviewed_share: Path, full_disk: FullDisk
) -> None:
    with full_disk(), pytest.raises(OSError):
        review_path(reviewed_share)
    with closing(ReviewStore(review_path(reviewed_share))) as store:
        assert store.digests() == {"a", "b"}
