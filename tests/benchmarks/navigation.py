"""How long the next slice takes to be on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.durations import Durations
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import demo_slices, fill
from tests.benchmarks.instruments.window import (
    PaintCount,
    open_folder,
    open_window,
    pretend_predictions,
    settle,
)

PREFETCHED_MS, OWN_MS, READ_MS = 16.0, 8.0, 50.0
STRIDE = 7  # rows; farther than what is prefetched
SLICES = 60


def measure(setup: Setup) -> list[Row]:
    """Walk a folder row by row, then by leaps; reference and prediction on every slice."""
    folder = setup.folder("navigation")
    paths = fill(folder, SLICES)
    with open_window(setup.scratch) as window:
        open_folder(window, folder, setup.scratch / "navigation.sqlite")
        pretend_predictions(window, paths[: len(demo_slices())])
        walk = Walk(window)
        for _ in range(4 if setup.quick else SLICES - 1):
            settle(0.2)  # a reader looks at least that long, and the neighbours are read meanwhile
            walk.go(window.parts.actions["next_slice"].trigger)
        prefetched, late, whole = walk.ready, walk.read, walk.whole
        walk = Walk(window)
        for path in _leaps(paths)[: 4 if setup.quick else 40]:
            walk.go(partial(window.parts.worklist.choose, path))
            settle(0.2)
    return [
        _row(
            "slice to slice, neighbours prefetched, p95", prefetched, PREFETCHED_MS, len(late.wall)
        ),
        Row(
            "own processor time of it, median",
            *(float(np.median(prefetched.own)) * 1e3, "ms", OWN_MS),
            note=f"and with all words and numbers {np.median(whole.own) * 1e3:.2f}",
        ),
        _row("slice to slice, not prefetched, p95", walk.read, READ_MS),
    ]


class Walk:
    """Goes from slice to slice, and sorts the times by whether the slice was there already.

    Attributes
    ----------
    ready, read : Durations
        Until painted, of slices that were prefetched and of slices that were not.
    whole : Durations
        Of the former, until what is said of them has followed and is painted too.
    """

    def __init__(self, window: MainWindow) -> None:
        self.ready, self.read, self.whole = Durations(), Durations(), Durations()
        self._shown = self._settled = 0
        self._paints = PaintCount(window.parts.canvas.viewport())
        self._painted_before = 0
        window.parts.screen.changed.connect(self._on_screen)
        window.parts.screen.settled.connect(self._on_settled)

    def go(self, step: Callable[[], object]) -> None:
        """Take a step that changes the slice, and wait until the new one is painted."""
        shown, settled = self._shown, self._settled
        wall, own = time.perf_counter(), time.thread_time()
        step()
        durations = self.ready if self._shown > shown else self.read
        while self._shown == shown:
            QApplication.processEvents()
            time.sleep(0.0002)  # a busy loop would keep the reader's thread from the interpreter
        self._paints.until_painted(since=self._painted_before)
        durations.note(time.perf_counter() - wall, time.thread_time() - own)
        while self._settled == settled:
            QApplication.processEvents()
            time.sleep(0.0002)
        QApplication.processEvents()
        if durations is self.ready:
            self.whole.note(time.perf_counter() - wall, time.thread_time() - own)

    def _on_settled(self, *_: object) -> None:
        self._settled += 1

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is not None and (before is None or now.slice is not before.slice):
            self._shown += 1
            self._painted_before = self._paints.count


def _leaps(paths: list[Path]) -> list[Path]:
    """Return every path, each far from the one before and none twice."""
    return [paths[(number * STRIDE) % len(paths)] for number in range(len(paths))]


def _row(name: str, durations: Durations, budget: float, late: int = 0) -> Row:
    note = durations.text("steps") + (f"; {late} more were not ready in time" if late else "")
    return Row(name, durations.ms(95), "ms", budget, note=note)
