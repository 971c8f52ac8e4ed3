"""Read what an export would write, before it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.review.exports import Export
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.jobs.job import Job, Work


class Counter(Job):
    """Reads a review, on a connection of its own, for what can be said of it in a dialog.

    Signals
    -------
    counted(Export)
    failed(str)
        In place of `counted`.
    """

    counted = pyqtSignal(object)

    task = "Counting the masks"
    expected = (StoreError,)

    def __init__(self, read: Callable[[], Export], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read

    def work(self) -> Work:
        """Read it."""
        yield self.counted, self._read()
