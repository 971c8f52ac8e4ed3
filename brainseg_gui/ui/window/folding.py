"""On a narrow window the panels beside the slice fold away; a command brings each back."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QAction

WITH_LIST, WITH_PANELS = 880, 760  # pixels of width from which each has room beside the slice
ROOMY = 1200  # from which the list has its usual width
SMALLEST = (640, 360)  # of a window: a screen of 1366 x 768 at 200 % has little more


class Folding(QObject):
    """Folds when the window becomes too narrow, and unfolds what it folded when there is room.

    What the reader folds or unfolds meanwhile stays so until the window crosses that width again.
    """

    def __init__(self, worklist: QAction, panels: QAction, narrow: Callable[[bool], None]) -> None:
        super().__init__(worklist)
        self._narrow, self._is_narrow = narrow, False
        self._least = {worklist: WITH_LIST, panels: WITH_PANELS}
        self._room = dict.fromkeys(self._least, True)
        self._folded: set[QAction] = set()

    def fit(self, width: int) -> None:
        """Fold, unfold and narrow for a width of the window."""
        for action, least in self._least.items():
            room = width >= least
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
        if self._is_narrow is not (width < ROOMY):
            self._is_narrow = width < ROOMY
            self._narrow(self._is_narrow)
