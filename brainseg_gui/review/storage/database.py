"""One SQLite file: opened with care, written whole or not at all."""

from __future__ import annotations

import functools
import os
import sqlite3
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from brainseg_gui.files.errors import WriteError
from brainseg_gui.review.storage.rescue.journal import Journal
from brainseg_gui.review.storage.rescue.trace import Trace
from brainseg_gui.review.storage.tables import SETTING
from brainseg_gui.review.values.stored import StoreError

MOST_ALARMS = 5  # for nothing but the time of a file
# The SQL of statements: worded once for all reviews, which takes longer than SQLite's part.
_WORDED: MutableMapping[Any, Any] = sa.util.LRUCache(500)


class Database:
    """Connections to a review's file, in which every failure is a StoreError.

    Parameters
    ----------
    path : Path
    read_only : bool
        Write nothing whatsoever, no log and no lock either.

    Attributes
    ----------
    journal : Journal
        What was written through this.
    on_touched : callable
        Called before a change where somebody else touched the files since the last one: it sees
        to it that this goes on with a file that holds the journal, or raises StoreError.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path, self.read_only = path, read_only
        self.journal = Journal()
        self.on_touched: Callable[[], object] = lambda: None
        self._trace: Trace | None = None
        self._false_alarms = 0
        like, pool = _any_engine(), sa.pool.NullPool if read_only else sa.pool.QueuePool
        connect: Any = self._connect
        self.engine = sa.Engine(
            pool(connect, dialect=like.dialect),
            like.dialect,
            like.url,
            execution_options={"compiled_cache": _WORDED},
        )
        sa.event.listen(self.engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a connection on one state of the file.

        Raises
        ------
        StoreError
            If it cannot be read; also for whatever goes wrong inside the block.
        """
        if not self.read_only:
            self._refuse_frozen()
        with self._told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, flushed: bool = True) -> Iterator[sa.Connection]:
        """Open a transaction; it is on the disk when the block is left.

        Parameters
        ----------
        flushed : bool
            Otherwise it survives this program, and the power after `flush` or the next
            transaction that is flushed.

        Raises
        ------
        StoreError
            Also if the file is gone, to which SQLite itself would go on writing.
        """
        if self.read_only:
            raise StoreError(f"{self.path.name} was opened for reading only.")
        self._look_around()
        try:
            with (
                self._told(),
                self.engine.connect().execution_options(writes=True) as connection,
                _without_flush(connection) if not flushed else nullcontext(),
                connection.begin(),
            ):
                yield connection
            self._trace = _trace(self.path)
        except StoreError as error:
            if _says_read_only(error.__cause__):
                self.close()  # a connection to a file that was read-only would stay so
            raise

    def flush(self) -> None:
        """Have everything that was written on the disk for good; from any thread.

        Raises
        ------
        OSError
        """
        with suppress(FileNotFoundError):  # there is no log: all of it is in the file
            log = os.open(f"{self.path}-wal", os.O_RDWR)
            try:
                os.fsync(log)
            finally:
                os.close(log)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()
        self._trace = None

    def copy_open_file(self, target: Path) -> None:
        """Copy what the open connection sees into a new file, wherever that is by now.

        Raises
        ------
        sqlite3.Error, StoreError
        """
        with (
            self._told(),
            self.engine.connect() as connection,
            closing(sqlite3.connect(target)) as new,
        ):
            old = connection.connection.driver_connection
            assert old is not None
            old.backup(new)

    def go_on_with(self, path: Path) -> None:
        """Use another file from now on; the one before is let go of as it is."""
        with closing(sqlite3.connect(untouching_uri(self.path), uri=True)) as looks_on:
            with suppress(sqlite3.Error):
                looks_on.execute("SELECT 1 FROM sqlite_master").fetchone()
            # Were this the last connection, a log that was cut would be worked into the file.
            self.close()
        self.path = path

    def _look_around(self) -> None:
        """See what was done to the files since the last change; SQLite itself does not look."""
        if not os.path.exists(self.path):
            raise StoreError(
                f"{self.path.name} is no longer in its folder: put it back, then save again."
            )
        if self._trace is not None and self._is_touched(self._trace, now := Trace.of(self.path)):
            if not os.path.isfile(self.path):
                raise StoreError(f"{self.path.name}: unable to open database file.")
            if self._trace.lost_its_log(now):
                # Commits would go to a log without a name, and be gone with this program.
                with suppress(StoreError), self._told(), self.engine.connect() as connection:
                    connection.connection.execute("PRAGMA wal_checkpoint(FULL)")
            self.on_touched()
            self.close()  # what is open may be another file than what has the name
        self._refuse_frozen()

    def _is_touched(self, left: Trace, now: Trace) -> bool:
        """Tell whether the files are not as they were left.

        Some disks, shares among them, tell another time later on though nothing was done: after a
        few such alarms their times count no more, and a look is cheap again.
        """
        if now.without_times != left.without_times:
            return True
        if now == left or self._false_alarms == MOST_ALARMS:
            return False
        self._false_alarms += 1
        return True

    def _refuse_frozen(self) -> None:
        if _is_frozen(f"{self.path}-shm"):
            raise StoreError(
                f"{self.path.name}-shm cannot be written to any more: free it, then save again."
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DatabaseError, zlib.error, ValueError) as error:
            raise StoreError(f"{self.path.name}: {reason(error)}.") from error

    def _connect(self) -> sqlite3.Connection:
        uri = untouching_uri(self.path) if self.read_only else self.path.absolute().as_uri()
        connection = sqlite3.connect(
            uri, uri=True, timeout=2, isolation_level=None, check_same_thread=False
        )
        if not self.read_only:
            # A full sync: a commit survives the program, the system and the power.
            connection.execute("PRAGMA synchronous=FULL")
            self._trace = self._trace or _trace(self.path)
        return connection


@functools.cache
def _any_engine() -> sa.Engine:
    """Return an engine that knows this SQLite, which all others are made like."""
    engine = sa.create_engine("sqlite://")
    engine.connect().close()
    return engine


@contextmanager
def _without_flush(connection: sa.Connection) -> Iterator[None]:
    """Let a commit wait for no disk; the log is flushed before any of it gets into the file."""
    raw = connection.connection
    raw.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # a connection that is closed has no setting any more
            raw.execute("PRAGMA synchronous=FULL")


def untouching_uri(path: Path) -> str:
    """Return a URI that opens a database without writing to its folder.

    Where there is a log, its readers use the one that is there; where there is none, SQLite
    would make an empty one unless it is told that the file does not change.
    """
    log = path.with_name(path.name + "-wal")
    return f"{path.absolute().as_uri()}?mode=ro{'' if log.exists() else '&immutable=1'}"


def copy_database(source: Path, target: Path) -> None:
    """Copy a database with what its log holds, under another name until it is whole.

    Raises
    ------
    OSError, sqlite3.Error
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(untouching_uri(source), uri=True)) as old,
        closing(sqlite3.connect(part)) as new,
    ):
        old.backup(new)
    os.replace(part, target)


def set_value(connection: sa.Connection, name: str, value: str) -> None:
    """Write a named value of the review."""
    set_values(connection, {name: value})


def set_values(connection: sa.Connection, values: Mapping[str, str]) -> None:
    """Write named values of the review, thousands of them at once."""
    statement = insert(SETTING)
    written = {"value": statement.excluded.value}
    rows = [{"name": name, "value": value} for name, value in values.items()]
    if rows:
        connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_=written), rows
        )


def reason(error: Exception) -> str:
    """Return the innermost message, without SQL and addresses."""
    if isinstance(error, sa.exc.DBAPIError):
        return str(error.orig)
    return error.reason if isinstance(error, WriteError) else str(error)


def _begin(connection: sa.Connection) -> None:
    """A writer takes the file at once: it must not find it changed between reading and writing."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _says_read_only(error: BaseException | None) -> bool:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_READONLY


def _is_frozen(path: str) -> bool:
    """Tell whether the system refuses what the permissions grant: immutable, or a read-only disk.

    SQLite has this file in its memory; the system would end the program that writes there. Where
    only the permissions changed, what is open still takes everything.
    """
    try:
        return bool(os.stat(path).st_mode & stat.S_IWUSR) and not os.access(path, os.W_OK)
    except FileNotFoundError:
        return False


def _trace(path: Path) -> Trace | None:
    with suppress(OSError):
        return Trace.of(path)
    return None
