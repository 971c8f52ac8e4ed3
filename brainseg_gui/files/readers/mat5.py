"""Read MATLAB's version 5 files; bounded, and in Python, where no flipped bit ends the process.

A file is a row of elements, each with a tag of type and size; a matrix is an element made of
elements. Nothing is believed of a size before it is compared with the bytes that are there.
"""

from __future__ import annotations

import itertools
import math
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, Literal

import numpy as np

from brainseg_gui.files.readers.mat_value import (
    EMPTY,
    MAX_BYTES,
    MAX_CELLS,
    DamagedError,
    Kind,
    Source,
    Value,
    cells_value,
    decoded,
    dense,
    spelt,
    stream,
)

HEADER = 128
MATRIX, COMPRESSED = 14, 15  # types of elements
TYPES = {
    **{1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4"},
    **{7: "f4", 9: "f8", 12: "i8", 13: "u8"},
}
ENCODINGS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
CELL, STRUCT, CHAR, SPARSE, OPAQUE = 1, 2, 4, 5, 17  # classes of matrices
CLASSES = {
    **{6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2"},
    **{12: "i4", 13: "u4", 14: "i8", 15: "u8"},
}
NAMES = {
    **{6: "double", 7: "single", 8: "int8", 9: "uint8", 10: "int16", 11: "uint16"},
    **{12: "int32", 13: "uint32", 14: "int64", 15: "uint64"},
}
IS_COMPLEX, IS_LOGICAL = 0x800, 0x200
HEAD_OF_MATRIX = 1024  # bytes that hold its name, whatever its size
MOST_PACKED = 1032  # times that zlib makes something smaller, at the most


@dataclass(frozen=True)
class _Element:
    kind: int
    data: memoryview


@contextmanager
def opened(path: Source) -> Iterator[Value]:
    """Open a file; its variables are the fields of what is returned.

    Raises
    ------
    DamagedError
        If the file is none of version 5, or anything in it does not fit.
    """
    with stream(path) as file:
        header = file.read(HEADER)
        if len(header) < HEADER or header[126:] not in (b"IM", b"MI"):
            raise DamagedError
        if header[124:126] in (b"\0\2", b"\2\0"):  # the beginning of a version 7.3
            raise DamagedError
        variables = _Variables(file, "little" if header[126:] == b"IM" else "big")
        try:
            yield Value(Kind.STRUCT, (1, 1), field=variables.field, names=variables.names)
        except zlib.error as error:
            raise DamagedError from error


class _Variables:
    """The variables of an open file; each is looked for when it is asked for."""

    def __init__(self, file: BinaryIO, order: Literal["little", "big"]) -> None:
        self._file, self._reader = file, _Reader(order)
        self._size = file.seek(0, os.SEEK_END)

    def names(self) -> list[str]:
        return [name for name, _ in self._walk()]

    def field(self, wanted: str) -> Value | None:
        for name, (kind, start, size) in self._walk():
            if name == wanted:
                return self._reader.matrix(self._content(kind, start, size))
        return None

    def _walk(self) -> Iterator[tuple[str, tuple[int, int, int]]]:
        """Yield each variable's name, and type, place and size of its element."""
        at = HEADER
        while at + 8 <= self._size:
            kind, size = self._tag_at(at)
            start = at + 8
            if size > self._size - start:
                raise DamagedError
            if kind in (MATRIX, COMPRESSED):
                self._file.seek(start)
                head = self._file.read(min(size, HEAD_OF_MATRIX))
                if kind == COMPRESSED:
                    head = zlib.decompressobj().decompress(head, HEAD_OF_MATRIX)[8:]
                yield self._reader.name(memoryview(head)), (kind, start, size)
            at = start + size

    def _tag_at(self, at: int) -> tuple[int, int]:
        self._file.seek(at)
        tag = self._file.read(8)
        return self._reader.number(tag[:4]), self._reader.number(tag[4:])

    def _content(self, kind: int, start: int, size: int) -> memoryview:
        self._file.seek(start)
        if size > MAX_BYTES:
            raise ValueError("a variable in it is larger than any slice")
        content = self._file.read(size)
        if kind == MATRIX:
            return memoryview(content)
        unpack = zlib.decompressobj()
        tag = unpack.decompress(content, 8)
        declared = self._reader.number(tag[4:])
        if declared > MAX_BYTES:
            raise ValueError("a variable in it is larger than any slice")
        if self._reader.number(tag[:4]) != MATRIX or declared > MOST_PACKED * size + 64:
            raise DamagedError
        unpacked = unpack.decompress(unpack.unconsumed_tail, declared) if declared else b""
        if len(unpacked) != declared:
            raise DamagedError
        return memoryview(unpacked)


@dataclass(frozen=True)
class _Reader:
    """What can be made of bytes in this order."""

    order: Literal["little", "big"]

    def number(self, data: bytes | memoryview) -> int:
        return int.from_bytes(data, self.order)

    def elements(self, data: memoryview) -> Iterator[_Element]:
        at = 0
        while at + 8 <= len(data):
            kind, size, start = self.number(data[at : at + 4]), 0, at + 8
            if kind >> 16:  # up to four bytes in the tag itself
                kind, size, start = kind & 0xFFFF, kind >> 16, at + 4
                at += 8
            else:
                size = self.number(data[at + 4 : at + 8])
                at = start + size + -size % 8
            if size > len(data) - start or (start % 8 == 4 and size > 4):
                raise DamagedError
            yield _Element(kind, data[start : start + size])

    def name(self, matrix: memoryview) -> str:
        """Return the name of a variable of which the beginning is there."""
        parts = self.elements(matrix)
        flags = _next(parts, 6)
        if flags.data[:1] != b"\x11":  # one that is defined elsewhere has no size
            _next(parts, 5)
        return bytes(_next(parts, 1, 2).data).decode("latin-1")

    def matrix(self, content: memoryview) -> Value:
        """Return what a matrix is; of its insides, no more is looked at than that needs."""
        if not content:
            return EMPTY
        parts = self.elements(content)
        flags = self._numbers(_next(parts, 6))
        if len(flags) != 2:
            raise DamagedError
        class_ = int(flags[0]) & 0xFF
        if class_ == OPAQUE:
            said = [bytes(_next(parts, 1, 2).data) for _ in range(3)]
            return Value(Kind.STRING if said[-1] == b"string" else Kind.OTHER, (1, 1))
        shape = tuple(int(side) for side in self._numbers(_next(parts, 5)))
        if not 2 <= len(shape) <= 32 or min(shape) < 0:
            raise DamagedError
        _next(parts, 1, 2)  # the name
        if class_ == CELL:
            return cells_value(shape, partial(self._cells, shape, content))
        if class_ == STRUCT:
            return self._struct(shape, parts)
        if class_ == CHAR:
            return Value(Kind.TEXT, shape, text=partial(self._text, _next(parts, *ENCODINGS)))
        if int(flags[0]) & IS_COMPLEX:
            return Value(Kind.COMPLEX, shape)
        type_ = "logical" if int(flags[0]) & IS_LOGICAL else NAMES.get(class_, "double")
        if class_ == SPARSE:
            sparse = self._sparse(shape, *(_next(parts, *TYPES) for _ in range(3)))
            return replace(sparse, type=type_)
        if class_ not in CLASSES:
            return Value(Kind.OTHER, shape)
        array = partial(self._array, shape, CLASSES[class_], _next(parts, *TYPES))
        return Value(Kind.NUMBERS, shape, array=array, text=lambda: spelt(array()), type=type_)

    def _cells(self, shape: tuple[int, ...], content: memoryview) -> list[Value]:
        if math.prod(shape) > MAX_CELLS:
            raise DamagedError
        parts = itertools.islice(self.elements(content), 3, None)  # flags, sides, name
        return [self.matrix(_next(parts, MATRIX).data) for _ in range(math.prod(shape))]

    def _struct(self, shape: tuple[int, ...], parts: Iterator[_Element]) -> Value:
        width = self._numbers(_next(parts, 5))
        letters = bytes(_next(parts, 1, 2).data)
        if len(width) != 1 or not 0 < width[0] <= 1024 or len(letters) > width[0] * MAX_CELLS:
            raise DamagedError
        size = int(width[0])
        cut = [letters[at : at + size] for at in range(0, len(letters), size)]
        names = [name.split(b"\0")[0].decode("latin-1") for name in cut]
        if math.prod(shape) != 1:
            return Value(Kind.STRUCT, shape, names=lambda: names)
        contents = {name: _next(parts, MATRIX).data for name in names}

        def field(name: str) -> Value | None:
            return self.matrix(contents[name]) if name in contents else None

        return Value(Kind.STRUCT, shape, field=field, names=lambda: names)

    def _sparse(
        self, shape: tuple[int, ...], rows: _Element, starts: _Element, values: _Element
    ) -> Value:
        def array() -> np.ndarray:
            return dense(shape, self._numbers(rows), self._numbers(starts), self._numbers(values))

        return Value(Kind.NUMBERS, shape, array=array)

    def _array(self, shape: tuple[int, ...], class_: str, stored: _Element) -> np.ndarray:
        values = self._numbers(stored)
        if len(values) != math.prod(shape):
            raise DamagedError
        return values.reshape(shape, order="F").astype(class_, copy=False)

    def _numbers(self, element: _Element) -> np.ndarray:
        """Return the numbers of an element in its own type, the bytes not copied."""
        type_ = np.dtype(TYPES[element.kind]).newbyteorder(self.order)
        if len(element.data) % type_.itemsize:
            raise DamagedError
        return np.frombuffer(element.data, type_)

    def _text(self, element: _Element) -> str:
        encoding = ENCODINGS[element.kind]
        if encoding.startswith("utf-") and encoding != "utf-8":
            encoding += "-le" if self.order == "little" else "-be"
        return decoded(bytes(element.data), encoding)


def _next(parts: Iterator[_Element], *kinds: int) -> _Element:
    element = next(parts, None)
    if element is None or element.kind not in kinds:
        raise DamagedError
    return element
