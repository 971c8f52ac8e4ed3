"""The child's side: answer lines on stdin with lines on stdout, and end with the parent."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from brainseg_gui.children.messages import Message, decoded, encoded

LOOK_S = 0.5  # between two looks whether the parent is still there
PAUSED = "paused"  # key of a message that is no answer: the clock stands still, or goes again
SLACK_S = 2.0  # beyond the parent's own limit, after which a child ends itself


def settle() -> BinaryIO:
    """Prepare this process for a life as a child; return the stream for what it has to say.

    The real stdout is kept for answers; what libraries print goes to stderr from here on. A crash
    leaves no image of the memory on the disk, and where the machine runs out of memory this
    process goes before its parent does.
    """
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    with suppress(ImportError, OSError, ValueError):
        import resource  # not everywhere

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("500")
    if os.name == "posix":
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    return answers  # type: ignore[return-value]


def say(answers: BinaryIO, message: Message) -> None:
    """Send a message to the parent."""
    answers.write(encoded(message))


def serve(
    answers: BinaryIO, answer: Callable[[Message], Message], longest_s: float | None = None
) -> None:
    """Answer until stdin ends, because the parent closed it or was killed.

    Parameters
    ----------
    answers : stream
        From `settle`.
    answer : callable
        Takes a message, returns one. What it raises ends the process.
    longest_s : float, optional
        The parent's limit for one answer. A child that is deaf to everything ends a little later
        by itself, if there is no parent any more that would end it.
    """
    with suppress(BrokenPipeError):  # whoever asked is gone
        for line in sys.stdin.buffer:
            with _alarm(longest_s):
                reply = answer(decoded(line))
            say(answers, reply)


@contextmanager
def paused(answers: BinaryIO, longest_s: float | None = None) -> Iterator[None]:
    """Tell the parent that what comes is no work on its question, and when that is over.

    Parameters
    ----------
    answers : stream
        From `settle`.
    longest_s : float, optional
        As of `serve`.
    """
    say(answers, {PAUSED: True})
    _set_alarm(0)
    try:
        yield
    finally:
        if longest_s is not None:
            _set_alarm(longest_s + SLACK_S)
        say(answers, {PAUSED: False})


def _set_alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


@contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    """Let the system end this process after a while: that needs no interpreter that listens."""
    if seconds is None:
        yield
        return
    _set_alarm(seconds + SLACK_S)
    try:
        yield
    finally:
        _set_alarm(0)


def _end_with(parent: int) -> None:
    """End this process, and what it started, when its parent is gone, busy as it may be."""
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    with suppress(OSError):
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
    os._exit(0)
