"""A folder of broken files: each is one row with its reason, and the rest opens."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot

from brainseg_gui.core.slices import Slice
from brainseg_gui.core.view import View
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.ui.jobs import slice_reader
from brainseg_gui.ui.jobs.slice_reader import SliceReader
from brainseg_gui.ui.worklist.model import STATE_ROLE
from tests.mat_factory import HEADER, fields_of, write_v5, write_v73
from tests.ui.hands import Hands
from tests.ui.slice_factory import write_slices


def with_image(image: Any) -> Callable[[Path], object]:
    return lambda path: write_v73(path, fields_of() | {"image": image})


def truncated(path: Path) -> None:
    write_v73(path, fields_of())
    os.truncate(path, path.stat().st_size // 2)


def of_nan(path: Path) -> None:
    image = fields_of()["image"].astype(float)
    image[3, 4] = np.inf
    write_v73(path, fields_of() | {"image": image})


def huge(path: Path) -> None:
    with h5py.File(path, "w", userblock_size=512) as file:
        struct = file.create_group("cjdata")
        struct.create_dataset("image", (20_000, 20_000), "i2", chunks=(1000, 1000))
    with path.open("r+b") as raw:
        raw.write(HEADER + bytes(8) + b"\x00\x02IM")


def link_in_a_circle(path: Path) -> None:
    path.symlink_to(path)


def without_permission(path: Path) -> None:
    write_v73(path, fields_of())
    path.chmod(0)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "truncated": (truncated, ""),
    "text": (lambda path: path.write_text("not HDF5 at all\n" * 50), ""),
    "no-cjdata": (lambda path: write_v73(path, fields_of(), group="other"), "cjdata"),
    "no-cjdata-v5": (lambda path: write_v5(path, fields_of(), name="other"), "cjdata"),
    "three-dimensional": (with_image(np.ones((4, 5, 6))), "5"),
    "nan": (of_nan, "NaN"),
    "mask-of-another-size": (
        lambda path: write_v73(path, fields_of() | {"tumorMask": np.ones((9, 9))}),
        "9 x 9",
    ),
    "huge": (huge, "20000 x 20000"),
    "link": (link_in_a_circle, "link"),
    "secret": (without_permission, "permission"),
}
NEEDS_A_USER = {"secret"} if sys.platform == "win32" or os.geteuid() == 0 else set()
KINDS = sorted(BROKEN.keys() - NEEDS_A_USER)


@pytest.fixture
def broken_folder(tmp_path: Path) -> Path:
    """Return a folder with a good slice before, between and after every kind of broken one."""
    folder = write_slices(tmp_path / "mixed", "1.mat", "7.mat", "9.mat")
    for kind in KINDS:
        BROKEN[kind][0](folder / f"5-{kind}.mat")
    return folder


@pytest.fixture
def among_broken(hands: Hands, broken_folder: Path) -> Hands:
    """Return a window in which that folder is open and every file was looked at."""
    hands.open(broken_folder)
    hands.wait_indexed(len(KINDS) + 3)
    return hands


def reasons(hands: Hands) -> dict[str, str]:
    return {row.name: row.problem for row in hands.rows if row.problem}


def wait_said(hands: Hands, name: str) -> None:
    hands.wait(lambda: name in hands.caption)


def state_text(hands: Hands, name: str) -> str:
    row = next(index for index in hands.slice_rows() if index.data() == name)
    return str(row.data(STATE_ROLE))


def test_every_broken_file_is_one_row_with_its_reason(among_broken: Hands) -> None:
    found = reasons(among_broken)
    assert found.keys() == {f"5-{kind}.mat" for kind in KINDS}
    for kind in KINDS:
        assert BROKEN[kind][1] in found[f"5-{kind}.mat"]


def test_a_reason_is_one_line_that_stands_in_the_row(among_broken: Hands) -> None:
    for name, reason in reasons(among_broken).items():
        assert "\n" not in reason
        assert state_text(among_broken, name) == reason


def test_the_good_ones_among_them_open(among_broken: Hands) -> None:
    among_broken.go(Qt.Key_D, "7.mat")
    among_broken.mouse.stroke((64, 64))
    assert among_broken.has_on_disk(among_broken.mask)
    among_broken.go(Qt.Key_D, "9.mat")


def test_walking_passes_over_rows_that_cannot_be_read(among_broken: Hands) -> None:
    among_broken.go(Qt.Key_D, "7.mat")
    among_broken.go(Qt.Key_A, "1.mat")
    among_broken.go(Qt.Key_End, "9.mat")
    among_broken.go(Qt.Key_Home, "1.mat")


def test_how_many_cannot_be_read_is_counted(among_broken: Hands) -> None:
    counts = among_broken.parts.worklist._counts
    among_broken.wait(lambda: f"{len(KINDS)} unreadable" in counts.text())
    assert "0 of 3 slices" in counts.text()


def test_a_broken_row_that_is_chosen_says_why(among_broken: Hands, broken_folder: Path) -> None:
    for name, reason in reasons(among_broken).items():
        among_broken.parts.worklist.choose(broken_folder / name)
        wait_said(among_broken, name)
        assert reason in among_broken.caption


def test_a_broken_row_that_is_chosen_shows_no_other_slice(
    among_broken: Hands, broken_folder: Path
) -> None:
    among_broken.parts.worklist.choose(broken_folder / "5-empty.mat")
    among_broken.wait(lambda: "5-empty.mat" in among_broken.caption)
    assert among_broken.parts.data_set.session.current is None
    assert among_broken.canvas.image.image is None
    assert "1.mat" not in among_broken.status


def test_a_broken_row_cannot_be_painted_on(among_broken: Hands, broken_folder: Path) -> None:
    aim = among_broken.mouse.aim((64, 64))
    among_broken.parts.worklist.choose(broken_folder / "5-empty.mat")
    among_broken.wait(lambda: "cannot be read" in among_broken.caption)
    QTest.mouseClick(among_broken.window.windowHandle(), Qt.LeftButton, Qt.NoModifier, aim)
    assert not among_broken.canvas.hand.busy
    among_broken.go(Qt.Key_Home, "1.mat")
    assert not among_broken.current.correction.exists


def test_what_was_said_of_a_broken_row_goes_when_a_good_one_is_shown(
    among_broken: Hands, broken_folder: Path
) -> None:
    among_broken.parts.worklist.choose(broken_folder / "5-empty.mat")
    among_broken.wait(lambda: "cannot be read" in among_broken.caption)
    among_broken.go(Qt.Key_Home, "1.mat")
    assert "cannot be read" not in among_broken.caption + among_broken.notice
    assert " %" in among_broken.status


def test_a_broken_file_that_comes_first_does_not_hide_the_rest(
    hands: Hands, tmp_path: Path
) -> None:
    folder = write_slices(tmp_path, "2.mat")
    (folder / "1.mat").write_bytes(b"")
    hands.parts.reviewing.open([folder])
    hands.wait_indexed(2)
    hands.go(Qt.Key_D, "2.mat")


def test_a_folder_of_nothing_but_broken_files_opens(hands: Hands, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.mat").write_bytes(b"")
    hands.parts.reviewing.open([tmp_path])
    hands.wait(lambda: len(reasons(hands)) == 3 and "cannot be read" in hands.caption)
    hands.key("d")
    hands.key("a")
    assert hands.parts.data_set.session.current is None


def test_a_file_that_was_mended_opens(among_broken: Hands, broken_folder: Path) -> None:
    write_slices(broken_folder, "5-empty.mat")
    among_broken.parts.worklist.choose(broken_folder / "5-empty.mat")
    among_broken.wait_shown("5-empty.mat")
    assert "5-empty.mat" not in reasons(among_broken)


def test_a_file_that_disappears_becomes_a_broken_row(at_first: Hands, folder: Path) -> None:
    at_first.wait_indexed(3)
    (folder / "2.mat").unlink()
    at_first.parts.slices._reader.forget()
    at_first.parts.worklist.choose(folder / "2.mat")
    at_first.wait(lambda: "2.mat" in reasons(at_first))
    at_first.wait(lambda: "2.mat cannot be read" in at_first.caption)


def test_a_slice_of_an_older_opening_is_not_shown_for_a_file_that_changed(
    at_first: Hands, folder: Path
) -> None:
    before = at_first.current.slice.digest
    write_slices(folder / "new", "0.mat", "1.mat")
    (folder / "new" / "1.mat").replace(folder / "1.mat")
    at_first.open(folder)
    assert at_first.current.slice.digest != before


def test_a_folder_that_links_to_itself_opens_once(hands: Hands, tmp_path: Path) -> None:
    folder = write_slices(tmp_path / "slices", "1.mat")
    (folder / "again").symlink_to(folder)
    hands.open(folder)
    hands.wait_indexed(2)
    hands.parts.worklist.choose(folder / "again")
    hands.wait(lambda: "cannot be read" in hands.caption)
    broken = {name: why for name, why in reasons(hands).items() if why}
    assert broken == {"again": "a link that leads in a circle"}


def test_a_named_pipe_makes_nobody_wait(hands: Hands, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes there")
    folder = write_slices(tmp_path, "1.mat", "3.mat")
    os.mkfifo(folder / "2.mat")
    hands.open(folder)
    hands.wait_indexed(3)
    assert list(reasons(hands)) == ["2.mat"]


@pytest.mark.parametrize("broken", [False, True])
def test_what_was_being_read_when_all_was_forgotten_is_forgotten_too(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def read_slowly(path: Path) -> Slice:
        found = read_slice(path)
        if not begun.is_set():
            begun.set()
            go_on.wait(10)
            if broken:
                raise SliceError(path, "was broken")
        return found

    monkeypatch.setattr(slice_reader, "read_slice", read_slowly)
    reader = SliceReader()
    shown: list[str] = []
    reader.ready.connect(lambda path, view, result: shown.append(path.name))
    reader.failed.connect(lambda path, reason: shown.append(path.name))
    reader.start()
    try:
        reader.request([folder / "1.mat"], View.RAW)
        assert begun.wait(10)
        reader.forget()
        reader.request([folder / "2.mat"], View.RAW)
        go_on.set()
        qtbot.waitUntil(lambda: "2.mat" in shown)
        assert shown == ["2.mat"]
        assert reader.take(folder / "1.mat", View.RAW) is None
    finally:
        reader.close()
