"""The table of predictions, written row by row: what has its row is done, whatever comes next."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from brainseg_gui.cli.results import TABLE
from brainseg_gui.core.text import cell, encoded
from brainseg_gui.files.atomic import write_atomically, write_reason
from brainseg_gui.files.errors import WriteError

SYNC_S = 2.0  # between two moments at which the rows are made to survive a power cut


@dataclass(frozen=True)
class Rows:
    """What a table holds that was begun.

    Attributes
    ----------
    columns : tuple of str
        Empty where there is no table.
    rows : list of list of str
        The complete ones, as they stand there: one that was cut off does not count.
    """

    columns: tuple[str, ...] = ()
    rows: list[list[str]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> Rows:
        """Read the table in a folder.

        Raises
        ------
        WriteError
            If it is there and cannot be read.
        """
        path = folder / TABLE
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise WriteError(path, write_reason(error)) from error
        whole = content[: content.rfind(b"\n") + 1].decode("utf-8", "surrogateescape")
        header, *rows = list(csv.reader(io.StringIO(whole, newline=""))) or [[]]
        return cls(tuple(header), [row for row in rows if len(row) == len(header)])


class Table:
    """Writes rows, each whole or not at all; used by one thread.

    The file is made anew by `begin`, and not before: until then what a folder held stays.

    Parameters
    ----------
    folder : Path
    columns : sequence of str
    before : iterable of list of str
        Rows of an earlier run that stay.
    """

    def __init__(
        self, folder: Path, columns: Sequence[str], before: Iterable[list[str]] = ()
    ) -> None:
        self._path, self._columns, self._before = folder / TABLE, columns, before
        self._file: BinaryIO | None = None
        self._synced = time.monotonic()

    def begin(self) -> None:
        """Make the file with what stays, if it is not made yet; WriteError if that fails."""
        if self._file is not None:
            return
        write_atomically(self._path, _lines([self._columns, *self._before]))
        try:
            # What was just put there, and nothing that a link of that name leads to.
            flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
            descriptor = os.open(self._path, flags | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise WriteError(self._path, write_reason(error)) from error
        self._file = os.fdopen(descriptor, "ab", buffering=0)

    def add(self, row: dict[str, str]) -> None:
        """Add a row; WriteError if it cannot be, and then nothing of it is there."""
        self.begin()
        assert self._file is not None
        line = _lines([[cell(row.get(name, "")) for name in self._columns]])
        place = os.fstat(self._file.fileno()).st_size
        try:
            written = self._file.write(line)
            if written != len(line):  # a disk that is just about full
                written += self._file.write(line[written:])
            if time.monotonic() - self._synced >= SYNC_S:
                self._sync()
        except OSError as error:
            os.truncate(self._path, place)
            raise WriteError(self._path, write_reason(error)) from error

    def close(self) -> None:
        """Let go of the file, all of it on the disk; WriteError if the disk fails."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with file:
            try:
                os.fsync(file.fileno())
            except OSError as error:
                raise WriteError(self._path, write_reason(error)) from error

    def _sync(self) -> None:
        assert self._file is not None
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()


def as_kept(text: str) -> str:
    """Return what is read back of a text that was written into a cell."""
    return encoded(cell(text)).decode("utf-8", "surrogateescape")


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return encoded(text.getvalue())
