"""Slices that are kept as pictures."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui.core.slices import Tumour
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.readers import picture_file
from brainseg_gui.files.readers.pictures import read_grey, read_pictures


@pytest.fixture
def image(tmp_path: Path) -> Path:
    values = np.arange(48 * 40, dtype=np.uint8).reshape(40, 48)
    Image.fromarray(values).save(tmp_path / "1.png")
    return tmp_path / "1.png"


def save_mask(path: Path, values: np.ndarray) -> Path:
    Image.fromarray(np.asarray(values, np.uint8)).save(path)
    return path


def box(inside: int) -> np.ndarray:
    values = np.zeros((40, 48))
    values[5:9, 20:40] = inside
    return values


def test_a_slice_is_upright_with_all_that_is_known_of_it(image: Path, tmp_path: Path) -> None:
    mask = save_mask(tmp_path / "m.png", box(255))
    border = np.array([[4.5, 19.5], [8.5, 39.5], [8.5, 19.5]])
    found = read_pictures(image, mask, border=border, patient="7", tumour=Tumour.GLIOMA)
    assert found.shape == (40, 48)
    assert found.pixels.dtype == np.float32
    assert (found.pixels[0, 5], found.pixels[5, 0]) == (5, 240)
    assert found.reference is not None
    assert np.array_equal(found.reference, box(255) > 0)
    assert (found.patient, found.tumour) == ("7", Tumour.GLIOMA)
    assert found.border is not None
    assert np.array_equal(found.border, border)


def test_a_mask_may_be_written_with_ones_or_be_empty(image: Path, tmp_path: Path) -> None:
    ones = save_mask(tmp_path / "ones.png", box(1))
    none = save_mask(tmp_path / "none.png", box(0))
    full, empty = (read_pictures(image, mask).reference for mask in (ones, none))
    assert full is not None
    assert full.sum() == 80
    assert empty is not None
    assert not empty.any()
    assert read_pictures(image).reference is None


def test_grey_of_sixteen_bits_keeps_them_and_grey_colours_become_grey(tmp_path: Path) -> None:
    deep = np.arange(0, 60_000, 100, dtype=np.uint16).reshape(20, 30)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    Image.new("RGB", (30, 20), (9, 9, 9)).save(tmp_path / "colour.png")
    assert np.array_equal(read_grey(tmp_path / "deep.png")[0], deep)
    assert np.array_equal(read_grey(tmp_path / "colour.png")[0], np.full((20, 30), 9))


def test_a_mask_of_another_size_is_refused_by_the_images_name(image: Path, tmp_path: Path) -> None:
    mask = save_mask(tmp_path / "m.png", np.zeros((10, 20)))
    with pytest.raises(SliceError, match=r"^1\.png: the mask is 20 x 10, the image 48 x 40$"):
        read_pictures(image, mask)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@pytest.mark.parametrize("kept", [0, 7, 150])
def test_a_picture_that_was_cut_off_is_refused_by_name(
    tmp_path: Path, suffix: str, kept: int
) -> None:
    path = tmp_path / f"1{suffix}"
    noise = np.random.default_rng(0).integers(0, 256, (40, 48)).astype(np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:kept])
    sentence = f"{path.name}: not a picture, or a damaged or cut off one"
    with pytest.raises(SliceError, match=f"^{re.escape(sentence)}$"):
        read_grey(path)


def test_a_picture_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SliceError, match=r"^gone\.png: no such file or directory$"):
        read_grey(tmp_path / "gone.png")


def test_a_picture_that_is_too_large_is_refused_before_it_is_unpacked(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_file, "MAX_SIDE", 47)
    with pytest.raises(SliceError, match=r"^1\.png: the picture is 48 x 40; at most 47 a side"):
        read_grey(image)


def test_a_picture_of_another_kind_runs_no_program(tmp_path: Path) -> None:
    """Pillow hands PostScript to Ghostscript, whatever a file is called."""
    (tmp_path / "1.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF\n")
    with pytest.raises(SliceError, match="not a picture"):
        read_grey(tmp_path / "1.png")
    Image.new("L", (9, 9)).save(tmp_path / "2.png", "GIF")
    with pytest.raises(SliceError, match="not a picture"):
        read_grey(tmp_path / "2.png")


def test_a_soft_mask_and_a_border_that_disagrees_are_noted(image: Path, tmp_path: Path) -> None:
    soft = box(255)
    soft[5:9, 20] = (30, 60, 90, 120)
    border = np.array([[20.0, 5.0], [40.0, 5.0], [40.0, 9.0], [20.0, 9.0]])
    found = read_pictures(image, save_mask(tmp_path / "m.png", soft), border=border)
    assert found.reference is not None
    assert not found.reference[5:9, 20].any()
    assert "soft" in found.notes[0]
    assert "transposed" in found.notes[1]


def test_a_picture_that_declares_billions_of_pixels_is_called_too_large(tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    Image.new("L", (4, 4)).save(path)
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(SliceError, match="the picture is too large; at most 8192 a side is read"):
        read_grey(path)
