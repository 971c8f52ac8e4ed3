"""Compute beside the window's thread what it shows; only the newest answer of a kind counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import pyqtSignal

from brainseg_gui.ui.jobs.job import Work
from brainseg_gui.ui.jobs.service import Service


class Background(Service):
    """Calls functions, of each kind the newest; the thread starts with the first.

    A function must not touch what the window's thread may change: it is given copies.

    Signals
    -------
    answered(int kind, object about, object value)
    """

    answered = pyqtSignal(int, object, object)

    task = "Measuring"

    def ask(self, kind: int, about: object, function: Callable[[], Any]) -> None:
        """Compute; returns at once. `about` comes back with the value, to know what it is of."""
        if not self.isRunning():
            self.start()
        self.submit((about, function), kind)

    def serve(self, kind: int, request: Any) -> Work:
        """Answer one question, in the thread."""
        about, function = request
        yield self.answered, kind, about, function()
