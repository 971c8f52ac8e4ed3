"""An export as a whole: what stays, what is versioned, what the manifest says, how it goes on."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers import png
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.files.writers.table import row_named
from brainseg_gui.review.exports import Export, Wanted, read_export
from brainseg_gui.review.handover import manifest, provenance
from brainseg_gui.review.handover.existing import Existing
from brainseg_gui.review.handover.journal import FILE
from brainseg_gui.review.handover.options import AS_USUAL, Options
from brainseg_gui.review.handover.pattern import Pattern
from brainseg_gui.review.handover.run import Run, write_export
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from brainseg_gui.review.values.turns import Turns
from brainseg_gui.review.values.verdict import Verdict
from tests.picture_factory import make_slice
from tests.review_factory import decide, export_of, packed, save

MANY = 12


def mask_of(number: int) -> Mask:
    mask = np.zeros((40, 48), bool)
    mask[3 + number : 6 + number, 5 : 9 + number] = True
    return mask


def put(store: ReviewStore, folder: Path, number: int, reader: str = "Ada") -> None:
    slice_ = read_slice(folder / f"{number}.mat")
    about = (f"{number}.mat", slice_.patient, mask_of(number), Layer.NOTHING, reader)
    it = StoredCorrection(slice_.digest, *about)
    save(store, it)
    decide(store, it, Verdict.ACCEPTED if number % 2 else Verdict.CORRECTED)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of slices with a review of them, which nobody changes."""
    folder = tmp_path_factory.mktemp("reviewed")
    with closing(ReviewStore(folder / "brainseg-review.sqlite")) as store:
        for number in range(MANY):
            write_mat(folder / f"{number}.mat", make_slice(number, patient=f"P{number // 2}AB"))
            put(store, folder, number)
    return folder


@pytest.fixture
def folder(reviewed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(reviewed, tmp_path / "slices"))


def export_from(folder: Path, **wanted: Any) -> Export:
    with closing(look_at(folder / "brainseg-review.sqlite")) as session:
        return read_export(session.contents, Wanted(**wanted), slices=folder)


def formats(*names: str) -> tuple[Any, ...]:
    return tuple(map(row_named, names))


def manifest_of(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "manifest.json").read_bytes())
    return found


def pixels(path: Path) -> Mask:
    with Image.open(path) as image:
        return np.asarray(image) > 0


def files_in(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def test_the_manifest_says_of_every_file_what_it_is_with_its_sum(
    reviewed: Path, tmp_path: Path
) -> None:
    options = Options(formats("png", "training", "excel"))
    write_export(export_from(reviewed), tmp_path, options)
    found = manifest_of(tmp_path)
    assert found["complete"]
    assert sorted(it["file"] for it in found["files"]) == [
        name for name in files_in(tmp_path) if name != "manifest.json"
    ]
    for it in found["files"]:
        assert it["sha256"] == hashlib.sha256((tmp_path / it["file"]).read_bytes()).hexdigest()
    with (tmp_path / "provenance.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["slice"]: row for row in csv.DictReader(file)}
    said = {it["file"]: it for it in found["files"]}
    for number in range(MANY):
        row, it = rows[f"{number}.mat"], said[f"{number}_mask.png"]
        assert (it["verdict"], it["reader"], it["patient"]) == (
            *(row["verdict"], "Ada", f"P{number // 2}AB"),
        )
        assert (it["source_digest"], it["area_px"]) == (row["digest"], mask_of(number).sum())
        assert it["dice"] == float(row["dice"])
        assert row["mask_file"] == f"{number}_mask.png; masks/{number}.png"


@pytest.mark.parametrize(
    ("module", "write"),
    [
        (provenance, lambda folder: provenance.write_table([{"slice": "1.mat"}], folder)),
        (manifest, lambda folder: manifest.write_manifest(folder, "1.mat", [], whole=True)),
    ],
)
def test_a_table_that_the_disk_keeps_otherwise_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, write: Callable[[Path], None]
) -> None:
    whole = module.write_atomically
    monkeypatch.setattr(
        module, "write_atomically", lambda path, text: whole(path, text.replace(b"1.mat", b"2.mat"))
    )
    with pytest.raises(WriteError, match="differs from what was written"):
        write(tmp_path)


@pytest.mark.parametrize("existing", list(Existing))
def test_files_that_are_there_are_replaced_left_or_get_a_version_beside_them(
    reviewed: Path, tmp_path: Path, existing: Existing
) -> None:
    options = Options(formats("png", "coco"), existing=existing)
    for name in ("3_mask.png", "coco.json"):
        (tmp_path / name).write_bytes(b"mine")
    result = write_export(export_from(reviewed), tmp_path, options)
    kept = (tmp_path / "3_mask.png").read_bytes() == b"mine"
    assert kept == (existing is not Existing.REPLACE)
    assert ((tmp_path / "coco.json").read_bytes() == b"mine") == kept
    fresh = {"3_mask-2.png", "coco-2.json"} & set(files_in(tmp_path))
    assert len(fresh) == (2 if existing is Existing.VERSION else 0)
    if existing is Existing.VERSION:
        np.testing.assert_array_equal(pixels(tmp_path / "3_mask-2.png"), mask_of(3))
    assert (result.masks, result.kept) == (
        (MANY - 1, 1) if existing is Existing.SKIP else (MANY, 0)
    )


@pytest.mark.parametrize("existing", list(Existing))
@pytest.mark.parametrize("names", [("png",), ("png", "geojson", "training", "coco")])
def test_an_export_that_was_killed_goes_on_none_missing_and_none_twice(
    reviewed: Path, tmp_path: Path, existing: Existing, names: tuple[str, ...]
) -> None:
    options = Options(formats(*names), existing=existing)
    killed = Run(export_from(reviewed), tmp_path, options).masks()
    for _ in range(5):
        next(killed)
    killed.close()  # and nothing of it is finished
    with (tmp_path / FILE).open("a") as journal:
        journal.write('{"done": "cut off')
    half, foreign = tmp_path / f".{uuid.uuid4().hex}.part", tmp_path / ".somebody's.part"
    half.touch()
    foreign.touch()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*_mask.png")}
    assert len(before) == 5
    result = write_export(export_from(reviewed), tmp_path, options)
    assert (result.masks, result.earlier, result.kept) == (MANY, 5, 0)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert sorted(path.name for path in tmp_path.glob("*.png")) == sorted(
        f"{number}_mask.png" for number in range(MANY)
    )
    for number in range(MANY):
        np.testing.assert_array_equal(pixels(tmp_path / f"{number}_mask.png"), mask_of(number))
    files = [it["file"] for it in manifest_of(tmp_path)["files"]]
    assert len(set(files)) == len(files)
    if "training" in names:
        with (tmp_path / "index.csv").open(newline="") as file:
            assert sorted(int(row["n"]) for row in csv.DictReader(file)) == list(range(MANY))
    if "coco" in names:
        assert len(json.loads((tmp_path / "coco.json").read_bytes())["annotations"]) == MANY
    assert not (tmp_path / FILE).exists()
    assert not half.exists()
    assert foreign.exists()


def test_a_mask_that_was_begun_when_the_export_was_killed_is_not_written_beside_itself(
    reviewed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = Options(formats("png", "geojson"), existing=Existing.VERSION)
    row = row_named("geojson")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    half = Options(
        (row_named("png"), type(row)(**{**vars(row), "write": die})), None, options.existing
    )
    with pytest.raises(KeyboardInterrupt):
        list(Run(export_from(reviewed), tmp_path, half).masks())
    assert [path.name for path in tmp_path.glob("*.png")] == ["0_mask.png"]
    write_export(export_from(reviewed), tmp_path, options)
    assert len(list(tmp_path.glob("*.png"))) == len(list(tmp_path.glob("*.geojson"))) == MANY


def test_what_was_changed_since_an_export_was_stopped_is_written_anew(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    stopped = Run(export_from(folder), out, AS_USUAL)
    for _, outcome in zip(range(4), stopped.masks(), strict=False):
        assert not outcome.problems
    stopped.finish()
    assert not manifest_of(out)["complete"]
    (out / "1_mask.png").write_bytes(b"damaged since")
    with closing(ReviewStore(folder / "brainseg-review.sqlite")) as store:
        digest = read_slice(folder / "0.mat").digest
        changed = StoredCorrection(digest, "0.mat", "P0AB", mask_of(9), Layer.NOTHING, "Ada")
        save(store, changed)
        decide(store, changed)
    result = write_export(export_from(folder), out)
    assert (result.masks, result.earlier) == (MANY, 2)
    np.testing.assert_array_equal(pixels(out / "0_mask.png"), mask_of(9))
    np.testing.assert_array_equal(pixels(out / "1_mask.png"), mask_of(1))


def test_another_export_does_not_go_on_with_one_that_was_stopped(
    reviewed: Path, tmp_path: Path
) -> None:
    for pattern in ("{stem}_a", "{stem}_b"):
        masks = Run(export_from(reviewed), tmp_path, Options(pattern=Pattern(pattern))).masks()
        outcome = next(masks)
        assert not outcome.earlier
        masks.close()


def test_two_exports_never_write_into_one_folder_at_once(reviewed: Path, tmp_path: Path) -> None:
    first = Run(export_from(reviewed), tmp_path, AS_USUAL).masks()
    next(first)
    with pytest.raises(WriteError, match="another export writes there"):
        write_export(export_from(reviewed), tmp_path)
    first.close()
    assert write_export(export_from(reviewed), tmp_path).earlier == 1


def test_a_journal_of_somebody_else_leads_nowhere(reviewed: Path, tmp_path: Path) -> None:
    out, secret = tmp_path / "out", tmp_path / "secret"
    out.mkdir()
    secret.write_bytes(b"not ours")
    first = Run(export_from(reviewed), out, AS_USUAL).masks()
    next(first)
    first.close()
    lines = [json.loads(line) for line in (out / FILE).read_text().splitlines()]
    sums = {"../secret": hashlib.sha256(b"not ours").hexdigest()}
    lines[-1] |= {"paths": {"png": "../secret"}, "sums": sums}
    lines[-2]["paths"] = {"png": "../secret"}
    (out / FILE).write_text("\n".join(map(json.dumps, lines)))
    result = write_export(export_from(reviewed), out)
    assert result.earlier == 0
    assert secret.read_bytes() == b"not ours"
    assert "secret" not in json.dumps(manifest_of(out))


def test_two_readers_under_one_pattern_never_overwrite_each_other(
    folder: Path, tmp_path: Path
) -> None:
    with closing(ReviewStore(folder / "brainseg-review.sqlite")) as store:
        for reader in ("Bob", "Eve"):
            put(store, folder, 0, reader)
    options = Options(formats("png", "overlay"), Pattern("{patient}/{stem}"))
    result = write_export(export_from(folder), tmp_path / "out", options)
    assert result.masks == MANY + 2
    masks = [path for path in result.files if not path.name.endswith("_overlay.png")]
    assert len({str(path).casefold() for path in result.files}) == len(result.files)
    assert len(masks) == MANY + 2
    assert all(path.exists() for path in result.files)


def test_what_an_export_wrote_among_the_slices_is_no_slice_of_the_next(
    folder: Path,
) -> None:
    for _ in range(2):
        options = Options(formats("mat", "training"))
        result = write_export(export_from(folder), folder / "out", options)
        assert result.masks == MANY
    assert len(list((folder / "out").glob("*.mat"))) == MANY


def test_one_format_that_cannot_be_written_keeps_no_other_from_it(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "3.mat").unlink()
    problems: list[Any] = []
    options = Options(formats("png", "overlay"))
    result = write_export(export_from(folder), tmp_path / "out", options, problems.append)
    (problem,) = problems
    assert problem.path.name == "3_overlay.png"
    assert "not there any more" in problem.reason
    assert (tmp_path / "out" / "3_mask.png").exists()
    assert len(result.files) == 2 * MANY - 1


def test_a_slice_of_another_image_under_the_old_name_is_not_drawn_on(
    folder: Path, tmp_path: Path
) -> None:
    export = export_from(folder)
    write_mat(folder / "3.mat", make_slice(77))
    problems: list[Any] = []
    write_export(export, tmp_path / "out", Options(formats("mat")), problems.append)
    assert [it.path.name for it in problems] == ["3_mask.mat"]


def test_under_pseudonyms_scans_of_one_patient_stay_together_for_a_training(
    tmp_path: Path,
) -> None:
    its = []
    for number, patient in enumerate(("MR049453", "MR049453B", "X")):
        write_mat(tmp_path / f"{number}.mat", make_slice(number, patient=patient))
        digest = read_slice(tmp_path / f"{number}.mat").digest
        its.append(
            StoredCorrection(digest, f"{number}.mat", patient, mask_of(1), Layer.NOTHING, "A")
        )
    options = Options(formats("training"), pseudonyms=Pseudonyms(b"key" * 12))
    write_export(export_of(*its, slices=tmp_path), tmp_path / "out", options)
    with (tmp_path / "out" / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    groups = [row["patient_group"] for row in rows]
    assert len(set(groups)) == 2
    assert "MR049453" not in (tmp_path / "out" / "index.csv").read_text()
    for row in rows:
        assert read_slice(tmp_path / "out" / "images" / f"{row['n']}.png").patient == row["pid"]


@pytest.fixture
def of_dicom(tmp_path: Path) -> tuple[Path, Export]:
    """An export of a mask on a DICOM image in a folder of its patient's name."""
    source = dcmread(get_testdata_file("MR_small.dcm", download=False))
    source.PatientName, source.PatientID = "Doe^Jane", "ID-4711"
    name = f"Doe_Jane/ID-4711/{source.SOPInstanceUID}.dcm"
    path = tmp_path / "slices" / name
    path.parent.mkdir(parents=True)
    source.save_as(path)
    mask = np.zeros((source.Rows, source.Columns), bool)
    mask[3:9, 5:20] = True
    it = StoredCorrection("d" * 64, name, "P-12345678", mask, Layer.NOTHING, "Ada")
    where = Whereabouts(tmp_path / "slices", {it.digest: (name,)}, Turns())
    return path, Export((packed(it),), (), (), False, (), where)


EVERYTHING = ("png", "palette", "geojson", "points", "nifti", "coco", "coco-polygons", "excel")


def test_names_ids_and_uids_of_dicom_are_in_no_output_but_its_segmentation(
    of_dicom: tuple[Path, Export], tmp_path: Path
) -> None:
    path, export = of_dicom
    source = dcmread(path)
    uids = (source.SOPInstanceUID, source.StudyInstanceUID, source.SeriesInstanceUID)
    out = tmp_path / "out"
    write_export(export, out, Options(formats(*EVERYTHING, "dicom-seg")))
    words = [it.casefold().encode() for it in (*uids, "Doe", "Jane", "ID-4711")]
    for file in (it for it in out.rglob("*") if it.is_file()):
        texts = [file.relative_to(out).as_posix().encode()]
        if file.suffix != ".dcm":
            texts.append(file.read_bytes())
        assert not any(word in text.lower() for word in words for text in texts), file
    (seg,) = out.rglob("*.dcm")
    assert dcmread(seg).PatientID == "ID-4711"
    write_export(export, tmp_path / "said", Options(formats("png"), identify=True))
    (mask,) = (tmp_path / "said").rglob("*.png")
    assert "ID-4711" in mask.as_posix()


def test_a_disk_that_keeps_another_picture_is_noticed_before_a_mask_counts(
    reviewed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = png.write_atomically
    monkeypatch.setattr(png, "write_atomically", lambda path, data: write(path, data[:-20]))
    problems: list[Any] = []
    result = write_export(export_from(reviewed), tmp_path, on_problem=problems.append)
    assert result.masks == 0
    assert not manifest_of(tmp_path)["complete"]
    assert len(problems) == MANY
    assert (tmp_path / FILE).exists()


def test_a_mask_that_came_with_a_slice_is_not_written_over(tmp_path: Path) -> None:
    image, mask = tmp_path / "1.png", tmp_path / "1_mask.png"
    png.write_slice(image, make_slice().pixels.astype(np.uint8))
    Image.fromarray(mask_of(9)).save(mask)
    theirs, slice_ = mask.read_bytes(), read_slice(image)
    with closing(ReviewStore(tmp_path / "brainseg-review.sqlite")) as store:
        it = StoredCorrection(slice_.digest, "1.png", "", mask_of(0), Layer.NOTHING, "Ada")
        save(store, it)
        decide(store, it, Verdict.CORRECTED)
    problems: list[Exception] = []
    write_export(export_from(tmp_path), tmp_path, AS_USUAL, problems.append)
    assert "came with the slice" in str(problems[0])
    assert mask.read_bytes() == theirs
    mask.unlink()
    for _ in range(2):  # what an export wrote is replaced by the next one
        assert write_export(export_from(tmp_path), tmp_path).problems == []
    assert np.array_equal(pixels(mask), mask_of(0))
