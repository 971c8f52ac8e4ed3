"""In a small window the panels around the slice fold away; a command brings each back."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, QSize
from PyQt5.QtWidgets import QAction

from brainseg_gui.ui.widgets.settings import FONT_SIZE, settings
from brainseg_gui.ui.widgets.theme import text_scale

WITH_LIST, WITH_PANELS = 880, 760  # pixels of width from which each has room beside the slice
WITH_STRIP = 700  # pixels of height from which the patient's other slices have room below it
ROOMY = 1200  # from which the list has its usual width
SMALLEST = (640, 360)  # of a window: a screen of 1366 x 768 at 200 % has little more


class Folding(QObject):
    """Folds when the window becomes too small, and unfolds what it folded when there is room.

    What the reader folds or unfolds meanwhile stays so until the window crosses that size again.
    """

    def __init__(
        self, worklist: QAction, panels: QAction, strip: QAction, narrow: Callable[[bool], None]
    ) -> None:
        super().__init__(worklist)
        self._narrow, self._listed = narrow, (False, 1.0)  # and for which size of text
        self._size = QSize()
        settings.changed.connect(self._on_setting)
        self._least = {
            worklist: QSize(WITH_LIST, 0),
            panels: QSize(WITH_PANELS, 0),
            strip: QSize(0, WITH_STRIP),
        }
        self._room = dict.fromkeys(self._least, True)
        self._folded: set[QAction] = set()

    def fit(self, size: QSize) -> None:
        """Fold, unfold and narrow for a size of the window; larger text needs more room."""
        self._size, scale = size, text_scale()
        size = size / scale
        for action, least in self._least.items():
            room = size.width() >= least.width() and size.height() >= least.height()
            if room is self._room[action]:
                continue
            self._room[action] = room
            if not room and action.isChecked():
                self._folded.add(action)
                action.trigger()
            elif room and action in self._folded:
                self._folded.discard(action)
                if not action.isChecked():
                    action.trigger()
        if self._listed != (listed := (size.width() < ROOMY, scale)):
            self._listed = listed
            self._narrow(listed[0])

    def _on_setting(self, key: str) -> None:
        if key == FONT_SIZE.key and self._size.isValid():
            self.fit(self._size)
