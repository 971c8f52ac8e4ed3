"""MATLAB files of plain variables: named, chosen once, then read within all bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io

from brainseg_gui.core.slices import Tumour
from brainseg_gui.files import reading
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_info, read_slice, read_variables
from brainseg_gui.files.info import Variable
from brainseg_gui.files.wishes import NONE, Variables, Wishes
from tests.mat_factory import HEADER, fields_of, write_v5
from tests.volume_files.masks import lopsided
from tests.volume_files.zips import write_zip

MASK = lopsided()
IMAGE = np.random.default_rng(0).integers(0, 900, MASK.shape).astype(np.int16) + MASK * np.int16(99)
CHOSEN = Variables("V", mask="W", patient="who", tumour="what")
EVERYTHING: dict[str, Any] = {"V": IMAGE, "W": MASK, "who": "P77", "what": 2.0}


@pytest.fixture(autouse=True)
def wish_for_nothing() -> Iterator[None]:
    """Leave no wishes to the next test."""
    yield
    reading.wish_for(NONE)


def plain_v5(path: Path, variables: dict[str, Any] = EVERYTHING) -> Path:
    """Write variables with scipy, as MATLAB 5 to 7.2 would."""
    scipy.io.savemat(path, variables, do_compression=True)
    return path


def plain_v73(path: Path, variables: dict[str, Any] = EVERYTHING) -> Path:
    """Write variables with h5py, as MATLAB 7.3 would."""
    classes = {"V": "int16", "W": "logical", "who": "char", "what": "double"}
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, value in variables.items():
            codes = np.array([[ord(it) for it in value]], np.uint16) if name == "who" else value
            array = np.atleast_2d(codes)
            array = array.astype(np.uint8) if array.dtype == bool else array
            file.create_dataset(name, data=array.T).attrs["MATLAB_class"] = np.bytes_(classes[name])
    with open(path, "r+b") as raw:
        raw.write(HEADER + bytes(8) + b"\x00\x02IM")
    return path


BOTH = pytest.mark.parametrize("write", [plain_v5, plain_v73])


def reason(path: Path) -> str:
    with pytest.raises(SliceError) as error:
        read_slice(path)
    return error.value.reason


@BOTH
def test_a_row_says_which_variables_there_are(tmp_path: Path, write: Any) -> None:
    path = write(tmp_path / "1.mat")
    assert reason(path) == (
        "no cjdata; its variables are V, W: choose which is the image (File, Choose variables…)"
    )
    with pytest.raises(SliceError, match="its variables are V, W"):
        read_info(path)


@BOTH
def test_variables_are_listed_with_size_and_class(tmp_path: Path, write: Any) -> None:
    found = {it.name: it for it in read_variables(write(tmp_path / "1.mat"))}
    assert found == {
        "V": Variable("V", (20, 24), "int16"),
        "W": Variable("W", (20, 24), "logical"),
        "who": Variable("who", (1, 3), "char"),
        "what": Variable("what", (1, 1), "double"),
    }
    assert [it.name for it in found.values() if it.is_picture] == ["V", "W"]
    assert found["W"].text == "W  (20 x 24 logical)"


@BOTH
def test_the_chosen_variables_are_a_slice(tmp_path: Path, write: Any) -> None:
    path = write(tmp_path / "1.mat")
    reading.wish_for(Wishes(variables=CHOSEN))
    slice_ = read_slice(path)
    assert np.array_equal(slice_.pixels, IMAGE)
    assert slice_.reference is not None
    assert np.array_equal(slice_.reference, MASK)
    assert (slice_.patient, slice_.tumour) == ("P77", Tumour.GLIOMA)
    info = read_info(path)
    assert (info.shape, info.patient, info.has_reference) == (MASK.shape, "P77", True)


def test_the_image_alone_is_enough(tmp_path: Path) -> None:
    path = plain_v5(tmp_path / "1.mat")
    reading.wish_for(Wishes(variables=Variables("V", mask="not there")))
    slice_ = read_slice(path)
    assert (slice_.reference, slice_.patient, slice_.tumour) == (None, "", None)


def test_a_file_that_lacks_the_chosen_variable_says_so(tmp_path: Path) -> None:
    reading.wish_for(Wishes(variables=Variables("X")))
    assert reason(plain_v5(tmp_path / "1.mat")).startswith(
        "no variable 'X' in it, and no cjdata; its variables are V, W: choose"
    )


def test_what_has_cjdata_is_read_as_ever(tmp_path: Path) -> None:
    path = write_v5(tmp_path / "1.mat", fields_of())
    before = read_slice(path)
    reading.wish_for(Wishes(variables=CHOSEN))
    assert read_slice(path).digest == before.digest


def test_every_bound_of_a_slice_holds_for_what_is_chosen(tmp_path: Path) -> None:
    stack = np.zeros((4, 5, 6), np.uint8)
    variables = {"V": IMAGE, "big": np.zeros((8193, 2), np.uint8), "stack": stack, "c": IMAGE * 1j}
    path = plain_v5(tmp_path / "1.mat", variables)
    for name, said in {
        "big": "at most 8192 a side is read",
        "stack": "must be two-dimensional",
        "c": "the image is complex numbers",
    }.items():
        reading.wish_for(Wishes(variables=Variables(name)))
        assert said in reason(path)
    reading.wish_for(Wishes(variables=Variables("V", mask="stack", patient="V")))
    assert "the mask is 6 x 5 x 4, the image 24 x 20" in reason(path)
    reading.wish_for(Wishes(variables=Variables("V", patient="V")))
    read_slice(path)
    assert [it.name for it in read_variables(path)] == ["V"]


def test_slices_in_a_zip_file_are_chosen_alike(tmp_path: Path) -> None:
    content = plain_v5(tmp_path / "1.mat").read_bytes()
    path = write_zip(tmp_path / "in.zip", {"1.mat": content}) / "1.mat"
    assert [it.name for it in read_variables(path) if it.is_picture] == ["V", "W"]
    reading.wish_for(Wishes(variables=CHOSEN))
    assert np.array_equal(read_slice(path).pixels, IMAGE)
    assert read_info(path).patient == "P77"


def test_the_child_that_reads_is_told(tmp_path: Path, reading_child: None) -> None:
    path = plain_v5(tmp_path / "1.mat")
    assert [it.name for it in read_variables(path) if it.is_picture] == ["V", "W"]
    reading.wish_for(Wishes(variables=CHOSEN))
    assert np.array_equal(read_slice(path).pixels, IMAGE)


def test_what_is_no_matlab_file_has_no_variables(tmp_path: Path) -> None:
    (tmp_path / "1.mat").write_bytes(b"MATLAB 5.0 MAT-file" + bytes(500))
    with pytest.raises(SliceError):
        read_variables(tmp_path / "1.mat")
