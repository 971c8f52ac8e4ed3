"""Masks that other programs wrote are read as they are seen there, or refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import scipy.io
from PIL import Image, PngImagePlugin

from brainseg_gui.files import reading
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.masks.asking import mask_files_in, read_mask, read_mask_files
from brainseg_gui.files.masks.found import FLAT, MaskFile, Member
from brainseg_gui.files.masks.table import MASK_FORMATS
from brainseg_gui.files.wishes import NONE, Wishes
from brainseg_gui.files.writers.png import Kind, write_indexed
from brainseg_gui.files.writers.png import write_mask as write_own
from tests import mat_factory
from tests.volume_files.dicom import picture
from tests.volume_files.masks import lopsided, source_of, write_coco, write_png, write_seg
from tests.volume_files.nifti import as_seen, label, write_nifti

MASK = lopsided()


def contents(path: Path) -> MaskFile:
    """Return what is in a file; raise what is wrong with it."""
    (found,) = read_mask_files([path])
    if isinstance(found, SliceError):
        raise found
    return found


def problem(path: Path) -> str:
    """Return why the only masks of a file are refused."""
    try:
        found = contents(path)
    except SliceError as error:
        return error.reason
    (said,) = {block.problem for block in found.blocks}
    return said


def only(path: Path) -> np.ndarray:
    """Return the single mask of a file."""
    (block,) = contents(path).blocks
    assert (block.count, block.problem) == (1, "")
    return read_mask(path, Member(0, block.cut, 1))


@pytest.mark.parametrize("mode", [None, "1", "P", "RGB", "RGBA", "LA"])
def test_a_picture_of_two_values_is_a_mask_in_any_mode(tmp_path: Path, mode: str | None) -> None:
    path = write_png(tmp_path / "m.png", MASK, mode)
    assert np.array_equal(only(path), MASK)


def test_a_palette_is_read_by_its_places_and_not_by_its_colours(tmp_path: Path) -> None:
    write_indexed(tmp_path / "m.png", MASK)
    assert np.array_equal(only(tmp_path / "m.png"), MASK)
    assert contents(tmp_path / "m.png").made == "brainseg"


@pytest.fixture(autouse=True)
def wish_for_nothing() -> Iterator[None]:
    """Leave no wishes to the next test."""
    yield
    reading.wish_for(NONE)


def test_a_coloured_or_a_transparent_picture_is_no_mask(tmp_path: Path) -> None:
    colours = np.zeros((4, 5, 4), np.uint8)
    colours[..., 3] = 255
    colours[1, 1, 0] = 9
    assert "coloured" in problem(write_png(tmp_path / "c.png", colours))
    colours[1, 1] = 0
    assert "transparent" in problem(write_png(tmp_path / "t.png", colours))


def test_what_says_that_it_is_no_mask_is_none_and_a_prediction_says_so(tmp_path: Path) -> None:
    for kind in Kind:
        write_own(tmp_path / f"{kind.value}.png", MASK, kind)
    assert problem(tmp_path / "overlay.png") == "it says that it is an overlay, which is no mask"
    assert "a probability" in problem(tmp_path / "probability.png")
    assert contents(tmp_path / "prediction.png").predicted
    assert not contents(tmp_path / "mask.png").predicted


def test_a_program_that_names_itself_is_where_a_mask_was_made(tmp_path: Path) -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Software", "Fiji\nand more")
    Image.fromarray(MASK).save(tmp_path / "m.png", pnginfo=said)
    assert contents(tmp_path / "m.png").made == "Fiji and more"


def test_several_classes_are_refused_by_name_until_they_are_mapped(tmp_path: Path) -> None:
    values = MASK.astype(np.uint8)
    values[0, 0] = 4
    for path in (
        write_png(tmp_path / "m.png", values),
        write_nifti(tmp_path / "m.nii.gz", values[..., np.newaxis]),
        mat(tmp_path / "m.mat", mask=values),
    ):
        assert problem(path).startswith("it holds the classes 1 and 4; choose which of them")
        with pytest.raises(SliceError, match="classes 1 and 4"):
            read_mask(path, Member(0, contents(path).blocks[0].cut, 1))
        core = values == 1  # what is said of loaded masks goes before what is of the data set's own
        for wishes, expected in (
            (Wishes(classes=((1, True), (4, False))), core),
            (Wishes(labels=(("1", False), ("4", True)), classes=((1, True), (4, False))), ~core),
        ):
            reading.wish_for(wishes)
            shown = expected & (values > 0)
            assert np.array_equal(only(path), as_seen(shown) if path.suffix == ".gz" else shown)
        reading.wish_for(NONE)


def test_a_volume_is_read_plane_by_plane_with_its_place(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "m.nii.gz", label(), "LPS")
    (block,) = contents(path).blocks
    assert block.count == 7
    assert block.affine is not None
    for number in range(1, 8):
        expected = as_seen(label()[:, :, number - 1]) > 0
        assert np.array_equal(read_mask(path, Member(0, block.cut, number)), expected)


def test_a_volume_that_does_not_say_where_it_lies_has_no_place(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Image(label(), None), tmp_path / "m.nii")
    (block,) = contents(tmp_path / "m.nii").blocks
    assert block.affine is None


def mat(path: Path, **variables: np.ndarray) -> Path:
    """Write variables with scipy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scipy.io.savemat(path, variables)
    return path


def test_the_only_logical_or_integer_variable_is_the_mask(tmp_path: Path) -> None:
    path = mat(
        tmp_path / "m.mat",
        V=np.random.default_rng(0).random((20, 24)),
        seg=MASK,
        n=np.array(3, np.int8),
    )
    assert np.array_equal(only(path), MASK)
    assert contents(path).made.startswith("MATLAB 5.0 MAT-file")
    path = mat(tmp_path / "i.mat", V=np.arange(480, dtype=np.int16).reshape(20, 24), seg=MASK)
    assert np.array_equal(only(path), MASK)
    stack = np.stack([MASK, ~MASK], axis=-1)
    (block,) = contents(mat(tmp_path / "s.mat", seg=stack)).blocks
    assert (block.count, block.plane) == (2, MASK.shape)
    assert np.array_equal(read_mask(tmp_path / "s.mat", Member(0, FLAT, 2)), ~MASK)


def test_a_matlab_file_in_which_nothing_surely_is_the_mask_is_refused(tmp_path: Path) -> None:
    assert "(a, b); one is expected" in problem(mat(tmp_path / "1.mat", a=MASK, b=MASK))
    assert "no variable in it" in problem(mat(tmp_path / "2.mat", a=np.zeros((3, 4))))


@pytest.mark.parametrize("write", [mat_factory.write_v73, mat_factory.write_v5])
def test_of_a_slice_its_mask_is_taken(tmp_path: Path, write: object) -> None:
    fields = mat_factory.fields_of()
    assert callable(write)
    path = write(tmp_path / "1.mat", fields)
    assert np.array_equal(only(path), fields["tumorMask"] > 0)
    del fields["tumorMask"]
    assert problem(write(tmp_path / "2.mat", fields)) == "the slice in it has no tumorMask"


def test_frames_of_a_segmentation_have_their_places(tmp_path: Path) -> None:
    sources = [source_of(picture(n), n, "1.2.3") for n in (1, 2, 3)]
    masks = [MASK, np.zeros_like(MASK), MASK[::-1]]
    path = write_seg(tmp_path / "seg.dcm", sources, masks)
    found = contents(path)
    assert found.made == "Elsewhere Drawer"
    frames = {}
    for number, block in enumerate(found.blocks):
        assert block.affine is not None
        frames[float(block.affine[2, 3])] = read_mask(path, Member(number, block.cut, 1))
    assert sorted(frames) == [5.0, 15.0]  # highdicom left the empty one out
    assert np.array_equal(frames[5.0], MASK)
    assert np.array_equal(frames[15.0], MASK[::-1])


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_segments_are_named_and_only_what_is_chosen_of_them_is_put_together(
    tmp_path: Path, kind: str
) -> None:
    sources = [source_of(picture(n), n, "1.2.3") for n in (1, 2)]
    masks, labels = [MASK, MASK[::-1]], ("Core", "Oedema", "Vessel")
    path = write_seg(tmp_path / "s.dcm", sources, masks, *labels, kind=kind)
    assert (
        problem(path)
        == "it holds the classes Core, Oedema and Vessel; choose which of them are tumour"
    )
    second, third = np.zeros_like(MASK), np.zeros_like(MASK)
    second[0, 0] = third[0, 1] = True
    for said, expected in (
        ((True, False, False), masks),
        ((True, False, True), [it | third for it in masks]),
        ((False, True, False), [second] * 2),
    ):
        reading.wish_for(Wishes(labels=tuple(zip(labels, said, strict=True))))
        found = contents(path)
        assert {it.classes for it in found.blocks} == {labels}
        places = [float(it.affine[2, 3]) for it in found.blocks if it.affine is not None]
        assert sorted(places) == [5.0, 10.0]
        for number, place in enumerate(places):
            mask = read_mask(path, Member(number, found.blocks[number].cut, 1))
            assert np.array_equal(mask, expected[int(place / 5) - 1])
    reading.wish_for(Wishes(labels=tuple((it, False) for it in labels)))
    assert problem(path) == "nothing is in it but Core, Oedema, Vessel"


def test_a_dicom_picture_holds_no_masks(tmp_path: Path) -> None:
    source_of(picture()).save_as(tmp_path / "i.dcm", enforce_file_format=True)
    assert contents(tmp_path / "i.dcm").blocks == ()


def test_run_lengths_and_polygons_of_coco_are_read(tmp_path: Path) -> None:
    path = write_coco(tmp_path / "a.json", {"x/1.jpg": MASK, "2.jpg": MASK.T})
    found = contents(path)
    assert [(it.name, it.plane) for it in found.blocks] == [
        ("x/1.jpg", (20, 24)),
        ("2.jpg", (24, 20)),
    ]
    assert found.made == "drawn in CVAT"
    assert np.array_equal(read_mask(path, Member(0)), MASK)
    assert np.array_equal(read_mask(path, Member(1)), MASK.T)
    box = np.zeros_like(MASK)
    box[3:9, 5:16] = True
    path = write_coco(tmp_path / "b.json", {"1.jpg": box}, polygons=True)
    assert np.array_equal(read_mask(path, Member(0)), box)


def test_plain_run_lengths_are_read_too(tmp_path: Path) -> None:
    path = write_coco(tmp_path / "a.json", {"1.jpg": MASK})
    said = json.loads(path.read_text())
    flat = np.concatenate([[False], MASK.ravel(order="F"), [True]])
    runs = np.diff(np.concatenate([[0], np.flatnonzero(np.diff(flat)), [MASK.size]]))
    said["annotations"][0]["segmentation"]["counts"] = runs.tolist()
    path.write_text(json.dumps(said))
    assert np.array_equal(read_mask(path, Member(0)), MASK)


def test_categories_are_named_and_an_image_without_annotations_is_no_mask(tmp_path: Path) -> None:
    path = write_coco(tmp_path / "a.json", {"1.jpg": MASK}, categories=(1, 2))
    said = json.loads(path.read_text())
    said["annotations"][1]["segmentation"] = [[0.0, 0.0, 2.0, 0.0, 2.0, 1.0, 0.0, 1.0]]
    path.write_text(json.dumps(said))
    assert problem(path) == "it holds the classes core and oedema; choose which of them are tumour"
    corner = np.zeros_like(MASK)
    corner[0, :2] = True
    for core, oedema, expected in ((True, False, MASK), (False, True, corner)):
        reading.wish_for(Wishes(labels=(("core", core), ("oedema", oedema))))
        assert np.array_equal(read_mask(path, Member(0)), expected)
        assert contents(path).blocks[0].classes == ("core", "oedema")
    reading.wish_for(NONE)
    path = write_coco(tmp_path / "b.json", {"1.jpg": MASK}, categories=())
    assert problem(path) == "no annotation is of it, which does not say that there is no tumour"


def test_other_json_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"files": []}')
    assert contents(tmp_path / "manifest.json").blocks == ()


HOSTILE: dict[str, object] = {
    "runs too long": {"size": [20, 24], "counts": [1 << 62, 1 << 62]},
    "negative runs": {"size": [20, 24], "counts": [500, -20]},
    "letters of no run": {"size": [20, 24], "counts": "\u20ac\u20ac"},
    "letters without end": {"size": [20, 24], "counts": "o" * 5000},
    "another size": {"size": [8000, 8000], "counts": [64_000_000]},
    "no size": {"counts": [480]},
    "not even points": [[1, 2, 3]],
    "no numbers": [["a", "b", "c", "d", "e", "f"]],
    "far away": [[1e300, 0, 0, 1e300, 5, 5]],
    "no points": [[float("nan")] * 6],
    "a number": 5,
    "nothing": None,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_annotation_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    path = write_coco(tmp_path / "a.json", {"1.jpg": MASK})
    said = json.loads(path.read_text())
    said["annotations"][0]["segmentation"] = HOSTILE[name]
    path.write_text(json.dumps(said))
    with pytest.raises(SliceError) as error:
        read_mask(path, Member(0))
    assert "damaged" not in error.value.reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"[" * 100_000),
        ("a.json", b'{"images": [{"height": 99999999, "width": 3}], "annotations": []}'),
        ("a.json", b'{"images": 5, "annotations": {}}'),
        ("a.json", b"{"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50)),
        ("a.nii", bytes(400)),
        ("a.mat", b"MATLAB 5.0 MAT-file" + bytes(400)),
        ("a.dcm", bytes(128) + b"DICM" + bytes(50)),
        ("a.txt", b"hello"),
        ("a.png", b""),
    ],
)
def test_nonsense_is_a_sentence_or_nothing(
    tmp_path: Path, reading_child: None, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = read_mask_files([path])
    if isinstance(found, SliceError):
        assert found.reason
    else:
        assert all(block.problem for block in found.blocks)


def test_a_flipped_byte_costs_a_sentence_and_no_more(tmp_path: Path) -> None:
    files = [
        write_png(tmp_path / "m.png", MASK),
        write_nifti(tmp_path / "m.nii.gz", label()),
        mat(tmp_path / "m.mat", seg=MASK),
        write_seg(tmp_path / "m.dcm", [source_of(picture())], [MASK]),
        write_coco(tmp_path / "m.json", {"1.jpg": MASK}),
    ]
    chance = np.random.default_rng(0)
    for path in files:
        honest = path.read_bytes()
        for _ in range(40):
            wrong = bytearray(honest)
            for place in chance.integers(0, len(wrong), 3):
                wrong[place] = chance.integers(256)
            path.write_bytes(wrong)
            (found,) = read_mask_files([path])
            if isinstance(found, SliceError):
                continue
            for number, block in enumerate(found.blocks):
                try:
                    mask = read_mask(path, Member(number, block.cut, 1))
                except SliceError:
                    continue
                assert mask.dtype == bool


def test_a_child_hands_over_what_was_read(tmp_path: Path, reading_child: None) -> None:
    path = write_nifti(tmp_path / "m.nii.gz", label())
    (block,) = contents(path).blocks
    assert block.affine is not None
    assert np.array_equal(read_mask(path, Member(0, block.cut, 4)), as_seen(label()[:, :, 3]) > 0)
    with pytest.raises(SliceError, match="no such slice"):
        read_mask(path, Member(0, block.cut, 44))


def test_a_folder_is_searched_for_what_is_named_as_masks_are(tmp_path: Path) -> None:
    for name in ("b/2_mask.png", "a.json", ".hidden.png", "notes.txt", "m.NII.GZ"):
        write_png(tmp_path / name, MASK) if name.endswith(".png") else (tmp_path / name).touch()
    names = [it.relative_to(tmp_path).as_posix() for it in mask_files_in(tmp_path)]
    assert sorted(names) == ["a.json", "b/2_mask.png", "m.NII.GZ"]


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from brainseg_gui.files.containers.nifti import volume

    path = write_nifti(tmp_path / "m.nii.gz", label())
    monkeypatch.setattr(volume, "is_installed", lambda package: False)
    assert "formats" in problem(path)


def test_every_format_has_a_name_and_suffixes() -> None:
    assert [it.name for it in MASK_FORMATS] == [
        "PNG",
        "MATLAB",
        "NIfTI",
        "DICOM segmentation",
        "COCO",
    ]
    assert all(it.suffixes for it in MASK_FORMATS)
