"""Masks go back into the volume of their slices: one file for a stack, where its source lies."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK
from highdicom.seg import segread
from pydicom import dcmread

from brainseg_gui.cli import export
from brainseg_gui.core.layer import Layer
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers import nifti
from brainseg_gui.files.writers.table import row_named
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.journal import FILE
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.run import Run, write_export
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.stored import PackedCorrection, StoredCorrection
from brainseg_gui.review.values.turns import Turns
from tests.review_factory import decide, packed, save
from tests.volume_files.dicom import enhanced, picture, write_dicom, write_series
from tests.volume_files.nifti import WAYS, label, volume, write_nifti

NIFTI = Options((row_named("nifti"),))
UNNAMED = {
    **{"StudyInstanceUID": "1.2.3.4.5.6.7", "FrameOfReferenceUID": "1.2.3.4.5.6.8"},
    **{"PatientBirthDate": "", "PatientSex": "", "StudyDate": "", "StudyTime": ""},
    **{"StudyID": "", "AccessionNumber": "", "ReferringPhysicianName": ""},
}


def export_of_slices(folder: Path, masks: dict[str, np.ndarray], beside: list[str]) -> Export:
    """Return an export of masks by the names of their slices; others lie beside them."""
    digests = {name: read_slice(folder / name).digest for name in [*masks, *beside]}
    its: list[PackedCorrection] = [
        packed(StoredCorrection(digests[name], name, "P", mask, Layer.NOTHING, "Ada"))
        for name, mask in masks.items()
    ]
    where = Whereabouts(folder, {digest: (name,) for name, digest in digests.items()}, Turns())
    return Export(tuple(its), (), (), False, (), where)


def references(folder: Path, letter: str, numbers: range) -> dict[str, np.ndarray]:
    found = {}
    for number in numbers:
        name = f"p.nii.gz/{letter}{number:04}"
        reference = read_slice(folder / name).reference
        assert reference is not None
        found[name] = reference
    return found


@pytest.mark.parametrize("letter", "zacs")
@pytest.mark.parametrize("axes", WAYS[::7])
def test_masks_of_a_volume_are_one_file_that_is_the_label_voxel_by_voxel(
    axes: str, letter: str, tmp_path: Path
) -> None:
    source = write_nifti(tmp_path / "p.nii.gz", volume(), axes)
    labels = write_nifti(tmp_path / "p_seg.nii.gz", label(), axes)
    known: Any = nibabel.load(labels)
    expected = np.asarray(known.dataobj).copy()
    normal = {"z": 2, "a": 2, "c": 1, "s": 0}[letter]
    masks = references(tmp_path, letter, range(1, volume().shape[normal] + 1))
    labels.unlink()
    made = export_of_slices(tmp_path, masks, [])
    write_export(made, tmp_path / "out", NIFTI)
    (path,) = (tmp_path / "out").glob("*.nii.gz")
    assert path.name == "p_mask.nii.gz"
    found: Any = nibabel.load(path)
    np.testing.assert_array_equal(np.asarray(found.dataobj), expected)
    np.testing.assert_allclose(found.affine, known.affine, atol=1e-5)
    image, its = SimpleITK.ReadImage(str(path)), SimpleITK.ReadImage(str(source))
    for name in ("GetOrigin", "GetSpacing", "GetDirection", "GetSize"):
        np.testing.assert_allclose(getattr(image, name)(), getattr(its, name)(), atol=1e-4)


def test_slices_without_a_mask_are_zero_and_the_manifest_says_so(tmp_path: Path) -> None:
    write_nifti(tmp_path / "p.nii.gz", volume())
    write_nifti(tmp_path / "p_seg.nii.gz", label())
    masks = references(tmp_path, "z", range(5, 7))
    write_export(export_of_slices(tmp_path, masks, []), tmp_path / "out", NIFTI)
    found: Any = nibabel.load(tmp_path / "out" / "p_mask.nii.gz")
    there = np.flatnonzero(np.asarray(found.dataobj).any(axis=(0, 1)))
    np.testing.assert_array_equal(there, [4, 5])
    (said,) = [
        it
        for it in json.loads((tmp_path / "out" / "manifest.json").read_bytes())["files"]
        if it["format"] == "nifti"
    ]
    assert (said["slices_in_stack"], said["slices_exported"]) == (7, 2)
    assert [it["slice"] for it in said["slices"]] == list(masks)
    assert said["others"].startswith("zero")


def test_a_part_of_a_volume_leaves_its_file_whole_and_what_is_gone_from_it_is_said(
    tmp_path: Path,
) -> None:
    write_nifti(tmp_path / "p.nii.gz", volume())
    write_nifti(tmp_path / "p_seg.nii.gz", label())
    masks = references(tmp_path, "z", range(4, 7))
    made = export_of_slices(tmp_path, masks, [])
    options = Options(tuple(map(row_named, ("png", "nifti", "coco"))))
    part = made.narrowed({made.corrections[0].digest})
    result = write_export(part, tmp_path / "out", options)
    assert (result.masks, list(result.notes)) == (1, [])
    assert sorted(it.name for it in (tmp_path / "out").glob("*_mask.*")) == [
        "p_mask.nii.gz",
        "p_z0004_mask.png",
    ]
    assert len(json.loads((tmp_path / "out" / "coco.json").read_bytes())["images"]) == 1
    (said,) = [
        it
        for it in json.loads((tmp_path / "out" / "manifest.json").read_bytes())["files"]
        if it["format"] == "nifti"
    ]
    assert sorted(it["slice"] for it in said["slices"]) == sorted(masks)
    for number in (3, 2):  # one was rejected by then
        fewer = replace(made, corrections=made.corrections[:number])
        result = write_export(fewer, tmp_path / "out", options)
        found: Any = nibabel.load(tmp_path / "out" / "p_mask.nii.gz")
        assert np.asarray(found.dataobj).any(axis=(0, 1)).sum() == number
    assert list(result.notes) == [
        "p_mask.nii.gz held masks of p.nii.gz/z0006, which are not exported now",
        "coco.json held 3 masks and holds 2 now",
    ]


def test_a_stack_is_proved_before_any_of_its_masks_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_nifti(tmp_path / "p.nii.gz", volume())
    write_nifti(tmp_path / "p_seg.nii.gz", label())
    masks = references(tmp_path, "z", range(3, 6))
    made = export_of_slices(tmp_path, masks, [])
    write = nifti._write

    def flipped(path: Path, array: np.ndarray, *rest: Any, **more: Any) -> None:
        write(path, array[::-1], *rest, **more)

    monkeypatch.setattr(nifti, "_write", flipped)
    problems: list[Any] = []
    result = write_export(made, tmp_path / "out", NIFTI, problems.append)
    assert result.masks == 0
    assert len(problems) == 3
    assert (tmp_path / "out" / FILE).exists()
    monkeypatch.undo()
    assert write_export(made, tmp_path / "out", NIFTI).masks == 3


def test_a_stack_that_was_written_when_the_export_was_killed_is_not_written_again(
    tmp_path: Path,
) -> None:
    write_nifti(tmp_path / "p.nii.gz", volume())
    write_nifti(tmp_path / "p_seg.nii.gz", label())
    write_nifti(tmp_path / "q.nii.gz", volume() + 1)
    masks = references(tmp_path, "z", range(3, 6))
    more = {name.replace("p.", "q."): np.roll(it, 1, axis=1) for name, it in masks.items()}
    made = export_of_slices(tmp_path, masks | more, [])
    killed = Run(made, tmp_path / "out", NIFTI).masks()
    next(killed)
    killed.close()
    first = tmp_path / "out" / "p_mask.nii.gz"
    before = first.stat().st_mtime_ns
    result = write_export(made, tmp_path / "out", NIFTI)
    assert (result.masks, result.earlier) == (6, 3)
    assert first.stat().st_mtime_ns == before
    assert [it.name for it in sorted(result.files)] == ["p_mask.nii.gz", "q_mask.nii.gz"]


def test_a_slice_that_cannot_be_read_is_not_said_to_be_gone_nor_written_without_its_place(
    tmp_path: Path,
) -> None:
    write_nifti(tmp_path / "p.nii.gz", volume())
    write_nifti(tmp_path / "p_seg.nii.gz", label())
    made = export_of_slices(tmp_path, references(tmp_path, "z", range(4, 5)), [])
    (tmp_path / "p.nii.gz").write_bytes(b"busy")
    lost = replace(made, where=replace(made.where, names={}, unread={"p.nii.gz": "busy"}))
    formats = tuple(map(row_named, ("nifti", "dicom-seg", "mat")))
    problems: list[Any] = []
    assert write_export(lost, tmp_path / "out", Options(formats), problems.append).masks == 0
    assert len(problems) == 3
    assert all("the file of this slice cannot be read (busy)" in str(it) for it in problems)


def test_one_file_for_each_slice_where_that_is_chosen(tmp_path: Path) -> None:
    write_nifti(tmp_path / "p.nii.gz", volume())
    write_nifti(tmp_path / "p_seg.nii.gz", label())
    masks = references(tmp_path, "z", range(4, 6))
    options = Options(NIFTI.formats, volumes=False)
    write_export(export_of_slices(tmp_path, masks, []), tmp_path / "out", options)
    names = sorted(it.name for it in (tmp_path / "out").glob("*.gz"))
    assert names == ["p_z0004_mask.nii.gz", "p_z0005_mask.nii.gz"]


def series_masks(folder: Path, order: list[int]) -> dict[str, np.ndarray]:
    """Return masks that no flip, and no other order of the slices, leaves the same."""
    found = {}
    for place, number in enumerate(order, start=1):
        mask = np.zeros((20, 24), bool)
        mask[2 + number : 5 + number, 3 : 6 + 2 * number] = True
        found[f"s/IM{place:04}.dcm"] = mask
    return found


@pytest.mark.parametrize("way", [(1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1)])
def test_masks_of_a_series_are_one_volume_where_simpleitk_finds_the_series(
    way: tuple[int, ...], tmp_path: Path
) -> None:
    order = [3, 1, 4, 2]
    normal = np.cross(way[:3], way[3:])
    write_series(tmp_path / "s", order, ImageOrientationPatient=list(way))
    for file in (tmp_path / "s").iterdir():
        found = dcmread(file)
        found.ImagePositionPatient = [*(normal * 5.0 * int(found.InstanceNumber))]
        found.save_as(file)
    masks = series_masks(tmp_path, order)
    exported = {name: masks[name] for name in list(masks)[:3]}
    made = export_of_slices(tmp_path, exported, list(masks)[3:])
    write_export(made, tmp_path / "out", NIFTI)
    (path,) = (tmp_path / "out").rglob("*.nii.gz")
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(tmp_path / "s")))
    source, image = reader.Execute(), SimpleITK.ReadImage(str(path))
    for name in ("GetOrigin", "GetSpacing", "GetDirection", "GetSize"):
        np.testing.assert_allclose(getattr(image, name)(), getattr(source, name)(), atol=1e-4)
    array = SimpleITK.GetArrayFromImage(image)
    for place, number in enumerate(order, start=1):
        wanted = exported.get(f"s/IM{place:04}.dcm", np.zeros((20, 24), bool))
        np.testing.assert_array_equal(array[number - 1] > 0, wanted)


def test_masks_of_a_series_are_one_segmentation_each_on_its_own_image(tmp_path: Path) -> None:
    order = [3, 1, 2]
    write_series(tmp_path / "s", order, **UNNAMED)
    masks = series_masks(tmp_path, order)
    exported = dict(list(masks.items())[:2])
    options = Options((row_named("dicom-seg"),))
    write_export(export_of_slices(tmp_path, exported, ["s/IM0003.dcm"]), tmp_path / "out", options)
    (path,) = (tmp_path / "out").rglob("*.seg.dcm")
    seg = segread(path)
    uids = [dcmread(tmp_path / name).SOPInstanceUID for name in exported]
    (said,) = [
        it
        for it in json.loads((tmp_path / "out" / "manifest.json").read_bytes())["files"]
        if it["format"] == "dicom-seg"
    ]
    assert said["others"].startswith("not in the file")
    pixels = seg.get_pixels_by_source_instance(uids, combine_segments=True)
    for found, mask in zip(pixels, exported.values(), strict=True):
        np.testing.assert_array_equal(found > 0, mask)


@pytest.mark.parametrize("numbers", [(4, 1, 3), (2,)])
def test_masks_of_frames_of_one_file_are_one_segmentation_each_on_its_own_frame(
    numbers: tuple[int, ...], tmp_path: Path
) -> None:
    source = enhanced(np.stack([picture(it) for it in range(1, 5)]), **UNNAMED)
    places = [10.0, 0.0, 15.0, 5.0]  # in no order
    for frame, place in zip(source.PerFrameFunctionalGroupsSequence, places, strict=True):
        frame.PlanePositionSequence[0].ImagePositionPatient = [-10.0, -20.0, place]
    write_dicom(tmp_path / "e.dcm", source)
    its = series_masks(tmp_path, [1, 2, 3, 4]).values()
    masks = {f"e.dcm/z{number:04}": it for number, it in enumerate(its, start=1)}
    exported = {f"e.dcm/z{it:04}": masks[f"e.dcm/z{it:04}"] for it in numbers}
    options = Options((row_named("dicom-seg"),))
    made = export_of_slices(tmp_path, exported, sorted(set(masks) - set(exported)))
    write_export(made, tmp_path / "out", options)
    (path,) = (tmp_path / "out").rglob("*.seg.dcm")
    assert path.name == "e_mask.seg.dcm"
    seg = segread(path)
    pixels = seg.get_pixels_by_source_frame(
        source.SOPInstanceUID, list(numbers), combine_segments=True
    )
    for found, mask in zip(pixels, exported.values(), strict=True):
        np.testing.assert_array_equal(found > 0, mask)
    plain = dcmread(path)
    for frame, mask in zip(
        plain.PerFrameFunctionalGroupsSequence,
        plain.pixel_array.reshape(-1, 20, 24),
        strict=True,
    ):
        (said,) = frame.DerivationImageSequence[0].SourceImageSequence
        assert said.ReferencedSOPInstanceUID == source.SOPInstanceUID
        number = said.ReferencedFrameNumber
        np.testing.assert_array_equal(mask > 0, masks[f"e.dcm/z{number:04}"])
        place = frame.PlanePositionSequence[0].ImagePositionPatient[2]
        assert place == places[number - 1]


def test_slices_at_unequal_distances_make_no_volume_and_are_written_alone(tmp_path: Path) -> None:
    write_series(tmp_path / "s", [1, 2, 3])
    odd = dcmread(tmp_path / "s" / "IM0003.dcm")
    odd.ImagePositionPatient = [-10.0, -20.0, 17.2]
    odd.save_as(tmp_path / "s" / "IM0003.dcm")
    masks = series_masks(tmp_path, [1, 2, 3])
    write_export(export_of_slices(tmp_path, masks, []), tmp_path / "out", NIFTI)
    assert len(list((tmp_path / "out").rglob("*.nii.gz"))) == 3
    table = tmp_path / "out" / "provenance.csv"
    assert not table.exists() or list(csv.DictReader(table.open())) == []


@pytest.mark.parametrize(("stacks", "count"), [((), 1), (("--stacks", "slices"), 3)])
def test_the_command_writes_a_volume_unless_slices_are_asked_for(
    stacks: tuple[str, ...], count: int, tmp_path: Path
) -> None:
    folder = tmp_path / "slices"
    write_nifti(folder / "p.nii.gz", volume())
    with closing(ReviewStore(folder / "brainseg-review.sqlite")) as store:
        for number in range(3, 6):
            name = f"p.nii.gz/z{number:04}"
            slice_ = read_slice(folder / name)
            mask = np.zeros(slice_.shape, bool)
            mask[number, 2] = True
            it = StoredCorrection(slice_.digest, name, "p", mask, Layer.NOTHING, "Ada")
            save(store, it)
            decide(store, it)
    command = [str(folder / "brainseg-review.sqlite"), "--output", str(tmp_path / "out")]
    assert export.main([*command, "--format", "nifti", *stacks]) == 0
    assert len(list((tmp_path / "out").glob("*.nii.gz"))) == count
