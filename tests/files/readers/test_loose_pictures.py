"""Pictures that are slices by themselves: which are, which are not, and what lies beside them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from PIL import Image, PngImagePlugin

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import files_of, read_info, read_slice, stem_of
from brainseg_gui.files.readers.marks import mark_of
from brainseg_gui.files.writers import png
from brainseg_gui.files.writers.png import Kind
from tests.picture_factory import make_slice

SLICE = make_slice(seed=4)  # no flip of it is itself
GREY = SLICE.pixels.astype(np.uint8)
DEEP = GREY.astype(np.uint16) * 250
INSIDE = np.asarray(SLICE.reference)
MASK = INSIDE.astype(np.uint8) * np.uint8(255)


def save(path: Path, values: np.ndarray, mode: str = "") -> Path:
    path.parent.mkdir(exist_ok=True)
    image = Image.fromarray(values)
    (image.convert(mode) if mode else image).save(path)
    return path


def found(*paths: Path) -> tuple[list[str], list[str]]:
    problems: list[SliceError] = []
    names = [path.name for path in find_slices(paths, problems.append)]
    return names, [problem.reason for problem in problems]


def has_the_reference(path: Path) -> bool:
    reference = read_slice(path).reference
    return reference is not None and np.array_equal(reference, INSIDE)


def reason_of(path: Path) -> str:
    with pytest.raises(SliceError) as caught:
        read_slice(path)
    assert caught.value.path == path
    return caught.value.reason


@pytest.mark.parametrize("name", ["1.png", "1.PNG", "1.tif", "1.tiff"])
@pytest.mark.parametrize("values", [GREY, DEEP], ids=["8 bit", "16 bit"])
def test_a_grey_picture_is_a_slice_of_nobody_with_every_bit(
    name: str, values: np.ndarray, tmp_path: Path
) -> None:
    path = save(tmp_path / name, values)
    assert found(tmp_path) == ([name], [])
    slice_, info = read_slice(path), read_info(path)
    assert np.array_equal(slice_.pixels, values)
    assert (slice_.patient, slice_.reference, slice_.notes) == ("", None, ())
    assert (info.shape, info.has_reference) == (slice_.shape, False)
    assert stem_of(path).name == "1"


def test_a_jpeg_is_a_slice_and_a_picture_is_known_by_its_content(tmp_path: Path) -> None:
    smooth = np.add.outer(np.arange(40), np.arange(48)).astype(np.uint8)
    jpeg, odd = save(tmp_path / "1.jpeg", smooth), save(tmp_path / "2.png", GREY)
    odd = odd.rename(tmp_path / "export.dat")
    assert np.abs(read_slice(jpeg).pixels - smooth).max() < 8
    assert found(jpeg, odd) == (["1.jpeg", "export.dat"], [])
    assert np.array_equal(read_slice(odd).pixels, GREY)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA"])
def test_what_is_grey_in_another_mode_is_grey(mode: str, tmp_path: Path) -> None:
    assert np.array_equal(read_slice(save(tmp_path / "1.png", GREY, mode)).pixels, GREY)


def test_channels_that_are_near_to_each_other_are_one_grey(tmp_path: Path) -> None:
    near = np.stack([GREY // 2, GREY // 2 + 6, GREY // 2], axis=-1)
    assert np.abs(read_slice(save(tmp_path / "1.png", near)).pixels - GREY // 2).max() <= 6


def transparent(folder: Path) -> Path:
    return save(folder / "1.png", np.dstack([GREY, GREY, GREY, MASK]))


def coloured(folder: Path) -> Path:
    return save(folder / "1.png", np.dstack([GREY, 255 - GREY, GREY]))


def animated(folder: Path) -> Path:
    first, second = Image.fromarray(GREY), Image.fromarray(255 - GREY)
    first.save(folder / "1.png", save_all=True, append_images=[second])
    return folder / "1.png"


def large_tiff(folder: Path, values: np.ndarray = GREY, **about: Any) -> Path:
    """Write a large TIFF in Motorola's order, which Pillow does not know."""
    tifffile.imwrite(folder / "1.tif", values, bigtiff=True, byteorder=">", **about)
    return folder / "1.tif"


def two_values(folder: Path) -> Path:
    about: dict[str, Any] = {"photometric": 1, "planarconfig": 1, "extrasamples": [0]}
    tifffile.imwrite(folder / "1.tif", np.dstack([GREY, GREY]), **about)
    return folder / "1.tif"


def packed_otherwise(folder: Path) -> Path:
    path = large_tiff(folder, photometric="minisblack")
    entry = b"\x01\x03\0\x03" + bytes(7)  # of the compression: one short number
    content = path.read_bytes()
    assert content.count(entry + b"\x01\0\x01") == 1
    path.write_bytes(content.replace(entry + b"\x01\0\x01", entry + b"\x01\0\x05"))
    return path


def deep_colours(folder: Path) -> Path:
    tifffile.imwrite(folder / "1.tif", np.dstack([DEEP, DEEP, DEEP]), photometric="rgb")
    return folder / "1.tif"


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (coloured, "colour"),
        (transparent, "transparent"),
        (animated, "animation"),
        (deep_colours, "16 bits"),
        (lambda folder: save(folder / "1.png", INSIDE), "black and white"),
        (lambda folder: save(folder / "1.jpg", GREY, "CMYK"), "colour"),
        (lambda folder: large_tiff(folder, np.dstack([GREY] * 4), photometric=5), "colour"),
        (lambda folder: large_tiff(folder, GREY.astype("c8"), photometric=1), "kind that no grey"),
        (lambda folder: large_tiff(folder, np.dstack([DEEP] * 3), photometric=2), "16 bits"),
        (two_values, "besides their grey"),
        (packed_otherwise, "packed in a way that is not read for pictures of its kind (LZW)"),
    ],
)
def test_what_is_no_grey_picture_is_a_sentence(make: object, word: str, tmp_path: Path) -> None:
    assert word in reason_of(make(tmp_path))  # type: ignore[operator]


TURNED = [(274, "H", 1, 6, True)]  # the first row is the right side


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "i2", "i4", "f2", "f4", "f8"])
@pytest.mark.parametrize("large", [False, True], ids=["classic", "large"])
@pytest.mark.parametrize("order", "<>")
def test_a_tiff_has_its_greys_in_any_kind_of_numbers_and_order_of_bytes(
    kind: str, large: bool, order: Literal["<", ">"], tmp_path: Path
) -> None:
    about: dict[str, Any] = {"photometric": "minisblack", "extratags": TURNED}
    path, values = tmp_path / "1.tif", GREY.astype(kind)
    tifffile.imwrite(path, values, bigtiff=large, byteorder=order, compression="zlib", **about)
    assert np.array_equal(read_slice(path).pixels, np.rot90(GREY, -1))
    assert read_info(path).shape == GREY.shape[::-1]


@pytest.mark.parametrize("values", [GREY, DEEP], ids=["8 bit", "16 bit"])
def test_where_white_is_zero_the_grey_is_undone(values: np.ndarray, tmp_path: Path) -> None:
    for order, large in (("<", False), (">", False), (">", True)):
        about: dict[str, Any] = {"byteorder": order, "photometric": "miniswhite"}
        tifffile.imwrite(tmp_path / "1.tif", values, bigtiff=large, **about)
        black = np.iinfo(values.dtype).max - values
        assert np.array_equal(read_slice(tmp_path / "1.tif").pixels, black)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_picture_that_is_to_be_turned_is_upright_and_as_large_as_it_says(
    suffix: str, tmp_path: Path
) -> None:
    path, exif = tmp_path / f"1{suffix}", Image.Exif()
    exif[274] = 6  # the first row is the right side
    Image.fromarray(GREY).save(path, exif=exif)
    assert np.array_equal(read_slice(path).pixels, np.rot90(GREY, -1))
    assert read_info(path).shape == GREY.shape[::-1]


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("1.png", "1_mask.png"),
        ("1.jpg", "1_mask.tif"),
        ("1.tif", "masks/1.png"),
        ("images/1.png", "masks/1.jpg"),
    ],
)
def test_the_mask_beside_a_picture_is_its_reference_and_no_slice(
    image: str, mask: str, tmp_path: Path
) -> None:
    path = save(tmp_path / image, GREY)
    assert read_slice(path).reference is None
    beside = save(tmp_path / mask, MASK)
    assert has_the_reference(path)
    assert read_info(path).has_reference
    assert files_of(path) == (path, beside)
    assert found(tmp_path) == ([path.name], [])
    assert found(beside) == ([], ["by its name it is the mask of a slice, and no slice"])
    assert "no slice" in reason_of(beside)


def test_a_mask_with_a_palette_or_of_one_bit_is_read_by_its_values(tmp_path: Path) -> None:
    path = save(tmp_path / "1.png", GREY)
    png.write_indexed(tmp_path / "1_mask.png", INSIDE)
    assert has_the_reference(path)
    save(tmp_path / "1_mask.png", INSIDE)
    assert has_the_reference(path)
    swapped = Image.fromarray((~INSIDE).astype(np.uint8), "P")
    swapped.putpalette([255, 255, 255, 0, 0, 0])  # white is the first colour, and tumour
    swapped.save(tmp_path / "1_mask.png")
    assert has_the_reference(path)


@pytest.mark.parametrize("values", [MASK[:-1], None], ids=["size", "cut"])
def test_a_mask_that_cannot_be_used_costs_a_note_and_not_the_slice(
    values: np.ndarray | None, tmp_path: Path
) -> None:
    path, beside = save(tmp_path / "1.png", GREY), tmp_path / "1_mask.png"
    save(beside, MASK if values is None else values)
    if values is None:
        beside.write_bytes(beside.read_bytes()[:60])
    slice_ = read_slice(path)
    assert slice_.reference is None
    assert slice_.notes[0].startswith("The mask 1_mask.png is not shown: ")
    assert not read_info(path).has_reference


def test_a_pipe_for_a_mask_is_not_waited_for(tmp_path: Path) -> None:
    path = save(tmp_path / "1.png", GREY)
    os.mkfifo(tmp_path / "1_mask.png")
    (note,) = read_slice(path).notes
    assert note == "The mask 1_mask.png is not shown: not a regular file."


def test_padding_without_a_value_is_black_and_said(tmp_path: Path) -> None:
    values = GREY.astype(np.float32)
    values[:3] = np.nan
    tifffile.imwrite(tmp_path / "1.tif", values)
    slice_ = read_slice(tmp_path / "1.tif")
    assert (slice_.pixels[:3] == GREY[3:].min()).all()
    assert "NaN" in slice_.notes[0]
    tifffile.imwrite(tmp_path / "1.tif", values * np.nan)
    assert reason_of(tmp_path / "1.tif") == "the image holds nothing but NaN"


def test_of_two_masks_none_is_taken(tmp_path: Path) -> None:
    path = save(tmp_path / "1.png", GREY)
    save(tmp_path / "1_mask.png", MASK)
    save(tmp_path / "masks" / "1.png", MASK)
    assert read_slice(path).reference is None
    assert "(1_mask.png and masks/1.png)" in read_slice(path).notes[0]


def written(path: Path, kind: Kind) -> Path:
    path.write_bytes(png.png_of(MASK, kind))
    return path


@pytest.mark.parametrize("kind", Kind)
def test_what_the_program_wrote_is_no_slice_whatever_it_is_called(
    kind: Kind, tmp_path: Path
) -> None:
    path = written(tmp_path / "1.png", kind)
    assert mark_of(path) == kind.value
    assert found(tmp_path) == ([], [])
    _, problems = found(path)
    assert "brainseg wrote, and no slice" in problems[0]
    assert problems[0] == reason_of(path)


@pytest.mark.parametrize("kind", [Kind.PREDICTION, Kind.OVERLAY, Kind.PROBABILITY])
def test_a_prediction_beside_a_picture_is_no_reference(kind: Kind, tmp_path: Path) -> None:
    path = save(tmp_path / "1.png", GREY)
    written(tmp_path / "1_mask.png", kind)
    assert read_slice(path).reference is None
    assert "brainseg wrote, and no reference" in read_slice(path).notes[0]
    written(tmp_path / "1_mask.png", Kind.MASK)
    assert has_the_reference(path)


def test_a_slice_that_the_program_wrote_is_one(tmp_path: Path) -> None:
    png.write_slice(tmp_path / "1.png", DEEP)
    assert np.array_equal(read_slice(tmp_path / "1.png").pixels, DEEP)


@pytest.mark.parametrize("international", [False, True])
def test_a_mark_is_found_behind_the_pixels_too(international: bool, tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    if international:
        info.add_itxt(png.KEY, "overlay")
    else:
        info.add_text(png.KEY, "overlay")
    Image.fromarray(GREY).save(tmp_path / "1.png", pnginfo=info)
    data = (tmp_path / "1.png").read_bytes()
    at = data.index(b"iTXt" if international else b"tEXt") - 4
    length = 12 + int.from_bytes(data[at : at + 4], "big")
    last = data.index(b"IEND") - 4
    moved = data[:at] + data[at + length : last] + data[at : at + length] + data[last:]
    (tmp_path / "1.png").write_bytes(moved)
    assert mark_of(tmp_path / "1.png") == "overlay"
