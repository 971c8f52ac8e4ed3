"""Folders of pictures as a reader of slices sees them; a training refuses more."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.slices import Tumour
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import files_of, read_info, read_slice
from brainseg_gui.files.index_cache import Stamp
from brainseg_gui.files.readers import picture_folder
from tests.picture_factory import make_slice, write_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    slices = {"1": make_slice(1), "2": make_slice(2), "10": make_slice(3, patient="MR049453")}
    return write_pictures(tmp_path / "pictures", slices)


def found(*paths: Path) -> list[str]:
    return [path.name for path in find_slices(paths)]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def reason_of(path: Path) -> str:
    with pytest.raises(SliceError) as caught:
        read_slice(path)
    return caught.value.reason


def test_every_picture_is_a_slice_however_the_folder_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = ["1.jpg", "2.jpg", "10.jpg"]
    assert found(folder) == found(folder.parent) == found(folder / "images") == everything
    assert found(folder / "images" / "2.jpg") == ["2.jpg"]
    monkeypatch.chdir(folder / "images")
    assert found(Path(".")) == everything
    assert read_slice(Path("10.jpg")).patient == "MR049453"


def test_masks_are_no_slices_and_without_an_index_nobody_says_whose_the_pictures_are(
    folder: Path,
) -> None:
    everything = found(folder)
    assert found(folder / "masks") == []
    assert read_slice(folder / "images" / "10.jpg").patient == "MR049453"
    (folder / "index.csv").unlink()
    assert found(folder) == everything
    alone = read_slice(folder / "images" / "10.jpg")
    assert alone.patient == ""
    assert alone.reference is not None


def test_the_index_is_parsed_once_for_all_slices_and_anew_when_it_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[Path] = []
    parse = picture_folder._read_index

    def count(path: Path) -> object:
        parsed.append(path)
        return parse(path)

    monkeypatch.setattr(picture_folder, "_read_index", count)
    paths = list(find_slices([folder]))
    for path in paths * 2:
        read_info(path)
        read_slice(path)
        files_of(path)
    assert len(parsed) == 1
    edit(folder / "index.csv", "MR049453,MR049453", "MR04945399,MR04945399")
    assert read_info(paths[2]).patient == "MR04945399"


def test_a_picture_that_stands_in_no_line_or_in_two_is_refused(folder: Path) -> None:
    shutil.copy(folder / "images" / "1.jpg", folder / "images" / "7.jpg")
    assert reason_of(folder / "images" / "7.jpg") == "index.csv has no line for it"
    edit(folder / "index.csv", "\n2,", "\n1,")
    assert reason_of(folder / "images" / "1.jpg") == "index.csv lists it twice"
    assert read_slice(folder / "images" / "10.jpg").patient == "MR049453"


def test_a_type_that_is_unknown_costs_a_reader_the_type_and_not_the_slice(folder: Path) -> None:
    edit(folder / "index.csv", "10,MR049453,MR049453,2,", "10,MR049453,MR049453,7,")
    path = folder / "images" / "10.jpg"
    assert read_slice(path).tumour is read_info(path).tumour is None
    assert read_slice(folder / "images" / "1.jpg").tumour is Tumour.GLIOMA


def test_the_size_is_the_pictures_own_where_the_index_says_none(folder: Path) -> None:
    edit(folder / "index.csv", ",40,48,", ",,,")
    assert read_info(folder / "images" / "1.jpg").shape == (40, 48)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "2,100360,",
            '2,"100360,',
            "line 4: unexpected end",
        ),  # the rest of the table would be the patient
        ("2,100360,", f"2,{'x' * 200_000},", "line 3: field larger than"),
    ],
    ids=["a quote that is not closed", "a field without end"],
)
def test_an_index_that_is_no_table_is_refused_with_its_line(
    folder: Path, old: str, new: str, reason: str
) -> None:
    edit(folder / "index.csv", old, new)
    assert reason_of(folder / "images" / "2.jpg").startswith(f"{folder / 'index.csv'}, {reason}")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_an_index_in_another_encoding_is_refused_in_words(folder: Path, encoding: str) -> None:
    text = (folder / "index.csv").read_text(encoding="utf-8").replace("100360", "M\xfcller")
    (folder / "index.csv").write_text(text, encoding=encoding)
    assert reason_of(folder / "images" / "2.jpg").endswith("index.csv: not a table in UTF-8")


@pytest.mark.parametrize("side", ["0", "99999", "9" * 5000])
def test_a_size_that_no_picture_has_is_refused_with_its_line(folder: Path, side: str) -> None:
    edit(folder / "index.csv", ",40,48,", f",{side},48,")
    path = folder / "images" / "1.jpg"
    with pytest.raises(SliceError) as caught:
        read_info(path)
    assert caught.value.reason == reason_of(path)
    assert caught.value.reason.startswith("index.csv, line 2: ")
    assert len(caught.value.reason) < 100


def test_borders_that_cannot_be_read_are_told_for_each_slice(folder: Path) -> None:
    (folder / "borders.json").write_text("no JSON", encoding="utf-8")
    assert "borders.json: not a list of x, y" in reason_of(folder / "images" / "1.jpg")


@pytest.mark.parametrize(
    "outline", [[1, 2, 3], None, "abc", [[1], [2, 3]], [10**400, 1, 2, 3, 4, 5], [1e9] * 6]
)
def test_one_border_that_is_no_outline_costs_its_slice_a_note_and_no_other_anything(
    folder: Path, outline: object
) -> None:
    borders = json.loads((folder / "borders.json").read_text(encoding="utf-8"))
    (folder / "borders.json").write_text(json.dumps(borders | {"1": outline}), encoding="utf-8")
    one, other = (read_slice(folder / "images" / name) for name in ("1.jpg", "2.jpg"))
    assert (one.border, one.notes) == (None, (picture_folder.NO_OUTLINE,))
    assert other.border is not None
    assert other.notes == ()
    with pytest.raises(ValueError, match=r"borders\.json: not a list of x, y"):
        picture_folder.listed(folder / "images")


def test_borders_that_are_nested_without_end_are_told_too(folder: Path) -> None:
    (folder / "borders.json").write_text("[" * 200_000, encoding="utf-8")
    assert "borders.json: not a list of x, y" in reason_of(folder / "images" / "1.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
@pytest.mark.parametrize("name", ["masks/1.png", "borders.json"])
def test_a_pipe_beside_a_slice_is_not_waited_for(folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    began = time.monotonic()
    assert reason_of(folder / "images" / "1.jpg").endswith("not a regular file")
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("changed", ["images/1.jpg", "masks/1.png", "index.csv", "borders.json"])
def test_what_was_learned_of_a_slice_ends_when_anything_it_depends_on_changes(
    folder: Path, changed: str
) -> None:
    path = folder / "images" / "1.jpg"
    before = Stamp.of(*files_of(path))
    assert Stamp.of(*files_of(path)) == before
    later = time.time_ns() + 10**9
    os.utime(folder / changed, ns=(later, later))
    assert Stamp.of(*files_of(path)) != before


def test_a_mask_that_comes_or_goes_is_noticed(folder: Path) -> None:
    path = folder / "images" / "1.jpg"
    before = Stamp.of(*files_of(path))
    (folder / "masks" / "1.png").rename(folder / "masks" / "1.PNG")
    reference = read_slice(path).reference
    assert reference is not None
    assert np.count_nonzero(reference) == 180
    (folder / "masks" / "1.PNG").unlink()
    assert Stamp.of(*files_of(path)) != before
    assert read_slice(path).reference is None


def test_a_patient_in_the_index_is_one_line(folder: Path) -> None:
    edit(folder / "index.csv", "\n2,100360,", '\n2,"100360\n\x1b[2J",')
    path = folder / "images" / "2.jpg"
    assert read_slice(path).patient == read_info(path).patient == "100360 \ufffd[2J"
