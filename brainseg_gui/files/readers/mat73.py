"""Read MATLAB's version 7.3 files: HDF5, in which nothing outside the file is followed.

Arrays lie transposed in it; they are turned upright here.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import h5py
import numpy as np
from h5py import h5a, h5d, h5f, h5g, h5i, h5l, h5o, h5p, h5r, h5s, h5t
from h5py._objects import phil

from brainseg_gui.files.readers import chunks
from brainseg_gui.files.readers.mat_string import MAX_TABLE, string_text
from brainseg_gui.files.readers.mat_value import (
    ELSEWHERE,
    EMPTY,
    MAX_BYTES,
    MAX_CELLS,
    MAX_TEXT,
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

STRING = Value(Kind.STRING, (1, 1))
SIGNATURE = b"\x89HDF\r\n\x1a\n"
PLACES = (0, 512, 1024, 2048, 4096, 8192)  # where the signature may stand
NUMBERS = {"double", "single", "logical"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}


def is_hdf5(path: Source) -> bool:
    """Tell whether a file is HDF5; the library is not asked, nothing is locked."""
    with stream(path) as file:
        for place in PLACES:
            file.seek(place)
            if file.read(len(SIGNATURE)) == SIGNATURE:
                return True
    return False


@contextmanager
def opened(path: Source) -> Iterator[Value]:
    """Open a file; its variables are the fields of what is returned.

    Raises
    ------
    OSError, RuntimeError, KeyError, TypeError
        In HDF5's own words, where the file is damaged.
    """
    # One thread at a time: HDF5 bears no more, and not all of h5py's calls see to that themselves.
    # Shares without locks have slices too.
    with phil, _file(path) as file:
        yield _group(file)


@contextmanager
def _file(source: Source) -> Iterator[h5g.GroupID]:
    """Open a file without h5py's upper layer, which takes as long as all that an index reads."""
    if not isinstance(source, Path):
        with h5py.File(h5f.open_file_image(source)) as image:  # read only
            yield image.id
            return
    file = h5f.open(os.fsencode(source), h5f.ACC_RDONLY, _access())
    try:
        yield h5g.open(file, b"/")
    finally:
        file.close()  # with all that was opened of it


@cache
def _access() -> h5p.PropFAID:
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_fclose_degree(h5f.CLOSE_STRONG)
    access.set_file_locking(False, False)
    return access


def _group(group: h5g.GroupID) -> Value:
    def field(name: str) -> Value | None:
        return _named(group, name)

    def names() -> list[str]:
        return [name.decode(errors="replace") for name in itertools.islice(group, MAX_CELLS)]

    return Value(Kind.STRUCT, (1, 1), field=field, names=names)


def _named(group: h5g.GroupID, name: str) -> Value | None:
    """Return what a group holds under a name, wherever it says that it lies; links are refused."""
    key = name.encode()
    if not group.links.exists(key):
        return None
    if group.links.get_info(key).type != h5l.TYPE_HARD:
        raise ValueError(f"'{name}' {ELSEWHERE}")
    return _value(h5o.open(group, key), name)


def _value(found: object, name: str) -> Value:
    if isinstance(found, h5d.DatasetID):
        return _Array.of(found, name).value()
    if not isinstance(found, h5g.GroupID):
        return Value(Kind.OTHER, (1, 1))
    if h5a.exists(found, b"MATLAB_sparse"):
        return _sparse(found, name)
    shape = _shape_of_structs(found)
    return _group(found) if math.prod(shape) == 1 else Value(Kind.STRUCT, shape)


def _shape_of_structs(group: h5g.GroupID) -> tuple[int, ...]:
    """Return (1, 1), or the size of an array of structs: its fields hold references, no cells."""
    # Not through an iterator, which lists all names first.
    key = group.get_objname_by_idx(0) if group.get_num_objs() else b""
    if key and group.links.get_info(key).type == h5l.TYPE_HARD:
        found = h5o.open(group, key)
        if isinstance(found, h5d.DatasetID) and found.get_type().get_class() == h5t.REFERENCE:
            array = _Array.of(found, key.decode(errors="replace"))
            if not array.class_:
                return array.shape
    return 1, 1


def _sparse(group: h5g.GroupID, name: str) -> Value:
    parts = {key: _named(group, key) or EMPTY for key in ("jc", "ir", "data")}
    rows = _attribute_number(group, b"MATLAB_sparse")
    shape = rows, max(parts["jc"].size - 1, 0)
    if rows < 0 or any(it.kind is not Kind.NUMBERS for it in parts.values()):
        raise DamagedError

    def array() -> np.ndarray:
        if max(it.size for it in parts.values()) > math.prod(shape) + shape[1] + 1:
            raise DamagedError
        jc, ir, data = (it.array().ravel() if it.size else np.zeros(0) for it in parts.values())
        return dense(shape, ir, jc, data)

    if not parts["ir"].size:
        return Value(Kind.NUMBERS, shape, array=lambda: np.zeros(shape, np.uint8))
    return Value(Kind.NUMBERS, shape, array=array)


@dataclass(frozen=True)
class _Array:
    """A data set of which type, size and storage were looked at, and are as they should be."""

    id: h5d.DatasetID
    name: str
    class_: str  # as MATLAB calls it, empty where another program wrote the file
    shape: tuple[int, ...]  # upright
    how: h5p.PropDCID  # it is stored
    filters: tuple[int, ...]

    @classmethod
    def of(cls, dataset: h5d.DatasetID, name: str) -> _Array:
        """Refuse what lies outside the file, or is packed as MATLAB does not."""
        how = dataset.get_create_plist()
        if how.get_layout() == h5d.VIRTUAL or how.get_external_count():
            raise ValueError(f"'{name}' {ELSEWHERE}")
        filters = tuple(how.get_filter(index)[0] for index in range(how.get_nfilters()))
        if not chunks.FILTERS.issuperset(filters):
            raise ValueError(f"'{name}' is packed in a way that MATLAB does not use")
        class_ = _attribute_text(dataset, b"MATLAB_class")
        return cls(dataset, name, class_, _upright(dataset), how, filters)

    def value(self) -> Value:
        """Return what MATLAB's class, or else the type, says that it is."""
        if not self.shape or h5a.exists(self.id, b"MATLAB_empty"):
            return EMPTY
        type_ = self.id.get_type()
        family, width = type_.get_class(), type_.get_size()
        if family == h5t.REFERENCE and width == 8:
            return cells_value(self.shape, self._cells)
        if self.class_ == "string" or (not self.class_ and family == h5t.STRING):
            return self._string(type_, width)
        if family == h5t.COMPOUND:
            return Value(Kind.COMPLEX, self.shape)
        if family not in (h5t.INTEGER, h5t.FLOAT, h5t.ENUM) or width > 8:
            return Value(Kind.OTHER, self.shape)
        if self.class_ == "char":
            return Value(Kind.TEXT, self.shape, text=self._codes)
        if self.class_ in NUMBERS:
            return self._of_numbers(lambda: spelt(self._read()), self.class_)
        if self.class_:
            return Value(Kind.OTHER, self.shape)
        return self._of_numbers(self._guess, _class_of(self.id.dtype))

    def _of_numbers(self, text: Callable[[], str], class_: str) -> Value:
        return Value(Kind.NUMBERS, self.shape, self._read, text, type=class_)

    def _string(self, type_: h5t.TypeID, width: int) -> Value:
        if type_.get_class() == h5t.INTEGER:
            found = self._of_object()
            return Value(Kind.TEXT, (1, len(found)), text=lambda: found) if found else STRING
        if type_.get_class() != h5t.STRING or type_.is_variable_str() or width > MAX_TEXT:
            return STRING

        def text() -> str:
            array = np.empty((), f"S{width}")
            self.id.read(h5s.ALL, h5s.ALL, array)
            return decoded(array.tobytes(), "utf-8")

        single = math.prod(self.shape) == 1 and not self.filters
        return Value(Kind.TEXT, (1, width), text=text if single else str)

    def _of_object(self) -> str:
        """Return the text of a string as MATLAB keeps it; "" where it cannot be found."""
        root = _group(h5g.open(h5i.get_file_id(self.id), b"/"))
        apart = root.field("#subsystem#")
        wrapper = apart.field("MCOS") if apart is not None else None
        if wrapper is None or math.prod(self.shape) > MAX_CELLS:
            return ""
        with suppress(DamagedError):
            cells = wrapper.cells()
            if cells and cells[0].kind is Kind.NUMBERS and cells[0].size <= MAX_TABLE:
                table = cells[0].array().astype(np.uint8).tobytes()
                return string_text(self._read(), table, lambda number: _numbers(cells, number))
        return ""

    def _guess(self) -> str:
        """Return what numbers mean of which nobody says whether they are characters."""
        values = self._read()
        if values.size == 1 and values.dtype.itemsize > 2:
            return spelt(values)
        return self._codes()

    def _codes(self) -> str:
        """Return character codes as text: those of UTF-16, or longer ones."""
        codes = self._read().ravel(order="F")
        if codes.dtype != np.uint16:  # which is what MATLAB writes
            if codes.dtype.kind not in "iuf" or not np.isfinite(codes).all():
                return ""
            if codes.min(initial=0) < 0 or codes.max(initial=0) > 0x10FFFF:
                return ""
            if codes.max(initial=0) > 0xFFFF:
                return decoded(codes.astype("<u4").tobytes(), "utf-32-le")
        return decoded(codes.astype("<u2").tobytes(), "utf-16-le")

    def _cells(self) -> list[Value]:
        if math.prod(self.shape) > MAX_CELLS or self.filters:
            raise DamagedError
        references = np.empty(self.id.shape, h5py.ref_dtype)
        self.id.read(h5s.ALL, h5s.ALL, references)
        return [_value(h5r.dereference(it, self.id), self.name) for it in references.ravel()]

    def _read(self) -> np.ndarray:
        type_ = self.id.dtype
        if type_.hasobject or math.prod(self.shape) * type_.itemsize > MAX_BYTES:
            raise DamagedError
        if self.how.get_layout() == h5d.CHUNKED:
            return chunks.unpacked(self.id, type_, self.how, self.filters).T
        array = np.empty(self.id.shape, type_)
        if array.size:
            self.id.read(h5s.ALL, h5s.ALL, array)
        return array.T.reshape(self.shape)


def _class_of(type_: np.dtype) -> str:
    """Return what MATLAB calls numbers of which the file does not say it."""
    return {"float64": "double", "float32": "single", "bool": "logical"}.get(type_.name, type_.name)


def _numbers(cells: list[Value], number: int) -> np.ndarray:
    """Return what is in a cell that holds no more numbers than a text may."""
    if number >= len(cells) or cells[number].size > MAX_TEXT:
        raise DamagedError
    return cells[number].array()


def _upright(dataset: h5d.DatasetID) -> tuple[int, ...]:
    """Return a size as MATLAB shows it: a single value is 1 x 1; () where there is no value."""
    kind = dataset.get_space().get_simple_extent_type()
    return () if kind == h5s.NULL else tuple(dataset.shape[::-1]) or (1, 1)


def _attribute_text(object_: h5o.ObjectID, name: bytes) -> str:
    """Return a short text that is attached to something, "" where there is none, or a long one."""
    if not h5a.exists(object_, name):
        return ""
    attribute = h5a.open(object_, name)
    type_ = attribute.get_type()
    if type_.get_class() != h5t.STRING or type_.is_variable_str() or type_.get_size() > MAX_TEXT:
        return ""
    space = attribute.get_space()
    if space.get_simple_extent_npoints() != 1:
        return ""
    found = np.empty(space.shape, f"S{type_.get_size()}")
    attribute.read(found, type_)  # as it is stored: to look for a conversion takes longer
    return decoded(found.tobytes().partition(b"\0")[0], "utf-8")


def _attribute_number(object_: h5o.ObjectID, name: bytes) -> int:
    attribute = h5a.open(object_, name)
    if attribute.get_space().get_simple_extent_npoints() != 1:
        raise DamagedError
    if attribute.get_type().get_class() != h5t.INTEGER or attribute.get_type().get_size() > 8:
        raise DamagedError
    found = np.empty(attribute.shape, attribute.dtype)
    attribute.read(found)
    return int(found.ravel()[0])
