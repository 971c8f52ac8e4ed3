"""A few children of one kind for many threads: as few as will do, the urgent question first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from brainseg_gui.children.child import Child, GivenUpError
from brainseg_gui.children.limits import Patience

Kind = TypeVar("Kind", bound=Child)

GROW_AFTER_S = 0.05  # of waiting for a child that is busy, before there is another one
LOOK_S = 0.02  # between two looks of who waits
IDLE_S = 3.0  # after which a child ends that was not needed beside another one


class PoolClosedError(Exception):
    """There are no children any more, and there will be none."""


class Pool(Generic[Kind]):
    """Lends children to threads, each in its turn.

    There is one child, until somebody waited long for it; then up to `most`. A child that died is
    replaced at once, so that the next thread does not wait for its start, unless it never started
    itself. One that was not needed for a while ends, unless it is the last.

    Parameters
    ----------
    new : callable
        Starts a child; may raise OSError.
    most : int
        Children at a time.
    """

    def __init__(self, new: Callable[[], Kind], most: int = 4) -> None:
        self._new, self._most = new, most
        self._changed = threading.Condition()
        self._idle: list[tuple[Kind, float]] = []  # since when, the last one used last
        self._busy: list[Kind] = []
        self._waiting: list[object] = []  # in the order in which they will be served
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """Return the ids of the processes that run."""
        with self._changed:
            return [child.pid for child in self._children() if child.alive]

    def start(self) -> None:
        """Start a child ahead of the first question, if there is none; it is not waited for.

        Raises
        ------
        OSError
            If it cannot be started.
        """
        with self._changed:
            if not (self._idle or self._busy or self._closed):
                self._lay_down(self._new())

    @contextmanager
    def child(
        self, urgent: bool = False, eager: bool = False, patience: Patience | None = None
    ) -> Iterator[Kind]:
        """Lend a child for a while; one that dies meanwhile is replaced.

        Parameters
        ----------
        urgent : bool
            Before all who wait.
        eager : bool
            Rather a new child than a wait, while there may be one more.
        patience : callable, optional
            How many seconds the wait is worth.

        Raises
        ------
        GivenUpError
            If the patience came to its end.
        OSError
            If there is none, and none can be started.
        PoolClosedError
            If `close` was called.
        """
        child = self._take(urgent, eager, patience)
        try:
            yield child
        finally:
            self._put_back(child)

    def close(self) -> None:
        """End every child; a question under way raises `ChildStoppedError`, the next one here."""
        with self._changed:
            self._closed = True
            children = self._children()
            self._idle.clear()
            self._changed.notify_all()
        for child in children:
            child.stop()
        for child in children:
            child.end()

    def _take(self, urgent: bool, eager: bool, patience: Patience | None) -> Kind:
        began = since = time.monotonic()
        turn = object()
        with self._changed:
            self._waiting.insert(0 if urgent else len(self._waiting), turn)
            try:
                while not self._closed:
                    now = time.monotonic()
                    if not all(child.heard for child in self._busy):
                        since = now  # beside one that is starting, another would start no sooner
                    late = eager or now - since >= GROW_AFTER_S
                    if self._waiting[0] is turn and (child := self._free(late)) is not None:
                        self._busy.append(child)
                        return child
                    if patience is not None and now - began >= patience():
                        raise GivenUpError
                    self._changed.wait(LOOK_S)
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()
        raise PoolClosedError

    def _free(self, late: bool) -> Kind | None:
        """Return an idle child, or a new one where there is none or the wait was long."""
        while self._idle:
            child, _ = self._idle.pop()
            if child.alive:
                return child
            child.end()
        if not self._busy or (late and len(self._busy) < self._most):
            return self._new()
        return None

    def _put_back(self, child: Kind) -> None:
        gone: list[Kind] = []
        with self._changed:
            self._busy.remove(child)
            if child.alive and not self._closed:
                self._lay_down(child)
            else:
                gone.append(child)
                if child.heard and not (self._idle or self._closed):
                    self._replace()
            while len(self._idle) > 1 and time.monotonic() - self._idle[0][1] > IDLE_S:
                gone.append(self._idle.pop(0)[0])
            self._changed.notify_all()
        for it in gone:
            it.end()

    def _replace(self) -> None:
        try:
            self._lay_down(self._new())
        except OSError:
            return  # whoever comes next tries again, and hears of it

    def _lay_down(self, child: Kind) -> None:
        self._idle.append((child, time.monotonic()))

    def _children(self) -> list[Kind]:
        return [*(child for child, _ in self._idle), *self._busy]
