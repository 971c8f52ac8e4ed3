"""The real window, offscreen, with a canvas of 1024 x 1024, driven as a person drives it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QEvent, QEventLoop, QObject, QSettings, Qt, QTimer
from PyQt5.QtWidgets import QApplication
from scipy.ndimage import gaussian_filter

from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.files.formats import read_slice
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.assembly import build_parts
from brainseg_gui.ui.window.main_window import MainWindow

CANVAS = 1024
WINDOW = 1760, 1240  # in which all of the canvas is seen, or some of it would not be painted
PATIENCE_S = 120
_kept: list[QApplication] = []  # for the next window: Qt takes the settings along when it ends


@contextmanager
def open_window(scratch: Path) -> Iterator[MainWindow]:
    """Show the window until the block ends; settings come from and go to the scratch folder."""
    # Before anything asks for settings: a benchmark must not leave traces in those of the user.
    QSettings.setDefaultFormat(QSettings.IniFormat)
    QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, str(scratch / "settings"))
    app = make_application()
    _kept[:] = [app]
    window = MainWindow(build_parts("benchmark"))
    window.parts.canvas.setFixedSize(CANVAS, CANVAS)
    window.resize(*WINDOW)
    window.show()
    gc.freeze()  # as the program does once its window is there
    app.processEvents()
    assert window.parts.canvas.width() <= window.parts.canvas.parentWidget().width()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        app.processEvents()


def open_folder(window: MainWindow, folder: Path, review: Path) -> None:
    """Open a folder and wait until the first slice is on the screen and every file was read."""
    window.parts.reviewing.open([folder], review)
    wait_until(lambda: window.parts.data_set.session.current is not None)
    wait_until(lambda: all_read(window))
    settle()


def all_read(window: MainWindow) -> bool:
    """Tell whether the indexer knows every row by its content."""
    entries = window.parts.worklist.model.entries()
    return bool(entries) and all(entry.digest or entry.problem for entry in entries)


def pretend_predictions(window: MainWindow, paths: list[Path]) -> None:
    """Give slices a prediction without a network: their reference, a little to the side."""
    for path in paths:
        slice_ = read_slice(path)
        assert slice_.reference is not None
        shifted = np.roll(slice_.reference, (5, 3), axis=(0, 1))
        probability = np.where(shifted, np.float32(0.9), np.float32(0.05))
        window.parts.data_set.predictions.put(slice_, Prediction(Probability(probability), 0.5))
    window.parts.screen.refresh()


def pretend_soft_prediction(window: MainWindow) -> None:
    """Give the slice on the screen a prediction that is unsure at its border: a blurred one."""
    opened = window.parts.data_set.session.current
    assert opened is not None
    reference = opened.slice.reference
    assert reference is not None
    blurred = gaussian_filter(reference.astype(np.float32), reference.shape[0] / 50)
    made = Prediction(Probability(blurred), 0.5)
    window.parts.data_set.predictions.put(opened.slice, made)
    window.parts.screen.refresh()


class PaintCount(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count, and let everything through."""
        self.count += event.type() == QEvent.Paint
        return False

    def until_painted(self, since: int) -> None:
        """Process events until the widget was painted after the count stood at `since`."""
        deadline = time.monotonic() + PATIENCE_S
        while self.count == since:
            QApplication.processEvents()
            if time.monotonic() > deadline:
                raise TimeoutError("the canvas is not painted")


def wait_until(condition: Callable[[], bool], every_ms: int = 5) -> None:
    """Run the event loop, as the program does, until a condition holds that is looked at often."""
    loop = QEventLoop()
    deadline = time.monotonic() + PATIENCE_S
    timer = QTimer(timerType=Qt.PreciseTimer, interval=every_ms)
    timer.timeout.connect(
        lambda: loop.quit() if condition() or time.monotonic() > deadline else None
    )
    timer.start()
    loop.exec_()
    timer.stop()
    if not condition():
        raise TimeoutError(f"nothing happened for {PATIENCE_S} s")


def settle(seconds: float = 0.3) -> None:
    """Let the event loop run for a while."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end)
