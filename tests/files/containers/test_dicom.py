"""DICOM files: the signal, the place, and nobody's name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.data import get_testdata_file
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from brainseg_gui.files import here, parcels
from brainseg_gui.files.containers.dicom import header, pixels
from brainseg_gui.files.containers.dicom.geometry import TURNED
from brainseg_gui.files.containers.nifti import volume as nifti_volume
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_slice, stem_of
from brainseg_gui.files.wishes import Wishes
from tests.volume_files.dicom import (
    CT,
    ID,
    NAME,
    data_set,
    enhanced,
    picture,
    write_dicom,
    write_directory,
    write_series,
)
from tests.volume_files.nifti import volume, write_nifti
from tests.volume_files.zips import write_zip


def found_in(*paths: Path) -> tuple[list[Path], list[str]]:
    problems: list[SliceError] = []
    return list(find_slices(paths, problems.append)), [it.reason for it in problems]


def test_a_picture_is_seen_as_it_is_stored(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", data_set(picture()))
    found, info = here.read_slice(path), here.read_info(path)
    assert np.array_equal(found.pixels, picture())
    assert (found.spacing_mm, found.notes, found.reference) == (0.5, (), None)
    assert (info.shape, info.patient, info.place) == (found.shape, found.patient, found.place)
    assert np.array_equal(
        found.pixels, SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))[0]
    )


def test_the_patient_is_a_name_that_nobody_can_read(tmp_path: Path) -> None:
    one = write_dicom(tmp_path / "1.dcm", data_set(picture(1)))
    two = write_dicom(tmp_path / "2.dcm", data_set(picture(2)))
    other = write_dicom(tmp_path / "3.dcm", data_set(picture(2), PatientID="MR-0816"))
    nobody = write_dicom(tmp_path / "4.dcm", data_set(picture(2), PatientID=""))
    names = [here.read_slice(path).patient for path in (one, two, other, nobody)]
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("P-")
    assert names[3] == ""
    assert here.read_slice(one, Wishes(identify=True)).patient == ID


def test_no_name_id_or_uid_leaves_the_reading_process(tmp_path: Path) -> None:
    dataset = data_set(picture(), SeriesDescription=f"T2 {NAME}", Modality=NAME)
    dataset.SeriesInstanceUID = "1.2.826.0.1.4711"
    path = write_dicom(tmp_path / "a.dcm", dataset)
    found, info = here.read_slice(path), here.read_info(path)
    said = json.dumps(parcels.pack_info(info)) + repr((found.patient, found.notes, found.place))
    for secret in (NAME, ID, "4711", str(dataset.SOPInstanceUID), "Jane", "Doe"):
        assert secret not in said
    for number, damage in enumerate(("Rows", "BitsAllocated", "PixelData")):
        values: dict[str, Any] = {damage: b"" if damage == "PixelData" else 33}
        broken = data_set(picture(), **values)
        broken.PatientID = "1.2.3\\4"
        file = write_dicom(tmp_path / f"b{number}.dcm", broken)
        with pytest.raises(SliceError) as caught:
            here.read_slice(file)
        assert not any(it in str(caught.value) for it in (NAME, "1.2.3", "Jane"))


def test_rescaling_and_inverted_grey_are_undone(tmp_path: Path) -> None:
    scaled = data_set(picture(), RescaleSlope=2.5, RescaleIntercept=-100)
    found = here.read_slice(write_dicom(tmp_path / "a.dcm", scaled))
    assert np.allclose(found.pixels, picture() * 2.5 - 100)
    inverted = data_set(picture(), PhotometricInterpretation="MONOCHROME1")
    found = here.read_slice(write_dicom(tmp_path / "b.dcm", inverted))
    assert np.array_equal(found.pixels, 4095 - picture())


def test_bits_that_no_pixel_uses_and_signs_are_minded(tmp_path: Path) -> None:
    overlaid = picture() | np.uint16(0xF000)
    found = here.read_slice(write_dicom(tmp_path / "a.dcm", data_set(overlaid)))
    assert np.array_equal(found.pixels, picture())
    signed = (picture().astype(np.int16) - 500) & 0x0FFF
    dataset = data_set(signed.astype(np.uint16), PixelRepresentation=1)
    found = here.read_slice(write_dicom(tmp_path / "b.dcm", dataset))
    assert np.array_equal(found.pixels, picture().astype(int) - 500)


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless, RLELossless])
def test_compressed_pictures_are_the_same(syntax: str, tmp_path: Path) -> None:
    plugin = {RLELossless: "pydicom"}.get(syntax)
    dataset = data_set(picture(1, (64, 80)))
    try:
        dataset.compress(syntax, encoding_plugin=plugin or "")
    except RuntimeError:
        pytest.skip("nothing here packs it")
    found = here.read_slice(write_dicom(tmp_path / "a.dcm", dataset))
    assert np.array_equal(found.pixels, picture(1, (64, 80)))


def test_a_packed_picture_of_another_size_is_not_unpacked(tmp_path: Path) -> None:
    dataset = data_set(picture(1, (64, 80)))
    dataset.compress(JPEG2000Lossless)
    dataset.Rows = 32
    with pytest.raises(SliceError, match="another size"):
        here.read_slice(write_dicom(tmp_path / "a.dcm", dataset))


@pytest.mark.parametrize("suffix", [".dcm", ""])
def test_the_files_of_a_series_are_one_stack_in_the_order_of_their_places(
    suffix: str, tmp_path: Path
) -> None:
    write_series(tmp_path / "a", [3, 1, 4, 2], suffix)
    paths, problems = found_in(tmp_path)
    assert problems == []
    assert [path.name for path in paths] == [f"IM{n:04}{suffix}" for n in (1, 2, 3, 4)]
    places = [here.read_info(path).place for path in paths]
    assert all(place is not None and place.in_mm for place in places)
    order = sorted(range(4), key=lambda n: places[n])  # type: ignore[arg-type,return-value]
    assert order == [1, 3, 0, 2]
    assert len({place.stack for place in places if place}) == 1
    at = sorted(place.at for place in places if place)
    assert np.diff(at) == pytest.approx(5.0)
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(tmp_path / "a")))
    volume = SimpleITK.GetArrayFromImage(reader.Execute())
    for third, n in zip(volume, order, strict=True):
        assert np.array_equal(here.read_slice(paths[n]).pixels, third)


def test_another_direction_or_series_is_another_stack(tmp_path: Path) -> None:
    series = write_series(tmp_path, [1, 2])
    tilted = data_set(picture(), series, 3, ImageOrientationPatient=[1, 0, 0, 0, 0, -1])
    paths = [
        tmp_path / "IM0001.dcm",
        write_dicom(tmp_path / "IM0003.dcm", tilted),
        write_dicom(tmp_path / "IM0004.dcm", data_set(picture(), number=4)),
    ]
    stacks = [here.read_info(path).place.stack for path in paths]  # type: ignore[union-attr]
    assert len(set(stacks)) == 3


def test_the_frames_of_one_file_are_its_members(tmp_path: Path) -> None:
    pixels = np.stack([picture(n) for n in (1, 2, 3)])
    path = write_dicom(tmp_path / "many.dcm", enhanced(pixels))
    paths, problems = found_in(tmp_path)
    assert paths == [path / f"z000{n}" for n in (1, 2, 3)]
    assert problems == []
    for number, member in enumerate(paths):
        found = here.read_slice(member)
        assert np.array_equal(found.pixels, pixels[number] * 2.0 + 10)
        assert found.spacing_mm == 0.5
        assert found.place is not None
        assert found.place.at == pytest.approx(5.0 * number)
    assert stem_of(Path("in/many.dcm/z0002")) == Path("in/many_z0002")
    for wrong in (path, path / "z0004", path / "a0001"):
        with pytest.raises(SliceError):
            here.read_slice(wrong)


def test_a_directory_opens_what_it_lists_and_nothing_outside(tmp_path: Path) -> None:
    write_series(tmp_path / "disc" / "DICOM", [1, 2], "")
    write_dicom(tmp_path / "outside.dcm", data_set(picture()))
    (tmp_path / "disc" / "LINK").symlink_to(tmp_path / "outside.dcm")
    listed = [["DICOM", "IM0001"], ["DICOM", "IM0002"], ["..", "outside.dcm"], ["LINK"], ["GONE"]]
    directory = write_directory(tmp_path / "disc" / "DICOMDIR", listed)
    paths, problems = found_in(directory)
    assert paths == [tmp_path / "disc" / "DICOM" / name for name in ("IM0001", "IM0002")]
    assert problems == [
        "1 of the files that it lists lie elsewhere, and are passed over",
        "no such file or folder",
    ]
    everything, none = found_in(tmp_path / "disc" / "DICOM", directory)
    assert everything == paths
    assert none == problems


def test_files_without_a_suffix_are_known_by_their_content(tmp_path: Path) -> None:
    write_dicom(tmp_path / "1.2.840.113619.2.5", data_set(picture()))
    (tmp_path / "README").write_text("no slice")
    (tmp_path / "notes.txt").write_bytes((tmp_path / "1.2.840.113619.2.5").read_bytes())
    assert found_in(tmp_path) == ([tmp_path / "1.2.840.113619.2.5"], [])
    assert found_in(tmp_path / "notes.txt") == ([tmp_path / "notes.txt"], [])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (CT, "this is CT"),
        ({"SeriesDescription": "ax t2 tse"}, "this is T2"),
        ({"SeriesDescription": "t1 se"}, "no contrast agent"),
        ({"SeriesDescription": "t1 se", "ContrastBolusAgent": "Gadovist"}, ""),
        ({"ProtocolName": "T1 post KM"}, ""),
        ({"SeriesDescription": "routine"}, ""),
        ({"ImageOrientationPatient": [-1, 0, 0, 0, 1, 0]}, TURNED),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, ""),
        ({"PixelSpacing": [0.5, 0.6]}, "0.6 x 0.5 mm"),
    ],
)
def test_what_a_reader_must_know_is_said(values: dict[str, Any], said: str, tmp_path: Path) -> None:
    found = here.read_slice(write_dicom(tmp_path / "a.dcm", data_set(picture(), **values)))
    assert bool(found.notes) == bool(said)
    assert said in " ".join(found.notes)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("test-SR.dcm", "holds no picture (it is: "),
        ("SC_rgb_rle.dcm", "only grey pictures"),
        ("image_dfl.dcm", "its header is packed"),
        ("MR_truncated.dcm", "damaged"),
    ],
)
def test_what_is_no_grey_picture_is_one_sentence(name: str, reason: str) -> None:
    with pytest.raises(SliceError) as caught:
        here.read_slice(Path(str(get_testdata_file(name))))
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    "name",
    [
        *(
            "MR_small.dcm",
            "MR_small_RLE.dcm",
            "MR_small_jp2klossless.dcm",
            "MR_small_bigendian.dcm",
        ),
        *("MR_small_jpeg_ls_lossless.dcm", "MR_small_implicit.dcm", "CT_small.dcm"),
        *("JPEG2000.dcm", "693_J2KI.dcm", "JPEG-LL.dcm"),
    ],
)
def test_pydicoms_own_files_are_read_as_pydicom_reads_them(name: str) -> None:
    file = get_testdata_file(name, download=False)
    if file is None:
        pytest.skip("this pydicom does not bring it")
    dataset = pydicom.dcmread(file)
    expected = dataset.pixel_array * float(dataset.get("RescaleSlope", 1)) + float(
        dataset.get("RescaleIntercept", 0)
    )
    assert np.array_equal(here.read_slice(Path(file)).pixels, expected.astype(np.float32))


def test_pictures_of_pydicom_in_a_zip_file(tmp_path: Path) -> None:
    content = write_dicom(tmp_path / "a.dcm", data_set(picture())).read_bytes()
    path = write_zip(tmp_path / "in" / "a.zip", {"x/1.dcm": content, "x/2.dcm": content})
    paths, _ = found_in(path)
    assert paths == [path / "x" / "1.dcm", path / "x" / "2.dcm"]
    assert read_slice(paths[0]).digest == here.read_slice(tmp_path / "a.dcm").digest


@pytest.mark.parametrize(
    ("name", "package"), [("a.dcm", "pydicom"), ("a.nii", "nibabel"), ("p.dcm", "pylibjpeg")]
)
def test_what_an_extra_brings_is_named_where_it_is_missing(
    name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_dicom(tmp_path / "a.dcm", data_set(picture()))
    write_nifti(tmp_path / "a.nii", volume())
    packed = data_set(picture(1, (64, 80)))
    packed.compress(JPEG2000Lossless)
    write_dicom(tmp_path / "p.dcm", packed)
    for module in (header, pixels, nifti_volume):
        monkeypatch.setattr(module, "is_installed", lambda wanted: wanted != package)
    member = "z0001" if name.endswith(".nii") else ""
    with pytest.raises(SliceError, match=rf"^[\w.]+: {package}, which .* the extra “formats”"):
        here.read_slice(tmp_path / name / member)


def test_no_uid_of_a_series_is_part_of_what_is_known_of_its_slices(tmp_path: Path) -> None:
    series = write_series(tmp_path, list(range(1, 41)), "")
    paths, problems = found_in(tmp_path)
    assert (len(paths), problems) == (40, [])
    assert series not in repr([here.read_info(path) for path in paths])
