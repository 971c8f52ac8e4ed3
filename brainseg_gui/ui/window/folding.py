"""In a small window the panels around the slice fold away; a command brings each back."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, QSize, QTimer
from PyQt5.QtWidgets import QAction

from brainseg_gui.ui.widgets.settings import FONT_SIZE, settings
from brainseg_gui.ui.widgets.theme import text_scale

# Pixels from which each has room beside the slice: what it and what stands further out take, which
# grow with the text, and what the slice takes.
WITH_LIST, WITH_PANELS, WITH_STRIP = (534, 346), (344, 416), (110, 590)
ROOMY = (674, 526)  # from which the list has its usual width
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
        self._has_room: dict[QAction, Callable[[QSize], bool]] = {
            worklist: lambda size: size.width() >= _least(WITH_LIST),
            panels: lambda size: size.width() >= _least(WITH_PANELS),
            strip: lambda size: size.height() >= _least(WITH_STRIP),
        }
        self._room = dict.fromkeys(self._has_room, True)
        self._folded: set[QAction] = set()

    def fit(self, size: QSize) -> None:
        """Fold, unfold and narrow for a size of the window; larger text needs more room."""
        self._size = size
        for action, has_room in self._has_room.items():
            room = has_room(size)
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
        if self._listed != (listed := (size.width() < _least(ROOMY), text_scale())):
            self._listed = listed
            self._narrow(listed[0])

    def _on_setting(self, key: str) -> None:
        if key == FONT_SIZE.key and self._size.isValid():
            QTimer.singleShot(0, self._fit_again)  # when all have taken their room

    def _fit_again(self) -> None:
        self.fit(self._size)


def _least(parts: tuple[int, int]) -> int:
    texts, slice_ = parts
    return round(texts * text_scale()) + slice_
