"""Where a review lies."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest

from brainseg_gui.review.storage.location import (
    REVIEW_FILE,
    review_path,
    user_folder,
    user_review,
)
from brainseg_gui.review.storage.store import ReviewStore
from tests.review_factory import save


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "slices"
    folder.mkdir()
    return folder


def make(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_review_lies_beside_its_slices(folder) -> None:
    assert review_path(folder) == folder / REVIEW_FILE


def test_asking_where_a_review_belongs_leaves_nothing_in_the_folder(folder) -> None:
    review_path(folder)
    assert list(folder.iterdir()) == []


def test_a_folder_that_takes_no_files_has_its_review_in_the_users_own(unwritable) -> None:
    assert review_path(unwritable).parent == user_folder()


def test_two_folders_of_one_name_that_take_no_files_have_reviews_of_their_own(tmp_path) -> None:
    missing = [tmp_path / side / "slices" for side in ("a", "b")]
    assert review_path(missing[0]) != review_path(missing[1])


def test_a_folder_has_the_same_review_every_time(unwritable) -> None:
    assert review_path(unwritable) == review_path(unwritable)


def test_a_review_begun_in_the_users_own_folder_stays_there_when_the_slices_become_writable(
    folder,
) -> None:
    folder.rmdir()
    elsewhere = make(review_path(folder))
    folder.mkdir()
    assert review_path(folder) == elsewhere


def test_a_review_beside_the_slices_counts_before_one_in_the_users_own_folder(folder) -> None:
    folder.rmdir()
    make(review_path(folder))
    assert review_path(make(folder / REVIEW_FILE).parent) == folder / REVIEW_FILE


@pytest.fixture(params=["closed", "left open"])
def reviewed_share(request, share, tmp_path, new_correction):
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


def test_corrections_in_a_folder_that_became_read_only_are_there_again(reviewed_share) -> None:
    path = review_path(reviewed_share)
    assert path == user_review(reviewed_share)
    with closing(ReviewStore(path)) as store:
        assert store.digests() == {"a", "b"}


def test_what_is_corrected_on_a_read_only_folder_is_not_copied_over(
    reviewed_share, new_correction
) -> None:
    with closing(ReviewStore(review_path(reviewed_share))) as store:
        save(store, new_correction("c"))
    with closing(ReviewStore(review_path(reviewed_share))) as store:
        assert store.digests() == {"a", "b", "c"}


def test_a_copy_that_was_cut_off_does_not_pass_for_the_review(reviewed_share, full_disk) -> None:
    with full_disk(), pytest.raises(OSError):
        review_path(reviewed_share)
    with closing(ReviewStore(review_path(reviewed_share))) as store:
        assert store.digests() == {"a", "b"}
