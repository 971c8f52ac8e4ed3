"""The one base of everything that runs beside the window's thread."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QObject, QThread, pyqtSignal

from brainseg_gui.children.child import GivenUpError
from brainseg_gui.files import reading

log = logging.getLogger(__name__)

CLOSING_MS = 2000  # that a window may stay when it was closed; nothing unsaved hangs on a job

_deadlines: list[float] = []

News = tuple[Any, ...]  # a signal of the job, then what it carries
Work = Generator[News | None, None, None]


@contextmanager
def closing_together(milliseconds: int = CLOSING_MS) -> Iterator[None]:
    """Let all jobs that are closed in this block share this time, in the window's thread."""
    _deadlines.append(time.monotonic() + milliseconds / 1000)
    try:
        yield
    finally:
        _deadlines.pop()


def _left_ms() -> int:
    left_s = min(_deadlines, default=math.inf) - time.monotonic()
    return int(min(max(left_s, 0) * 1000, CLOSING_MS))


class Job(QThread):
    """Plain Python in a thread of its own, heard by signals in the thread that made it.

    A new job says what it does in `work`, a generator::

        class Copying(Job):
            copied = pyqtSignal(object)
            task = "Copying"
            expected = (OSError,)

            def __init__(self, paths: list[Path], folder: Path, parent: QObject) -> None:
                super().__init__(parent)
                self._paths, self._folder = paths, folder

            def work(self) -> Work:
                for path in self._paths:
                    yield self.copied, shutil.copy(path, self._folder)

    What it yields is said: a signal and its arguments. At every `yield`, at one of nothing too,
    a job that was closed ends, through its `finally`. Where a `yield` cannot stand, in a callback
    or a `finally`, `say` does the same. `cancel` only raises a flag: a job that has something to
    tell of what it did looks at `cancelled` and ends by itself.

    Attributes
    ----------
    task : str
        What fails, as the subject of a sentence.
    expected : tuple of exceptions
        Whose message is a sentence already.
    patience_ms : int
        How long `close` waits.
    urgent : bool
        Whether files that it reads go before those of other jobs.

    Signals
    -------
    failed(str)
        One sentence; the work ended with an exception.
    finished()
        Last of all, from `QThread`.
    """

    failed = pyqtSignal(str)
    _said = pyqtSignal(int, object)

    task = "The work"
    expected: tuple[type[Exception], ...] = ()
    patience_ms = CLOSING_MS
    urgent = False

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(type(self).__name__)  # the system's name of the thread
        self._cancelled, self._closing = threading.Event(), threading.Event()
        # Only what is said under the present number is heard: a higher one drops what is queued.
        self._round = self._serving = 0
        self._said.connect(self._hear)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    def work(self) -> Work:
        """Do it, in the thread.

        Raises
        ------
        NotImplementedError
            If a job does not say what it does; a programming error.
        """
        raise NotImplementedError

    def failure(self, sentence: str) -> News:
        """Return what is said when something went wrong."""
        return self.failed, sentence

    def interrupt(self) -> None:
        """End, when the job is closed, what looks at no flag: a process, a socket."""

    @property
    def cancelled(self) -> bool:
        """Tell whether nobody wants the rest."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to end soon and to say how far it came; from any thread."""
        self._cancelled.set()

    def close(self) -> bool:
        """End at the next `yield`, and let nothing be heard any more; what is queued neither.

        Returns
        -------
        bool
            False if the thread still runs after `patience_ms`. It is left to itself then.
        """
        self._round += 1
        self._cancelled.set()
        self._closing.set()
        self.interrupt()
        ended = bool(self.wait(min(self.patience_ms, _left_ms())))
        if not ended and self.patience_ms:
            log.warning("%s did not end in %d ms", self.objectName(), self.patience_ms)
            # Qt ends a program that deletes a thread while it runs: nobody may any more.
            self.setParent(None)
            sip.transferto(self, None)
            self.patience_ms = 0  # once is enough
        return ended

    def say(self, *news: Any) -> None:
        """Emit a signal with its arguments, from the job's thread, where the job lives."""
        self._said.emit(self._serving, news)

    def file_worth_s(self) -> float:
        """Return how long the file that is being read is worth waiting for; from any thread."""
        return 0.0 if self._closing.is_set() else math.inf

    def rest(self, seconds: float) -> None:
        """Let others have the processor; a job that is closed does not rest."""
        self._closing.wait(seconds)

    def guarded(self, work: Work) -> Work:
        """Do a part of the work; what goes wrong in it is one sentence, and the rest goes on."""
        try:
            yield from work
        except GivenUpError:
            log.info("%s: a file is no longer wanted", self.objectName())
        except self.expected as error:
            log.info("%s: %s", self.objectName(), error)
            self.say(*self.failure(str(error)))
        except Exception as error:  # the thread's boundary: PyQt5 aborts on a raise here
            log.exception("%s", self.objectName())
            self.say(*self.failure(f"{self.task} failed ({type(error).__name__}: {error})."))

    def run(self) -> None:
        """Work until done or closed."""
        reading.ask_with(self.file_worth_s, urgent=self.urgent)
        work = self.guarded(self.work())
        try:
            for news in work:
                if self._closing.is_set():
                    break
                if news is not None:
                    self.say(*news)
        finally:
            work.close()

    def _hear(self, said_in: int, news: News) -> None:
        if said_in == self._round:
            signal, *values = news
            signal.emit(*values)
