"""One line on a terminal that says how far a long work is."""

from __future__ import annotations

import sys
import time

INTERVAL = 0.1  # seconds between two updates


class Progress:
    """A line on stderr, rewritten in place; silent where stderr is no terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._last = 0.0
        self._begun: tuple[float, int] | None = None  # when the first was done, as which
        self._shown = sys.stderr.isatty()

    def show(self, done: int) -> None:
        """Say how many are done, how fast, and how long the rest will take."""
        now = time.monotonic()
        # What was done before, by another run perhaps, and the start say nothing of the rate.
        since, before = self._begun = self._begun or (now, done)
        if not self._shown or (now - self._last < INTERVAL and done < self._total):
            return
        self._last = now
        text = f"{done} / {self._total}"
        if done > before and now > since:
            rate = (done - before) / (now - since)
            left = int((self._total - done) / rate)
            text += f"  {rate:.1f} slices/s  {duration(left)} left"
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    def close(self) -> None:
        """Take the line away for good."""
        self.clear()

    def clear(self) -> None:
        """Take the line away, for something else to be printed."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def duration(seconds: int) -> str:
    """Return a time as a clock shows it.

    Examples
    --------
    >>> duration(65), duration(2 * 3600 + 65)
    ('1:05', '2:01:05')
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
