"""`kill -9` of the real program, in the middle of its work, and a new start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hands import Hands
from PyQt5.QtCore import Qt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 there")


@pytest.fixture
def killed(folder: Path) -> int:
    """Kill a program that painted one stroke and is drawing another; return the pixels saved."""
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
    assert int(said[0][1]) < int(said[1][1])
    return int(said[0][1])


def test_the_stroke_is_there_again_at_the_next_start(
    killed: int, hands: Hands, folder: Path
) -> None:
    hands.open(folder)
    assert hands.mask.sum() == killed
    assert np.array_equal(hands.mask, hands.expected((30, 30), (30, 90), (60, 90)))


def test_the_row_says_corrected_at_the_next_start(killed: int, hands: Hands, folder: Path) -> None:
    hands.open(folder)
    hands.wait_indexed(3)
    assert [row.corrected for row in hands.rows] == [True, False, False]


def test_work_goes_on_after_the_kill(killed: int, hands: Hands, folder: Path) -> None:
    hands.open(folder)
    hands.stroke((30, 30), button=Qt.RightButton)
    assert hands.mask.sum() < killed
    assert hands.has_on_disk(hands.mask)
