"""Ids of MATLAB's class `string` in version 7.3, whose text lies apart from the variable."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pytest

from brainseg_gui.core.slices import Tumour
from brainseg_gui.files.formats import read_slice
from tests.mat_factory import fields_of, write_matlab


def words(*values: int) -> bytes:
    return np.array(values, "<u4").tobytes()


def wrapper(strings: int, *, class_name: bytes = b"string") -> bytes:
    """Return the table that leads from objects 1, 2, … to the cells 2, 3, …, as MATLAB makes it."""
    names = (b"any\0" + class_name + b"\0").ljust(16, b"\0")
    classes = words(*[0] * 4, 0, 2, 0, 0)
    saved = words(0, 0) + b"".join(words(1, 1, 1, number) for number in range(strings))
    objects = words(*[0] * 6) + b"".join(words(1, 0, 0, it + 1, 0, it) for it in range(strings))
    regions = (names, classes, saved, objects, words(0, 0), words(0, 0))
    places = 40 + np.cumsum([len(region) for region in regions])
    return words(4, 2, *places, places[-1], places[-1]) + b"".join(regions)


def packed(text: str, *, shape: Sequence[int] = (1, 1)) -> np.ndarray:
    """Return what MATLAB keeps in a string's cell."""
    codes = text.encode("utf-16-le", "surrogatepass")
    content = np.frombuffer(codes.ljust(-(-len(codes) // 8) * 8, b"\0"), "<u8")
    return np.array([1, 2, *shape, len(codes) // 2, *content.tolist()], np.uint64)


def write(path: Path, fields: dict[str, int], table: bytes, cells: Sequence[np.ndarray]) -> Path:
    """Write a slice in which fields are strings, by the numbers of their objects."""
    as_objects = {
        name: np.array([[0xDD000000, 2, 1, 1, number, 1]], np.uint32)
        for name, number in fields.items()
    }
    write_matlab(path, fields_of() | as_objects, **dict.fromkeys(fields, "string"))
    with h5py.File(path, "r+") as file:
        contents: list[np.ndarray] = [
            np.frombuffer(table, np.uint8),
            np.zeros(2, np.uint64),
            *cells,
        ]
        references = []
        for number, content in enumerate(contents):
            cell = file.create_dataset(f"#refs#/{number}", data=content.reshape(1, -1))
            cell.attrs["MATLAB_class"] = np.bytes_(content.dtype.name)
            references.append(cell.ref)
        found = file.create_dataset(
            "#subsystem#/MCOS", (1, len(references)), h5py.ref_dtype, data=[references]
        )
        found.attrs["MATLAB_class"] = np.bytes_("FileWrapper__")
    return path


@pytest.mark.parametrize("text", ["MR-4711", "1", "Müller 😀", "x" * 1000])
def test_a_string_is_read_as_its_text(tmp_path: Path, text: str) -> None:
    cells = [packed("another one"), packed(text)]
    found = read_slice(write(tmp_path / "1.mat", {"PID": 2}, wrapper(2), cells))
    assert (found.patient, found.notes) == (text, ())


def test_each_string_of_a_file_has_its_own_text(tmp_path: Path) -> None:
    cells = [packed("glioma"), packed("MR7")]
    found = read_slice(write(tmp_path / "1.mat", {"label": 1, "PID": 2}, wrapper(2), cells))
    assert (found.patient, found.tumour) == ("MR7", Tumour.GLIOMA)


NO_TEXT: dict[str, tuple[dict[str, int], bytes, list[np.ndarray]]] = {
    "no such object": ({"PID": 3}, wrapper(2), [packed("a"), packed("b")]),
    "no object": ({"PID": 0}, wrapper(2), [packed("a"), packed("b")]),
    "another class": ({"PID": 1}, wrapper(1, class_name=b"datetime"), [packed("a")]),
    "no cell": ({"PID": 1}, wrapper(1), []),
    "several": ({"PID": 1}, wrapper(1), [packed("ab", shape=(2, 1))]),
    "missing": ({"PID": 1}, wrapper(1), [np.array([1, 2, 1, 1, 2**64 - 1], np.uint64)]),
    "longer than its cell": ({"PID": 1}, wrapper(1), [packed("abcdefgh")[:-1]]),
    "longer than an id": ({"PID": 1}, wrapper(1), [packed("x" * 1001)]),
    "other numbers": ({"PID": 1}, wrapper(1), [packed("a").astype(np.float64)]),
    "a later version": ({"PID": 1}, words(9) + wrapper(1)[4:], [packed("a")]),
    "a table that is cut": ({"PID": 1}, wrapper(1)[:90], [packed("a")]),
    "an empty table": ({"PID": 1}, b"", [packed("a")]),
}


@pytest.mark.parametrize("what", NO_TEXT)
def test_what_leads_to_no_text_is_an_unknown_patient(tmp_path: Path, what: str) -> None:
    found = read_slice(write(tmp_path / "1.mat", *NO_TEXT[what]))
    assert found.patient == ""
    assert "the patient is unknown" in " ".join(found.notes)


def test_a_table_with_any_byte_inverted_gives_no_other_text(tmp_path: Path) -> None:
    table, cells = wrapper(2), [packed("first"), packed("second")]
    for at in range(len(table)):
        inverted = bytearray(table)
        inverted[at] ^= 0xFF
        found = read_slice(write(tmp_path / "1.mat", {"PID": 1}, bytes(inverted), cells))
        assert found.patient in {"", "first"}
