"""How long the difference layer takes after a stroke, and what the stroke pays for it."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.durations import Durations
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill, write_enlarged
from tests.benchmarks.instruments.strokes import draw, send
from tests.benchmarks.instruments.window import (
    CANVAS,
    open_folder,
    open_window,
    pretend_predictions,
)

SIDES = (512, 2048)
BRUSH = 21  # pixels across at 512; the same on the screen at 2048
BUDGET_MS = 16.0
COMMITTED_MS = {512: 10.0, 2048: 16.0}


def measure(setup: Setup) -> list[Row]:
    """Draw with the difference of correction and reference on the screen."""
    rows: list[Row] = []
    for side in SIDES[:1] if setup.quick else SIDES:
        folder = setup.folder(f"difference-{side}")
        if side == SIDES[0]:
            paths = fill(folder, 1)
        else:
            paths = [write_enlarged(folder / "1.mat", side // SIDES[0])]
        with open_window(setup.scratch) as window:
            open_folder(window, folder, setup.scratch / f"difference-{side}.sqlite")
            pretend_predictions(window, paths)
            window.parts.actions["start_prediction"].trigger()
            window.parts.tools.choose("brush")
            window.parts.tools.set_option("brush", BRUSH * side // SIDES[0])
            window.parts.actions["difference"].trigger()
            rows += _rows(window, side, 3 if setup.quick else 30)
    return rows


def _rows(window: MainWindow, side: int, count: int) -> list[Row]:
    strokes, followed = draw(window, count), Durations()
    for number in range(count):
        _dab(window, number)
        followed.time(QApplication.processEvents)
    what = f"difference layer, {side} x {side}"
    moves, releases = strokes.moves, strokes.releases
    return [
        Row(
            f"{what}: after a stroke until it is painted, p95",
            *(followed.ms(95), "ms", BUDGET_MS),
            note=followed.text("strokes"),
        ),
        Row(
            f"{what}: stroke to committed on disk, p95",
            *(releases.ms(95), "ms", COMMITTED_MS[side]),
            note=releases.text("strokes"),
        ),
        Row(f"{what}: move to painted, p95", moves.ms(95), "ms", note=moves.text("moves")),
    ]


def _dab(window: MainWindow, number: int) -> None:
    """Make a stroke, after which the event loop has only the difference to bring up to date."""
    canvas, button = window.parts.canvas, Qt.RightButton if number % 2 else Qt.LeftButton
    places = [QPointF(CANVAS / 2 + step, CANVAS / 2 + 3 * number) for step in (0, 60)]
    send(canvas, QEvent.MouseButtonPress, places[0], button)
    send(canvas, QEvent.MouseMove, places[1], button)
    QApplication.processEvents()
    send(canvas, QEvent.MouseButtonRelease, places[1], button)
