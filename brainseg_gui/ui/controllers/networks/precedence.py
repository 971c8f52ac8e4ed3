"""What a reader waits for goes before what nobody waits for."""

from __future__ import annotations

import threading


class Precedence(threading.Event):
    """Set while nobody goes before a folder's prediction, which looks between two slices."""

    def __init__(self) -> None:
        super().__init__()
        self._first: set[str] = set()
        self._change = threading.Lock()
        self.set()

    def hold(self, who: str, *, on: bool) -> None:
        """Let somebody go first from now on, or no more; from any thread."""
        with self._change:
            (self._first.add if on else self._first.discard)(who)
            (self.clear if self._first else self.set)()
