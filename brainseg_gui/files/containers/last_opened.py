"""The file that was opened last stays open: whoever walks through a stack asks for it again."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from brainseg_gui.files.members import file_of


class Closes(Protocol):
    """Something that is open."""

    def close(self) -> None:
        """Let go of it."""


Opened = TypeVar("Opened", bound=Closes)


class LastOpened(Generic[Opened]):
    """Opens files, and keeps the last few of them, as long as they do not change.

    Parameters
    ----------
    open_ : callable
    most : int
    """

    def __init__(self, open_: Callable[[Path], Opened], most: int = 1) -> None:
        self._open, self._most = open_, most
        self._kept: dict[tuple[object, ...], Opened] = {}  # the last used is the last to go
        atexit.register(self.forget)

    def get(self, path: Path) -> Opened:
        """Return a file that is open; what opening it raises, this does."""
        try:
            status = os.stat(path)
        except OSError:
            status = os.stat(file_of(path))
        key = path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
        found = self._kept.pop(key, None)
        if found is None:
            while len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept))).close()
            found = self._open(path)
        self._kept[key] = found
        return found

    def forget(self) -> None:
        """Close everything."""
        while self._kept:
            self._kept.popitem()[1].close()
