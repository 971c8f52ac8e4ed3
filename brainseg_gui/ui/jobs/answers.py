"""What a tool computes beside the window's thread; only the newest answer counts."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

log = logging.getLogger(__name__)


class Answers(QObject):
    """Answers questions one after the other; the newest of a key wins, all can be forgotten.

    The thread starts with the first question.

    Signals
    -------
    answered(str key, object value)
    """

    answered = pyqtSignal(str, object)
    _arrived = pyqtSignal(int, str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._numbers = itertools.count()
        self._newest: dict[str, int] = {}
        self._arrived.connect(self._on_arrived)

    def ask(self, key: str, function: Callable[[], Any]) -> None:
        """Compute in the background; returns at once."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "answers")
        number = self._newest[key] = next(self._numbers)
        self._pool.submit(self._work, number, key, function)

    def forget(self) -> None:
        """Drop every answer that is still to come: they are of another slice or mask."""
        self._newest.clear()

    def close(self) -> None:
        """Forget all, and wait for what is being computed."""
        self.forget()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _work(self, number: int, key: str, function: Callable[[], Any]) -> None:
        if self._newest.get(key) != number:
            return
        try:
            value = function()
        except Exception:  # thread boundary: nobody else would hear of it
            if self._newest.get(key) == number:  # else it may well have failed because of that
                log.exception("computing %s", key)
            return
        self._arrived.emit(number, key, value)

    def _on_arrived(self, number: int, key: str, value: object) -> None:
        if self._newest.get(key) == number:
            del self._newest[key]
            self.answered.emit(key, value)
