"""Masks made elsewhere are matched by name, by place and by stack; what fits nothing says why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.files import reading
from brainseg_gui.files.formats import read_info, read_listings, read_slice
from brainseg_gui.files.wishes import NONE, Wishes
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.incoming.matching import Matching
from brainseg_gui.review.incoming.plan import Plan
from brainseg_gui.review.incoming.slices import Slices
from brainseg_gui.review.values.edit_kind import without_sum
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.entry import Entry
from tests.picture_factory import make_slice
from tests.volume_files.dicom import picture, write_dicom
from tests.volume_files.masks import lopsided, source_of, write_coco, write_png, write_seg
from tests.volume_files.nifti import WAYS, label, volume, write_nifti

SHAPE = (20, 24)
MASK = lopsided(SHAPE)


def entries_in(folder: Path) -> list[Entry]:
    """Return the rows of a folder as a window has them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = []
    for file, listing in zip(files, read_listings(files), strict=True):
        for name in getattr(listing, "names", ()):
            path = file / name if name else file
            place = read_info(path).place
            found.append(Entry(path, path.relative_to(folder).as_posix(), place=place))
    return found


def plan(entries: Sequence[Entry], source: Path, current: Path | None = None) -> Plan:
    """Match what is in a file or folder."""
    slices = Slices(entries, current, lambda: None)
    return Matching(slices, lambda done, total: None).plan(source)


@pytest.fixture
def slices(tmp_path: Path) -> list[Entry]:
    """Return the rows of four slices, two of which bear the same name."""
    for number, name in enumerate(("1.mat", "2.mat", "a/3.mat", "b/3.mat")):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_mat(path, make_slice(number, shape=SHAPE))
    return entries_in(tmp_path / "in")


def pairs(found: Plan) -> dict[str, str]:
    """Return where each mask goes, and what the step is called."""
    return {fit.entry.name: without_sum(fit.origin) for fit in found.fits}


def test_a_folder_is_matched_by_stems_and_says_what_does_not_fit(
    tmp_path: Path, slices: list[Entry]
) -> None:
    folder = tmp_path / "masks"
    write_png(folder / "1_mask.png", MASK)
    write_png(folder / "2.png", MASK)
    write_png(folder / "9_mask.png", MASK)
    write_png(folder / "a" / "3_mask.png", MASK.T)
    found = plan(slices, folder)
    assert pairs(found) == {"1.mat": "Load 1_mask.png (PNG)", "2.mat": "Load 2.png (PNG)"}
    assert all(np.array_equal(fit.mask, MASK) for fit in found.fits)
    assert found.sentence == (
        "2 of 4 masks fit slices here; 2 do not: 9_mask.png: no slice here has this name; "
        "a/3_mask.png: it is 20 x 24, the slice a/3.mat is 24 x 20."
    )


def test_of_slices_of_one_name_the_folder_tells_and_else_nobody_guesses(
    tmp_path: Path, slices: list[Entry]
) -> None:
    write_png(tmp_path / "masks" / "b" / "3_mask.png", MASK)
    assert list(pairs(plan(slices, tmp_path / "masks"))) == ["b/3.mat"]
    found = plan(slices, write_png(tmp_path / "3_mask.png", MASK))
    assert not found.fits
    assert "several slices are called so (a/3.mat, b/3.mat)" in found.sentence


def test_a_single_mask_that_is_called_like_none_goes_to_the_screen_and_says_so(
    tmp_path: Path, slices: list[Entry]
) -> None:
    path = write_png(tmp_path / "drawn.png", MASK)
    found = plan(slices, path, slices[1].path)
    assert list(pairs(found)) == ["2.mat"]
    assert found.notes == (
        "No slice has the name of drawn.png; it goes to the one on the screen, 2.mat.",
    )
    assert not plan(slices, path).fits
    assert list(pairs(plan(slices, write_png(tmp_path / "1.png", MASK), slices[1].path))) == [
        "1.mat"
    ]


def test_two_masks_for_one_slice_are_not_both_taken(tmp_path: Path, slices: list[Entry]) -> None:
    write_png(tmp_path / "masks" / "1.png", MASK)
    write_png(tmp_path / "masks" / "1_mask.png", ~MASK)
    found = plan(slices, tmp_path / "masks")
    assert pairs(found) == {"1.mat": "Load 1.png (PNG)"}
    assert "1_mask.png: another mask is for 1.mat already" in found.sentence


def test_coco_goes_by_the_names_of_its_images(tmp_path: Path, slices: list[Entry]) -> None:
    images = {"2.mat": MASK, "elsewhere/1.jpg": MASK, "77.png": MASK, "a/3.png": MASK}
    found = plan(slices, write_coco(tmp_path / "coco.json", images))
    origin = "Load coco.json, {} (COCO, made by drawn in CVAT)"
    assert pairs(found) == {
        "1.mat": origin.format("elsewhere/1.jpg"),
        "2.mat": origin.format("2.mat"),
        "a/3.mat": origin.format("a/3.png"),
    }
    assert "77.png: no slice here has this name" in found.sentence


def test_masks_of_one_class_each_are_not_put_together_either_without_a_word(
    tmp_path: Path, slices: list[Entry]
) -> None:
    folder = tmp_path / "masks"
    write_png(folder / "1_mask.png", MASK.astype(np.uint8))
    write_png(folder / "2_mask.png", MASK.astype(np.uint8) * 2)
    write_coco(folder / "c.json", {"a/3.mat": MASK})
    found = plan(slices, folder)
    assert not found.fits
    assert {it.reason for it in found.misfits} == {
        f"it holds the class {it}; choose which of them are tumour" for it in ("1", "2", "core")
    }
    assert [(it, found.classes.where(it)) for it in found.classes.labels] == [
        *(("1", "1 file"), ("2", "1 file")),
        ("core", "1 image"),
    ]
    reading.wish_for(Wishes(labels=(("1", True), ("2", False), ("core", True))))
    found = plan(slices, folder)
    reading.wish_for(NONE)
    assert found.notes == ("Taken as tumour: 1, core; passed over: 2.",)
    areas = {it.entry.name: int(it.mask.sum()) for it in found.fits}
    assert areas == {"1.mat": MASK.sum(), "2.mat": 0, "a/3.mat": MASK.sum()}


@pytest.mark.parametrize("axes", WAYS[::7])
def test_a_volume_goes_where_it_lies_however_its_axes_run(tmp_path: Path, axes: str) -> None:
    write_nifti(tmp_path / "in" / "p_t1ce.nii.gz", volume())
    write_nifti(tmp_path / "ref" / "p_t1ce.nii.gz", volume())
    write_nifti(tmp_path / "ref" / "p_seg.nii.gz", label())
    path = write_nifti(tmp_path / "drawn.nii.gz", label(), axes)
    found = plan(entries_in(tmp_path / "in"), path)
    assert [fit.entry.path.name for fit in found.fits] == ["z0004", "z0005", "z0006"]
    assert found.notes == ("4 empty planes of volumes are passed over.",)
    for fit in found.fits:
        reference = read_slice(tmp_path / "ref" / "p_t1ce.nii.gz" / fit.entry.path.name).reference
        assert reference is not None
        assert np.array_equal(fit.mask, reference)


def test_a_volume_beside_the_slices_fits_none_but_a_stack_of_its_size_does_with_a_word(
    tmp_path: Path,
) -> None:
    write_nifti(tmp_path / "in" / "p.nii.gz", volume())
    entries = entries_in(tmp_path / "in")
    moved = write_nifti(tmp_path / "moved.nii.gz", label(), shift=3.0)
    found = plan(entries, moved)
    assert [fit.entry.path.name for fit in found.fits] == ["z0004", "z0005", "z0006"]
    assert "does not say that it lies where the slices do" in found.notes[0]
    other = write_nifti(tmp_path / "other.nii.gz", label((20, 24, 6)), shift=3.0)
    assert "no stack has its size and number" in plan(entries, other).sentence
    write_nifti(tmp_path / "in" / "q.nii.gz", volume())
    entries = entries_in(tmp_path / "in")
    assert "2 stacks here have 7 masks of 20 x 24" in plan(entries, moved).sentence
    shown = plan(entries, moved, entries[8].path)
    assert {fit.entry.path.parent.name for fit in shown.fits} == {"q.nii.gz"}


def test_of_stacks_in_one_place_name_source_or_screen_tell_which_is_meant(tmp_path: Path) -> None:
    for name in ("p1_t1", "p2_t1", "p12_t1"):
        write_nifti(tmp_path / "in" / f"{name}.nii.gz", volume())
    for series in ("a", "b"):
        found = source_of(picture(), 1, f"1.2.{ord(series)}")
        write_dicom(tmp_path / "in" / series / "1.dcm", found)
    entries = entries_in(tmp_path / "in")
    mask = write_nifti(tmp_path / "masks" / "p1_seg.nii.gz", label())
    assert {name.split("/")[0] for name in pairs(plan(entries, mask))} == {"p1_t1.nii.gz"}
    other = write_nifti(tmp_path / "masks" / "x_seg.nii.gz", label())
    said = plan(entries, other)
    assert (said.fits, said.misfits[0].reason[:24]) == ((), "3 stacks here lie in its")
    screen = next(it.path for it in entries if it.name.startswith("p2"))
    said = plan(entries, other, screen)
    assert {it.entry.name.split("/")[0] for it in said.fits} == {"p2_t1.nii.gz"}
    assert "the slice on the screen, p2_t1.nii.gz" in said.notes[0]
    seg = write_seg(tmp_path / "s.dcm", [found], [MASK])  # on b
    assert set(pairs(plan(entries, seg))) == {"b/1.dcm"}


def test_a_dicom_segmentation_goes_to_the_pictures_that_it_was_drawn_on(tmp_path: Path) -> None:
    sources = [source_of(picture(n), n, "1.2.3") for n in (1, 2, 3)]
    for place, number in enumerate((3, 1, 2)):  # names say nothing of the place
        write_dicom(tmp_path / "in" / f"IM{place}.dcm", sources[number - 1])
    masks = [MASK, np.zeros_like(MASK), MASK[::-1]]
    found = plan(entries_in(tmp_path / "in"), write_seg(tmp_path / "s.dcm", sources, masks))
    got = {fit.entry.name: fit.mask for fit in found.fits}
    assert set(got) == {"IM1.dcm", "IM0.dcm"}
    assert np.array_equal(got["IM1.dcm"], MASK)
    assert np.array_equal(got["IM0.dcm"], MASK[::-1])


def test_a_volume_of_masks_fits_a_dicom_series_in_the_same_place(tmp_path: Path) -> None:
    import nibabel as nib

    sources = [source_of(picture(n), n, "1.2.3") for n in (1, 2, 3)]
    for number, it in enumerate(sources, 1):
        write_dicom(tmp_path / "in" / f"IM{number}.dcm", it)
    # DICOM counts to the left and the back, NIfTI to the right and the front.
    affine = np.diag([-0.5, -0.5, 5.0, 1.0])
    affine[:3, 3] = (10, 20, 5)
    data = np.zeros((24, 20, 3), np.uint8)
    data[:, :, 1] = MASK.T
    image = nib.Nifti1Image(data, affine)
    image.header.set_xyzt_units("mm")
    nib.save(image, tmp_path / "m.nii")
    found = plan(entries_in(tmp_path / "in"), tmp_path / "m.nii")
    assert [fit.entry.name for fit in found.fits] == ["IM2.dcm"]
    assert np.array_equal(found.fits[0].mask, MASK)


def test_an_empty_folder_and_a_file_without_masks_say_so(
    tmp_path: Path, slices: list[Entry]
) -> None:
    (tmp_path / "none").mkdir()
    assert plan(slices, tmp_path / "none").sentence == "There are no masks in it."
    (tmp_path / "m.json").write_text("{}")
    assert "m.json: there are no masks in it" in plan(slices, tmp_path / "m.json").sentence
    assert "no such file" in plan(slices, tmp_path / "gone.png").sentence


def test_slices_with_a_correction_or_a_verdict_are_counted(slices: list[Entry]) -> None:
    from dataclasses import replace

    from brainseg_gui.review.incoming.plan import Fit

    rows = [
        slices[0],
        replace(slices[1], digest="d"),
        replace(slices[2], verdict=Verdict.ACCEPTED),
        replace(slices[3], corrected=True),
    ]
    found = Plan(tuple(Fit(row, "", predicted=False, shape=SHAPE, packed=b"") for row in rows))
    assert [fit.entry for fit in found.worked_on({"d"})] == rows[1:]
