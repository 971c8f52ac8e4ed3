"""One loader for `.mat` folders and folders of pictures."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.errors import SliceError
from model_training.data.examples import load_examples
from model_training.data.sources import find_examples
from tests.mat_factory import fields_of, write_v5, write_v73
from tests.picture_factory import make_slice, write_mats, write_pictures

SLICES = {
    "1": make_slice(1, patient="100360"),
    "2": make_slice(2, patient="MR049453", tumour=Tumour.MENINGIOMA),
    "10": make_slice(3, (64, 50), patient="MR049453B", tumour=Tumour.PITUITARY),
}
STEPS = Preprocessing(("equalised", "stretched", "percentile", "zscore"), 32)


@pytest.fixture
def mats(tmp_path: Path) -> Path:
    return write_mats(tmp_path / "mats", SLICES)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return write_pictures(tmp_path / "pictures", SLICES)


def edit_index(folder: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    """Rewrite index.csv with rows changed by a function; None leaves a row out."""
    path = folder / "index.csv"
    with open(path, newline="", encoding="utf-8") as file:
        changed = [change(row) for row in csv.DictReader(file)]
    rows = [row for row in changed if row is not None]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def with_value(number: str, **values: Any) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda row: row | values if row["n"] == number else row


@pytest.mark.parametrize("layout", ["mats", "pictures"])
def test_a_source_knows_every_slice_before_one_is_read(
    layout: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = request.getfixturevalue(layout)

    def refuse(*args: Any, **fields: Any) -> None:
        pytest.fail("a slice was read")

    for reader in ("formats.read_slice", "readers.mat._slice_from", "readers.pictures.read_grey"):
        monkeypatch.setattr(f"brainseg_gui.files.{reader}", refuse)
    source = find_examples(folder)
    assert source.patients == ["100360", "MR049453", "MR049453B"]
    assert source.kinds == ["glioma", "meningioma", "pituitary"]
    assert all(entry.has_reference for entry in source)


def test_both_layouts_give_the_same_slices(mats: Path, pictures: Path) -> None:
    for left, right in zip(find_examples(mats), find_examples(pictures), strict=True):
        one, other = left.read(), right.read()
        assert one.reference is not None
        assert other.reference is not None
        assert one.border is not None
        assert other.border is not None
        assert np.array_equal(one.reference, other.reference)
        assert np.abs((one.pixels - 100) / 7 - other.pixels).mean() < 3
        np.testing.assert_allclose(one.border, other.border)
        assert (one.patient, one.tumour) == (other.patient, other.tumour)


def test_both_layouts_give_the_same_examples_up_to_jpeg(
    mats: Path, pictures: Path, tmp_path: Path
) -> None:
    one = load_examples(find_examples(mats), STEPS, tmp_path / "cache")
    other = load_examples(find_examples(pictures), STEPS, tmp_path / "cache")
    assert np.array_equal(one.masks, other.masks)
    assert np.abs(one.images.astype(int) - other.images).mean() < 6
    assert one.patients.tolist() == other.patients.tolist()
    assert one.kinds.tolist() == other.kinds.tolist()


def test_both_layouts_give_bit_for_bit_the_same_examples_without_jpeg(
    mats: Path, tmp_path: Path
) -> None:
    plain = write_pictures(tmp_path / "plain", SLICES, ".png")
    one = load_examples(find_examples(mats), STEPS, tmp_path / "cache")
    other = load_examples(find_examples(plain), STEPS, tmp_path / "cache")
    assert np.array_equal(one.images, other.images)


def test_mat_files_are_found_in_folders_below_and_by_one_name_wherever_the_folder_is(
    mats: Path, tmp_path: Path
) -> None:
    (mats / "more").mkdir()
    shutil.copy(mats / "1.mat", mats / "more" / "1.mat")
    names = find_examples(mats).names
    assert names == ["1.mat", "2.mat", "10.mat", "more/1.mat"]
    assert find_examples(mats.rename(tmp_path / "elsewhere")).names == names


def test_one_mat_file_is_a_source(mats: Path) -> None:
    assert find_examples(mats / "2.mat").names == ["2.mat"]


@pytest.mark.parametrize("write", [write_v73, write_v5])
def test_the_authors_folds_belong_to_the_file_numbers_and_are_no_slice(
    mats: Path, write: Callable[..., Path]
) -> None:
    folds = np.array([[3], [5], *[[1]] * 7, [2]], float)
    if write is write_v73:
        import h5py

        with h5py.File(mats / "cvind.mat", "w") as file:
            file["cvind"] = folds.T
    else:
        import scipy.io

        scipy.io.savemat(mats / "cvind.mat", {"cvind": folds})
    write(mats / "other.mat", fields_of())
    found = {entry.name: entry.author_fold for entry in find_examples(mats)}
    assert found == {"1.mat": 3, "2.mat": 5, "10.mat": 2, "other.mat": None}


def test_the_authors_folds_stand_in_the_index_of_pictures(pictures: Path) -> None:
    assert [entry.author_fold for entry in find_examples(pictures)] == [2, 3, 1]


def test_cvind_that_holds_no_folds_is_refused_by_name(mats: Path) -> None:
    write_v73(mats / "cvind.mat", fields_of())
    with pytest.raises(SliceError, match=r"^cvind\.mat: no variable 'cvind' in it$"):
        find_examples(mats)


@pytest.mark.parametrize("layout", ["mats", "pictures"])
def test_a_slice_without_a_mask_is_listed_and_read_without(
    layout: str, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(layout)
    if layout == "mats":
        bare = SLICES["2"]
        write_mats(folder, {"2": Slice(bare.pixels, patient=bare.patient, tumour=bare.tumour)})
    else:
        (folder / "masks" / "2.png").unlink()
    source = find_examples(folder)
    assert [entry.has_reference for entry in source] == [True, False, True]
    assert source.entries[1].read().reference is None


def test_a_folder_without_slices_is_refused_and_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^no slices in .*: expected \.mat, .* files, or images/"):
        find_examples(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SliceError, match=r"^gone: no such file or folder$"):
        find_examples(tmp_path / "gone")


def test_a_mat_file_that_cannot_be_read_is_refused_by_name(mats: Path) -> None:
    (mats / "2.mat").write_bytes(b"")
    with pytest.raises(SliceError, match=r"^2\.mat: the file is empty$"):
        find_examples(mats)


def test_a_row_of_the_index_without_its_picture_is_refused_by_number(pictures: Path) -> None:
    (pictures / "images" / "10.jpg").unlink()
    with pytest.raises(ValueError, match=r"^index\.csv, line 4: there is no picture of slice 10"):
        find_examples(pictures)


def test_a_picture_that_stands_in_no_row_is_left_out(pictures: Path) -> None:
    edit_index(pictures, lambda row: None if row["n"] == "2" else row)
    assert find_examples(pictures).names == ["images/1.jpg", "images/10.jpg"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"label": "7"}, "line 3: unknown tumour 7; known are 1 meningioma, 2 glioma"),
        ({"label": "", "tumour": "wart"}, "line 3: unknown tumour wart"),
        ({"author_fold": "x"}, "line 3: expected a whole number, found x"),
        ({"patient_group": "MR1"}, "line 3: patient MR049453 is given the group MR1"),
    ],
)
def test_a_wrong_row_of_the_index_is_refused_by_its_line(
    pictures: Path, values: dict[str, Any], sentence: str
) -> None:
    edit_index(pictures, with_value("2", **values))
    with pytest.raises(ValueError, match=rf"^index\.csv, {sentence}"):
        find_examples(pictures)


def test_a_line_that_is_cut_off_is_refused_by_its_number(pictures: Path) -> None:
    text = (pictures / "index.csv").read_text(encoding="utf-8")
    (pictures / "index.csv").write_text(text + "4", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^index\.csv, line 5: the line is cut off"):
        find_examples(pictures)


def test_what_an_index_describes_is_all_there_is_beside_it(pictures: Path, tmp_path: Path) -> None:
    write_mats(pictures / "mats", SLICES)
    assert find_examples(pictures).names == [f"images/{number}.jpg" for number in SLICES]
    names = find_examples(tmp_path).names
    assert len(names) == 6
    assert "pictures/images/1.jpg" in names


def test_a_slice_that_is_listed_twice_is_refused_by_name(pictures: Path) -> None:
    edit_index(pictures, with_value("2", n="1"))
    with pytest.raises(ValueError, match=r"index\.csv: images/1\.jpg is listed twice$"):
        find_examples(pictures)


def test_an_index_without_patients_is_refused_by_its_columns(pictures: Path) -> None:
    edit_index(pictures, lambda row: {name: row[name] for name in ("n", "label")})
    with pytest.raises(ValueError, match=r"index\.csv: no column pid$"):
        find_examples(pictures)


def test_two_pictures_of_one_slice_are_refused(pictures: Path) -> None:
    shutil.copy(pictures / "images" / "1.jpg", pictures / "images" / "1.png")
    with pytest.raises(ValueError, match=r"1\.jpg and 1\.png are the same slice$"):
        find_examples(pictures)


def test_an_image_of_another_size_than_the_index_says_is_refused_by_name(pictures: Path) -> None:
    edit_index(pictures, with_value("2", width="49"))
    with pytest.raises(SliceError, match=r"^2\.jpg: the image is 48 x 40, index.csv says 49 x 40"):
        find_examples(pictures).entries[1].read()


def test_borders_that_are_none_are_refused_by_name(pictures: Path) -> None:
    (pictures / "borders.json").write_text('{"1": [1, 2, 3]}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"borders\.json: not a list of x, y"):
        find_examples(pictures)


def test_names_and_borders_may_be_missing_from_pictures(pictures: Path) -> None:
    (pictures / "borders.json").unlink()
    edit_index(pictures, lambda row: {name: row[name] for name in ("n", "pid")})
    slice_ = find_examples(pictures).entries[0].read()
    assert (slice_.border, slice_.tumour, slice_.patient) == (None, None, "100360")


def test_the_fingerprint_changes_with_a_file_and_not_with_the_place(
    mats: Path, tmp_path: Path
) -> None:
    before = find_examples(mats).fingerprint()
    moved = mats.rename(tmp_path / "elsewhere")
    assert find_examples(moved).fingerprint() == before
    write_mats(moved, {"2": make_slice(9, patient="MR049453")})
    assert find_examples(moved).fingerprint() != before


def test_some_slices_can_be_taken(mats: Path) -> None:
    source = find_examples(mats)
    assert source.take(np.array([True, False, True])).names == ["1.mat", "10.mat"]
    assert source.take(np.array([2])).names == ["10.mat"]
