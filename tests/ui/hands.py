"""A window with the reader's hands on it, and all that can be asked of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QModelIndex, Qt, QTimer
from PyQt5.QtGui import QColor
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from brainseg_gui.core.masks.stroke import draw_line
from brainseg_gui.core.types import Mask
from brainseg_gui.review.prediction_cache import PredictionView
from brainseg_gui.review.session import OpenSlice
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.controllers.on_screen import OnScreen, Past
from brainseg_gui.ui.window.main_window import MainWindow
from brainseg_gui.ui.worklist.model import PATH_ROLE
from tests.ui.mouse import Mouse, Pixel

WAIT_MS = 20_000


class Hands:
    """Works on a window by `mouse` and keys; pixels are (row, column) of the slice.

    Without a `bot` nothing can be waited for.
    """

    def __init__(self, window: MainWindow, bot: QtBot | None = None) -> None:
        self.window, self.parts, self.bot = window, window.parts, bot
        self.canvas = window.parts.canvas
        self.mouse = Mouse(window)

    # --- what is there ---

    @property
    def current(self) -> OpenSlice:
        """Return the slice on the screen."""
        current = self.parts.data_set.session.current
        assert current is not None
        return current

    @property
    def now(self) -> OnScreen:
        """Return all that is shown of the slice on the screen."""
        now = self.parts.screen.now
        assert now is not None
        return now

    @property
    def past(self) -> Past:
        """Return the earlier mask over the slice."""
        past = self.now.past
        assert past is not None
        return past

    @property
    def path(self) -> Path:
        """Return the file of the slice that was chosen last."""
        path = self.parts.slices.path
        assert path is not None
        return path

    @property
    def review(self) -> Path:
        """Return the file of the review."""
        path = self.parts.data_set.session.path
        assert path is not None
        return path

    @property
    def mask(self) -> Mask:
        """Return the correction on the screen."""
        return self.current.correction.mask

    @property
    def reference(self) -> Mask:
        """Return the reference of the slice on the screen."""
        reference = self.current.slice.reference
        assert reference is not None
        return reference

    @property
    def prediction(self) -> PredictionView:
        """Return what the network said about the slice on the screen."""
        found = self.parts.data_set.predictions.get(self.current.slice.digest)
        assert found is not None
        return found

    @property
    def engine_pid(self) -> int:
        """Return the process that predicts."""
        predictor = self.parts.network.predictor
        assert predictor is not None
        assert predictor.client.pid is not None
        return predictor.client.pid

    @property
    def rows(self) -> list[Entry]:
        """Return the rows of the worklist."""
        return self.parts.worklist.model.entries()

    def slice_rows(self) -> list[QModelIndex]:
        """Return the rows of slices as the list shows them, the patients' headings left out."""
        model = self.parts.worklist.model
        indexes = (model.index(row, 0) for row in range(model.rowCount()))
        return [index for index in indexes if index.data(PATH_ROLE)]

    @property
    def notice(self) -> str:
        """Return the sentence over the slice, empty where there is none."""
        notice = self.parts.notice
        return notice.text.text() if notice.isVisible() else ""

    @property
    def caption(self) -> str:
        """Return what stands on the canvas."""
        return self.canvas.caption

    @property
    def status(self) -> str:
        """Return everything that the status bar says."""
        labels = self.parts.status.findChildren(QWidget)
        return " | ".join(label.text() for label in labels if hasattr(label, "text"))

    def on_disk(self) -> StoredCorrection | None:
        """Return the correction of the slice on the screen as another program would find it."""
        other = ReviewStore(self.review)
        try:
            return other.load(self.current.slice.digest)
        finally:
            other.close()

    @property
    def stored(self) -> StoredCorrection:
        """Return the correction on the disk, which must be there."""
        stored = self.on_disk()
        assert stored is not None
        return stored

    def has_on_disk(self, mask: Mask) -> bool:
        """Tell whether exactly this correction lies on the disk."""
        stored = self.on_disk()
        return stored is not None and np.array_equal(stored.mask, mask)

    # --- waiting ---

    def wait(self, condition: Callable[[], object]) -> None:
        """Let the window work until something holds."""
        assert self.bot is not None
        self.bot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def rest(self, ms: int) -> None:
        """Let the window work for a while."""
        assert self.bot is not None
        self.bot.wait(ms)

    def wait_shown(self, name: str) -> None:
        """Wait until a slice is on the screen, with what is said of it."""
        self.wait(lambda: self._shows(name))

    def wait_indexed(self, rows: int) -> None:
        """Wait until every row says what it is."""
        self.wait(lambda: len(self.rows) == rows and all(r.digest or r.problem for r in self.rows))

    def _shows(self, name: str) -> bool:
        current = self.parts.data_set.session.current
        settled = not self.parts.screen.settling
        return current is not None and current.name == name and settled

    # --- opening and walking ---

    def open(self, *paths: Path, review: Path | None = None, first: str = "1.mat") -> None:
        """Open files or folders and wait for the first slice."""
        self.window.parts.reviewing.open(list(paths), review)
        self.wait_shown(first)

    def go(self, key: int, name: str) -> None:
        """Walk by a key and wait for the slice."""
        self.key(key)
        self.wait_shown(name)

    def do(self, action: str) -> None:
        """Choose a menu entry."""
        assert self.parts.actions[action].isEnabled()
        self.parts.actions[action].trigger()

    # --- keys ---

    def key(self, key: int | str, modifiers: int = Qt.NoModifier) -> None:
        """Press a key and let it come up, once the keys before are up and the slice was seen."""
        if self.bot is not None:
            self.wait(lambda: not self.parts.keys.any_down)
            if self.parts.screen.now is not None:
                self.wait(lambda: self.parts.seen.painted)
        QTest.keyClick(self.window.windowHandle(), key, modifiers)

    def key_down(self, key: int | str, modifiers: int = Qt.NoModifier) -> None:
        """Press a key and hold it."""
        QTest.keyPress(self.window.windowHandle(), key, modifiers)

    def key_up(self, key: int | str, modifiers: int = Qt.NoModifier) -> None:
        """Let a key come up."""
        QTest.keyRelease(self.window.windowHandle(), key, modifiers)

    # --- looking ---

    def colour_at(self, pixel: Pixel) -> QColor:
        """Return what the screen shows where the mouse would aim at a pixel."""
        image = self.canvas.viewport().grab().toImage()
        return image.pixelColor(self.mouse.point(pixel) * image.devicePixelRatio())

    def expected(self, *pixels: Pixel, diameter: float | None = None) -> Mask:
        """Return the mask of one brush stroke through the pixels that the mouse aims at."""
        mask = np.zeros(self.current.slice.shape, bool)
        aims = [self.mouse.pixel(pixel) for pixel in pixels]
        width = diameter or self.parts.tools.option("brush")
        for start, end in zip([aims[0], *aims], aims, strict=False):
            draw_line(mask, start, end, width, True)
        return mask


def gaps_s(work: Callable[[], None], every_ms: int = 0) -> list[float]:
    """Return how long the event loop took from tick to tick of a timer while `work` runs."""
    beats = [time.perf_counter()]
    heart = QTimer(interval=every_ms)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start()
    work()
    heart.stop()
    return [float(gap) for gap in np.diff([*beats, time.perf_counter()])]


def longest_gap(work: Callable[[], None]) -> float:
    """Return the longest time without an event while `work` runs, as a share of it."""
    gaps = gaps_s(work)
    return max(gaps) / sum(gaps)


NewHands = Callable[[], Hands]
