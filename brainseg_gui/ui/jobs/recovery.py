"""Read a damaged review into a new one while the window answers."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from brainseg_gui.review.opening import recover
from brainseg_gui.review.values.stored import StoreError


class Recovery(QThread):
    """Reads what can be read; the damaged file stays as it is.

    Signals
    -------
    recovered(Path new, str what came back)
    failed(str)
    """

    recovered = pyqtSignal(object, str)
    failed = pyqtSignal(str)

    def __init__(self, damaged: Path, new: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._damaged, self._new = damaged, new

    def run(self) -> None:
        """Recover, and say what came of it."""
        try:
            report = recover(self._damaged, self._new)
        except StoreError as error:
            self.failed.emit(str(error))
        else:
            self.recovered.emit(self._new, report)
