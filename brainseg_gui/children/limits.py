"""How long a child may take for one answer, and how much memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GIB = 1 << 30

Patience = Callable[[], float]
"""How many seconds an answer may take in all, asked again and again while it is waited for."""


@dataclass(frozen=True)
class Limits:
    """What one answer may cost; None is without limit.

    Attributes
    ----------
    seconds : float or None
    memory : int or None
        Bytes in memory beyond those that the process had when it was asked.
    """

    seconds: float | None = None
    memory: int | None = None

    def excess(self, seconds: float, memory: int) -> str:
        """Return what was exceeded, as the end of "it …"; empty where nothing was."""
        if self.seconds is not None and seconds >= self.seconds:
            return f"gave no answer for {self.seconds:g} s"
        if self.memory is not None and memory > self.memory:
            return f"took more than {self.memory / GIB:.2g} GB of memory"
        return ""


def resident_bytes(pid: int) -> int:
    """Return how much of a process is in memory, files that it mapped included.

    0 where the system does not say it in `/proc`: there the memory of a child has no limit but
    the machine's.
    """
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
