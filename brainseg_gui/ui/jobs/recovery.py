"""Read a damaged review into a new one while the window answers."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.review.opening import recover
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.jobs.job import Job, Work


class Recovery(Job):
    """Reads what can be read; the damaged file stays as it is.

    Closing waits for the end: half a review is none.

    Signals
    -------
    recovered(Path new, str what came back)
    failed(str)
    """

    recovered = pyqtSignal(object, str)

    task = "The recovery"
    expected = (StoreError,)

    def __init__(self, damaged: Path, new: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._damaged, self._new = damaged, new

    def work(self) -> Work:
        """Recover, and say what came of it."""
        yield self.recovered, self._new, recover(self._damaged, self._new)
