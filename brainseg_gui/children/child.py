"""One child process, seen from the side that started it."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.limits import Limits, Patience, resident_bytes
from brainseg_gui.children.messages import LONGEST, Message, NoMessageError, decoded, encoded

TICK_S = 0.02  # between two looks at a child that has not answered yet
LAST_LINE_S = 0.5  # between the end of a process and that of what it said
ENDING_S = 1.0  # that a killed process may take; one that waits for a dead disk takes for ever
MOST_LINES = 256  # that nobody has asked for yet, before they are taken for a flood
LONGEST_WORDS = 4096  # bytes of a line on stderr
POLITE = 5  # the niceness of what has the processors only where nobody waits for them
NO_LIMITS = Limits()


class ChildDiedError(Exception):
    """The process ended, or was ended because it exceeded a limit; its exchange is gone.

    Attributes
    ----------
    cause : str
        How, as the end of a sentence: "it crashed (SIGSEGV)".
    excess : str
        Which limit was exceeded, as the end of "it …"; empty where none was.
    """

    def __init__(self, cause: str, excess: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.excess = excess


class ChildStoppedError(ChildDiedError):
    """The process was ended on purpose by another thread."""


class GivenUpError(Exception):
    """Nobody wants the answer any more; the process was ended, which may never have come to it."""


class Child:
    """A Python module in a process of its own, which answers lines of JSON with lines of JSON.

    It is told from `serving.serve`, which the module calls. One thread at a time may ask; any
    thread may `stop` it meanwhile. A child that crashes, hangs or grows is an exception here and
    nothing else. `end` must be called once it is not wanted any more, however it ended.

    Parameters
    ----------
    module : str
        Run as `python -m module EXCHANGE ARGUMENT …`.
    arguments : sequence of str
    name : str
        Of the threads that listen to it.
    environment : mapping, optional
        Variables to set for it.
    polite : bool
        Whatever the program itself does goes before it.

    Attributes
    ----------
    exchange : Exchange
        For arrays.
    stopped : bool
        True once it was ended on purpose.
    heard : bool
        True once it said anything: it could be started.

    Raises
    ------
    OSError
        If the process cannot be started.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        name: str = "child",
        environment: Mapping[str, str] | None = None,
        polite: bool = False,
    ) -> None:
        self.stopped = self.heard = False
        self.exchange = Exchange.create()
        self._cause: str | None = None
        self._ending = threading.Lock()
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._last_words: deque[str] = deque(maxlen=20)
        try:
            self._process = _popen(module, [str(self.exchange.path), *arguments], environment)
        except OSError:
            self.exchange.close()
            raise
        if polite:
            _step_back(self.pid)
        self._listeners = [
            threading.Thread(target=listen, name=f"{name} {what}", daemon=True)
            for what, listen in (("stdout", self._hear_answers), ("stderr", self._hear_words))
        ]
        for listener in self._listeners:
            listener.start()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether the process still runs; one that was just stopped does not count."""
        return not self.stopped and self._cause is None and self._process.poll() is None

    def ask(
        self, message: Message, limits: Limits = NO_LIMITS, patience: Patience | None = None
    ) -> Message:
        """Send a message and wait for its answer; see `hear`."""
        self.tell(message)
        return self.hear(limits, patience)

    def tell(self, *messages: Message) -> None:
        """Send messages; each is to be answered by one that is heard, in this order.

        Raises
        ------
        NoMessageError
            If one is too long; nothing was sent.
        """
        lines = b"".join(encoded(message) for message in messages)
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # a broken or closed pipe; listening then says why
            self._process.stdin.write(lines)
            self._process.stdin.flush()

    def hear(self, limits: Limits = NO_LIMITS, patience: Patience | None = None) -> Message:
        """Wait for the next message.

        Parameters
        ----------
        limits : Limits
            A process that exceeds them is ended.
        patience : callable, optional
            How many seconds of waiting it is worth; a process that takes longer is ended too.

        Raises
        ------
        ChildDiedError
            If the process ended, was ended for a limit, or said what is no message.
            `ChildStoppedError` if that was `stop`.
        GivenUpError
            If the patience came to its end.
        """
        try:
            message = decoded(self._next_line(limits, patience))
        except NoMessageError as error:
            self._kill()
            self.end(f"it said what cannot be understood ({error})")
            raise self._obituary() from None
        except (ChildDiedError, GivenUpError):
            raise
        except BaseException:
            self.stop()  # an answer left in the pipe would be taken for that of the next question
            raise
        self.heard = True
        return message

    def stop(self) -> None:
        """Kill the process; from any thread, also while another waits for an answer."""
        self.stopped = True
        self._kill()

    def end(self, cause: str = "") -> str:
        """Kill the process if it runs, let go of everything, and say how it ended.

        Parameters
        ----------
        cause : str, optional
            To say in place of what the process shows of it.
        """
        with self._ending:
            if self._cause is None:
                self._kill()
                code = self._wait(ENDING_S)
                self._close_pipes()
                self.exchange.close()
                self._cause = cause or _cause(code, self._last_words)
            return self._cause

    def _next_line(self, limits: Limits, patience: Patience | None) -> bytes:
        began = time.monotonic()
        had = resident_bytes(self.pid) if limits.memory is not None else 0
        while True:
            # What it started itself may hold its end of the pipe open.
            ended = self._process.poll() is not None
            with suppress(queue.Empty):
                line = self._lines.get(timeout=LAST_LINE_S if ended else TICK_S)
                if line is None:
                    self._wait(LAST_LINE_S)  # its own end tells more than being killed
                    raise self._obituary()
                return line
            if ended:
                raise self._obituary()
            seconds = time.monotonic() - began
            grown = resident_bytes(self.pid) - had if limits.memory is not None else 0
            if excess := limits.excess(seconds, grown):
                self.end(f"it {excess}")
                raise self._obituary(excess)
            if patience is not None and seconds >= patience():
                self.stop()
                self.end()
                raise GivenUpError

    def _obituary(self, excess: str = "") -> ChildDiedError:
        cause = self.end()
        return ChildStoppedError(cause) if self.stopped else ChildDiedError(cause, excess)

    def _kill(self) -> None:
        """End the process, with whatever it started itself."""
        with suppress(OSError):
            if os.name == "posix" and self._cause is None:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _wait(self, seconds: float) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _close_pipes(self) -> None:
        outputs = (self._process.stdout, self._process.stderr)
        for listener, pipe in zip(self._listeners, outputs, strict=True):
            listener.join(timeout=ENDING_S)
            if pipe is not None and not listener.is_alive():  # or closing would wait for it
                pipe.close()
        with suppress(OSError):  # unsent bytes for a process that is gone
            self._process.stdin.close()  # type: ignore[union-attr]

    def _hear_answers(self) -> None:
        _listen(self._process.stdout, LONGEST, self._on_answer)
        self._lines.put(None)

    def _on_answer(self, line: bytes) -> None:
        if self._lines.qsize() < MOST_LINES:
            self._lines.put(line)
        else:
            self._process.kill()

    def _hear_words(self) -> None:
        _listen(self._process.stderr, LONGEST_WORDS, self._on_words)

    def _on_words(self, line: bytes) -> None:
        if text := line.decode(errors="replace").strip():
            self._last_words.append(text)


def _popen(
    module: str, arguments: Sequence[str], environment: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        # -P: a numpy.py that lies in the working folder is none of ours.
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | dict(environment or {}),
        # Ctrl+C in the terminal is for the parent, which then ends the child in order.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _step_back(pid: int) -> None:
    """Let a process that was just started have the processors only where nobody waits for them."""
    with suppress(OSError, AttributeError):  # Windows has no such call
        polite = max(POLITE, os.getpriority(os.PRIO_PROCESS, pid))  # a program may be so itself
        os.setpriority(os.PRIO_PROCESS, pid, polite)
    with suppress(OSError):  # Linux may share the processors among sessions, and it is one
        Path(f"/proc/{pid}/autogroup").write_text(str(POLITE))


def _listen(stream: IO[bytes] | None, longest: int, hear: Callable[[bytes], None]) -> None:
    """Hand on line after line; a longer one comes in pieces, so that no line fills the memory."""
    assert stream is not None
    with suppress(OSError, ValueError):  # closed by `end`, because something else holds it open
        while line := stream.readline(longest):
            hear(line)


def _cause(code: int | None, last_words: deque[str]) -> str:
    if code is None:
        return "it did not end when it was killed"
    if code == -9:
        return "it was killed, perhaps because memory ran out"
    if code < 0:
        names = {number.value: number.name for number in signal.Signals}
        return f"it crashed ({names.get(-code, f'signal {-code}')})"
    return last_words[-1].rstrip(".") if last_words else f"exit code {code}"
