"""Write masks beside the window's thread, each read back and compared."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.files.errors import WriteError
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.run import Result, Run
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.jobs.job import Job, Work

SAY_EVERY_S = 0.1  # how far it is: often enough for an eye, seldom enough for the window


@dataclass(frozen=True)
class Exported:
    """What an export came to.

    Attributes
    ----------
    folder : Path
    result : Result
    left : int
        How many masks were not tried, because the rest was not wanted.
    export : Export
        What was asked for, with what is left out.
    """

    folder: Path
    result: Result
    left: int
    export: Export

    @property
    def place(self) -> Path:
        """Return the only file that was written, or the folder."""
        files = self.result.files
        return files[0] if len(files) == 1 else self.folder


class Exporter(Job):
    """Writes masks and their tables; what is written when it is closed is whole.

    Signals
    -------
    progressed(int done, int total, float per_second)
    exported(Exported)
        At the end, of a cancelled export too.
    failed(str)
        In place of `exported`; nothing could be begun.

    Parameters
    ----------
    read : callable
        Returns what is exported, in the job's thread. A review is read on a connection of its own,
        for reading only, so that no thread shares one with the window's; all at once, and let go
        of before the first mask is written: what is exported is the review of one moment, and
        neither the edits that follow nor another data set meet a file that is still being read.
    folder : Path
    options : Options
    """

    progressed = pyqtSignal(int, int, float)
    exported = pyqtSignal(object)

    task = "The export"
    expected = (WriteError, StoreError)

    def __init__(
        self,
        read: Callable[[], Export],
        folder: Path,
        options: Options,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._folder, self._options = read, folder, options

    def work(self) -> Work:
        """Write one mask after the other until all are or the rest is not wanted."""
        export = self._read()
        run, result = Run(export, self._folder, self._options), Result()
        began = said = time.monotonic()
        total = len(export.corrections)
        self.say(self.progressed, 0, total, 0.0)
        done = 0
        for done, outcome in enumerate(run.masks(), 1):
            result.add(outcome)
            now = time.monotonic()
            if now - said > SAY_EVERY_S:
                said = now
                self.say(self.progressed, done, total, done / (now - began))
            yield None
            if self.cancelled:
                break
        result.end(run)
        yield self.exported, Exported(self._folder, result, total - done, export)
