"""`kill -9` of the real program, in the middle of its work, and a new start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from brainseg_gui.files import reading
from brainseg_gui.inference import engine_child
from tests.ui.hands import Hands
from tests.ui.painter import fingerprint

needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 there")


def start(*arguments: object) -> tuple[subprocess.Popen[str], list[list[str]]]:
    """Start the program, and return it and what it says when it has painted."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.painter", "--reader", "Ada", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert program.stdout is not None
    return program, [program.stdout.readline().split() for _ in range(2)]


def kill(program: subprocess.Popen[str]) -> None:
    """Kill it as nothing can be survived."""
    program.kill()
    assert program.stdout is not None
    program.stdout.close()
    assert program.wait() == -signal.SIGKILL


def children(pid: int) -> dict[str, int]:
    """Return the modules that run in a program's children, and the processes."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    pids = [child for path in lists for child in path.read_text().split()]
    commands = [Path(f"/proc/{child}/cmdline").read_text().split("\0") for child in pids]
    modules = [command[command.index("-m") + 1] for command in commands]
    return dict(zip(modules, map(int, pids), strict=True))


@pytest.fixture
def killed(folder: Path) -> str:
    """Kill a program that painted one stroke and draws another; return the first one's mask."""
    program, said = start(folder, "--no-model")
    kill(program)
    assert [word for word, _ in said] == ["painted", "drawing"]
    assert said[0][1] != said[1][1]
    return said[0][1]


def test_the_stroke_is_there_again_at_the_next_start_and_work_goes_on(
    killed: str, hands: Hands, folder: Path
) -> None:
    hands.open(folder)
    assert hands.mask.any()
    assert fingerprint(hands.mask) == killed
    hands.wait_indexed(3)
    assert [row.corrected for row in hands.rows] == [True, False, False]
    hands.mouse.stroke((30, 30), button=Qt.RightButton)
    assert hands.mask.any()
    assert fingerprint(hands.mask) != killed
    assert hands.has_on_disk(hands.mask)


@needs_proc
def test_without_a_model_the_program_starts_no_process_but_the_one_that_reads(folder: Path) -> None:
    program, _ = start(folder, "--no-model")
    found = children(program.pid)
    kill(program)
    assert found.keys() == {reading.MODULE}


@needs_proc
def test_the_children_end_with_the_program_that_was_killed(
    folder: Path, bundle: Path, qtbot: QtBot
) -> None:
    program, _ = start(folder, "--model", bundle)
    found = children(program.pid)
    kill(program)
    assert found.keys() == {reading.MODULE, engine_child.MODULE}
    qtbot.waitUntil(lambda: not any(map(is_running, found.values())), timeout=20_000)


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_a_second_kill_loses_nothing_of_the_first(killed: str, hands: Hands, folder: Path) -> None:
    program, said = start(folder, "--no-model")
    kill(program)
    hands.open(folder)
    assert fingerprint(hands.mask) == said[0][1] == killed
