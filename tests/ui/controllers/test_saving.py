"""Every edit is on the disk when the button is up, and one that cannot be is never given up."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.review.storage import location
from brainseg_gui.review.storage.location import REVIEW_FILE, user_folder
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.ui.dialogs import dialogs
from tests.ui.hands import Hands, NewHands
from tests.ui.slice_factory import write_slices

WHY = "review.sqlite: database or disk is full."


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the question whether to leave unsaved corrections behind, and answer no."""
    questions: list[str] = []

    def ask(_parent: object, sentence: str) -> bool:
        questions.append(sentence)
        return False

    monkeypatch.setattr(dialogs, "ask_leave_unsaved", ask)
    return questions


class Disk:
    """A disk that is full until `free` is called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch.context()
        self._inside = self._patch.__enter__()
        self._inside.setattr(ReviewStore, "append", self._refuse)

    def free(self) -> None:
        """Let everything be written again."""
        self._patch.__exit__(None, None, None)

    @staticmethod
    def _refuse(*_: object) -> None:
        raise StoreError(WHY)


@pytest.fixture
def full_disk(at_first: Hands, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """Return a disk that filled up after the slices were opened."""
    disk = Disk(monkeypatch)
    yield disk
    disk.free()


@pytest.fixture
def small_disk(new_disk: Callable[[str], Path]) -> Path:
    """Return the folder of a real disk with little room."""
    return new_disk("300k")


def fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_stroke_is_on_the_disk_when_the_button_is_up(at_first: Hands) -> None:
    at_first.mouse.press((30, 30))
    at_first.mouse.move((60, 90))
    at_first.mouse.release((60, 90))
    stored = at_first.stored
    assert np.array_equal(stored.mask, at_first.expected((30, 30), (60, 90)))
    assert (stored.reader, stored.name, stored.patient) == ("Ada", "1.mat", "100")
    assert "all edits saved" in at_first.status


def test_closing_during_a_stroke_keeps_it(
    at_first: Hands, folder: Path, new_hands: NewHands
) -> None:
    at_first.mouse.press((30, 30))
    at_first.mouse.move((60, 90))
    drawn = at_first.mask.copy()
    assert at_first.window.close()
    again = new_hands()
    again.open(folder)
    assert np.array_equal(again.mask, drawn)


def test_the_review_lies_beside_the_slices(at_first: Hands, folder: Path) -> None:
    assert at_first.parts.data_set.session.path == folder / REVIEW_FILE
    assert (folder / REVIEW_FILE).exists()


def test_a_review_of_its_own_place_is_used(hands: Hands, folder: Path, tmp_path: Path) -> None:
    hands.open(folder, review=tmp_path / "elsewhere" / "ada.sqlite")
    hands.mouse.stroke((64, 64))
    assert hands.on_disk() is not None
    assert (tmp_path / "elsewhere" / "ada.sqlite").exists()
    assert not (folder / REVIEW_FILE).exists()


def test_the_review_of_a_folder_without_permission_lies_in_the_users_own(
    hands: Hands, folder: Path, own_places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.chmod(0o555)
    if os.access(folder, os.W_OK):  # root may do what permission bits forbid
        monkeypatch.setattr(location, "_writable", lambda place: place != folder)
    before = sorted(folder.iterdir())
    hands.open(folder)
    hands.mouse.stroke((64, 64))
    folder.chmod(0o755)
    assert sorted(folder.iterdir()) == before
    assert hands.review.parent == user_folder()
    assert user_folder().is_relative_to(own_places)
    assert str(user_folder()) in hands.notice
    assert hands.on_disk() is not None


def test_a_slice_that_moved_to_another_folder_keeps_its_correction(
    at_first: Hands, tmp_path: Path
) -> None:
    at_first.mouse.stroke((64, 64))
    painted = at_first.mask.copy()
    moved = tmp_path / "moved"
    at_first.parts.reviewing.open([write_slices(tmp_path / "others", "5.mat", "6.mat", "7.mat")])
    shutil.copytree(tmp_path / "slices", moved)
    (moved / "1.mat").rename(moved / "renamed.mat")
    at_first.open(moved, first="2.mat")
    at_first.go(Qt.Key_End, "renamed.mat")
    assert np.array_equal(at_first.mask, painted)


@pytest.mark.usefixtures("full_disk")
def test_a_stroke_that_cannot_be_saved_stays_on_the_screen_and_is_told(at_first: Hands) -> None:
    at_first.mouse.stroke((64, 64))
    assert np.array_equal(at_first.mask, at_first.expected((64, 64)))
    assert "NOT saved" in at_first.status
    assert WHY in at_first.notice


def test_what_could_not_be_saved_is_saved_with_the_next_stroke(
    at_first: Hands, full_disk: Disk
) -> None:
    at_first.mouse.stroke((30, 30))
    full_disk.free()
    at_first.mouse.stroke((64, 64))
    assert at_first.has_on_disk(at_first.expected((30, 30)) | at_first.expected((64, 64)))
    assert "all edits saved" in at_first.status


def test_what_could_not_be_saved_is_saved_by_hand(at_first: Hands, full_disk: Disk) -> None:
    at_first.mouse.stroke((64, 64))
    full_disk.free()
    at_first.key("s", Qt.ControlModifier)
    assert at_first.has_on_disk(at_first.mask)
    assert "all edits saved" in at_first.status


def test_the_warning_goes_when_its_reason_is_gone(at_first: Hands, full_disk: Disk) -> None:
    at_first.mouse.stroke((64, 64))
    full_disk.free()
    at_first.key("s", Qt.ControlModifier)
    assert "not saved" not in at_first.notice.lower()


def test_walking_on_keeps_what_could_not_be_saved(at_first: Hands, full_disk: Disk) -> None:
    at_first.mouse.stroke((64, 64))
    drawn = at_first.mask.copy()
    at_first.go(Qt.Key_D, "2.mat")
    assert "NOT saved" in at_first.status
    full_disk.free()
    at_first.go(Qt.Key_A, "1.mat")
    assert np.array_equal(at_first.mask, drawn)
    assert at_first.has_on_disk(drawn)


def test_closing_asks_before_something_unsaved_is_lost(
    at_first: Hands, full_disk: Disk, asked: list[str]
) -> None:
    at_first.mouse.stroke((64, 64))
    assert not at_first.window.close()
    assert asked == [WHY]
    assert at_first.window.isVisible()
    at_first.mouse.stroke((30, 30))
    full_disk.free()
    at_first.mouse.stroke((90, 90))
    assert at_first.has_on_disk(at_first.mask)


def test_another_folder_is_not_opened_over_something_unsaved_unasked(
    at_first: Hands, full_disk: Disk, asked: list[str], tmp_path: Path
) -> None:
    at_first.mouse.stroke((64, 64))
    drawn = at_first.mask.copy()
    at_first.parts.reviewing.open([write_slices(tmp_path / "other", "a.mat")])
    assert asked == [WHY]
    assert np.array_equal(at_first.mask, drawn)
    full_disk.free()
    at_first.key("s", Qt.ControlModifier)
    assert at_first.has_on_disk(drawn)


def test_undo_that_cannot_be_saved_is_told_and_tried_again(
    at_first: Hands, full_disk: Disk
) -> None:
    full_disk.free()
    at_first.mouse.stroke((30, 30))
    kept = at_first.mask.copy()
    at_first.mouse.stroke((64, 64))
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch)
        at_first.key("z", Qt.ControlModifier)
        assert np.array_equal(at_first.mask, kept)
        assert "NOT saved" in at_first.status
        disk.free()
    at_first.key("s", Qt.ControlModifier)
    assert at_first.has_on_disk(kept)


def test_a_real_full_disk_loses_nothing(hands: Hands, small_disk: Path) -> None:
    hands.open(write_slices(small_disk, "1.mat", shape=(96, 96)))
    hands.mouse.stroke((48, 48))
    filler = small_disk / "filler"
    fill(filler)
    rng = np.random.default_rng(0)
    for _ in range(60):
        if "NOT saved" in hands.status:
            break
        hands.mouse.stroke(*(tuple(pixel) for pixel in rng.uniform(5, 90, (12, 2))))
    assert "NOT saved" in hands.status
    drawn = hands.mask.copy()
    filler.unlink()
    hands.key("s", Qt.ControlModifier)
    assert hands.has_on_disk(drawn)


def test_a_damaged_review_is_told_and_left_as_it_is(hands: Hands, folder: Path) -> None:
    (folder / REVIEW_FILE).write_bytes(b"this is no database " * 100)
    before = (folder / REVIEW_FILE).read_bytes()
    hands.open(folder)
    assert REVIEW_FILE in hands.notice
    hands.mouse.stroke((64, 64))
    assert "NOT saved" in hands.status
    assert (folder / REVIEW_FILE).read_bytes() == before


def test_a_review_that_was_deleted_meanwhile_is_told(at_first: Hands, folder: Path) -> None:
    at_first.mouse.stroke((30, 30))
    kept = {path: path.read_bytes() for path in folder.glob(f"{REVIEW_FILE}*")}
    for path in kept:
        path.unlink()
    at_first.mouse.stroke((64, 64))
    assert "NOT saved" in at_first.status
    for path, content in kept.items():
        path.write_bytes(content)


def test_a_review_whose_log_was_cut_goes_on_in_a_new_file_that_is_named(
    at_first: Hands, new_hands: NewHands, folder: Path
) -> None:
    at_first.mouse.stroke((30, 30), (60, 90))
    os.truncate(f"{at_first.review}-wal", 0)
    at_first.mouse.stroke((90, 30), (90, 60))
    drawn, new = at_first.mask.copy(), "brainseg-review-rescued1.sqlite"
    assert at_first.review == folder / new
    assert at_first.notice.startswith("brainseg-review.sqlite was cut off or replaced")
    assert new in at_first.notice
    assert "all edits saved" in at_first.status
    assert at_first.has_on_disk(drawn)
    assert at_first.window.close()
    again = new_hands()
    again.open(folder)
    assert f"went on in {new}" in again.notice
    again.open(folder, review=folder / new)
    assert np.array_equal(again.mask, drawn)


def test_a_second_window_on_the_same_review_is_told_so(
    at_first: Hands, folder: Path, new_hands: NewHands
) -> None:
    second = new_hands()
    second.open(folder)
    assert "open in another window" in second.parts.review_band.text.text()
    assert at_first.window.close()
    assert second.window.close()
    third = new_hands()
    third.open(folder)
    assert third.notice == ""


def test_a_correction_outlives_the_window(hands: Hands, new_hands: NewHands, folder: Path) -> None:
    hands.open(folder)
    hands.mouse.stroke((30, 30), (60, 60))
    painted = hands.mask.copy()
    assert hands.window.close()
    again = new_hands()
    again.open(folder)
    assert np.array_equal(again.mask, painted)
