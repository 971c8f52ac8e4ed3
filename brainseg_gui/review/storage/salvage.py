"""Rows of a damaged database, page by page around what cannot be read."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

_HEADER = 100  # bytes that every SQLite file begins with
_PAGE = 4096  # bytes; every review has pages of this size
_MOST = 1 << 20  # pages; a log that names a later one is damaged
_FARTHEST = 1 << 40
_MOST_GAPS = 200
_PATIENCE_S = 30
_UNREADABLE = (sqlite3.Error, UnicodeError, OverflowError, IndexError)


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
    """Make a copy one that SQLite opens: its first bytes become those of a sound review.

    Of the old ones nothing is needed for reading, and each may be wrong. What is missing of a file
    that was cut off stays missing.

    Raises
    ------
    OSError
        If the copy cannot be read or written.
    """
    content = copy.read_bytes()
    if len(content) < _HEADER:
        return
    header = bytearray(sound.read_bytes()[:_HEADER])
    header[28:32] = (len(content) // _PAGE).to_bytes(4, "big")
    header[32:40] = bytes(8)  # no free pages: nothing is written
    header[92:96] = header[24:28]  # the size above is valid for this change counter
    copy.write_bytes(bytes(header) + content[_HEADER:])


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
    end = time.monotonic() + _PATIENCE_S  # pages that lead in a circle would be read for ever
    connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    return connection


def rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, object]]:
    """Yield every row of a table that can be read, in the order of their numbers.

    It ends on whatever is in the file: the numbers only grow, and it gives up after so many gaps.
    """
    place = -_FARTHEST
    for _ in range(_MOST_GAPS):
        try:
            query = f"SELECT rowid AS place_, * FROM {table} WHERE rowid >= ? ORDER BY rowid"
            for found in connection.execute(query, (place,)):
                if not isinstance(found["place_"], int) or found["place_"] < place:
                    break  # the pages lead back to where they came from
                place = found["place_"] + 1
                yield {key: found[key] for key in found.keys() if key != "place_"}  # noqa: SIM118
            else:
                return
        except _UNREADABLE:
            pass
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
    except _UNREADABLE:
        return False
    return True


class Carved:
    """Rows of a damaged database read page by page, without asking what leads to the pages.

    Everything that SQLite needs to find a page may be wrong: its header, the tables' names, the
    inner pages. What lies on the leaves is read all the same.

    Parameters
    ----------
    pages : sequence of bytes
        From page 1 on; all of one size.
    """

    def __init__(self, pages: Sequence[bytes]) -> None:
        self._pages = pages

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield number and values of every row on a leaf that makes sense as a record."""
        for number, page in enumerate(self._pages):
            start = _HEADER if number == 0 else 0
            if page[start : start + 1] != b"\x0d":
                continue
            count = int.from_bytes(page[start + 3 : start + 5], "big")
            for index in range(min(count, len(page) // 4)):
                at = start + 8 + 2 * index
                with suppress(_NoRecordError, IndexError, struct.error):
                    yield self._cell(page, int.from_bytes(page[at : at + 2], "big"))

    def _cell(self, page: bytes, at: int) -> tuple[int, list[object]]:
        size, at = _varint(page, at)
        rowid, at = _varint(page, at)
        if not 0 < size <= len(self._pages) * len(page):
            raise _NoRecordError
        usable = len(page)
        least, local = (usable - 12) * 32 // 255 - 23, size
        if size > usable - 35:
            local = least + (size - least) % (usable - 4)
            local = local if local <= usable - 35 else least
        payload = page[at : at + local]
        if local < size:
            payload += self._overflow(page[at + local : at + local + 4], size - local)
        if len(payload) != size:
            raise _NoRecordError
        return rowid, _record(payload)

    def _overflow(self, first: bytes, size: int) -> bytes:
        """Return what of a record lies on pages of its own; each is visited once at the most."""
        found, number, seen = bytearray(), int.from_bytes(first, "big"), set()
        while len(found) < size:
            if not 0 < number <= len(self._pages) or number in seen:
                raise _NoRecordError
            seen.add(number)
            page = self._pages[number - 1]
            number = int.from_bytes(page[:4], "big")
            found += page[4:]
        return bytes(found[:size])


def pages_of(copy: Path) -> list[list[bytes]]:
    """Return the pages of a database as its log leads to them, then as they are without it.

    Raises
    ------
    OSError
        If the copy cannot be read.
    """
    content = copy.read_bytes()
    base = [content[at : at + _PAGE] for at in range(0, len(content) - _PAGE + 1, _PAGE)]
    log = copy.with_name(f"{copy.name}-wal")
    written = log.read_bytes() if log.exists() else b""
    latest = dict(enumerate(base, 1))
    for at in range(32, len(written) - 24 - _PAGE + 1, 24 + _PAGE):
        number = int.from_bytes(written[at : at + 4], "big")
        # Those of an earlier round of the log have another salt.
        if written[at + 8 : at + 16] == written[16:24] and 0 < number <= len(base) + len(written):
            latest[number] = written[at + 24 : at + 24 + _PAGE]
    if not latest:
        return []
    whole = [latest.get(number, bytes(_PAGE)) for number in range(1, min(max(latest), _MOST) + 1)]
    return [whole, base]


class _NoRecordError(Exception):
    """These bytes are no row."""


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        byte = data[at + place]
        if place == 8:
            value = value << 8 | byte
            break
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value - (1 << 64) if value >= 1 << 63 else value, at + place + 1


def _record(payload: bytes) -> list[object]:
    end, at = _varint(payload, 0)
    kinds, place = [], end
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[object] = []
    for kind in kinds:
        value, place = _value(payload, kind, place)
        values.append(value)
    if at != end or place != len(payload):
        raise _NoRecordError
    return values


def _value(payload: bytes, kind: int, at: int) -> tuple[object, int]:
    if kind < 0 or kind in (10, 11):
        raise _NoRecordError
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], at
    size = _SIZES[kind] if kind < 12 else (kind - 12) // 2
    data = payload[at : at + size]
    if len(data) != size:
        raise _NoRecordError
    if kind == 7:
        return struct.unpack(">d", data)[0], at + size
    if kind < 7:
        return int.from_bytes(data, "big", signed=True), at + size
    return (data.decode("utf-8", "replace") if kind % 2 else data), at + size


_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}
