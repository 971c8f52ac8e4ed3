"""NIfTI volumes: every slice upright, in its place, with its mask, whatever way it is stored."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st

from brainseg_gui.core.place import Place
from brainseg_gui.files import here, reading
from brainseg_gui.files.containers.nifti import inflated
from brainseg_gui.files.containers.nifti.inflated import Inflated
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import files_of, read_info, read_slice, stem_of
from brainseg_gui.files.wishes import Plane, Wishes
from tests.volume_files.nifti import SHAPE, WAYS, as_seen, label, volume, write_nifti


def names_in(path: Path) -> list[str]:
    return [it.name for it in find_slices([path])]


@pytest.mark.parametrize("axes", WAYS)
def test_the_stored_plane_is_seen_the_same_in_whichever_way_it_is_stored(
    axes: str, tmp_path: Path
) -> None:
    path = write_nifti(tmp_path / "v.nii", volume(), axes)
    for number in (1, 3, 7):
        found = here.read_slice(path / f"z{number:04}")
        third = number if "S" in axes else SHAPE[2] + 1 - number
        assert np.array_equal(found.pixels, as_seen(volume()[:, :, third - 1]))
        assert found.spacing_mm == 0.5
        assert found.place == Place("z", (number - 1) * 6.0, in_mm=True)


def test_the_slices_are_those_that_simpleitk_reads(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "v.nii.gz", volume(), "PSL")
    image = SimpleITK.DICOMOrient(SimpleITK.ReadImage(str(path)), "LPS")
    slices = SimpleITK.GetArrayFromImage(image)  # head, back, left: as one sees it
    for number, seen in enumerate(slices, start=1):
        assert np.array_equal(here.read_slice(path / f"z{number:04}").pixels, seen)
    assert here.read_slice(path / "z0001").spacing_mm == pytest.approx(image.GetSpacing()[0])


@pytest.mark.parametrize("axes", ["RAS", "LPS", "PSL", "IRA"])
@pytest.mark.parametrize(
    ("plane", "letter", "world", "count"),
    [
        (Plane.AXIAL, "a", 2, SHAPE[2]),
        (Plane.CORONAL, "c", 1, SHAPE[1]),
        (Plane.SAGITTAL, "s", 0, SHAPE[0]),
    ],
)
def test_any_plane_can_be_chosen(
    axes: str, plane: Plane, letter: str, world: int, count: int, tmp_path: Path
) -> None:
    path = write_nifti(tmp_path / "v.nii.gz", volume(), axes)
    listing = here.read_listing(path, Wishes(plane))
    assert len(listing.names) == count
    found = here.read_slice(path / f"{letter}0002")
    rises = any(it in axes for it in "RAS"[world])
    at = 1 if rises else count - 2
    plane_of = np.take(volume(), at, axis=world)  # of right, front, head the two others
    assert np.array_equal(found.pixels, plane_of.T[::-1, ::-1])
    assert (found.spacing_mm == 0.5) == (plane is Plane.AXIAL)
    assert any("no squares" in note for note in found.notes) == (plane is not Plane.AXIAL)


def test_the_plane_that_is_wished_for_is_found(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "v.nii", volume())
    try:
        reading.wish_for(Wishes(Plane.CORONAL))
        names = names_in(tmp_path)
    finally:
        reading.wish_for(Wishes())
    assert names == [f"c{n:04}" for n in range(1, SHAPE[1] + 1)]
    assert names_in(path) == [f"z{n:04}" for n in range(1, SHAPE[2] + 1)]


@pytest.mark.parametrize("mask_axes", ["RAS", "LPI"])
@pytest.mark.parametrize("mask", ["p_seg.nii.gz", "p_t1ce_mask.nii", "p_t1ce-label.nii.gz"])
def test_the_mask_beside_a_volume_is_the_reference_of_its_slices(
    mask: str, mask_axes: str, tmp_path: Path
) -> None:
    path = write_nifti(tmp_path / "p_t1ce.nii.gz", volume(), mask_axes)
    beside = write_nifti(tmp_path / mask, label(), mask_axes)
    found = list(find_slices([tmp_path]))
    assert len(found) == SHAPE[2]
    assert files_of(found[0]) == (path, beside)
    info, slice_ = read_info(found[3]), read_slice(found[3])
    third = 3 if "S" in mask_axes else SHAPE[2] - 4
    assert slice_.reference is not None
    assert np.array_equal(slice_.reference, as_seen(label()[:, :, third]) > 0)
    assert info.has_reference
    assert info.further == (beside,)
    assert slice_.notes == ()
    assert slice_.patient == info.patient == "p"


def test_classes_are_not_merged_without_a_word(tmp_path: Path) -> None:
    classes = label()
    classes[12:14][classes[12:14] > 0] = 4
    classes[14:15][classes[14:15] > 0] = 2
    path = write_nifti(tmp_path / "p.nii", volume())
    write_nifti(tmp_path / "p_seg.nii.gz", classes)
    unmapped = here.read_slice(path / "z0004")
    assert unmapped.reference is None
    assert not here.read_info(path / "z0004").has_reference
    assert unmapped.notes == (
        "The mask p_seg.nii.gz holds the classes 1, 2 and 4; it is not shown until it is said "
        "which of them are tumour.",
    )
    wishes = Wishes(classes=((1, True), (2, False), (4, True)))
    mapped = here.read_slice(path / "z0004", wishes)
    assert mapped.reference is not None
    seen = as_seen(classes[:, :, 3])
    assert np.array_equal(mapped.reference, (seen == 1) | (seen == 4))
    assert mapped.notes == ()
    half = here.read_slice(path / "z0004", Wishes(classes=((1, True),)))
    assert half.reference is None


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        (lambda path: write_nifti(path, label((20, 24, 6))), "it is 20 x 24 x 6, the volume"),
        (lambda path: write_nifti(path, label(), shift=3.0), "it lies in another place"),
        (lambda path: path.write_bytes(b"nothing"), "not a NIfTI file"),
        (lambda path: write_nifti(path, label() * 0.5), "between its classes"),
    ],
)
def test_a_mask_that_does_not_fit_is_not_shown_and_it_is_said_why(  # type: ignore[no-untyped-def]
    mask, reason: str, tmp_path: Path
) -> None:
    path = write_nifti(tmp_path / "p.nii", volume())
    mask(tmp_path / "p_seg.nii")
    found = here.read_slice(path / "z0004")
    assert found.reference is None
    (note,) = found.notes
    assert note.startswith("The mask p_seg.nii is not shown: ")
    assert reason in note


def test_of_two_masks_none_is_chosen(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "p.nii", volume())
    for name in ("p_seg.nii", "p_mask.nii"):
        write_nifti(tmp_path / name, label())
    found = here.read_slice(path / "z0004")
    assert found.reference is None
    assert "none of them is shown" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [("p_t2.nii", "this is T2"), ("p_t1.nii", "no contrast agent"), ("p_t1ce.nii", "")],
)
def test_another_sequence_than_the_networks_is_told(name: str, said: str, tmp_path: Path) -> None:
    found = here.read_slice(write_nifti(tmp_path / name, volume()) / "z0001")
    assert (said in " ".join(found.notes)) == bool(found.notes) or not said
    assert bool(found.notes) == bool(said)


def test_no_millimetres_where_no_unit_is_said(tmp_path: Path) -> None:
    found = here.read_slice(write_nifti(tmp_path / "p.nii", volume(), unit="unknown") / "z0001")
    assert found.spacing_mm is None
    assert found.place is not None
    assert not found.place.in_mm
    assert "no millimetres are known" in found.notes[0]


def test_scaling_and_nan_are_the_files_own(tmp_path: Path) -> None:
    values = volume().astype(np.float32)
    values[3, 4, 2] = np.nan
    image = nib.Nifti1Image(values, np.diag([1, 1, 2, 1.0]))
    nib.save(image, tmp_path / "n.nii")
    found = here.read_slice(tmp_path / "n.nii" / "z0003")
    assert np.array_equal(found.pixels, np.nan_to_num(as_seen(values[:, :, 2])))
    assert "NaN" in " ".join(found.notes)
    scaled = nib.Nifti1Image(volume(), np.diag([1, 1, 2, 1.0]))
    scaled.header.set_slope_inter(0.5, 7)
    nib.save(scaled, tmp_path / "s.nii.gz")
    for member, seen in (
        ("z0003", as_seen(volume()[:, :, 2])),
        ("s0003", volume()[2].T[::-1, ::-1]),
    ):
        pixels = here.read_slice(tmp_path / "s.nii.gz" / member).pixels
        assert np.allclose(pixels, seen * 0.5 + 7)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (np.zeros((4, 5, 6, 3), np.int16), r"several volumes \(4 x 5 x 6 x 3\)"),
        (np.zeros((9000, 2, 2), np.uint8), "at most 8192"),
        (np.zeros((4, 5, 6), np.complex64), "no plain numbers"),
    ],
)
def test_what_is_no_volume_of_numbers_is_one_sentence(
    data: np.ndarray, reason: str, tmp_path: Path
) -> None:
    nib.save(nib.Nifti1Image(data, np.eye(4)), tmp_path / "x.nii.gz")
    problems: list[SliceError] = []
    assert list(find_slices([tmp_path], problems.append)) == []
    (problem,) = problems
    assert problem.path == tmp_path / "x.nii.gz"
    with pytest.raises(SliceError, match=reason):
        raise problem


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_a_volume_that_is_cut_off_is_damaged(suffix: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 30_000, SHAPE).astype(np.int16)
    path = write_nifti(tmp_path / f"v{suffix}", noise)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(SliceError, match="cut off"):
        here.read_slice(path / "z0007")


@pytest.mark.parametrize("member", ["", "z0000", "z0008", "z8", "x0001", "z0001/z0001", "z00001"])
def test_only_its_own_slices_are_in_a_volume(member: str, tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "v.nii", volume())
    with pytest.raises(SliceError):
        here.read_slice(path / member)


def test_a_nifti2_volume_of_the_other_byte_order_is_read(tmp_path: Path) -> None:
    header = nib.Nifti2Header(endianness=">")
    header.set_xyzt_units("mm")
    nib.save(nib.Nifti2Image(volume(), np.diag([2, 2, 5, 1.0]), header), tmp_path / "v.nii")
    found = here.read_slice(tmp_path / "v.nii" / "z0002")
    assert np.array_equal(found.pixels, as_seen(volume()[:, :, 1]))


def test_masks_of_a_volume_are_numbered_behind_its_name() -> None:
    for name in ("in/p.1.nii.gz/z0042", "in/p.1.nii/z0042", "in/p.1.NII.GZ/z0042"):
        assert stem_of(Path(name)) == Path("in/p.1_z0042")


@pytest.mark.parametrize("count", [1, 3])
def test_nibabels_own_files_are_read_as_nibabel_reads_them(count: int, tmp_path: Path) -> None:
    folder = Path(nib.__file__).parent / "tests" / "data"
    for name in ("anatomical.nii", "standard.nii.gz"):
        if not (folder / name).exists():
            pytest.skip("this nibabel brings no test files")
        image = nib.as_closest_canonical(nib.load(folder / name))
        path = folder / name
        found = here.read_slice(path / f"a{count:04}")
        ahead = here.read_slice(path / "a0001").place
        assert ahead is not None
        original = nib.load(folder / name)
        axes = nib.aff2axcodes(original.affine)
        third = count - 1 if "S" in axes else image.shape[2] - count
        expected = np.asarray(image.dataobj)[:, :, third]
        assert np.allclose(found.pixels, as_seen(expected), rtol=1e-6)


# --- going back and forth in a packed file ---


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 60_000)), max_size=12),
    st.integers(1, 3),
)
def test_any_place_of_a_packed_file_reads_as_it_is_inflated(
    reads: list[tuple[int, int]], pieces: int
) -> None:
    content = np.random.default_rng(1).integers(0, 9, 250_000).astype(np.uint8).tobytes()
    step = len(content) // pieces
    cut = [content[at : at + step] for at in range(0, len(content), step)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inflated, "EVERY", 10_000)
        patch.setattr(inflated, "MOST_STATES", 8)
        patch.setattr(inflated, "PIECE", 3000)
        with Inflated(io.BytesIO(b"".join(map(gzip.compress, cut)))) as file:
            for at, size in reads:
                file.seek(at)
                assert file.read(size) == content[at : at + size]
                assert len(file._states) <= 8
