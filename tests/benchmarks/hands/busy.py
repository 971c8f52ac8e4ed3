"""Brush, tools and operations while the network predicts a folder in its process."""

from __future__ import annotations

from dataclasses import replace

from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.hands import brush, tools
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill, write_enlarged
from tests.benchmarks.instruments.window import open_folder, open_window, settle, wait_until
from tests.benchmarks.responsiveness import BUDGET_MS, GapWatch

OTHERS = 4  # slices of the folder, beside the one on the screen
AGAIN = 500  # times that they are asked for: until the hands are done


def measure(setup: Setup) -> list[Row]:
    """Use every tool at both sizes; of the folder, no slice is on the screen."""
    rows: list[Row] = []
    for side in tools.SIDES[:1] if setup.quick else tools.SIDES:
        folder = setup.folder(f"busy-{side}")
        if side == tools.SIDES[0]:
            fill(folder, 1 + OTHERS)
        else:
            for number in range(1 + OTHERS):
                write_enlarged(folder / f"{number + 1}.mat", side // tools.SIDES[0], number)
        with open_window(setup.scratch) as window:
            window.parts.network.on_opening = False
            open_folder(window, folder, setup.scratch / f"busy-{side}.sqlite")
            rows += _while_predicting(window, setup, side)
    return rows


def _while_predicting(window: MainWindow, setup: Setup, side: int) -> list[Row]:
    ready: list[str] = []
    window.parts.network.engine_ready.connect(ready.append)
    window.parts.network.use(setup.network())
    wait_until(lambda: bool(ready))
    paths = [entry.path for entry in window.parts.worklist.model.entries()][1:]
    predictor, answered, over = window.parts.network.predictor, [0], [False]
    assert predictor is not None
    predictor.predicted.connect(lambda *_: answered.__setitem__(0, answered[0] + 1))
    predictor.batch_finished.connect(lambda *_: over.__setitem__(0, True))
    predictor.ask_folder(paths * AGAIN)
    wait_until(lambda: answered[0] > 3)  # the second network is there, too
    count = 2 if setup.quick else 10
    before = answered[0]
    rows = tools.rows_of(window, side, count)
    window.parts.actions["start_reference"].trigger()
    rows += brush.rows_of(window, side, brush.BRUSHES[-1], 3 * count)
    meanwhile = answered[0] - before
    rows.append(_idle_row(side, f"; {meanwhile} answers while the hands were at work"))
    assert not over[0]
    predictor.cancel()
    wait_until(lambda: over[0])
    return [replace(row, name=f"busy: {row.name}") for row in rows]


def _idle_row(side: int, said: str) -> Row:
    """Let the event loop alone for a while: what it waits for then is the prediction."""
    watch = GapWatch()
    settle(3.0)
    gaps, own = watch.stop()
    name = f"longest gap of the event loop with idle hands, {side} x {side}"
    note = f"{len(gaps)} gaps; in one {max(own):.1f} ms computed{said}"
    return Row(name, max(gaps), "ms", BUDGET_MS, note=note)
