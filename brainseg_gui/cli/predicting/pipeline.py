"""Keep one worker busy: read what comes next and save what is done while it works."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Generic, TypeVar

from brainseg_gui.core.scipy_first import import_scipy

Item = TypeVar("Item")
Read = TypeVar("Read")
Done = TypeVar("Done")
Saved = TypeVar("Saved")

READERS, SAVERS = 2, 2  # threads
AHEAD = 4  # items read before they are needed, and items saved behind; bounds the memory


class Pipeline(Generic[Item, Read, Done, Saved]):
    """Three steps for each item: `read` and `save` in threads, `work` in the calling thread.

    Parameters
    ----------
    read : callable
        Item to what `work` needs.
    work : callable
        The bottleneck; one call at a time.
    save : callable
        Takes the item, what was read, and what `work` returned.
    prepare : callable, optional
        Called once, while the first items are read; what it raises ends the run before it began.
    readers : int
        Threads that read.
    ready : callable, optional
        Called once by each of them before it reads.
    """

    def __init__(
        self,
        read: Callable[[Item], Read],
        work: Callable[[Read], Done],
        save: Callable[[Item, Read, Done], Saved],
        prepare: Callable[[], object] = lambda: None,
        *,
        readers: int = READERS,
        ready: Callable[[], object] = lambda: None,
    ) -> None:
        self._read, self._work, self._save, self._prepare = read, work, save, prepare
        self._readers, self._ready = readers, ready
        self._ahead = max(AHEAD, 2 * readers)

    def run(self, items: Iterable[Item]) -> Generator[tuple[Item, Future[Saved]], None, None]:
        """Yield each item with its finished future, in order; a future holds a result or an error.

        `items` is taken from slowly: when it ends early, what was begun is still yielded.
        """
        source = iter(items)
        reading: deque[tuple[Item, Future[Read]]] = deque()
        saving: deque[tuple[Item, Future[Saved]]] = deque()
        readers = ThreadPoolExecutor(self._readers, "reading", self._ready)
        with readers, ThreadPoolExecutor(SAVERS, "saving") as savers:

            def read_ahead() -> None:
                for item in islice(source, self._ahead - len(reading)):
                    reading.append((item, readers.submit(self._read, item)))

            read_ahead()
            import_scipy()  # while the first is read, and before two threads save
            self._prepare()
            while reading:
                item, read = reading.popleft()
                read_ahead()
                saving.append((item, self._work_on(item, read, savers)))
                while saving and (len(saving) > AHEAD or saving[0][1].done()):
                    yield _finished(*saving.popleft())
            while saving:
                yield _finished(*saving.popleft())

    def _work_on(self, item: Item, read: Future[Read], savers: ThreadPoolExecutor) -> Future[Saved]:
        try:
            value = read.result()
            return savers.submit(self._save, item, value, self._work(value))
        except Exception as error:  # it belongs to this item alone
            failed: Future[Saved] = Future()
            failed.set_exception(error)
            return failed


def _finished(item: Item, future: Future[Saved]) -> tuple[Item, Future[Saved]]:
    future.exception()  # waits
    return item, future
