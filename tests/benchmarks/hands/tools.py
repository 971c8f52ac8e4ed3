"""How long it takes until what a tool or an operation does is painted."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.tools.operations import OPERATIONS
from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.durations import Durations
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill, write_enlarged
from tests.benchmarks.instruments.strokes import draw, sweep
from tests.benchmarks.instruments.window import open_folder, open_window, pretend_soft_prediction

TOOLS = ("lasso",)
SWEPT = {
    "wand": Qt.LeftButton,
    "islands": Qt.NoButton,
    "move": Qt.LeftButton,
    "contour": Qt.NoButton,
    "threshold": Qt.LeftButton,
}
SIDES = (512, 2048)
BUDGET_MS = 16.0


def measure(setup: Setup) -> list[Row]:
    """Use every tool and operation at both sizes."""
    rows: list[Row] = []
    for side in SIDES[:1] if setup.quick else SIDES:
        folder = setup.folder(f"tools-{side}")
        if side == SIDES[0]:
            fill(folder, 1)
        else:
            write_enlarged(folder / "1.mat", side // SIDES[0])
        with open_window(setup.scratch) as window:
            open_folder(window, folder, setup.scratch / f"tools-{side}.sqlite")
            rows += rows_of(window, side, 2 if setup.quick else 10)
    return rows


def rows_of(window: MainWindow, side: int, count: int) -> list[Row]:
    """Draw with each tool, and do each operation on the reference, `count` times."""
    rows: list[Row] = []
    window.parts.actions["start_reference"].trigger()
    for tool in TOOLS:
        rows += _tool_rows(window, tool, side, count)
    pretend_soft_prediction(window)
    for tool, button in SWEPT.items():
        rows.append(_swept_row(window, tool, button, side, count))
    return rows + _operation_rows(window, side, count)


def _tool_rows(window: MainWindow, tool: str, side: int, count: int) -> list[Row]:
    window.parts.actions[f"tool_{tool}"].trigger()
    strokes = draw(window, count)
    what = f"{tool}, {side} x {side}"
    moves, releases = strokes.moves, strokes.releases
    return [
        Row(f"{what}: move to preview, p95", moves.ms(95), "ms", BUDGET_MS, note=moves.text("")),
        Row(f"{what}: release to committed, p95", releases.ms(95), "ms", note=releases.text("")),
    ]


def _swept_row(window: MainWindow, tool: str, button: int, side: int, count: int) -> Row:
    """Sweep over masks of which each is another one than the one before."""
    window.parts.actions[f"tool_{tool}"].trigger()
    times = Durations()
    for number in range(count):
        window.parts.actions["start_reference" if number % 2 else "start_prediction"].trigger()
        QApplication.processEvents()
        times.take(sweep(window, button))
    what = f"{tool}, {side} x {side}: move to preview, p95"
    return Row(what, times.ms(95), "ms", BUDGET_MS, note=times.text(""))


def _operation_rows(window: MainWindow, side: int, count: int) -> list[Row]:
    rows = []
    for operation in (row for row in OPERATIONS if row.on_mask):
        times = Durations()
        for _ in range(count):
            window.parts.actions["start_reference"].trigger()
            QApplication.processEvents()
            times.time(partial(_do, window, operation.name))
        what = f"{operation.name}, {side} x {side}: to painted, p95"
        rows.append(Row(what, times.ms(95), "ms", BUDGET_MS, note=times.text("")))
    return rows


def _do(window: MainWindow, name: str) -> None:
    window.parts.actions[name].trigger()
    QApplication.processEvents()
