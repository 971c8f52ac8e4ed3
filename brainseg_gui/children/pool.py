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


class PoolClosedError(Exception):
    """There are no children any more, and there will be none."""


class Pool(Generic[Kind]):
    """Lends children to threads, each in its turn.

    There is one child, until somebody waited long for it; then up to `most`. A child that died is
    replaced at once, so that the next thread does not wait for its start, unless it never started
    itself. Of two that are idle, one is ended.

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
        self._idle: list[Kind] = []
        self._busy: list[Kind] = []
        self._waiting: list[object] = []  # in the order in which they will be served
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """Return the ids of the processes that run."""
        with self._changed:
            return [child.pid for child in (*self._idle, *self._busy) if child.alive]

    def start(self) -> None:
        """Start a child ahead of the first question, if there is none; it is not waited for.

        Raises
        ------
        OSError
            If it cannot be started.
        """
        with self._changed:
            if not (self._idle or self._busy or self._closed):
                self._idle.append(self._new())

    @contextmanager
    def child(self, urgent: bool = False, patience: Patience | None = None) -> Iterator[Kind]:
        """Lend a child for a while; one that dies meanwhile is replaced.

        Parameters
        ----------
        urgent : bool
            Before all who wait.
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
        child = self._take(urgent, patience)
        try:
            yield child
        finally:
            self._put_back(child)

    def close(self) -> None:
        """End every child; a question under way raises `ChildStoppedError`, the next one here."""
        with self._changed:
            self._closed = True
            children = [*self._idle, *self._busy]
            self._idle.clear()
            self._changed.notify_all()
        for child in children:
            child.stop()
        for child in children:
            child.end()

    def _take(self, urgent: bool, patience: Patience | None) -> Kind:
        began, turn = time.monotonic(), object()
        with self._changed:
            self._waiting.insert(0 if urgent else len(self._waiting), turn)
            try:
                while not self._closed:
                    waited = time.monotonic() - began
                    late = waited >= GROW_AFTER_S
                    if self._waiting[0] is turn and (child := self._free(late)) is not None:
                        self._busy.append(child)
                        return child
                    if patience is not None and waited >= patience():
                        raise GivenUpError
                    self._changed.wait(GROW_AFTER_S)
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()
        raise PoolClosedError

    def _free(self, late: bool) -> Kind | None:
        """Return an idle child, or a new one where there is none or the wait was long."""
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
            child.end()
        if not self._busy or (late and len(self._busy) < self._most):
            return self._new()
        return None

    def _put_back(self, child: Kind) -> None:
        gone = None
        with self._changed:
            self._busy.remove(child)
            if self._closed or (self._idle and not self._waiting):
                gone = child
            elif child.alive:
                self._idle.append(child)
            else:
                gone = child
                if child.heard and not self._idle:
                    self._replace()
            self._changed.notify_all()
        if gone is not None:
            gone.end()

    def _replace(self) -> None:
        try:
            self._idle.append(self._new())
        except OSError:
            return  # whoever comes next tries again, and hears of it
