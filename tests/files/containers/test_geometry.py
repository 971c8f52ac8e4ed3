"""Where a slice lies: a mask that is put back by it lies on the tumour in another program."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import SimpleITK

from brainseg_gui.children.messages import NoMessageError
from brainseg_gui.files import parcels
from brainseg_gui.files.containers.geometry import Geometry, stacked
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.formats import read_geometry, read_headers, read_slice
from brainseg_gui.files.members import source_of
from tests.picture_factory import make_slice
from tests.volume_files.dicom import data_set, enhanced, picture, write_dicom
from tests.volume_files.nifti import WAYS, label, volume, write_nifti
from tests.volume_files.zips import mat_bytes, write_zip


@pytest.mark.parametrize("letter", "zacs")
@pytest.mark.parametrize("axes", WAYS[::5])
def test_masks_that_are_put_back_are_the_mask_volume(
    axes: str, letter: str, tmp_path: Path
) -> None:
    path = write_nifti(tmp_path / "p.nii.gz", volume(), axes)
    mask = write_nifti(tmp_path / "p_seg.nii.gz", label(), axes)
    first = read_geometry(path / f"{letter}0001")
    assert first is not None
    made = np.zeros(first.shape, np.uint8)
    for number in range(1, first.shape[first.cut.normal] + 1):
        member = path / f"{letter}{number:04}"
        geometry, reference = read_geometry(member), read_slice(member).reference
        assert geometry is not None
        assert reference is not None
        geometry.put(made, reference)
    expected = nib.load(mask)
    assert np.array_equal(made, np.asarray(expected.dataobj))
    assert np.allclose(first.affine, expected.affine)


def test_a_picture_of_dicom_lies_where_simpleitk_says(tmp_path: Path) -> None:
    tilted = data_set(picture(), ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    tilted.PixelSpacing = [0.5, 0.75]
    path = write_dicom(tmp_path / "a.dcm", tilted)
    geometry = read_geometry(path)
    image = SimpleITK.ReadImage(str(path))
    assert geometry is not None
    for column, row in ((0, 0), (5, 3), (23, 19)):
        left, back, head = image.TransformIndexToPhysicalPoint((column, row, 0))
        found = geometry.affine @ (column, row, 0, 1)
        assert found[:3] == pytest.approx((-left, -back, head))
    many = write_dicom(tmp_path / "b.dcm", enhanced(np.stack([picture(1), picture(2)])))
    second = read_geometry(many / "z0002")
    assert second is not None
    assert second.affine[2, 3] == pytest.approx(5.0)


def test_a_slice_of_no_volume_has_no_place(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"1.mat": mat_bytes(tmp_path, make_slice())})
    assert read_geometry(path / "1.mat") is None
    assert source_of(path / "1.mat") == (path, "1.mat")


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [1, 2]},
        {"shape": [0, 2, 2]},
        {"axes": [0, 0, 1]},
        {"number": 9},
        {"affine": [[1]] * 4},
        {"flips": [1, 0]},
    ],
)
def test_nonsense_is_no_geometry(change: dict[str, object]) -> None:
    good = {
        "shape": [2, 3, 4],
        "affine": np.eye(4).tolist(),
        "axes": [2, 1, 0],
        "flips": [True, False],
        "number": 4,
    }
    assert parcels.unpack_geometry({"geometry": good}, None) is not None  # type: ignore[arg-type]
    with pytest.raises((NoMessageError, ValueError)):
        parcels.unpack_geometry({"geometry": good | change}, None)  # type: ignore[arg-type]


def test_the_header_of_a_source_comes_out_of_the_reading_process_also_from_a_zip(
    tmp_path: Path,
) -> None:
    path = write_dicom(tmp_path / "a.dcm", data_set(picture(), PatientBirthName="Roe^Jane"))
    packed = write_zip(tmp_path / "b.zip", {"x/a.dcm": path.read_bytes()}) / "x" / "a.dcm"
    plain = write_nifti(tmp_path / "p.nii.gz", volume()) / "z0001"
    own, same, other = read_headers([path, packed, plain])
    assert isinstance(own, SourceHeader)
    assert isinstance(same, SourceHeader)
    assert own.words == same.words >= {"Doe", "Jane", "Roe", "MR-0815", "Doe^Jane"}
    assert other is None
    first, again = read_geometry(path), read_geometry(packed)
    assert first is not None
    assert again is not None
    np.testing.assert_array_equal(first.affine, again.affine)


@pytest.mark.parametrize(
    "values",
    [[], {"Nobody": ["x"]}, {"PatientID": "x"}, {"PatientID": [1]}, {"PatientID": ["x" * 513]}],
)
def test_nonsense_is_no_header(values: object) -> None:
    with pytest.raises(NoMessageError):
        parcels.unpack_header({"header": values}, None)  # type: ignore[arg-type]


def test_slices_make_a_volume_where_they_lie_at_multiples_of_one_distance(tmp_path: Path) -> None:
    def lying(*heights: float) -> list[Geometry]:
        found = []
        for number, height in enumerate(heights):
            about = data_set(picture(), ImagePositionPatient=[-10.0, -20.0, height])
            geometry = read_geometry(write_dicom(tmp_path / f"{number}.dcm", about))
            assert geometry is not None
            found.append(geometry)
        return found

    whole = stacked(lying(0, 5, 15))
    assert whole is not None
    assert [it.number for it in whole] == [1, 2, 4]
    assert whole[0].shape == (24, 20, 4)
    assert whole[0].affine[2, 2] == pytest.approx(5)
    assert stacked(lying(0, 5, 12)) is None
    assert stacked(lying(0, 5, 5)) is None
    assert stacked(lying(0)) is None
