"""`kill -9` of the real program, in the middle of its work, and a new start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hands import Hands
from painter import fingerprint
from PyQt5.QtCore import Qt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 there")


@pytest.fixture
def killed(folder: Path) -> str:
    """Kill a program that painted one stroke and draws another; return the first one's mask."""
    script = Path(__file__).with_name("painter.py")
    program = subprocess.Popen(
        [sys.executable, str(script), str(folder), "--no-model"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    said = [program.stdout.readline().split() for _ in range(2)]
    program.send_signal(signal.SIGKILL)
    program.stdout.close()
    assert program.wait() == -signal.SIGKILL
    assert [word for word, _ in said] == ["painted", "drawing"]
    assert said[0][1] != said[1][1]
    return said[0][1]


def test_the_stroke_is_there_again_at_the_next_start(
    killed: str, hands: Hands, folder: Path
) -> None:
    hands.open(folder)
    assert hands.mask.any()
    assert fingerprint(hands.mask) == killed


def test_the_row_says_corrected_at_the_next_start(killed: str, hands: Hands, folder: Path) -> None:
    hands.open(folder)
    hands.wait_indexed(3)
    assert [row.corrected for row in hands.rows] == [True, False, False]


def test_work_goes_on_after_the_kill(killed: str, hands: Hands, folder: Path) -> None:
    hands.open(folder)
    hands.stroke((30, 30), button=Qt.RightButton)
    assert hands.mask.any()
    assert fingerprint(hands.mask) != killed
    assert hands.has_on_disk(hands.mask)
