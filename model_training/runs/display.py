"""What a person sees of a training while it runs."""

from __future__ import annotations

import math
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TextIO

import keras

BAR = 20
SECONDS_BETWEEN = 0.5


@dataclass
class Display:
    """Lines on standard output, and on a terminal one line below them that changes in place.

    As a context manager it takes the changing line away in the end, whatever happened.

    Attributes
    ----------
    terminal : text stream or None
        Where the changing line goes; None where nobody looks, as in a log file.
    """

    terminal: TextIO | None = field(
        default_factory=lambda: sys.stderr if sys.stderr.isatty() else None
    )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.show("")

    def say(self, line: str) -> None:
        """Print a line that stays, at once."""
        self.show("")
        print(line, flush=True)

    def show(self, text: str) -> None:
        """Replace the changing line."""
        if self.terminal is not None:
            width = shutil.get_terminal_size().columns - 1
            self.terminal.write(f"\r\x1b[K{text[:width]}")
            self.terminal.flush()


@dataclass
class Clock:
    """How long a run still takes, by what it took so far.

    Attributes
    ----------
    total : float
        All the work of the run, in any unit.
    done : float
        Of it when this session began.
    """

    total: float
    done: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def left(self, done: float) -> float:
        """Return the seconds that remain; NaN before anything was done."""
        spent = done - self.done
        if spent <= 0:
            return math.nan
        return (time.monotonic() - self.began) / spent * (self.total - done)


def duration(seconds: float) -> str:
    """Return a time as a person would say it.

    Examples
    --------
    >>> duration(42), duration(150), duration(7500)
    ('42 s', '2 min', '2 h 5 min')
    """
    if math.isnan(seconds):
        return "?"
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def bar(share: float) -> str:
    """Return a bar that is full where share is 1."""
    full = round(BAR * min(max(share, 0.0), 1.0))
    return "█" * full + "░" * (BAR - full)


class Watch(keras.callbacks.Callback):
    """Look at an epoch from time to time: show it, and stop it when the loss is no number.

    Parameters
    ----------
    steps : int
        Batches in the epoch.
    show : callable
        Takes (share of the epoch, loss).
    """

    async_safe = True  # so that Keras need not wait for the device after every batch

    def __init__(self, steps: int, show: Callable[[float, float], None]) -> None:
        super().__init__()
        self._steps = steps
        self._show = show
        self._next = 0.0
        self._lock = threading.Lock()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras calls this from a thread of its own."""
        with self._lock:
            now = time.monotonic()
            if now < self._next:
                return
            self._next = now + SECONDS_BETWEEN
            loss = float((logs or {}).get("loss", math.nan))
            if not math.isfinite(loss):
                self.model.stop_training = True
            self._show((batch + 1) / self._steps, loss)
