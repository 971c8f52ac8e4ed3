"""Where in its stack the slice on the screen lies, in the status bar."""

from __future__ import annotations

from PyQt5.QtCore import QObject

from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.panels.status_bar import StatusBar
from brainseg_gui.ui.worklist.model import WorklistModel


class PlaceLine(QObject):
    """Says it whenever another slice is shown, or more of the stack is known."""

    def __init__(self, data_set: DataSet, rows: WorklistModel, status: StatusBar) -> None:
        super().__init__()
        self._data_set, self._rows, self._status = data_set, rows, status
        data_set.screen.settled.connect(self._show)
        data_set.rows_changed.connect(self._show)

    def _show(self, *_: object) -> None:
        now = self._data_set.screen.now
        self._status.show_place("" if now is None else self._rows.place_text(now.path))
