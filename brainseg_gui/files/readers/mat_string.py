"""Text of MATLAB's class `string`, which version 7.3 keeps apart from the variable that names it.

The variable holds the numbers of an object and of its class; a table, which MATLAB calls
`FileWrapper__`, leads from there to the cell with the characters. Nobody documents that: whatever
is not exactly as in the files that are known is no text.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.files.readers.mat_value import MAX_TEXT, DamagedError, decoded

MAX_TABLE = 1 << 20  # bytes
_MARK = 0xDD000000  # begins what stands in place of an object
_VERSIONS = (2, 3, 4)
_HEADER = 40  # bytes: version, number of names, eight places
_FIRST_CELL = 2  # before it are the table and an empty one
_IN_A_CELL = 1  # of a property: its value is the number of one

Words = NDArray[np.uint32]


def string_text(named: np.ndarray, table: bytes, cell: Callable[[int], np.ndarray]) -> str:
    """Return the text of a single string; "" where it is several, missing or too long.

    Parameters
    ----------
    named : array of numbers
        What the variable holds.
    table : bytes
        The first cell of those behind all objects of the file.
    cell : callable
        Takes a number, and returns the numbers in that cell.

    Raises
    ------
    DamagedError
        If the table does not lead to a text, or in a way that is not known.
    """
    mark, *shape, number, class_ = _six(named)
    if mark != _MARK or shape != [2, 1, 1]:
        return ""
    words = np.frombuffer(table[: len(table) // 4 * 4], "<u4")
    _must(len(table) >= _HEADER and words[0] in _VERSIONS)
    places = words[2:10].astype(int)
    _must(places[0] >= _HEADER and (np.diff(places[:4]) >= 0).all() and places[3] <= len(table))
    names = [b"", *table[_HEADER : places[0]].split(b"\0")[: int(words[1])]]
    classes, properties, objects = (
        words[begin // 4 : end // 4] for begin, end in pairwise(places[:4])
    )
    _must(_name(names, _row(classes, class_, 4)[1]) == b"string")
    its_class, _, _, saved, others, _ = _row(objects, number, 6)
    _must(its_class == class_ and saved > 0 and others == 0)
    name, kind, value = _only_property(properties, saved)
    _must(_name(names, name) == b"any" and kind == _IN_A_CELL)
    return _characters(cell(value + _FIRST_CELL))


def _six(named: np.ndarray) -> list[int]:
    values = [int(it) for it in named.ravel()[:7]]
    _must(named.dtype.kind == "u" and len(values) == 6)
    return values


def _row(table: Words, number: int, width: int) -> list[int]:
    """Return a row of so many numbers; row 0 stands for nothing."""
    row = table[number * width : (number + 1) * width]
    _must(number > 0 and len(row) == width)
    return [int(it) for it in row]


def _only_property(blocks: Words, number: int) -> tuple[int, int, int]:
    """Return name, kind and value of the single property in a block; each says how long it is."""
    at = 0
    for _ in range(number):
        _must(at < len(blocks))
        at += (1 + 3 * int(blocks[at]) + 1) // 2 * 2
    block = [int(it) for it in blocks[at : at + 4]]
    _must(len(block) == 4 and block[0] == 1)
    return block[1], block[2], block[3]


def _characters(values: np.ndarray) -> str:
    """Return the text in a cell: version, size, length of each string, then UTF-16, packed."""
    packed = values.ravel(order="F")
    _must(packed.dtype == np.uint64 and len(packed) >= 5)
    version, *shape, length = (int(it) for it in packed[:5])
    _must(version == 1)
    if shape != [2, 1, 1] or length > MAX_TEXT:  # of a missing one it is the largest there is
        return ""
    content = packed[5:].astype("<u8").tobytes()
    _must(len(content) >= 2 * length)
    return decoded(content[: 2 * length], "utf-16-le")


def _name(names: list[bytes], number: int) -> bytes:
    _must(number < len(names))
    return names[number]


def _must(holds: object) -> None:
    if not holds:
        raise DamagedError
