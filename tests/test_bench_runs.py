"""The benchmarks run and leave their figures; what the figures are is for `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

from brainseg_gui.files.formats import read_slice
from tests.benchmarks.instruments.robot_hands import dab, lasso, overlap, stroke
from tests.ui.slice_factory import write_slices

RUN = ("-m", "tests.benchmarks.run")


def test_the_brush_is_timed_and_its_figures_are_written(tmp_path: Path) -> None:
    target = tmp_path / "new" / "bench.json"
    command = [sys.executable, *RUN, "--only", "brush", "--quick", "--json", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    report = json.loads(target.read_text())
    rows = report["groups"]["brush"]["rows"]
    moves = [row for row in rows if "move to painted, p95" in row["name"]]
    assert moves
    assert all(row["measured"] > 0 and row["budget"] == 4 and row["verdict"] for row in moves)
    assert all(row["name"] in done.stdout for row in rows)
    assert report["machine"]["versions"]["PyQt5"]
    assert list(target.parent.iterdir()) == [target], "the scratch folder is still there"


def test_the_robot_counts_the_actions_of_each_tool_and_counts_the_same_again(
    tmp_path: Path,
) -> None:
    folder = write_slices(tmp_path / "set", "1.mat", "2.mat", "3.mat")
    small = read_slice(folder / "1.mat").reference
    assert small is not None
    said = np.roll(small, (6, 6), (0, 1)) * np.uint8(230)
    np.savez(tmp_path / "probability_0.npz", n=[1, 2, 3], probability=np.stack([said] * 3))
    figures = []
    for name in ("one.json", "two.json"):
        command = [sys.executable, *RUN, "--only", "robot", "--quick", "--slices", str(folder)]
        more = ["--predictions", str(tmp_path), "--json", str(tmp_path / name)]
        done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        rows = json.loads((tmp_path / name).read_text())["groups"]["robot"]["rows"]
        figures.append({row["name"]: row["measured"] for row in rows})
    assert figures[0] == figures[1]
    # What is missed and what is too much are one piece each.
    assert figures[0]["lasso: actions to Dice 0.95, median"] == 2
    assert figures[0]["brush, dabs: actions to Dice 0.95, median"] > 2
    assert figures[0]["click to fix: actions to Dice 0.90, median"] >= 1
    assert "threshold, then dabs: actions to Dice 0.95, median" in figures[0]


def test_hands_of_the_robot_never_make_a_mask_worse() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        places = ndimage.gaussian_filter(rng.random((2, 60, 70)), (0, 4, 4))
        mask, reference = places > np.median(places) + 0.02
        for hand in (dab, stroke, lasso):
            after = overlap(hand(mask, reference), reference)
            assert after > overlap(mask, reference)


def test_a_benchmark_that_is_not_there_is_wrong_use() -> None:
    done = subprocess.run([sys.executable, *RUN, "--only", "x"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "brush" in done.stderr
