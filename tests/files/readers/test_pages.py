"""TIFF files of several pages: a stack, whose slices know their place and their mask."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from brainseg_gui.core.place import Place
from brainseg_gui.files import reading
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_info, read_slice, stem_of
from brainseg_gui.files.readers import pages
from brainseg_gui.files.wishes import Wishes
from tests.picture_factory import make_slice

PAGES = np.stack([make_slice(seed=n).pixels.astype(np.uint16) * 200 for n in range(12)])
LABELS = np.zeros(PAGES.shape, np.uint8)
LABELS[3, 4:9, 5:8], LABELS[5, 2:4, 3:9] = 1, 2


def found(path: Path) -> tuple[list[str], list[str]]:
    problems: list[SliceError] = []
    names = [it.relative_to(path.parent).as_posix() for it in find_slices([path], problems.append)]
    return names, [it.reason for it in problems]


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"bigtiff": True},
        {"byteorder": ">"},
        {"compression": "zlib"},
        {"imagej": True},
        {"photometric": "miniswhite"},
    ],
)
def test_the_pages_of_a_tiff_are_a_stack_in_their_order(
    how: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "brain.tif"
    tifffile.imwrite(path, PAGES, **({"photometric": "minisblack"} | how))
    names, problems = found(path)
    assert (names[0], names[-1], len(names), problems) == (
        *("brain.tif/z0001", "brain.tif/z0012", 12),
        [],
    )
    for number in (1, 12):
        slice_ = read_slice(path / f"z{number:04}")
        inverted = how.get("photometric") == "miniswhite"
        right = 65535 - PAGES[number - 1] if inverted else PAGES[number - 1]
        assert np.array_equal(slice_.pixels, right)
        assert slice_.notes == ()
        assert slice_.place == read_info(path / f"z{number:04}").place == Place("z", number - 1)
    assert stem_of(path / "z0012") == tmp_path / "brain_z0012"
    for member, word in (("", "12 pages"), ("z0013", "no such page"), ("a0001", "no such page")):
        with pytest.raises(SliceError, match=word):
            read_slice(path / member)


def test_all_pages_of_a_mask_say_together_which_classes_it_has(
    tmp_path: Path,
) -> None:
    path = tmp_path / "brain.tif"
    tifffile.imwrite(path, PAGES, photometric="minisblack")
    tifffile.imwrite(tmp_path / "brain_mask.tif", LABELS, photometric="minisblack")
    slice_ = read_slice(path / "z0006")  # of which the mask alone holds one class only
    assert slice_.reference is None
    assert (slice_.classes, "classes 1 and 2" in slice_.notes[0]) == (((1, 0), (2, 12)), True)
    assert not read_info(path / "z0006").has_reference
    reading.wish_for(Wishes(classes=((1, False), (2, True))))
    try:
        areas = [read_slice(path / f"z{n:04}").reference.sum() for n in (4, 6)]  # type: ignore[union-attr]
        assert areas == [0, 12]
    finally:
        reading.wish_for(Wishes())


def test_a_mask_of_another_number_of_pages_is_not_shown(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "1.tif", PAGES, photometric="minisblack")
    tifffile.imwrite(tmp_path / "1_mask.tif", LABELS[:5] * 255, photometric="minisblack")
    (note,) = read_slice(tmp_path / "1.tif" / "z0004").notes
    assert note == "The mask 1_mask.tif is not shown: it has 5 pages, the image 12."


def test_smaller_copies_are_no_pages_and_other_sizes_are_said(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "1.tif") as file:
        file.write(PAGES[0], photometric="minisblack")
        file.write(PAGES[0, ::2, ::2], photometric="minisblack", subfiletype=1)
    assert found(tmp_path / "1.tif") == (["1.tif"], [])
    assert np.array_equal(read_slice(tmp_path / "1.tif").pixels, PAGES[0])
    with tifffile.TiffWriter(tmp_path / "2.tif") as file:
        for page in (PAGES[0], PAGES[1], PAGES[2, :-1]):
            file.write(page, photometric="minisblack", contiguous=False)
    names, problems = found(tmp_path / "2.tif")
    assert names == ["2.tif/z0001", "2.tif/z0002"]
    assert problems == ["1 of its pages are of another size than the first, and are not read"]


def test_pages_of_a_grey_in_colours_are_a_stack(tmp_path: Path) -> None:
    grey = (PAGES[:3] // 256).astype(np.uint8)
    tifffile.imwrite(tmp_path / "1.tif", np.stack([grey] * 3, axis=-1), photometric="rgb")
    assert len(found(tmp_path / "1.tif")[0]) == 3
    assert np.array_equal(read_slice(tmp_path / "1.tif" / "z0003").pixels, grey[2])


def test_more_pages_than_are_read_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 5)
    tifffile.imwrite(tmp_path / "1.tif", PAGES, photometric="minisblack")
    found = pages.pages_of(tmp_path / "1.tif")
    assert (len(found), found.is_whole) == (5, False)


def test_pages_that_lead_in_a_circle_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "1.tif"
    tifffile.imwrite(path, PAGES[:2], photometric="minisblack")
    data = bytearray(path.read_bytes())
    (first,) = struct.unpack_from("<I", data, 4)
    (tags,) = struct.unpack_from("<H", data, first)
    (second,) = struct.unpack_from("<I", data, first + 2 + 12 * tags)
    (tags,) = struct.unpack_from("<H", data, second)
    struct.pack_into("<I", data, second + 2 + 12 * tags, first)
    path.write_bytes(data)
    assert found(path) == (["1.tif/z0001", "1.tif/z0002"], [])
    assert np.array_equal(read_slice(path / "z0002").pixels, PAGES[1])
