"""Where a review lies among its neighbours, and what a disk must not make of it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from brainseg_gui.core.layer import Layer
from brainseg_gui.files import held
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.review.opening import open_review
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.location import REVIEW_FILE
from tests.review_factory import NewSlice

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "slices"
    (folder / "sub").mkdir(parents=True)
    return folder


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o002)
    yield
    os.umask(before)


def correct(session: ReviewSession, name: str, new_slice: NewSlice) -> None:
    slice_ = new_slice()
    session.open(name, slice_)
    session.start(Layer.REFERENCE, slice_.pixels > 400)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("downwards", [True, False])
def test_work_above_or_below_is_found_used_and_said(
    folder: Path, new_slice: NewSlice, downwards: bool
) -> None:
    first, second = (folder, folder / "sub") if downwards else (folder / "sub", folder)
    with closing(open_review(first, "Ada")) as session:
        correct(session, "sub/1.mat" if downwards else "1.mat", new_slice)
    with closing(open_review(second, "Ada")) as session:
        assert session.path == first / REVIEW_FILE
        assert str(first / REVIEW_FILE) in session.access.warning
        assert len(session.corrected) == 1
        assert not session.read_only


def test_a_review_above_that_knows_nothing_of_these_slices_is_left_alone(
    folder: Path, new_slice: NewSlice
) -> None:
    with closing(open_review(folder, "Ada")) as session:
        correct(session, "other/1.mat", new_slice)
    with closing(open_review(folder / "sub", "Ada")) as session:
        assert session.path == folder / "sub" / REVIEW_FILE


def test_of_several_reviews_below_none_is_chosen(folder: Path, new_slice: NewSlice) -> None:
    for name in ("sub", "more"):
        (folder / name).mkdir(exist_ok=True)
        with closing(open_review(folder / name, "Ada")) as session:
            correct(session, "1.mat", new_slice)
    with closing(open_review(folder, "Ada")) as session:
        assert session.path == folder / REVIEW_FILE


@posix
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_lock_that_is_a_link_empties_no_other_file(
    folder: Path, tmp_path: Path, link: object
) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("all of it")
    assert callable(link)
    link(precious, folder / f"{REVIEW_FILE}.lock")
    with closing(open_review(folder, "Ada")) as session:
        assert not session.read_only
    assert precious.read_text() == "all of it"


@posix
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_on_a_share_without_locks_the_review_works_and_says_what_is_missing(
    folder: Path, new_slice: NewSlice, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    lock = held.lock

    def without(file: object) -> None:
        if str(folder) in os.readlink(f"/proc/self/fd/{file.fileno()}"):  # type: ignore[attr-defined]
            raise OSError(number, os.strerror(number))
        lock(file)  # type: ignore[arg-type]

    monkeypatch.setattr(held, "lock", without)
    with closing(open_review(folder, "Ada")) as session:
        assert "knows no file locks" in session.access.warning
        correct(session, "1.mat", new_slice)
        assert session.unsaved == 0
        with closing(open_review(folder, "Bob")) as second:
            assert second.read_only  # on this machine the lock in the user's folder says so


@posix
@pytest.mark.usefixtures("umask")
def test_who_may_read_a_review_the_umask_says(folder: Path, new_slice: NewSlice) -> None:
    with closing(open_review(folder, "Ada")) as session:
        correct(session, "1.mat", new_slice)
        assert {mode(path) for path in folder.glob(f"{REVIEW_FILE}*")} == {0o664}


@posix
@pytest.mark.usefixtures("umask")
def test_a_result_keeps_its_mode_and_what_is_private_is_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "1_mask.png"
    write_atomically(path, b"new")
    assert mode(path) == 0o664
    path.chmod(0o640)
    write_atomically(path, b"newer")
    assert mode(path) == 0o640
    write_atomically(path, b"own", private=True)
    assert mode(path) == 0o600
