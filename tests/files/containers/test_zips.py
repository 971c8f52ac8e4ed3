"""Slices in zip files: found, read, and refused where anything is not what it says."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from brainseg_gui.core.slices import Tumour
from brainseg_gui.files import reading
from brainseg_gui.files.containers import archive, zips
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import files_of, read_info, read_slice, stem_of
from brainseg_gui.files.index_cache import Stamp
from brainseg_gui.files.members import source_of
from brainseg_gui.files.writers import png
from brainseg_gui.files.writers.png import Kind
from model_training.data.sources import find_examples
from tests.mat_factory import fields_of, write_v5, write_v73
from tests.picture_factory import make_slice
from tests.volume_files.dicom import enhanced, picture, write_dicom
from tests.volume_files.nifti import label, volume, write_nifti
from tests.volume_files.zips import mat_bytes, write_zip

SLICE = make_slice(patient="MR049453")


def found_in(path: Path) -> tuple[list[str], list[str]]:
    """Return the names of slices in a file, and the sentences about it."""
    problems: list[SliceError] = []
    found = [it.relative_to(path).as_posix() for it in find_slices([path], problems.append)]
    return found, [problem.reason for problem in problems]


@pytest.mark.parametrize("write", [write_v5, write_v73])
def test_a_slice_in_a_zip_file_is_the_same_as_beside_it(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    beside = write(tmp_path / "7.mat", fields_of())
    archive = write_zip(tmp_path / "all.zip", {"7.mat": beside.read_bytes()})
    packed, plain = read_slice(archive / "7.mat"), read_slice(beside)
    assert packed.digest == plain.digest
    assert packed.reference is not None
    assert plain.reference is not None
    assert np.array_equal(packed.reference, plain.reference)
    assert (packed.patient, packed.tumour) == (plain.patient, plain.tumour)
    assert read_info(archive / "7.mat") == read_info(beside)


def test_the_slices_of_a_zip_file_come_in_its_place_in_natural_order(tmp_path: Path) -> None:
    content = mat_bytes(tmp_path, SLICE)
    names = ["10.mat", "a/2.mat", "2.mat", "cvind.mat", "read.txt", "__MACOSX/._2.mat", ".3.mat"]
    write_zip(tmp_path / "b.zip", dict.fromkeys(names, content))
    (tmp_path / "a.mat").write_bytes(content)
    (tmp_path / "c.mat").write_bytes(content)
    found = [it.relative_to(tmp_path).as_posix() for it in find_slices([tmp_path])]
    assert found == ["a.mat", "b.zip/2.mat", "b.zip/10.mat", "b.zip/a/2.mat", "c.mat"]


def test_one_slice_of_a_zip_file_can_be_named(tmp_path: Path) -> None:
    member = write_zip(tmp_path / "a.zip", {"x/1.mat": mat_bytes(tmp_path, SLICE)}) / "x" / "1.mat"
    assert list(find_slices([member])) == [member]
    assert source_of(member) == (tmp_path / "a.zip", "x/1.mat")
    assert files_of(member) == (tmp_path / "a.zip",)
    assert Stamp.of(*files_of(member)) == Stamp.of(tmp_path / "a.zip")


def test_a_zip_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "download", {"1.mat": mat_bytes(tmp_path, SLICE)})
    assert found_in(path) == (["1.mat"], [])
    assert [it.name for it in find_slices([tmp_path])] == ["1.mat"]


def test_masks_are_named_after_the_slice_and_the_zip_file_is_a_folder() -> None:
    assert stem_of(Path("in/fig.zip/sub/1.mat")) == Path("in/fig/sub/1")
    assert stem_of(Path("in/1.mat")) == Path("in/1")


def test_a_name_that_leads_out_is_neither_listed_nor_followed(tmp_path: Path) -> None:
    content = mat_bytes(tmp_path, SLICE)
    names = ["../1.mat", "/etc/2.mat", "a/../3.mat", "C:/4.mat", "b\\5.mat", "ok/6.mat", "a//7.mat"]
    path = write_zip(tmp_path / "in" / "a.zip", dict.fromkeys(names, content))
    found, problems = found_in(path)
    assert found == ["ok/6.mat"]
    assert problems == ["6 of its names lead out of it, and are passed over"]
    assert sorted(it.name for it in tmp_path.rglob("*")) == ["a.zip", "in"]


def test_nested_zip_files_are_named_and_not_opened(tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", {"1.mat": mat_bytes(tmp_path, SLICE)})
    path = write_zip(tmp_path / "outer.zip", {"1-766.zip": inner.read_bytes()})
    found, problems = found_in(path)
    assert found == []
    assert problems == ["it holds further zip files (1-766.zip): unpack it, and open those"]


def test_encrypted_slices_are_one_sentence(tmp_path: Path) -> None:
    content = mat_bytes(tmp_path, SLICE)
    path = write_zip(tmp_path / "a.zip", {"1.mat": content, "2.mat": content})
    data = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # as the format has its flags
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + place] |= 1
    path.write_bytes(data)
    assert found_in(path) == ([], ["2 of its slices are encrypted, and cannot be read"])
    with pytest.raises(SliceError, match="encrypted"):
        read_slice(path / "1.mat")


def test_two_slices_of_one_name_are_not_guessed_at(tmp_path: Path) -> None:
    content = mat_bytes(tmp_path, SLICE)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("1.mat", content)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("1.mat", content[::-1])
    found, problems = found_in(tmp_path / "a.zip")
    assert found == []
    assert problems == ["2 of its slices share their names, and cannot be told apart"]


@pytest.mark.parametrize(
    ("declared", "reason"),
    [(10, "damaged"), (1 << 28, "damaged"), (1 << 30, "larger than any slice")],
)
def test_what_is_packed_is_what_is_declared_and_no_bomb(
    declared: int, reason: str, tmp_path: Path
) -> None:
    path = write_zip(tmp_path / "a.zip", {"1.mat": mat_bytes(tmp_path, SLICE)})
    data = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.find(signature) + place, declared)
    path.write_bytes(data)
    with pytest.raises(SliceError, match=reason):
        read_slice(path / "1.mat")


def test_a_directory_that_is_too_long_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_zip(tmp_path / "a.zip", {f"{n}.mat": b"" for n in range(2000)})
    monkeypatch.setattr(archive, "MOST_DIRECTORY", 70_000)
    with pytest.raises(ValueError, match="more files than"):
        zips.members(path, reading.wishes())


def test_other_ways_of_packing_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("1.mat", mat_bytes(tmp_path, SLICE))
    with pytest.raises(SliceError, match="only deflate is"):
        read_slice(tmp_path / "a.zip" / "1.mat")


@pytest.mark.parametrize("member", ["", "none.mat", "1.mat/x.mat"])
def test_what_is_not_in_it_is_one_sentence_with_the_name(member: str, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"1.mat": mat_bytes(tmp_path, SLICE)})
    with pytest.raises(SliceError) as caught:
        read_slice(path / member)
    assert caught.value.path == path / member


def test_a_zip_file_that_is_changed_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    for seed in range(3):
        new = make_slice(seed=seed)
        write_zip(path, {"1.mat": mat_bytes(tmp_path, new)})
        assert read_slice(path / "1.mat").digest == new.digest


def test_a_training_takes_slices_out_of_zip_files(tmp_path: Path) -> None:
    content = mat_bytes(tmp_path, SLICE)
    write_zip(tmp_path / "in" / "a.zip", {"1.mat": content, "2.mat": content})
    source = find_examples(tmp_path / "in")
    assert source.names == ["a.zip/1.mat", "a.zip/2.mat"]
    assert source.entries[0].read().digest == SLICE.digest
    assert source.fingerprint() == find_examples(tmp_path / "in").fingerprint()


def png_bytes(values: np.ndarray, kind: Kind | None = None) -> bytes:
    if kind is not None:
        return png.png_of(values, kind)
    content = io.BytesIO()
    Image.fromarray(values).save(content, "PNG")
    return content.getvalue()


GREY = SLICE.pixels.astype(np.uint8)
INSIDE = np.asarray(SLICE.reference)
MASK = INSIDE.astype(np.uint8) * np.uint8(255)


@pytest.mark.parametrize(
    ("image", "mask"),
    [("a/1.png", "a/1_mask.png"), ("1.png", "masks/1.png"), ("images/1.png", "masks/1.png")],
)
def test_pictures_in_a_zip_file_find_their_masks_in_there(
    image: str, mask: str, tmp_path: Path
) -> None:
    overlay = png_bytes(MASK, Kind.OVERLAY)
    contents = {image: png_bytes(GREY), mask: png_bytes(MASK), "1_overlay.png": overlay}
    path = write_zip(tmp_path / "a.zip", contents)
    assert found_in(path) == ([image], [])
    slice_, info = read_slice(path / image), read_info(path / image)
    assert np.array_equal(slice_.pixels, GREY)
    assert np.array_equal(np.asarray(slice_.reference), INSIDE)
    assert (info.has_reference, info.further) == (True, ())
    with pytest.raises(SliceError, match="no slice"):
        read_slice(path / "1_overlay.png")


def test_a_zipped_folder_for_training_says_whose_its_pictures_are(tmp_path: Path) -> None:
    contents = {"x/images/1.png": png_bytes(GREY), "x/masks/1.png": png_bytes(MASK)}
    contents["x/index.csv"] = b"n,pid,label\n1,MR049453,2\n"
    slice_ = read_slice(write_zip(tmp_path / "a.zip", contents) / "x/images/1.png")
    assert (slice_.patient, slice_.tumour) == ("MR049453", Tumour.GLIOMA)
    assert np.array_equal(np.asarray(slice_.reference), INSIDE)


def test_volumes_and_pages_in_a_zip_file_are_stacks(tmp_path: Path) -> None:
    made = {
        "p1/brain.nii.gz": write_nifti(tmp_path / "brain.nii.gz", volume()),
        "p1/flat.nii": write_nifti(tmp_path / "flat.nii", volume()),
        "p2/IM1": write_dicom(tmp_path / "IM1", enhanced(np.stack([picture(1), picture(2)]))),
    }
    tifffile.imwrite(tmp_path / "pages.tif", np.stack([GREY] * 3), photometric="minisblack")
    made["pages.tif"] = tmp_path / "pages.tif"
    mask = write_nifti(tmp_path / "brain_seg.nii.gz", label())
    contents = {name: it.read_bytes() for name, it in made.items()}
    contents |= {"README": b"of all this", "p1/brain_seg.nii.gz": mask.read_bytes()}
    path = write_zip(tmp_path / "in" / "a.zip", contents)
    names, problems = found_in(path)
    assert problems == []
    for name, file in made.items():
        inside = [it.relative_to(file).as_posix() for it in find_slices([file])]
        assert inside == [it[len(name) + 1 :] for it in names if it.startswith(f"{name}/")]
        for member in inside[-1:]:
            packed, beside = read_slice(path / name / member), read_slice(file / member)
            assert (packed.digest, packed.place) == (beside.digest, beside.place)
            assert (packed.reference is None) == (beside.reference is None)
    assert stem_of(path / "p1/brain.nii.gz/z0003") == tmp_path / "in/a/p1/brain_z0003"


def test_a_large_zip_file_is_listed_without_a_look_into_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tifffile.imwrite(tmp_path / "1.tif", np.stack([GREY] * 3), photometric="minisblack")
    path = write_zip(tmp_path / "a.zip", {"1.tif": (tmp_path / "1.tif").read_bytes()})
    monkeypatch.setattr(zips, "MOST_LOOKS", 0)
    assert zips.members(path, reading.wishes()).names == ("1.tif",)
    with pytest.raises(SliceError, match="3 pages"):
        read_slice(path / "1.tif")
