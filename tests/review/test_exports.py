"""Corrected masks handed over as PNG."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from brainseg_gui.files.errors import WriteError
from brainseg_gui.review.handover.names import AS_THEY_ARE
from brainseg_gui.review.handover.naming import named
from brainseg_gui.review.handover.pattern import DEFAULT
from brainseg_gui.review.handover.run import Problem, write_export
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.stored import StoredCorrection
from tests.review_factory import FullDisk, NewCorrection, export_of, save


def pixels_of(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        return np.asarray(image)


def export_all(
    corrections: Iterable[StoredCorrection],
    folder: Path,
    on_problem: Callable[[Problem], None] | None = None,
) -> list[Path]:
    return write_export(export_of(*corrections), folder, on_problem=on_problem).files


def files_in(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    return sorted(name for name in found if not name.endswith("manifest.json"))


def test_the_png_read_again_is_the_mask_in_0_and_255(
    tmp_path: Path, new_correction: NewCorrection
) -> None:
    correction = new_correction(shape=(12, 17))
    (path,) = export_all([correction], tmp_path / "out")
    np.testing.assert_array_equal(pixels_of(path), np.where(correction.mask, 255, 0))


def test_a_mask_is_called_after_its_slice(tmp_path: Path, new_correction: NewCorrection) -> None:
    export_all([new_correction(name="1.mat")], tmp_path)
    assert files_in(tmp_path) == ["1_mask.png"]


def test_an_empty_correction_is_an_empty_mask(
    tmp_path: Path, new_correction: NewCorrection
) -> None:
    correction = new_correction()
    correction.mask[:] = False
    (path,) = export_all([correction], tmp_path)
    assert not pixels_of(path).any()


def test_equal_stems_in_different_folders_never_overwrite_each_other(
    tmp_path: Path, new_correction: NewCorrection
) -> None:
    names = ["1.mat", "a/1.mat", "b/1.mat", "a/b/1.mat"]
    corrections = [
        new_correction(str(number), name, corner=(number, number))
        for number, name in enumerate(names)
    ]
    written = export_all(corrections, tmp_path)
    assert files_in(tmp_path) == ["1_mask.png", "a/1_mask.png", "a/b/1_mask.png", "b/1_mask.png"]
    for path, correction in zip(written, corrections, strict=True):
        np.testing.assert_array_equal(pixels_of(path) > 0, correction.mask)


@pytest.mark.parametrize(
    "names", [("1.mat", "1.mat"), ("1.mat", "1.MAT"), ("a.mat", "A.mat"), ("A.mat", "a.mat")]
)
def test_slices_that_a_disk_could_take_for_each_other_are_told_apart(
    tmp_path: Path, new_correction: NewCorrection, names: tuple[str, str]
) -> None:
    corrections = [
        new_correction("aaaaaaaaaa", names[0], corner=(0, 0)),
        new_correction("bbbbbbbbbb", names[1], corner=(6, 6)),
    ]
    written = export_all(corrections, tmp_path)
    assert len({path.name.casefold() for path in written}) == 2
    for path, correction in zip(written, corrections, strict=True):
        np.testing.assert_array_equal(pixels_of(path) > 0, correction.mask)


def test_an_export_replaces_the_one_before(tmp_path: Path, new_correction: NewCorrection) -> None:
    export_all([new_correction(corner=(0, 0))], tmp_path)
    later = new_correction(corner=(6, 6))
    (path,) = export_all([later], tmp_path)
    assert files_in(tmp_path) == ["1_mask.png"]
    np.testing.assert_array_equal(pixels_of(path) > 0, later.mask)


def test_a_wrong_file_of_that_name_is_replaced(
    tmp_path: Path, new_correction: NewCorrection
) -> None:
    (tmp_path / "1_mask.png").write_bytes(b"no picture at all")
    correction = new_correction()
    (path,) = export_all([correction], tmp_path)
    np.testing.assert_array_equal(pixels_of(path) > 0, correction.mask)


@pytest.mark.parametrize(
    "name",
    ["../1.mat", "a/../../1.mat", "/etc/1.mat", "//etc/1.mat", "../../../../1.mat", "..", "/", ""],
)
def test_no_name_leads_out_of_the_folder(
    tmp_path: Path, new_correction: NewCorrection, name: str
) -> None:
    folder = tmp_path / "deep" / "out"
    (path,) = export_all([new_correction(name=name)], folder)
    assert path.resolve().is_relative_to(folder)
    assert len(files_in(tmp_path)) == 1


parts = st.sampled_from(["..", ".", "", "a", "b.mat", "...", "~", "C:"])


@given(st.lists(parts, max_size=6).map("/".join))
def test_whatever_a_name_is_made_of_its_mask_stays_inside(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "out"
    path = folder / named(DEFAULT, name, {}, AS_THEY_ARE)
    assert path.resolve().is_relative_to(folder.resolve())


def test_a_folder_in_the_way_is_named(tmp_path: Path, new_correction: NewCorrection) -> None:
    (tmp_path / "1_mask.png").mkdir()
    with pytest.raises(WriteError, match=r"1_mask\.png: a folder of that name is in the way"):
        export_all([new_correction()], tmp_path)


def test_a_file_in_place_of_the_folder_is_named(
    tmp_path: Path, new_correction: NewCorrection
) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(WriteError, match="out: a file of that name is in the way"):
        export_all([new_correction()], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_one_mask_that_cannot_be_written_keeps_no_other_from_it(
    tmp_path: Path, new_correction: NewCorrection
) -> None:
    (tmp_path / "2_mask.png").mkdir()
    corrections = [new_correction(str(number), f"{number}.mat") for number in (1, 2, 3)]
    problems: list[Problem] = []
    written = export_all(corrections, tmp_path, problems.append)
    assert [path.name for path in written] == ["1_mask.png", "3_mask.png"]
    (problem,) = problems
    assert isinstance(problem, WriteError)
    assert problem.path.name == "2_mask.png"


def test_a_full_disk_leaves_the_earlier_export_as_it_was(
    tmp_path: Path, new_correction: NewCorrection, full_disk: FullDisk
) -> None:
    earlier = new_correction(corner=(0, 0))
    (path,) = export_all([earlier], tmp_path)
    with full_disk(), pytest.raises(WriteError):
        export_all([new_correction(corner=(6, 6))], tmp_path)
    np.testing.assert_array_equal(pixels_of(path) > 0, earlier.mask)
    assert files_in(tmp_path) == ["1_mask.png"]


def test_a_folder_that_takes_no_files_is_told(
    unwritable: Path, new_correction: NewCorrection
) -> None:
    with pytest.raises(WriteError):
        export_all([new_correction()], unwritable)


def test_masks_leave_a_review_as_they_lie_in_it(
    store: ReviewStore, tmp_path: Path, new_correction: NewCorrection
) -> None:
    corrections = [new_correction(str(n), f"{n}.mat", corner=(n, n)) for n in range(4)]
    for correction in corrections:
        save(store, correction)
    written = export_all(store.corrections(), tmp_path / "out")
    for path, correction in zip(written, corrections, strict=True):
        np.testing.assert_array_equal(pixels_of(path) > 0, correction.mask)
