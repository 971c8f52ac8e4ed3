"""A job that lives as long as the window and answers requests, the newest first."""

from __future__ import annotations

import threading
from typing import Any

from PyQt5.QtCore import QObject

from brainseg_gui.ui.jobs.job import Job, Work


class Service(Job):
    """Serves requests of a few kinds; of each kind the newest takes the place of those before.

    A new service says in `serve` what it does for one request::

        class Squares(Service):
            squared = pyqtSignal(int)

            def serve(self, kind: int, request: list[int]) -> Work:
                for number in request:
                    yield self.squared, number**2

    At every `yield` the request under way may be left for good, for a newer one of its kind, or
    for a moment, for one of a kind with a lower number, which is more urgent.

    Attributes
    ----------
    changed : threading.Condition
        Guards the requests, and whatever the service shares with the threads that ask.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.changed = threading.Condition()
        self._waiting: dict[int, Any] = {}
        self._under_way: dict[int, Work] = {}

    def serve(self, kind: int, request: Any) -> Work:
        """Answer one request, in the thread.

        Raises
        ------
        NotImplementedError
            If a service does not say what it answers; a programming error.
        """
        raise NotImplementedError

    def submit(self, request: Any, kind: int = 0) -> None:
        """Have a request served in place of every earlier one of its kind; from any thread."""
        with self.changed:
            self._waiting[kind] = request
            self.changed.notify()

    def forget(self) -> None:
        """Drop every request; what was already answered, but not heard, is not heard either."""
        with self.changed:
            self._round += 1
            self._waiting.clear()

    @property
    def outdated(self) -> bool:
        """Tell whether what is being served was forgotten meanwhile."""
        return self._serving != self._round

    def interrupt(self) -> None:
        """Wake the thread that waits for requests."""
        with self.changed:
            self.changed.notify()

    def work(self) -> Work:
        """Serve until closed."""
        try:
            while self._take():
                kind = min(self._under_way, default=None)
                if kind is None:  # all was forgotten
                    continue
                try:
                    yield next(self._under_way[kind])
                except StopIteration:
                    del self._under_way[kind]
        finally:
            self._leave(set(self._under_way))

    def _take(self) -> bool:
        """Wait until there is something to serve, and take up what is new; False once closed."""
        with self.changed:
            self.changed.wait_for(
                lambda: self._waiting or self._under_way or self._closing.is_set()
            )
            fresh, self._waiting = self._waiting, {}
            old = set(self._under_way) if self.outdated else set(fresh)
            self._serving = self._round
        self._leave(old)
        for kind, request in fresh.items():
            self._under_way[kind] = self.guarded(self.serve(kind, request))
        return not self._closing.is_set()

    def _leave(self, kinds: set[int]) -> None:
        for kind in kinds & self._under_way.keys():
            self._under_way.pop(kind).close()
