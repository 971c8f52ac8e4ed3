"""How long the event loop stands still while something else works."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt, QTimer

from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill
from tests.benchmarks.instruments.window import (
    all_read,
    open_folder,
    open_window,
    settle,
    wait_until,
)

BUDGET_MS = 50.0
TICK_MS = 5
LARGE_FOLDER = 3064  # slices, as many as the data set has


def measure(setup: Setup) -> list[Row]:
    """Let a 5 ms timer tick through indexing, loading, predicting and a folder of predictions."""
    rows = []
    with open_window(setup.scratch) as window:
        settle()
        rows.append(_row("nothing happens", None, lambda: settle(1.0)))
        rows.append(_index(window, setup))
    if setup.bundle is not None:
        with open_window(setup.scratch) as window:
            rows += _predict(window, setup)
    return rows


def _index(window: MainWindow, setup: Setup) -> Row:
    count = 200 if setup.quick else LARGE_FOLDER
    folder = setup.folder("responsiveness-large")
    fill(folder, count)

    def work() -> None:
        window.parts.reviewing.open([folder], setup.scratch / "large.sqlite")
        # Headers come first; the pass over all pixels goes on for long and at the same pace.
        wait_until(lambda: _described(window) == count, every_ms=100)
        settle(1.0)

    return _row(f"a folder of {count} slices opens", BUDGET_MS, work)


def _predict(window: MainWindow, setup: Setup) -> list[Row]:
    folder = setup.folder("responsiveness")
    paths = fill(folder, 8 if setup.quick else 40)
    open_folder(window, folder, setup.scratch / "responsiveness.sqlite")
    ready: list[str] = []
    window.parts.network.engine_ready.connect(ready.append)
    answers: list[bool] = []
    window.parts.network.answered.connect(lambda: answers.append(True))

    def load() -> None:
        window.parts.network.on_opening = False
        window.parts.network.use(setup.network())
        wait_until(lambda: bool(ready))

    def predict(path: Path) -> None:
        window.parts.worklist.choose(path)
        wait_until(lambda: _is_shown(window, path))
        before = len(answers)
        window.parts.network.ask()
        wait_until(lambda: len(answers) > before)

    def predict_some() -> None:
        for path in paths[: 2 if setup.quick else 8]:
            predict(path)

    def predict_folder() -> None:
        window.parts.network.ask_folder()
        wait_until(lambda: not window.parts.network.busy)

    assert all_read(window)
    return [
        _row("the engine loads", BUDGET_MS, load),
        _row("the engine predicts slices", BUDGET_MS, predict_some),
        _row("a folder is predicted", BUDGET_MS, predict_folder),
    ]


def _described(window: MainWindow) -> int:
    return sum(bool(entry.patient) for entry in window.parts.worklist.model.entries())


def _is_shown(window: MainWindow, path: Path) -> bool:
    current = window.parts.data_set.session.current
    return current is not None and current.name == path.name


def _row(what: str, budget: float | None, work: Callable[[], None]) -> Row:
    watch = GapWatch()
    work()
    gaps, own = watch.stop()
    late = sum(gap > BUDGET_MS for gap in gaps)
    note = f"{len(gaps)} gaps, {late} of them over {BUDGET_MS:.0f} ms; "
    note += f"in one gap this thread computed for {max(own):.1f} ms at most"
    name = f"longest gap of the event loop while {what}"
    return Row(name, max(gaps), "ms", budget, note=note)


class GapWatch:
    """A timer of 5 ms that writes down how long the event loop really took from tick to tick."""

    def __init__(self) -> None:
        self._ticks: list[tuple[float, float]] = []
        self._timer = QTimer(timerType=Qt.PreciseTimer, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._tick()
        self._timer.start()

    def stop(self) -> tuple[list[float], list[float]]:
        """Return all gaps until now in milliseconds, and what this thread computed in each.

        A gap that is much longer than what was computed in it was spent waiting, for the
        interpreter's lock or for a processor that was busy with something else.
        """
        self._timer.stop()
        self._tick()
        steps = [np.subtract(after, before) * 1e3 for before, after in pairwise(self._ticks)]
        gaps, own = np.transpose(steps).tolist()
        return gaps, own

    def _tick(self) -> None:
        self._ticks.append((time.perf_counter(), time.thread_time()))
