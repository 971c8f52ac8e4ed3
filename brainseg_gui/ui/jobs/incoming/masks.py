"""Match and read masks made elsewhere, while the window answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError
from brainseg_gui.review.incoming.matching import Matching
from brainseg_gui.review.incoming.plan import Fit, Misfit
from brainseg_gui.review.incoming.reading import incoming
from brainseg_gui.review.incoming.slices import Slices
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.jobs.job import Job, Work

SAY_EVERY_S = 0.1
WAIT_S = 0.05  # for the window, before it is looked whether anybody wants the rest


class _UnwantedError(Exception):
    """Nobody waits for the rest."""


class MaskMatcher(Job):
    """Finds out which slices the masks of a file or folder are for.

    Signals
    -------
    progressed(int done, int total)
        Files that were looked into.
    matched(Plan)
    """

    progressed = pyqtSignal(int, int)
    matched = pyqtSignal(object)

    task = "Looking for masks"
    expected = (ValueError,)

    def __init__(
        self, source: Path, entries: Sequence[Entry], current: Path | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._source, self._entries, self._current = source, entries, current
        self._told_at = 0.0

    def work(self) -> Work:
        """Match, and say what was found."""
        slices = Slices(self._entries, self._current, self._breathe)
        try:
            plan = Matching(slices, self._progress).plan(self._source)
        except _UnwantedError:
            return
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield self.failure(f"{self._source.name} cannot be looked into: {reason}.")
            return
        yield self.matched, plan

    def _breathe(self) -> None:
        if self.cancelled:
            raise _UnwantedError

    def _progress(self, done: int, total: int) -> None:
        self._breathe()
        now = time.monotonic()
        if now - self._told_at > SAY_EVERY_S:
            self._told_at = now
            self.say(self.progressed, done, total)


class MaskLoader(Job):
    """Reads the slice of each mask, and says what becomes its correction.

    One at a time: whoever takes it says when it may `go_on`, and the window answers in between.

    Signals
    -------
    loaded(Incoming)
    refused(Misfit)
        The slice changed meanwhile, or cannot be read.
    ended()
        All were, or the rest was not wanted.
    """

    loaded = pyqtSignal(object)
    refused = pyqtSignal(object)
    ended = pyqtSignal()

    task = "Loading masks"
    expected = (StoreError,)

    def __init__(
        self,
        fits: Sequence[Fit],
        name_of: Callable[[Entry], str],
        upright: Callable[[Slice], Slice],
        flush: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._fits, self._name_of, self._upright = fits, name_of, upright
        self._flush = flush
        self._free = threading.Semaphore()

    def go_on(self) -> None:
        """Hand over the next mask; from any thread."""
        self._free.release()

    def work(self) -> Work:
        """Read one slice after the other until all are or the rest is not wanted."""
        for fit in self._fits:
            if self.cancelled:
                break
            try:
                found = incoming(fit, self._name_of(fit.entry), self._upright)
                while not self._free.acquire(timeout=WAIT_S) and not self.cancelled:
                    yield None
                self._flush()  # the mask before, here, where nobody waits for the disk
                yield self.loaded, found
            except (SliceError, ValueError) as error:
                reason = error.reason if isinstance(error, SliceError) else str(error)
                yield self.refused, Misfit(fit.entry.name, reason)
        while not self._free.acquire(timeout=WAIT_S) and not self.cancelled:
            yield None
        self._flush()
        yield (self.ended,)
