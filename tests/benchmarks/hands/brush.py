"""How long a brush move takes to be painted, and a stroke to be on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill, write_enlarged
from tests.benchmarks.instruments.strokes import Strokes, draw
from tests.benchmarks.instruments.window import (
    open_folder,
    open_window,
    pretend_predictions,
)

SMALL, LARGE = 512, 2048
BUDGETS_MS = {SMALL: (4.0, 12.0), LARGE: (8.0, 16.0)}  # p95, p99
COMMITTED_MS = {SMALL: 10.0, LARGE: 16.0}  # p95
BRUSHES = (21, 101)  # pixels across at 512; the same on the screen at 2048


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
            window.parts.actions["tool_brush"].trigger()
            for brush in BRUSHES:
                rows += rows_of(window, side, brush, 3 if setup.quick else 30)
            _check_on_disk(window, review)
    return rows


def rows_of(window: MainWindow, side: int, brush: int, count: int) -> list[Row]:
    """Draw so many strokes with a brush of a size that is right for slices of 512 pixels."""
    window.parts.tools.choose("brush")
    window.parts.tools.set_option("brush", brush * side // SMALL)
    return _rows(side, brush, draw(window, count))


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
            COMMITTED_MS[side],
            note=releases.text("strokes"),
        ),
    ]


def _check_on_disk(window: MainWindow, review: Path) -> None:
    """A commit that does not hold what is on the screen would be quick and worth nothing."""
    current = window.parts.data_set.session.current
    assert current is not None
    store = ReviewStore(review)
    stored = store.load(current.slice.digest)
    store.close()
    if stored is None or not np.array_equal(stored.mask, current.correction.mask):
        raise RuntimeError("what is on the disk is not what is on the screen")
