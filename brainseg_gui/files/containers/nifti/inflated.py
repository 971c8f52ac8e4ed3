"""A gzip file in which one can go back and forth without inflating it from its start.

Every few megabytes the state of the inflation is kept, some 40 kB each; whoever walks through a
volume, in either direction, inflates no more than that for a slice. Nothing is written anywhere.
"""

from __future__ import annotations

import io
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, BinaryIO

MIB = 1 << 20
EVERY = 4 * MIB  # bytes inflated between two states that are kept
MOST_STATES = 256
CHUNK = 1 << 16  # bytes of the file that are read at once
PIECE = 1 << 20  # bytes that are inflated at once
GZIP = 16 + zlib.MAX_WBITS
MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class _State:
    """How far the inflation had come."""

    made: int  # bytes inflated
    taken: int  # bytes of the file that were needed for it
    inflation: Any  # a copy of it, never used itself


class Inflated(io.RawIOBase):
    """What is in a gzip file, for reading at any place.

    Parameters
    ----------
    file : file for reading
        Closed with this one.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._at = 0  # where the next read begins
        self._every = EVERY
        self._states = [_State(0, 0, zlib.decompressobj(GZIP))]
        self._go_back_to(self._states[0])

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Read on from another place; how long it is in all is not known.

        Raises
        ------
        ValueError
            If the place is said from the end, or lies before the start.
        """
        at = offset + (self._at if whence == io.SEEK_CUR else 0)
        if whence == io.SEEK_END or at < 0:
            raise ValueError("no such place")
        self._at = at
        return at

    def read(self, size: int = -1, /) -> bytes:
        """Return that many bytes, fewer at the end of the file.

        Raises
        ------
        ValueError
            If no size is said.
        EOFError, zlib.error
            If the file is cut off or damaged.
        """
        if size < 0:
            raise ValueError("how much is not said")
        self._go_to(self._at)
        found = io.BytesIO()
        while found.tell() < size:
            piece = self._inflate(min(PIECE, size - found.tell()))
            if not piece:
                break
            found.write(piece)
        self._at += found.tell()
        return found.getvalue()

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer; return how many bytes came."""
        view = memoryview(buffer).cast("B")
        found = self.read(len(view))
        view[: len(found)] = found
        return len(found)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._states.clear()
        super().close()

    def _go_to(self, at: int) -> None:
        """Have the inflation stand where the next byte is wanted."""
        nearest = self._states[bisect_right(self._states, at, key=lambda it: it.made) - 1]
        if not nearest.made <= self._made <= at:
            self._go_back_to(nearest)
        while self._made < at and self._inflate(min(PIECE, at - self._made)):
            pass

    def _go_back_to(self, state: _State) -> None:
        self._made, self._inflation = state.made, state.inflation.copy()
        self._rest = b""
        self._file.seek(state.taken)

    def _inflate(self, most: int) -> bytes:
        """Return what comes next, b"" at the end of the file."""
        while True:
            if not self._rest:
                self._rest = self._file.read(CHUNK)
            if self._inflation.eof and not self._begin_another():
                return b""
            if not self._rest:
                raise EOFError("the file is cut off")
            piece = self._inflation.decompress(self._rest, most)
            ended = self._inflation.eof
            self._rest = self._inflation.unused_data if ended else self._inflation.unconsumed_tail
            self._made += len(piece)
            self._keep_state()
            if piece:
                return bytes(piece)

    def _begin_another(self) -> bool:
        """Go on with another gzip file behind the one that ended; tell whether there is one."""
        if len(self._rest) < len(MAGIC):
            self._rest += self._file.read(CHUNK)
        if not self._rest.startswith(MAGIC):
            return False  # its end, or what others put behind it
        self._inflation = zlib.decompressobj(GZIP)
        return True

    def _keep_state(self) -> None:
        if self._made < self._states[-1].made + self._every or self._inflation.eof:
            return
        taken = self._file.tell() - len(self._rest)
        self._states.append(_State(self._made, taken, self._inflation.copy()))
        if len(self._states) > MOST_STATES:
            del self._states[1::2]
            self._every *= 2
