"""`kill -9` of real windows while they are drawn on, and of the engine while it predicts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from tests.ui.hands import Hands

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 there")


def test_of_windows_that_were_killed_nothing_finished_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.endurance.kill", "--moments", "0", "--windows", "2"]
    ended = subprocess.run(
        [*command, "--keep", str(tmp_path / "kept")], capture_output=True, text=True, timeout=240
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("2 programs killed (")


@pytest.mark.parametrize("within_a_stroke", [True, False])
def test_an_engine_killed_as_it_predicts_costs_one_sentence_and_no_edit(
    hands: Hands, bundle: Path, folder: Path, within_a_stroke: bool
) -> None:
    network = hands.parts.network
    said: list[str] = []
    network.use(bundle)
    hands.open(folder)
    hands.wait(lambda: hands.rows[0].predicted)
    network.told.connect(said.append)
    network.complained.connect(said.append)
    hands.mouse.stroke((20, 20), (20, 60))
    first = hands.mask.copy()
    engine = hands.engine_pid
    os.kill(engine, signal.SIGSTOP)  # it never answers what it is asked now
    hands.go(Qt.Key_D, "2.mat")
    hands.mouse.stroke((60, 20), (60, 60))
    hands.mouse.press((90, 20))
    hands.mouse.move((90, 60))
    if not within_a_stroke:
        hands.mouse.release((90, 60))
    os.kill(engine, signal.SIGKILL)
    hands.wait(lambda: hands.rows[1].predicted)
    if within_a_stroke:
        hands.mouse.move((90, 90))
        hands.mouse.release((90, 90))
    assert hands.has_on_disk(hands.mask)
    assert len(hands.current.correction.history.done) == 2
    assert ["started again" in sentence for sentence in said] == [True]
    assert hands.engine_pid != engine
    hands.go(Qt.Key_A, "1.mat")
    assert np.array_equal(hands.mask, first)
    assert hands.has_on_disk(first)
