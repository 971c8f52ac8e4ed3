"""The benchmarks run and leave their figures; what the figures are is for `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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


def test_a_benchmark_that_is_not_there_is_wrong_use() -> None:
    done = subprocess.run([sys.executable, *RUN, "--only", "x"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "brush" in done.stderr
