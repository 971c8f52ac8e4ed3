"""The same slice in every format is the same slice: pixels, reference, digest, classes."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image

from brainseg_gui.files import reading
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.wishes import NONE, Wishes
from brainseg_gui.files.writers.mat_writer import write_mat
from tests.mat_factory import write_v5
from tests.picture_factory import make_slice
from tests.volume_files.dicom import data_set, write_dicom
from tests.volume_files.zips import write_zip

SAID = ((1, True), (2, False), (4, True))
SLICE = make_slice(seed=4)  # no flip of it is itself


def as_volume(seen: np.ndarray, path: Path) -> None:
    """Write what is seen as the middle one of three axial slices of a RAS+ volume."""
    stored = seen[::-1, ::-1].T.astype(np.int16)
    image = nib.Nifti1Image(
        np.stack([stored * 0, stored, stored * 0], axis=2), np.diag([1, 1, 5, 1.0])
    )
    image.header.set_xyzt_units("mm")
    nib.save(image, path)


def test_the_same_slice_in_five_formats_is_the_same(tmp_path: Path) -> None:
    assert SLICE.reference is not None
    write_mat(tmp_path / "1.mat", SLICE)
    write_zip(tmp_path / "2.zip", {"1.mat": (tmp_path / "1.mat").read_bytes()})
    as_volume(SLICE.pixels, tmp_path / "3.nii")
    as_volume(SLICE.reference, tmp_path / "3_seg.nii")
    as_volume(SLICE.pixels, tmp_path / "4.nii.gz")
    as_volume(SLICE.reference, tmp_path / "4_mask.nii.gz")
    write_dicom(tmp_path / "5.dcm", data_set(SLICE.pixels))
    found = [read_slice(path) for path in find_slices([tmp_path])]
    same = [it for it in found if it.digest == SLICE.digest]
    assert len(same) == 5
    references = [it.reference for it in same if it.reference is not None]
    assert len(references) == 4  # DICOM keeps masks in files of their own
    assert all(np.array_equal(it, SLICE.reference) for it in references)


def test_classes_are_told_and_mapped_alike_in_mat_nifti_and_pictures(tmp_path: Path) -> None:
    assert SLICE.reference is not None
    labels = SLICE.reference.astype(np.uint8)
    labels[0, :9], labels[1, :5] = 2, 4
    areas = ((1, int(np.count_nonzero(SLICE.reference))), (2, 9), (4, 5))
    grey = SLICE.pixels.astype(np.uint8)
    write_v5(tmp_path / "1.mat", {"image": grey, "tumorMask": labels})
    as_volume(SLICE.pixels, tmp_path / "2.nii")
    as_volume(labels, tmp_path / "2_seg.nii")
    Image.fromarray(grey).save(tmp_path / "3.png")
    Image.fromarray(labels).save(tmp_path / "3_mask.png")
    found = {path.name: path for path in find_slices([tmp_path])}
    paths = [found[name] for name in ("1.mat", "z0002", "3.png")]
    assert read_slice(found["z0001"]).classes == ((1, 0), (2, 0), (4, 0))  # as its volume
    try:
        for said, inside in ((NONE, None), (Wishes(classes=SAID), np.isin(labels, (1, 4)))):
            reading.wish_for(said)
            slices = [read_slice(path) for path in paths]
            assert [it.classes for it in slices] == [areas] * 3
            for it in slices:
                assert bool(it.notes) == (inside is None)
                assert (it.reference is None) == (inside is None)
                if inside is not None and it.reference is not None:
                    assert np.array_equal(it.reference, inside)
    finally:
        reading.wish_for(NONE)
