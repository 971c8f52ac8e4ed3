"""Slices written in the data set's layout come back as they were."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat


@pytest.fixture
def whole() -> Slice:
    pixels = np.arange(40 * 50, dtype=np.float32).reshape(40, 50) - 1000
    mask = np.zeros((40, 50), bool)
    mask[5:15, 20:41] = True
    border = np.array([[5, 20], [5, 40], [14, 40], [14, 20]], np.float64)
    return Slice(pixels, mask, border, patient="MR049453B", tumour=Tumour.PITUITARY)


def test_a_slice_comes_back_as_it_was(tmp_path: Path, whole: Slice) -> None:
    write_mat(tmp_path / "1.mat", whole)
    back = read_slice(tmp_path / "1.mat")
    assert back.digest == whole.digest
    np.testing.assert_array_equal(back.reference, whole.reference)
    np.testing.assert_array_equal(back.border, whole.border)
    assert (back.patient, back.tumour, back.notes) == (whole.patient, whole.tumour, ())


def test_the_file_has_the_layout_of_the_data_set(tmp_path: Path, whole: Slice) -> None:
    write_mat(tmp_path / "1.mat", whole)
    header = (tmp_path / "1.mat").read_bytes()[:512]
    assert header.startswith(b"MATLAB 7.3 MAT-file")
    assert header[124:128] == b"\x00\x02IM"
    with h5py.File(tmp_path / "1.mat") as file:
        struct = file["cjdata"]
        assert file.userblock_size == 512
        classes = {name: field.attrs["MATLAB_class"] for name, field in struct.items()}
        assert classes == {
            "PID": b"char",
            "image": b"int16",
            "label": b"double",
            "tumorBorder": b"double",
            "tumorMask": b"logical",
        }
        assert (struct["image"].shape, struct["image"].dtype) == ((50, 40), np.int16)
        assert (struct["image"].compression, struct["tumorMask"].dtype) == ("gzip", np.uint8)
        assert struct["tumorBorder"][()].tolist() == [[21, 6, 41, 6, 41, 15, 21, 15]]
        assert (struct["PID"].shape, struct["PID"].dtype) == ((9, 1), np.uint16)
        assert struct["label"][()].tolist() == [[3.0]]


def test_what_the_slice_lacks_is_left_out(tmp_path: Path) -> None:
    write_mat(tmp_path / "1.mat", Slice(np.ones((4, 6), np.float32)))
    with h5py.File(tmp_path / "1.mat") as file:
        assert list(file["cjdata"]) == ["image"]


@pytest.mark.parametrize("value", [0.5, 40000.0, -40000.0])
def test_pixels_that_int16_cannot_hold_are_refused(tmp_path: Path, value: float) -> None:
    with pytest.raises(ValueError, match="does not fit int16"):
        write_mat(tmp_path / "1.mat", Slice(np.full((4, 6), value, np.float32)))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, whole: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "1.mat").write_text("old")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WriteError, match="the disk is full"):
        write_mat(tmp_path / "1.mat", whole)
    assert [path.name for path in tmp_path.iterdir()] == ["1.mat"]
    assert (tmp_path / "1.mat").read_text() == "old"
