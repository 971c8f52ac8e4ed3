"""How long something took, again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Durations:
    """Times of one thing that was done many times, in seconds.

    Attributes
    ----------
    wall : list of float
        By the clock: what a person waits.
    own : list of float
        Of that, what this thread computed. The rest it waited, for a disk or for a processor that
        was busy with something else; on a loaded machine this is the figure to look at.
    """

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    def time(self, work: Callable[[], object]) -> None:
        """Do something, and note how long it took."""
        wall, own = time.perf_counter(), time.thread_time()
        work()
        self.note(time.perf_counter() - wall, time.thread_time() - own)

    def note(self, wall: float, own: float) -> None:
        """Add one."""
        self.wall.append(wall)
        self.own.append(own)

    def take(self, other: Durations) -> None:
        """Add all of another."""
        self.wall += other.wall
        self.own += other.own

    def ms(self, percentile: float) -> float:
        """Return a percentile, by the clock, in milliseconds."""
        return float(np.percentile(self.wall, percentile)) * 1e3

    def text(self, what: str) -> str:
        """Return in one line what the percentiles come from."""
        own = 1e3 * np.percentile(self.own, [50, 95, 99])
        return (
            f"{len(self.wall)} {what}, median {self.ms(50):.2f}; "
            f"own processor time {own[0]:.2f}, p95 {own[1]:.2f}, p99 {own[2]:.2f}"
        )
