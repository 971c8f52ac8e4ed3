"""What tells whether anybody else touched a review: four numbers of its file, four of its log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

Numbers = tuple[int, int, int, int]  # device, number, size and time of a file


class Trace(NamedTuple):
    """The files of a review as they were left; `log` is None where there is none."""

    file: Numbers
    log: Numbers | None

    @classmethod
    def of(cls, path: Path) -> Trace:
        """Look at the files of a review; a few microseconds.

        Raises
        ------
        OSError
            If there is no review.
        """
        file = _numbers(os.stat(path))
        try:
            return cls(file, _numbers(os.stat(f"{path}-wal")))
        except FileNotFoundError:
            return cls(file, None)

    @property
    def without_times(self) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
        """Return which files these are and how large."""
        return self.file[:3], None if self.log is None else self.log[:3]

    def lost_its_log(self, now: Trace) -> bool:
        """Tell whether nothing but the log is gone."""
        return self.log is not None and now.log is None and self.file[:2] == now.file[:2]


def _numbers(found: os.stat_result) -> Numbers:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
