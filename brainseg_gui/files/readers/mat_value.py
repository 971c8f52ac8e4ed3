"""What a MATLAB file of either version holds: known by kind and size before it is read."""

from __future__ import annotations

import enum
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from brainseg_gui.files.info import MAX_SIDE

MAX_TEXT = 1000  # characters of a name, an id
MAX_CELLS = 1000
MAX_BYTES = 9 * MAX_SIDE**2 + (16 << 20)  # the largest image of doubles, its mask, and the rest
Source = Path | bytes  # a file, or what is in one
ELSEWHERE = "takes its bytes from elsewhere, and a slice is one file"


def stream(source: Source) -> BinaryIO:
    """Open a file, or what is in one, for reading."""
    return open(source, "rb") if isinstance(source, Path) else io.BytesIO(source)


class DamagedError(Exception):
    """The file is not what MATLAB writes."""


class Kind(enum.Enum):
    """What MATLAB calls a class, as far as it matters here; the value ends a sentence."""

    NUMBERS = "numbers"
    COMPLEX = "complex numbers"
    TEXT = "text"
    CELLS = "a cell array"
    STRUCT = "a struct"
    STRING = "a MATLAB string, whose text lies where it cannot be read"
    OTHER = "something that is neither numbers nor text"


def _nothing() -> np.ndarray:
    raise DamagedError


@dataclass(frozen=True)
class Value:
    """A variable, a field or a cell; the functions read it, and only while its file is open.

    Attributes
    ----------
    kind : Kind
    shape : tuple of int
        As MATLAB shows it; nothing of that size is in memory yet.
    array : callable
        Returns numbers in that shape, sparse ones in full; logical ones as they are stored.
    text : callable
        Returns the text, a single number as it is spelt, else "".
    cells : callable
        Returns the cells, column by column.
    field : callable
        Takes a name; returns that field of a struct or variable of a file, None where it is none.
    names : callable
        Returns the names of the fields or variables.
    type : str
        What MATLAB calls the class of numbers: "double", "logical", "int16"; "" of what is none.
    """

    kind: Kind
    shape: tuple[int, ...]
    array: Callable[[], np.ndarray] = _nothing
    text: Callable[[], str] = str
    cells: Callable[[], list[Value]] = list
    field: Callable[[str], Value | None] = lambda name: None
    names: Callable[[], list[str]] = list
    type: str = ""

    @property
    def size(self) -> int:
        """Return the number of elements."""
        return math.prod(self.shape)

    def loaded(self) -> Value:
        """Return a value of this size that is in memory, for use when its file is closed.

        Raises
        ------
        DamagedError
            If it cannot be read.
        """
        array = self.array() if self.kind is Kind.NUMBERS and self.size else None
        text = self.text() if self.size <= MAX_TEXT else ""
        return replace(
            self, array=lambda: _nothing() if array is None else array, text=lambda: text
        )


EMPTY = Value(Kind.NUMBERS, (0, 0))


def cells_value(shape: tuple[int, ...], cells: Callable[[], list[Value]]) -> Value:
    """Return a cell array; one that is a single text is read as that."""

    def text() -> str:
        if math.prod(shape) != 1:
            return ""
        (cell,) = cells()
        return cell.text() if cell.kind is Kind.TEXT and cell.size <= MAX_TEXT else ""

    return Value(Kind.CELLS, shape, text=text, cells=cells)


def spelt(values: np.ndarray) -> str:
    """Return a single number the way people write it; of several nobody can say what they name."""
    if values.size != 1 or values.dtype.kind not in "iuf" or not np.isfinite(values).all():
        return ""
    number = values.ravel()[0]
    return str(number) if values.dtype.kind in "iu" else f"{number:.15g}"


def decoded(codes: bytes, encoding: str) -> str:
    """Return character codes as text; half of a pair becomes U+FFFD."""
    return codes.decode(encoding, errors="replace").replace("\0", "").strip()


def dense(
    shape: tuple[int, ...], rows: np.ndarray, starts: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """Return a sparse matrix in full.

    Parameters
    ----------
    shape : (int, int)
    rows : (N,) int
        Row of each value, column after column.
    starts : (columns + 1,) int
        Where each column begins in `rows`.
    values : (N,) array

    Raises
    ------
    DamagedError
        If these do not fit together.
    """
    if len(starts) != shape[1] + 1 or starts[0] != 0 or not (starts[-1] <= len(rows)):
        raise DamagedError
    ends = starts.astype(np.int64)
    counts = ends[1:] - ends[:-1]
    used = int(starts[-1])
    if (counts < 0).any() or len(values) < used or (used and int(rows[:used].max()) >= shape[0]):
        raise DamagedError
    full = np.zeros(shape, values.dtype)
    full[rows[:used].astype(np.int64), np.repeat(np.arange(shape[1]), counts)] = values[:used]
    return full
