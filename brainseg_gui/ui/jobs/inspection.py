"""Look through a large review while the window answers."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.review.opening import damage_in
from brainseg_gui.ui.jobs.job import Job, Work


class Inspection(Job):
    """Compares all rows and indexes of a review that is open; writes nothing.

    Signals
    -------
    damaged(str)
        A sentence; said of a damaged review only.
    """

    damaged = pyqtSignal(str)

    task = "Looking through the review"

    def __init__(self, review: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._review = review

    def work(self) -> Work:
        """Look, and say what is wrong if anything is."""
        if sentence := damage_in(self._review, lambda: not self.cancelled):
            yield self.damaged, sentence
