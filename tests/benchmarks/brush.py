"""How long a brush move takes to be painted, and a stroke to be on disk."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QApplication

from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.durations import Durations
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill, write_enlarged
from tests.benchmarks.instruments.window import (
    CANVAS,
    PaintCount,
    open_folder,
    open_window,
    pretend_predictions,
)

SMALL, LARGE = 512, 2048
BUDGETS_MS = {SMALL: (4.0, 12.0), LARGE: (8.0, 16.0)}  # p95, p99
COMMITTED_MS = 10.0  # p95
BRUSHES = (21, 101)  # pixels across at 512; the same on the screen at 2048
MOVES = 60  # a stroke; about 12 screen pixels apart, as a quick hand draws


@dataclass
class Strokes:
    """From event to paint of each move, and of each release until it is on disk."""

    moves: Durations = field(default_factory=Durations)
    releases: Durations = field(default_factory=Durations)


def measure(setup: Setup) -> list[Row]:
    """Draw strokes with real mouse events over three layers; the eraser in every second one."""
    rows: list[Row] = []
    for side in (SMALL,) if setup.quick else (SMALL, LARGE):
        folder = setup.folder(f"brush-{side}")
        if side == SMALL:
            paths = fill(folder, 1)
        else:
            paths = [write_enlarged(folder / "1.mat", side // SMALL)]
        review = setup.scratch / f"brush-{side}.sqlite"
        with open_window(setup.scratch) as window:
            open_folder(window, folder, review)
            pretend_predictions(window, paths)
            window.parts.actions["start_reference"].trigger()
            for brush in BRUSHES:
                window.parts.tools.set_option("brush", brush * side // SMALL)
                rows += _rows(side, brush, _draw(window, 3 if setup.quick else 30))
            _check_on_disk(window, review)
    return rows


def _rows(side: int, brush: int, strokes: Strokes) -> list[Row]:
    what = f"brush {brush * side // SMALL} px, {side} x {side}"
    moves, releases = strokes.moves, strokes.releases
    p95, p99 = BUDGETS_MS[side]
    return [
        Row(f"{what}: move to painted, p95", moves.ms(95), "ms", p95, note=moves.text("moves")),
        Row(f"{what}: move to painted, p99", moves.ms(99), "ms", p99),
        Row(
            f"{what}: stroke to committed on disk, p95",
            releases.ms(95),
            "ms",
            COMMITTED_MS,
            note=releases.text("strokes"),
        ),
    ]


def _draw(window: MainWindow, count: int) -> Strokes:
    canvas = window.parts.canvas
    # There is no pointer offscreen; without this the ring of the brush would not be drawn.
    canvas.setAttribute(Qt.WA_UnderMouse)
    paints = PaintCount(canvas.viewport())
    _draw_one(canvas, paints, 0, Strokes())  # warms up
    strokes = Strokes()
    for number in range(1, count + 1):
        _draw_one(canvas, paints, number, strokes)
    paints.deleteLater()
    return strokes


def _draw_one(canvas: Canvas, paints: PaintCount, number: int, strokes: Strokes) -> None:
    """Paint a stroke, or with an odd number erase one."""
    button = Qt.RightButton if number % 2 else Qt.LeftButton
    path = list(_path(number))
    _send(canvas, QEvent.MouseButtonPress, path[0], button)
    QApplication.processEvents()
    for point in path:
        strokes.moves.time(partial(_move, canvas, paints, point, button))
    strokes.releases.time(lambda: _send(canvas, QEvent.MouseButtonRelease, path[-1], button))
    QApplication.processEvents()


def _move(canvas: Canvas, paints: PaintCount, point: QPointF, button: int) -> None:
    before = paints.count
    _send(canvas, QEvent.MouseMove, point, button)
    paints.until_painted(since=before)


def _path(number: int) -> Iterator[QPointF]:
    """Yield an arc about the middle, farther out with every stroke."""
    radius = 150 + 7 * (number % 30)
    for step in range(MOVES):
        angle = number + step * 12 / radius
        yield QPointF(CANVAS / 2 + radius * math.cos(angle), CANVAS / 2 + radius * math.sin(angle))


def _send(canvas: Canvas, kind: int, point: QPointF, button: int) -> None:
    held = Qt.NoButton if kind == QEvent.MouseButtonRelease else button
    changed = Qt.NoButton if kind == QEvent.MouseMove else button
    viewport = canvas.viewport()
    place = QPointF(viewport.mapToGlobal(point.toPoint()))
    event = QMouseEvent(kind, point, place, place, changed, held, Qt.NoModifier)
    QApplication.sendEvent(viewport, event)


def _check_on_disk(window: MainWindow, review: Path) -> None:
    """A commit that does not hold what is on the screen would be quick and worth nothing."""
    current = window.parts.data_set.session.current
    assert current is not None
    store = ReviewStore(review)
    stored = store.load(current.slice.digest)
    store.close()
    if stored is None or not np.array_equal(stored.mask, current.correction.mask):
        raise RuntimeError("what is on the disk is not what is on the screen")
