"""What measuring the mask costs the window after a stroke, and when the measures are there."""

from __future__ import annotations

import time

import numpy as np
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.durations import Durations
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill
from tests.benchmarks.instruments.strokes import draw
from tests.benchmarks.instruments.window import (
    open_folder,
    open_window,
    pretend_predictions,
)

BUDGET_MS = 16.0  # off the stroke path
LONGEST_S = 0.5  # that is waited for one measure


def measure(setup: Setup) -> list[Row]:
    """Draw strokes with the table open and the diameters drawn; wait for the measures of each."""
    folder = setup.folder("measures")
    paths = fill(folder, 1)
    with open_window(setup.scratch) as window:
        open_folder(window, folder, setup.scratch / "measures.sqlite")
        pretend_predictions(window, paths)
        window.parts.measures_panel.open_table()
        window.parts.actions["diameters"].trigger()
        window.parts.actions["start_reference"].trigger()
        window.parts.actions["tool_brush"].trigger()
        window.parts.tools.set_option("brush", 21)
        releases, after = Durations(), Durations()
        for _ in range(3 if setup.quick else 30):
            releases.take(draw(window, 1).releases)
            _wait_measured(window, after)
    return [
        Row(
            "live measures after a stroke, 512 x 512, in the window's thread, p95",
            *(_own_ms(after), "ms", BUDGET_MS),
            note=f"until shown {after.text('strokes')}; the stroke itself {releases.text('')}",
        )
    ]


def _own_ms(times: Durations) -> float:
    return float(np.percentile(times.own, 95)) * 1e3


def _wait_measured(window: MainWindow, times: Durations) -> None:
    """Work only when there is an event, so that the thread's own time is that of the measures."""
    heard: list[object] = []
    window.parts.measuring.measured.connect(heard.append)
    wall, own = time.perf_counter(), 0.0
    while not heard and time.perf_counter() - wall < LONGEST_S:
        before = time.thread_time()
        QApplication.processEvents()
        own += time.thread_time() - before
        time.sleep(0.001)
    before = time.thread_time()
    QApplication.processEvents()  # what was shown is painted
    times.note(time.perf_counter() - wall, own + time.thread_time() - before)
    window.parts.measuring.measured.disconnect(heard.append)
