"""How quickly a worklist of ten thousand slices opens, is arranged, walked and scrolled."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PyQt5.QtWidgets import QApplication

from brainseg_gui.core.image.thumbnail import SIDE
from brainseg_gui.files.index_cache import IndexCache, Known, Stamp
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.entry import Entry, State
from brainseg_gui.review.worklist.filters import Filters, Span, words_of
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.jobs.indexer import Indexer
from brainseg_gui.ui.worklist.panel import WorklistPanel
from tests.benchmarks.instruments.durations import Durations
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.window import wait_until

SLICES = 10_000
PATIENTS = 900
OPEN_MS, ARRANGE_MS, STEP_MS, PAINT_MS = 1000.0, 100.0, 16.0, 16.0
FILTERS = (
    Filters(words=words_of("7 glioma")),
    Filters(states=frozenset({State.READY, State.ACCEPTED}), dice=Span(0.2, 0.9)),
    Filters(area_px=Span(100), patient="17"),
    Filters(),
)


def measure(setup: Setup) -> list[Row]:
    """Open, sort, filter, walk and scroll a list at full height, offscreen, thumbnails and all."""
    count = 500 if setup.quick else SLICES
    app = make_application()
    rows = [_open(setup, count)]
    panel = _panel()
    panel.model.append(_entries(count))
    for number, entry in enumerate(panel.model.entries()):
        panel.thumbnails.put(entry.path, _picture(number % 50))
    panel.jump(to_end=False)
    app.processEvents()
    sort, filtering = _arrange(panel, app)
    rows.append(_row(f"sorting {count} slices until painted, p95", sort, ARRANGE_MS, "sorts"))
    rows.append(_row(f"filtering {count} slices, p95", filtering, ARRANGE_MS, "filters"))
    rows += _walk(panel, app)
    panel.deleteLater()
    return rows


def _open(setup: Setup, count: int) -> Row:
    """Open a folder whose slices are all in the index, until its list is painted whole."""
    folder = setup.folder("worklist")
    cache = IndexCache(folder)
    for number in range(count):
        path = folder / f"{number}.mat"
        path.touch()
        os.utime(path, (1, 1))  # what was only just written is not trusted
        stamp = Stamp.of(path)
        assert stamp is not None
        known = Known(stamp, _patient(number), "glioma", f"{number:064x}", 512, 512, 900,
                      _picture(number % 50))  # fmt: skip
        cache.put(path.name, known)
    cache.save()
    panel, opening = _panel(), Durations()
    indexer = Indexer([folder], folder, panel.thumbnails.put)
    indexer.found.connect(panel.model.append)
    done: list[int] = []
    indexer.completed.connect(lambda good, _broken: done.append(good))

    def work() -> None:
        indexer.start()
        wait_until(lambda: bool(done))
        QApplication.processEvents()

    opening.time(work)
    indexer.close()
    if done != [count]:
        raise RuntimeError("not every slice was found in the index")
    panel.deleteLater()
    return _row(f"a list of {count} slices opens from its index", opening, OPEN_MS, "opening")


def _arrange(panel: WorklistPanel, app: QApplication) -> tuple[Durations, Durations]:
    sort, filtering = Durations(), Durations()
    for key in (*SortKey, *SortKey):
        sort.time(partial(_then_painted, app, partial(panel.sort, key, key.descends)))
    for key in (SortKey.NAME, SortKey.RISK):
        panel.sort(key, key.descends)
        for filters in FILTERS * 2:
            filtering.time(partial(_then_painted, app, partial(panel.filter, filters)))
            panel.filter(filters)
    return sort, filtering


def _walk(panel: WorklistPanel, app: QApplication) -> list[Row]:
    """Step from slice to slice, giving verdicts, then scroll from top to bottom."""
    panel.show_all()
    panel.sort(SortKey.NAME, descending=False)
    step, paint = Durations(), Durations()
    for _ in range(60):
        step.time(lambda: _then_painted(app, panel.next_unreviewed))
    bar = panel._list.verticalScrollBar()
    panel._list.viewport().repaint()
    for at in np.linspace(0, bar.maximum(), 200).astype(int):
        bar.setValue(int(at))
        paint.time(panel._list.viewport().repaint)
    return [
        _row("next slice without a verdict highlighted, p95", step, STEP_MS, "steps"),
        _row("one frame of the scrolling list, p95", paint, PAINT_MS, "frames, all rows new"),
    ]


def _then_painted(app: QApplication, work: Callable[[], object]) -> None:
    work()
    app.processEvents()


def _panel() -> WorklistPanel:
    panel = WorklistPanel()
    panel.resize(330, 1000)
    panel.show()
    return panel


def _entries(count: int) -> list[Entry]:
    luck = random.Random(0)
    return [
        Entry(
            Path(f"/slices/{number}.mat"),
            f"{number}.mat",
            _patient(number),
            luck.choice(("glioma", "meningioma", "pituitary")),
            f"{number:064x}",
            predicted=True,
            risk=luck.random(),
            dice=luck.random(),
            predicted_px=luck.randrange(9000),
            verdict=luck.choice((Verdict.UNREVIEWED, Verdict.ACCEPTED, Verdict.CORRECTED)),
        )
        for number in range(count)
    ]


def _patient(number: int) -> str:
    return str(number // 4 % PATIENTS)


def _picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (SIDE, SIDE)).astype(np.uint8)


def _row(name: str, durations: Durations, budget: float, what: str) -> Row:
    return Row(name, durations.ms(95), "ms", budget, note=durations.text(what))
