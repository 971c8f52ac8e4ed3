"""The one door to image files: they are read in child processes, never in this one.

What a file does to the process that reads it, a crash, an endless loop, gigabytes, is one
`SliceError` here, and the other files do not notice.
"""

from __future__ import annotations

import atexit
import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.children.child import Child, ChildDiedError, ChildStoppedError
from brainseg_gui.children.exchange import Exchange
from brainseg_gui.children.limits import GIB, Limits, Patience
from brainseg_gui.children.messages import Message, NoMessageError
from brainseg_gui.children.pool import Pool, PoolClosedError
from brainseg_gui.children.serving import PAUSED
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files import parcels
from brainseg_gui.files.containers.container import Listing
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import SliceError, one_line
from brainseg_gui.files.info import MAX_SIDE, SliceInfo, Variable
from brainseg_gui.files.masks import parcels as masks
from brainseg_gui.files.masks.found import MaskFile
from brainseg_gui.files.wishes import NONE, Wishes

MODULE = "brainseg_gui.files.reading_process"
SECONDS = 5.0
# An image as doubles, as it is handed over, and its mask: what the largest slice is made of.
ARRAYS = MAX_SIDE**2 * (8 + 4 + 1)
LIMITS = Limits(SECONDS, GIB + ARRAYS)
START = Limits(60.0)
PAUSE = Limits(20.0)  # to import what a kind of file needs, which counts for no file
MOST_PAUSES = 16  # of a child: there are no more such libraries
AT_ONCE = min(2, os.cpu_count() or 1)  # children that index
TOGETHER = 16  # files that are asked about at once, because each answer is short
IN_MESSAGES = {"info", "geometry", "header", "variables"}  # answers without the exchange
LONGEST_REASON = 500
CLOSED = "it was not read, because the program ends"

# One thread each: what a file makes the linear algebra do, it does on one processor.
ENVIRONMENT = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")
}
# The C library of Linux gives arrays of a slice back to the system and asks for them anew, slice
# after slice: half a millisecond for each. What a slice of 1024 x 1024 takes is kept instead.
ENVIRONMENT |= {"MALLOC_MMAP_THRESHOLD_": str(16 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
Found = TypeVar("Found")
Unpack = Callable[[Message, Exchange], Found]


class _Asking(threading.local):
    """What the present thread asks with."""

    patience: Patience | None = None
    urgent = eager = False


_asking = _Asking()
_wishes = NONE


def ask_with(
    patience: Patience | None = None, *, urgent: bool = False, eager: bool = False
) -> None:
    """Say for everything that this thread asks from now on how urgent it is, and for how long.

    Parameters
    ----------
    patience : callable, optional
        How many seconds a file is worth, asked again and again while it is read; beyond that the
        question ends with `GivenUpError`.
    urgent : bool
        Whether it goes before what other threads ask.
    eager : bool
        Whether it rather has another child than waits for one: for thousands of files that are
        read by a few threads.
    """
    _asking.patience, _asking.urgent, _asking.eager = patience, urgent, eager


@contextmanager
def asking(patience: Patience) -> Iterator[None]:
    """Have this patience until the block ends."""
    before = _asking.patience
    _asking.patience = patience
    try:
        yield
    finally:
        _asking.patience = before


def wish_for(wishes: Wishes) -> None:
    """Say what this process wants of every file that it reads from now on."""
    global _wishes
    _wishes = wishes


def wishes() -> Wishes:
    """Return what is wanted of every file."""
    return _wishes


class Reader:
    """Reads files in children of its own; any thread may call any method.

    Parameters
    ----------
    most : int
        Children at a time; there is one, unless threads wait for long.
    """

    def __init__(self, most: int = 4) -> None:
        self._pool: Pool[_ReadingChild] = Pool(_ReadingChild, most)

    @property
    def pids(self) -> list[int]:
        """Return the ids of the children that run."""
        return self._pool.pids

    def start(self) -> None:
        """Start a child ahead of the first file; it is not waited for, and no error if it fails."""
        try:
            self._pool.start()
        except OSError:
            return  # the first file says it

    def close(self) -> None:
        """End the children for good; what is being read ends with a `SliceError`."""
        self._pool.close()

    def read_slice(self, path: Path) -> Slice:
        """Return the slice in a file; SliceError, GivenUpError."""
        return self._one("slice", path, parcels.unpack_slice)

    def read_geometry(self, path: Path) -> Geometry | None:
        """Return where a slice lies in its volume; SliceError, GivenUpError."""
        return self._one("geometry", path, parcels.unpack_geometry)

    def read_headers(self, paths: Iterable[Path]) -> Iterator[SourceHeader | SliceError | None]:
        """Yield what the header of each DICOM source says, or what is wrong; GivenUpError."""
        return self._many("header", paths, parcels.unpack_header)

    def read_author_folds(self, path: Path) -> NDArray[np.int64]:
        """Return the folds in a file of the data set's authors; SliceError, GivenUpError."""
        return self._one("folds", path, parcels.unpack_folds)

    def read_infos(self, paths: Iterable[Path]) -> Iterator[SliceInfo | SliceError]:
        """Yield what there is to say of each file, or what is wrong with it; GivenUpError.

        Many files are read by two children, a little ahead of what is taken.
        """
        return self._many("info", paths, parcels.unpack_info)

    def read_listings(self, paths: Iterable[Path]) -> Iterator[Listing | SliceError]:
        """Yield what is in each file, or what is wrong with it, likewise; GivenUpError."""
        return self._many("listing", paths, parcels.unpack_listing)

    def read_variables(self, path: Path) -> tuple[Variable, ...]:
        """Return what is in a MATLAB file of plain variables; SliceError, GivenUpError."""
        return self._one("variables", path, parcels.unpack_variables)

    def read_mask_files(self, paths: Iterable[Path]) -> Iterator[MaskFile | SliceError]:
        """Yield which masks are in each file, or what is wrong with it, likewise; GivenUpError."""
        return self._many("masks", paths, masks.unpack_mask_file)

    def read_mask(self, path: Path) -> Mask:
        """Return a mask of a file; SliceError, GivenUpError."""
        return self._one("mask", path, masks.unpack_mask)

    def _many(
        self, what: str, paths: Iterable[Path], unpack: Unpack[Found]
    ) -> Iterator[Found | SliceError]:
        source = iter(paths)
        some = list(islice(source, TOGETHER))
        if len(some) < TOGETHER:
            yield from self._each(what, some, unpack)
            return
        patience, left = _asking.patience, threading.Event()

        def ask() -> None:
            ask_with(lambda: 0.0 if left.is_set() else _worth_s(patience), eager=True)

        with ThreadPoolExecutor(AT_ONCE, "indexing", ask) as pool:
            ahead: deque[Future[list[Found | SliceError]]] = deque()
            try:
                while some or ahead:
                    if some:
                        ahead.append(pool.submit(self._together, what, some, unpack))
                        some = list(islice(source, TOGETHER))
                    if len(ahead) > AT_ONCE or not some:
                        yield from ahead.popleft().result()
            finally:
                left.set()
                pool.shutdown(cancel_futures=True)

    def _together(
        self, what: str, paths: Sequence[Path], unpack: Unpack[Found]
    ) -> list[Found | SliceError]:
        return list(self._each(what, paths, unpack))

    def _one(self, what: str, path: Path, unpack: Unpack[Found]) -> Found:
        (found,) = self._each(what, [path], unpack)
        if isinstance(found, SliceError):
            raise found
        return found

    def _each(
        self, what: str, paths: Sequence[Path], unpack: Unpack[Found]
    ) -> Iterator[Found | SliceError]:
        """Yield an answer for each file; a child that dies is followed by another one.

        A child that crashes at a file may have been hurt by one before: such a file is read once
        more, by a child that did not read anything else.
        """
        rest, suspected = list(paths), False
        while rest:
            found, error = self._ask(what, rest[:1] if suspected else rest, unpack)
            yield from found
            suspected = suspected and not found
            rest = rest[len(found) :]
            if error is not None:
                if suspected or error.proven:
                    yield SliceError(rest.pop(0), error.reason)
                suspected = not (suspected or error.proven)

    def _ask(
        self, what: str, paths: Sequence[Path], unpack: Unpack[Found]
    ) -> tuple[list[Found | SliceError], _Death | None]:
        """Ask a child about some files; return what it said until it died, if it did."""
        found: list[Found | SliceError] = []
        try:
            with self._pool.child(_asking.urgent, _asking.eager, _asking.patience) as child:
                try:
                    for answer in child.answers(what, paths, _asking.patience):
                        found.append(_understood(answer, paths[len(found)], unpack, child))
                        if not child.alive:  # it said nonsense: the next one is asked the rest
                            break
                except ChildDiedError as error:
                    return found, _Death.of(error, child)
        except PoolClosedError:
            return found, _Death(CLOSED)
        except OSError as error:
            return found, _Death(f"the process that reads files cannot start: {error.strerror}")
        return found, None


class _ReadingChild(Child):
    """A child that reads, with what it has read so far."""

    def __init__(self) -> None:
        super().__init__(MODULE, name="reading", environment=ENVIRONMENT)
        self.answered = self._pauses = 0

    def answers(
        self, what: str, paths: Sequence[Path], patience: Patience | None
    ) -> Iterator[Message]:
        """Ask about files, and yield each answer as it comes."""
        if not self.heard:
            self.hear(START, patience)  # that it is ready
        # Absolute: where this process works may change, where the child works does not.
        about = {"do": what, "wishes": _wishes.message}
        questions = [about | {"path": os.path.abspath(path)} for path in paths]
        # What comes through the exchange has to be taken before the next answer lies there.
        ahead = what in IN_MESSAGES
        if ahead:
            self.tell(*questions)
        for question in questions:
            if not ahead:
                self.tell(question)
            answer = self._answer(patience)
            self.answered += 1
            yield answer

    def _answer(self, patience: Patience | None) -> Message:
        """Hear an answer; while a library is imported that it takes, the clock stands still."""
        while PAUSED in (answer := self.hear(LIMITS, patience)) and self._pauses < MOST_PAUSES:
            self._pauses += 1
            self.hear(PAUSE, patience)
        return answer


class _Death:
    """How a child ended, and whether the file that it was asked about is known to be the cause."""

    def __init__(self, reason: str, proven: bool = True) -> None:
        self.reason, self.proven = reason, proven

    @classmethod
    def of(cls, error: ChildDiedError, child: _ReadingChild) -> _Death:
        if isinstance(error, ChildStoppedError):
            return cls(CLOSED)
        if not child.heard:
            return cls(f"the process that reads files cannot start: {error.cause}")
        cause = error.cause.removeprefix("it ") if error.cause.startswith("it ") else "ended"
        proven = bool(error.excess) or child.answered == 0
        return cls(f"the process that read it {cause}", proven)


def _worth_s(patience: Patience | None) -> float:
    return math.inf if patience is None else patience()


def _understood(
    answer: Message, path: Path, unpack: Unpack[Found], child: _ReadingChild
) -> Found | SliceError:
    """Return what a message says; a child that says what cannot be understood is ended."""
    try:
        if "error" in answer:
            return _problem(answer, path)
        return unpack(answer, child.exchange)
    except (NoMessageError, ValueError, OSError) as error:
        child.end()
        return SliceError(path, f"the process that read it answered nonsense ({one_line(error)})")


def _problem(answer: dict[str, Any], path: Path) -> SliceError:
    reason, of = answer["error"], answer.get("path")
    if not isinstance(reason, str) or not isinstance(of, str):
        raise NoMessageError("no reason")
    about = path if of == os.path.abspath(path) else Path(of)
    return SliceError(about, one_line(reason)[:LONGEST_REASON])


_lock = threading.Lock()
_door: Reader | None = None


def door() -> Reader:
    """Return the reader of this process, which starts its first child when it is first asked."""
    global _door
    with _lock:
        if _door is None:
            _door = Reader()
        return _door


def allow(children: int) -> None:
    """Let this process read with so many children at a time; those that it has are ended."""
    global _door
    close()
    with _lock:
        _door = Reader(children)


def close() -> None:
    """End the children of this process; whoever asks next has new ones."""
    global _door
    with _lock:
        reader, _door = _door, None
    if reader is not None:
        reader.close()


def _forget() -> None:
    """Leave the children to the process that this one was forked from."""
    global _door, _lock
    _door, _lock = None, threading.Lock()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
