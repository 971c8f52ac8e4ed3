"""Rows of a damaged database, page by page around what cannot be read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_HEADER = 100  # bytes that every SQLite file begins with
_MAGIC = b"SQLite format 3\x00"
_FARTHEST = 1 << 40
_MOST_MISSING = 1 << 28  # bytes; a header that says more is damaged itself


def copy_with_log(damaged: Path, folder: Path) -> Path:
    """Copy a database and its log as they are, to be opened without a trace beside them.

    Raises
    ------
    OSError
        If it cannot be read, or the copy not written.
    """
    copy = folder / "damaged.sqlite"
    for suffix in ("", "-wal"):
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{damaged}{suffix}", f"{copy}{suffix}")
    return copy


def mend_header(copy: Path, sound: Path) -> None:
    """Make a copy one that SQLite opens.

    First bytes that were overwritten become those of a sound review, and a file that was cut
    off gets the length that it says it has: what is missing then reads as damaged pages.

    Raises
    ------
    OSError
        If the copy cannot be read or written.
    """
    content = copy.read_bytes()
    if len(content) < _HEADER:
        return
    header = bytearray(content[:_HEADER])
    if not content.startswith(_MAGIC):
        header = bytearray(sound.read_bytes()[:_HEADER])
        page = int.from_bytes(header[16:18], "big")
        header[28:32] = (len(content) // page).to_bytes(4, "big")
        header[92:96] = header[24:28]  # the size above is valid for this change counter
    said = int.from_bytes(header[16:18], "big") * int.from_bytes(header[28:32], "big")
    missing = min(max(said - len(content), 0), len(content) + _MOST_MISSING)
    copy.write_bytes(bytes(header) + content[_HEADER:] + bytes(missing))


def connect(copy: Path) -> sqlite3.Connection:
    """Open a damaged database for `rows`.

    Raises
    ------
    sqlite3.Error
        If not even that is possible.
    """
    connection = sqlite3.connect(copy)
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA cell_size_check=ON")
    return connection


def rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, object]]:
    """Yield every row of a table that can be read, in the order of their numbers."""
    place = -_FARTHEST
    while True:
        found: sqlite3.Row | None = None
        try:
            query = f"SELECT rowid AS place_, * FROM {table} WHERE rowid >= ? ORDER BY rowid"
            for found in connection.execute(query, (place,)):
                place = int(found["place_"]) + 1
                yield {key: found[key] for key in found.keys() if key != "place_"}  # noqa: SIM118
            return
        except sqlite3.Error:
            behind = _behind(connection, table, place)
        if behind is None:
            return
        place = behind


def _behind(connection: sqlite3.Connection, table: str, place: int) -> int | None:
    """Return the first number after `place` from which a row can be read again."""
    distance = 1
    while not _readable(connection, table, place + distance):
        distance *= 2
        if distance > 4 * _FARTHEST:
            return None
    low, high = place + distance // 2, place + distance
    while high - low > 1:
        middle = (low + high) // 2
        if _readable(connection, table, middle):
            high = middle
        else:
            low = middle
    return high


def _readable(connection: sqlite3.Connection, table: str, place: int) -> bool:
    query = f"SELECT * FROM {table} WHERE rowid >= ? ORDER BY rowid LIMIT 1"
    try:
        connection.execute(query, (place,)).fetchone()
    except sqlite3.Error:
        return False
    return True
