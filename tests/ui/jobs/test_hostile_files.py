"""A folder of files that crash, stop or fill their reader: the window works on as if they were not.

The real window and real children; see `hostile_reading` for what the files do.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from PyQt5.QtTest import QTest

from brainseg_gui.files import reading
from brainseg_gui.ui.jobs.imports import Imports
from tests.hostile_reading import REASONS, start_here
from tests.ui.hands import Hands, gaps_s
from tests.ui.slice_factory import write_slices

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX processes")
KINDS = ("crash", "hang", "grow", "fork", "segfault")
HANG_S = 1.0  # that a file may take in these tests


@pytest.fixture(autouse=True)
def hostile(reading_child: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in real children, which know hostile files."""
    start_here(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of good slices with every kind of bad file between them, and a pipe."""
    folder = write_slices(tmp_path / "mixed", "1.mat", "5.mat", "9.mat")
    for number, kind in enumerate(KINDS):
        (folder / f"2 {number}.bad").write_text(kind)
    os.mkfifo(folder / "3 pipe.mat")
    return folder


def test_each_is_one_row_and_the_stroke_under_way_is_kept(hands: Hands, folder: Path) -> None:
    hands.open(folder)
    hands.mouse.press((40, 40))

    def paint_until_all_is_read() -> None:
        column = 40
        while not all(row.digest or row.problem for row in hands.rows) or len(hands.rows) < 9:
            column = 40 + (column - 39) % 40
            hands.mouse.move((40, column))
            QTest.qWait(5)

    gap_s = max(gaps_s(paint_until_all_is_read, every_ms=5))
    hands.mouse.release((60, 60))
    assert hands.mask.any()
    assert hands.has_on_disk(hands.mask)
    problems = {row.name: row.problem for row in hands.rows if row.problem}
    for number, kind in enumerate(KINDS):
        assert problems.pop(f"2 {number}.bad").startswith(REASONS[kind])
    assert problems == {"3 pipe.mat": "not a regular file"}
    assert [row.name for row in hands.rows if row.digest] == ["1.mat", "5.mat", "9.mat"]
    assert gap_s < HANG_S / 2  # nothing in the window waits for what a file does


def test_another_slice_does_not_wait_for_one_that_hangs(hands: Hands, tmp_path: Path) -> None:
    folder = write_slices(tmp_path / "two", "1.mat", "9.mat")
    (folder / "2.bad").write_text("hang")
    hands.open(folder)  # which reads what lies beside the slice ahead, and it hangs
    began = time.monotonic()
    hands.parts.worklist.choose(folder / "9.mat")
    hands.wait_shown("9.mat")
    assert time.monotonic() - began < HANG_S


def test_closing_does_not_wait_for_a_file_that_hangs(hands: Hands, tmp_path: Path) -> None:
    folder = write_slices(tmp_path / "two", "1.mat")
    for number in range(5):
        (folder / f"2 {number}.bad").write_text("hang")
    hands.open(folder)
    pids = reading.door().pids
    assert pids
    began = time.monotonic()
    assert hands.window.close()
    assert time.monotonic() - began < HANG_S / 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_child_is_there_before_the_first_folder_is_opened(hands: Hands) -> None:
    imports = Imports(hands.parts.canvas)
    imports.start()
    hands.wait(imports.isFinished)
    assert len(reading.door().pids) == 1
