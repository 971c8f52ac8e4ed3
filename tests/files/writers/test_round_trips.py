"""What is written is the same mask to readers that are not ours; no flip could hide in it."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import h5py
import nibabel
import numpy as np
import pytest
import scipy.io
import SimpleITK
from highdicom.seg import segread
from hypothesis import given as given_by
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from nibabel.affines import apply_affine
from openpyxl import load_workbook
from PIL import Image
from pycocotools import mask as tools
from pycocotools.coco import COCO
from pydicom import dcmread
from pydicom.data import get_testdata_file
from skimage.draw import polygon2mask

from brainseg_gui.core.image.contrast import grey_levels
from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.palette import CORRECTION, REFERENCE
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.core.types import Mask
from brainseg_gui.core.view import View
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.files.formats import layout_of, read_slice
from brainseg_gui.files.writers import coco, training, workbook
from brainseg_gui.files.writers.given import Gathered, Given, Item
from brainseg_gui.files.writers.table import Writer, row_named, write_proved
from tests.mat_factory import fields_of, write_matlab

SHAPE = (30, 40)
any_mask = arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def odd_mask(shape: tuple[int, int] = SHAPE) -> Mask:
    """Return two pieces, one with a hole, in no symmetry with each other."""
    mask = np.zeros(shape, bool)
    mask[3:9, 5:20] = True
    mask[5:7, 8:12] = False
    mask[9, 5] = True
    mask[20:22, 30:33] = True
    return mask


def about(**what: Any) -> Given:
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    pixels = (rows * 40 + columns * 3).astype(np.float32)
    reference = np.roll(odd_mask(), 2, axis=1)
    slice_ = Slice(pixels, reference, patient="P1", tumour=Tumour.GLIOMA)
    given = Given("a/1.x", "P1", "P1", Tumour.GLIOMA, "corrected", "Ada", slice=slice_)
    return replace(given, **what)


def written(folder: Path, name: str, given: Given, mask: Mask | None = None) -> Path:
    row = row_named(name)
    assert isinstance(row, Writer)
    path = folder / row.placed(PurePosixPath("1_mask"))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_proved(row, path, odd_mask() if mask is None else mask, given)
    return path


def test_a_matlab_slice_has_image_mask_border_label_and_patient_for_h5py(tmp_path: Path) -> None:
    given = about()
    path = written(tmp_path, "mat", given)
    with h5py.File(path) as file:
        struct = file["cjdata"]
        np.testing.assert_array_equal(struct["image"][()].T, given.read.pixels)
        np.testing.assert_array_equal(struct["tumorMask"][()].T, odd_mask())
        x, y = struct["tumorBorder"][()].reshape(-1, 2).T
        assert "".join(map(chr, struct["PID"][()].ravel())) == "P1"
        assert struct["label"][()].item() == 2
    np.testing.assert_array_equal(polygon2mask(SHAPE, np.column_stack([y, x]) - 1), odd_mask())
    again = read_slice(path)
    assert (again.digest, again.notes) == (given.read.digest, ())


def test_an_empty_mask_has_no_border(tmp_path: Path) -> None:
    path = written(tmp_path, "mat", about(), np.zeros(SHAPE, bool))
    with h5py.File(path) as file:
        assert set(file["cjdata"]) == {"PID", "image", "label", "tumorMask"}


def test_numbers_that_the_data_set_has_not_are_kept_in_a_matlab_slice(tmp_path: Path) -> None:
    slice_ = Slice(np.linspace(-0.5, 70000, 1200, dtype=np.float32).reshape(SHAPE))
    path = written(tmp_path, "mat", about(slice=slice_))
    np.testing.assert_array_equal(read_slice(path).pixels, slice_.pixels)


@pytest.mark.skipif(shutil.which("octave") is None, reason="GNU Octave is not installed")
def test_octave_fills_the_border_and_finds_the_mask(tmp_path: Path) -> None:
    path = written(tmp_path, "mat", about())
    with h5py.File(path) as file:
        fields = {name: file[f"cjdata/{name}"][()].T for name in ("tumorMask", "tumorBorder")}
    scipy.io.savemat(tmp_path / "v5.mat", {"cjdata": fields})
    code = (
        f"load('{tmp_path}/v5.mat'); b = cjdata.tumorBorder; [x, y] = meshgrid(1:40, 1:30);"
        "m = inpolygon(x, y, b(1:2:end), b(2:2:end)); printf('%d', isequal(m, cjdata.tumorMask))"
    )
    done = subprocess.run(["octave-cli", "--eval", code], capture_output=True, text=True)
    assert done.stdout == "1", done.stderr


@pytest.mark.skipif(shutil.which("octave") is None, reason="GNU Octave is not installed")
def test_what_octave_saves_of_a_slice_is_the_same_slice(tmp_path: Path) -> None:
    path = written(tmp_path, "mat", about())
    code = (
        f"load('{path}'); save('-v6', '{tmp_path}/6.mat', 'cjdata');"
        f"save('-v7', '{tmp_path}/7.mat', 'cjdata'); save('-hdf5', '{tmp_path}/h.mat', 'cjdata')"
    )
    subprocess.run(["octave-cli", "--eval", code], check=True, capture_output=True)
    ours = read_slice(path)
    for name in ("6.mat", "7.mat"):
        theirs = read_slice(tmp_path / name)
        assert theirs.digest == ours.digest
        assert np.array_equal(np.asarray(theirs.reference), np.asarray(ours.reference))
        assert (theirs.patient, theirs.tumour, theirs.notes) == (ours.patient, ours.tumour, ())
    with pytest.raises(SliceError, match="GNU Octave saved it in a format of its own"):
        read_slice(tmp_path / "h.mat")


def test_pictures_are_the_mask_for_pillow(tmp_path: Path) -> None:
    with Image.open(written(tmp_path, "png", about())) as image:
        np.testing.assert_array_equal(np.asarray(image), odd_mask() * 255)
    with Image.open(written(tmp_path, "palette", about())) as image:
        np.testing.assert_array_equal(np.asarray(image), odd_mask())


@pytest.mark.parametrize("scale", [1, 3])
def test_a_picture_has_the_outlines_in_their_colours_at_its_scale(
    tmp_path: Path, scale: int
) -> None:
    path = written(tmp_path, "overlay", about(scale=scale))
    assert path.name == "1_overlay.png"
    with Image.open(path) as image:
        picture = np.asarray(image)
    assert picture.shape == (SHAPE[0] * scale, SHAPE[1] * scale, 3)
    green = (picture == CORRECTION).all(axis=2)
    large = odd_mask().repeat(scale, axis=0).repeat(scale, axis=1)
    assert not (green & ~large).any()
    assert green[3 * scale, 5 * scale]
    assert green[22 * scale - 1, 33 * scale - 1]
    assert green[4 * scale, 15 * scale : 16 * scale].all(), "a line that is seen at any scale"
    assert (picture == REFERENCE).all(axis=2).any()


def test_a_picture_is_turned_as_the_reader_had_the_slice_and_shows_no_reference_before_a_verdict(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "overlay", about(turn=Turn.LEFT, shows_reference=False))
    with Image.open(path) as image:
        picture = np.asarray(image)
    green = (picture == CORRECTION).all(axis=2)
    assert green.shape == SHAPE[::-1]
    assert np.rot90(green, -1)[3, 5]
    assert not (picture == REFERENCE).all(axis=2).any()


def test_a_picture_has_the_view_and_the_window_that_were_on_the_screen(tmp_path: Path) -> None:
    window = (0.25, 0.75)
    given = about(view=View.RAW, window=window, shows_reference=False)
    with Image.open(written(tmp_path, "overlay", given, np.zeros(SHAPE, bool))) as image:
        picture = np.asarray(image)[..., 0] / 255
    seen = grey_levels(given.read.pixels) / 255
    np.testing.assert_allclose(picture, np.clip((seen - 0.25) / 0.5, 0, 1), atol=0.004)


def test_polygons_of_geojson_filled_are_the_mask_with_its_hole(tmp_path: Path) -> None:
    found = json.loads(written(tmp_path, "geojson", about(spacing_mm=0.5)).read_text())
    (feature,) = found["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"] == {
        **{"slice": "a/1.x", "patient": "P1", "tumour": "glioma", "verdict": "corrected"},
        **{"reader": "Ada", "height": 30, "width": 40, "spacing_mm": 0.5},
    }
    mask = np.zeros(SHAPE, bool)
    for polygon in feature["geometry"]["coordinates"]:
        for ring in polygon:
            assert ring[0] == ring[-1]
            mask ^= polygon2mask(SHAPE, np.array(ring)[:, ::-1] - 0.5)
    np.testing.assert_array_equal(mask, odd_mask())
    assert [len(polygon) for polygon in feature["geometry"]["coordinates"]] == [2, 1]


def test_points_in_a_table_are_the_corners_of_the_outlines(tmp_path: Path) -> None:
    with written(tmp_path, "points", about()).open(newline="") as file:
        rows = list(csv.DictReader(file))
    last = [(int(row["x"]), int(row["y"])) for row in rows if row["piece"] == "2"]
    assert last == [(30, 20), (33, 20), (33, 22), (30, 22)]


def test_nifti_without_geometry_has_the_pixel_size_and_the_axes_of_the_picture(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "nifti", about(spacing_mm=0.49))
    image: Any = nibabel.load(path)
    np.testing.assert_array_equal(np.asarray(image.dataobj)[:, :, 0].T, odd_mask())
    np.testing.assert_allclose(image.affine, np.diag([0.49, 0.49, 1, 1]), atol=1e-6)
    assert image.header.get_xyzt_units()[0] == "mm"
    found = SimpleITK.ReadImage(str(path))
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(found)[0] > 0, odd_mask())
    np.testing.assert_allclose(found.GetSpacing(), (0.49, 0.49, 1), atol=1e-6)
    unknown: Any = nibabel.load(written(tmp_path / "u", "nifti", about()))
    assert unknown.header.get_xyzt_units()[0] == "unknown"


AFFINES = {
    "RAS": np.array([[0.9, 0, 0, -7], [0, 0.8, 0, 5], [0, 0, 4.0, 9], [0, 0, 0, 1]]),
    "LPS": np.array([[-0.9, 0, 0, 7], [0, -0.8, 0, 5], [0, 0, 4.0, 9], [0, 0, 0, 1]]),
    "sagittal": np.array([[0, 0, 4.0, 1], [0.9, 0, 0, 2], [0, 0.8, 0, 3], [0, 0, 0, 1]]),
    "oblique": np.array(
        [[0.88, -0.1, 0.4, -7], [0.1, 0.79, 0.1, 5], [-0.1, 0.0, 3.9, 9], [0, 0, 0, 1]]
    ),
}


@pytest.mark.parametrize("name", AFFINES)
@pytest.mark.parametrize("letter", "zasc")
def test_nifti_of_a_slice_of_a_volume_lies_where_its_voxels_do(
    tmp_path: Path, name: str, letter: str
) -> None:
    volume = nibabel.Nifti1Image(np.zeros((11, 13, 5), np.int16), AFFINES[name])
    nibabel.save(volume, tmp_path / "v.nii.gz")
    world = nibabel.io_orientation(AFFINES[name])[:, 0].astype(int).tolist()
    normal = 2 if letter == "z" else world.index({"s": 0, "c": 1, "a": 2}[letter])
    one, other = (axis for axis in range(3) if axis != normal)
    rows, columns = (one, other) if world[one] > world[other] else (other, one)
    mask = np.zeros((volume.shape[rows], volume.shape[columns]), bool)
    mask[1, 3] = True
    path = written(tmp_path, "nifti", about(source=tmp_path / "v.nii.gz" / f"{letter}0003"), mask)
    image: Any = nibabel.load(path)
    (place,) = np.argwhere(np.asarray(image.dataobj))
    there = apply_affine(image.affine, place)
    index = apply_affine(np.linalg.inv(volume.affine), there)
    np.testing.assert_allclose(index, np.rint(index), atol=1e-4)
    assert round(index[normal]) == 2
    # Seen as radiologists do: the first row is in front or on top, the first column at the right.
    corner = apply_affine(image.affine, (0, 0, 0))
    along = image.affine[:3, :2]
    assert along[world[columns], 0] < 0
    assert along[world[rows], 1] < 0
    assert np.isfinite(corner).all()


@pytest.fixture
def dicom(tmp_path: Path) -> Path:
    """A DICOM image that says whose it is, and where it lies."""
    source = dcmread(get_testdata_file("MR_small.dcm", download=False))
    source.PatientName, source.PatientID = "Doe^Jane", "ID-4711"
    path = tmp_path / "image.dcm"
    source.save_as(path)
    return path


def dicom_mask(path: Path) -> Mask:
    return odd_mask((int(dcmread(path).Rows), int(dcmread(path).Columns)))


def test_a_dicom_segmentation_is_the_mask_on_its_source_for_highdicom_and_pydicom(
    tmp_path: Path, dicom: Path
) -> None:
    source, mask = dcmread(dicom), dicom_mask(dicom)
    path = written(tmp_path / "out", "dicom-seg", about(source=dicom), mask)
    found = dcmread(path)
    np.testing.assert_array_equal(found.pixel_array.reshape(mask.shape) > 0, mask)
    assert (found.PatientName, found.PatientID) == (source.PatientName, source.PatientID)
    assert found.StudyInstanceUID == source.StudyInstanceUID
    assert found.FrameOfReferenceUID == source.FrameOfReferenceUID
    (segment,) = found.SegmentSequence
    assert segment.SegmentLabel == "Glioma"
    assert segment.SegmentedPropertyTypeCodeSequence[0].CodeMeaning == "Neoplasm"
    assert segment.TrackingUID
    assert segment.TrackingID
    seg = segread(path)
    uid = source.SOPInstanceUID
    pixels = seg.get_pixels_by_source_instance([uid], combine_segments=True)
    np.testing.assert_array_equal(pixels[0] > 0, mask)
    again = written(tmp_path / "again", "dicom-seg", about(source=dicom), mask)
    assert dcmread(again).SOPInstanceUID == found.SOPInstanceUID


def test_simpleitk_finds_segmentation_and_nifti_where_the_dicom_image_lies(
    tmp_path: Path, dicom: Path
) -> None:
    mask, image = dicom_mask(dicom), SimpleITK.ReadImage(str(dicom))
    for name in ("dicom-seg", "nifti"):
        path = written(tmp_path / "out", name, about(source=dicom), mask)
        found = SimpleITK.ReadImage(str(path))
        np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(found)[0] > 0, mask)
        np.testing.assert_allclose(found.GetOrigin(), image.GetOrigin(), atol=1e-4)
        np.testing.assert_allclose(found.GetDirection(), image.GetDirection(), atol=1e-4)
        np.testing.assert_allclose(found.GetSpacing()[:2], image.GetSpacing()[:2], atol=1e-5)


def test_a_segmentation_of_what_is_no_dicom_is_refused_in_a_sentence(tmp_path: Path) -> None:
    write_matlab(tmp_path / "1.mat", fields_of())
    with pytest.raises(WriteError, match="its source is no DICOM file"):
        written(tmp_path, "dicom-seg", about(source=tmp_path / "1.mat"))


def items(*masks: Mask) -> Gathered:
    found = []
    for number, mask in enumerate(masks):
        given = replace(about(), name=f"{number}.x", slice=None)
        found.append(Item(given, lambda mask=mask: mask))  # type: ignore[misc]
    return Gathered(found)


OLD_NUMPY = "ignore:__array__ implementation:DeprecationWarning"  # pycocotools' own


@pytest.mark.filterwarnings(OLD_NUMPY)
@pytest.mark.parametrize("write", [coco.write_runs, coco.write_polygons])
def test_coco_is_read_by_its_own_tools(tmp_path: Path, write: Any) -> None:
    masks = [odd_mask(), np.zeros(SHAPE, bool), odd_mask()[::-1].copy()]
    write(tmp_path / "coco.json", items(*masks))
    found = COCO(str(tmp_path / "coco.json"))
    assert [it["file_name"] for it in found.loadImgs(found.getImgIds())] == ["0.x", "1.x", "2.x"]
    for image, mask in zip(found.getImgIds(), masks, strict=True):
        annotations = found.loadAnns(found.getAnnIds(image))
        union = np.zeros(SHAPE, bool)
        for it in annotations:
            union |= found.annToMask(it) > 0
            assert it["area"] == mask.sum()
            assert it["category_id"] == 2
        np.testing.assert_array_equal(union, mask)
        assert len(annotations) == int(mask.any())


@pytest.mark.filterwarnings(OLD_NUMPY)
@given_by(any_mask)
def test_any_mask_comes_back_from_run_lengths_and_polygons_by_cocos_own_tools(mask: Mask) -> None:
    height, width = mask.shape
    runs: Any = coco.run_lengths(mask)
    packed = {"size": runs["size"], "counts": runs["counts"].encode()}
    np.testing.assert_array_equal(tools.decode(packed), mask)
    np.testing.assert_array_equal(coco.mask_of(runs, mask.shape), mask)
    polygons: Any = coco.polygons(mask)
    if polygons:
        found = tools.decode(tools.merge(tools.frPyObjects(polygons, height, width)))
        np.testing.assert_array_equal(found, mask)


def test_a_workbook_is_read_by_openpyxl_and_holds_no_formula(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"slice": "1.x", "comment": "=1+1", "area_px": 12, "dice": "0.5000", "model": 0.1 + 0.2},
        {"slice": "ö\udcff", "comment": "two\nlines\x07", "area_px": None, "dice": None},
    ]
    rows[1]["model"] = "'m'"
    workbook.write(tmp_path / "t.xlsx", Gathered([], rows))
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    found = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert found[0] == ["slice", "comment", "area_px", "dice", "model"]
    assert found[1] == ["1.x", "'=1+1", 12, 0.5, 0.3]
    assert found[2] == ["ö\ufffd", "two\nlines\ufffd", None, None, "''m'"]


def test_folders_for_a_training_are_slices_with_this_mask(tmp_path: Path) -> None:
    given = about()
    mask = written(tmp_path, "training", given)
    item = Item(replace(given, slice=None), odd_mask, {"training": (mask,)})
    training.write_index(tmp_path / "index.csv", Gathered([item]))
    found = read_slice(tmp_path / "images" / "1.png")
    np.testing.assert_array_equal(found.reference, odd_mask())
    assert (found.digest, found.patient, found.tumour) == (
        given.read.digest,
        "P1",
        Tumour.GLIOMA,
    )
    layout = layout_of(tmp_path / "images")
    assert layout is not None
    assert layout.listed(tmp_path / "images") == [tmp_path / "images" / "1.png"]


@pytest.mark.parametrize("offset", [-3000.0, 0.25, 70000.0])
def test_levels_for_a_training_are_the_image_up_to_its_scale(tmp_path: Path, offset: float) -> None:
    slice_ = Slice(about().read.pixels + np.float32(offset))
    written(tmp_path, "training", about(slice=slice_))
    with Image.open(tmp_path / "images" / "1.png") as image:
        levels = np.asarray(image).astype(float)
    places = (slice_.pixels - slice_.pixels.min()) / np.ptp(slice_.pixels)
    np.testing.assert_allclose(
        (levels - levels.min()) / np.ptp(levels), places, atol=1e-5 if offset == 0.25 else 1e-7
    )
