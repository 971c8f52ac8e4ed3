"""`brainseg-export`: the corrected masks of a review, without the window."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui import __version__, extras
from brainseg_gui.cli.export import main
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers import png
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from brainseg_gui.review.values.verdict import Verdict
from tests.picture_factory import make_slice
from tests.review_factory import decide, save


def square(corner: int) -> Mask:
    mask = np.zeros((12, 17), bool)
    mask[corner : corner + 3, corner : corner + 4] = True
    return mask


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """A review of three corrections, closed."""
    path = tmp_path / "brainseg-review.sqlite"
    with closing(ReviewStore(path)) as store:
        for number, name in enumerate(["1.mat", "a/1.mat", "b/2.mat"]):
            correction = StoredCorrection(
                str(number), name, "100360", square(number), Layer.NOTHING, "Reader"
            )
            save(store, correction)
            decide(store, correction)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def export(review: Path, out: Path, *options: str) -> int:
    return main([str(review), "--output", str(out), *options])


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_every_corrected_mask_is_written(
    review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(review, out) == 0
    assert files_in(out) == [
        *("1_mask.png", "a/1_mask.png", "b/2_mask.png"),
        *("manifest.json", "provenance.csv"),
    ]
    before, after = capsys.readouterr().out.splitlines()
    assert before == "Masks to write: 3 corrected."
    assert after.startswith("3 masks written")


def test_the_png_read_again_is_the_mask_of_the_review(review: Path, out: Path) -> None:
    export(review, out)
    with Image.open(out / "b" / "2_mask.png") as image:
        assert image.mode == "L"
        np.testing.assert_array_equal(np.asarray(image), np.where(square(2), 255, 0))


def test_png_is_the_format_that_is_meant_when_none_is_named(review: Path, out: Path) -> None:
    assert export(review, out, "--format", "png") == 0
    assert len(files_in(out)) == 5


def test_exporting_twice_gives_the_same_files(review: Path, out: Path) -> None:
    export(review, out)
    before = {path: path.read_bytes() for path in out.rglob("*.png")}
    assert export(review, out) == 0
    assert {path: path.read_bytes() for path in out.rglob("*.png")} == before


def test_exporting_leaves_the_review_as_it_is(review: Path, out: Path) -> None:
    with closing(ReviewStore(review)) as store:
        before = [found.mask for found in store.corrections()]
    export(review, out)
    with closing(ReviewStore(review)) as store:
        np.testing.assert_array_equal([found.mask for found in store.corrections()], before)


def test_a_review_can_be_exported_while_it_is_open_elsewhere(review: Path, out: Path) -> None:
    with closing(ReviewStore(review)) as store:
        correction = StoredCorrection("9", "9.mat", "", square(4), Layer.NOTHING, "Reader")
        save(store, correction)
        decide(store, correction)
        assert export(review, out) == 0
    assert "9_mask.png" in files_in(out)


def test_a_mask_that_cannot_be_written_is_named_and_the_others_are_written(
    review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "a" / "1_mask.png").mkdir(parents=True)
    assert export(review, out) == 1
    problem = capsys.readouterr().err.splitlines()
    assert len(problem) == 1
    assert "1_mask.png: a folder of that name is in the way" in problem[0]
    assert (out / "1_mask.png").is_file()
    assert (out / "b" / "2_mask.png").is_file()


def test_a_file_in_place_of_the_output_folder_is_told(
    review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out.touch()
    assert export(review, out) == 1
    assert "in the way" in capsys.readouterr().err


def test_a_review_that_is_not_there_is_wrong_use_and_is_not_made(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(tmp_path / "none.sqlite", out) == 2
    assert capsys.readouterr().err == (
        f"brainseg-export: no such review: {tmp_path / 'none.sqlite'}\n"
    )
    assert not (tmp_path / "none.sqlite").exists()


def test_a_file_that_is_no_review_is_one_sentence(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_bytes(b"Dear diary, " * 500)
    assert export(tmp_path / "notes.txt", out) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("brainseg-export: The review notes.txt cannot be used: ")


def test_a_damaged_mask_is_one_sentence(
    review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(review)) as connection, connection:
        connection.execute("UPDATE correction SET mask = x'1234' WHERE digest = '1'")
    assert export(review, out) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("brainseg-export: brainseg-review.sqlite: ")


@pytest.mark.parametrize(
    "arguments",
    [[], ["review.sqlite"], ["--output", "out"], ["r", "--output", "o", "--format", "bmp"]],
    ids=["nothing", "no output", "no review", "unknown format"],
)
def test_wrong_use_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: brainseg-export" in capsys.readouterr().err


def test_version_and_help_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    for option, text in (("--version", __version__), ("--help", "--output DIR")):
        with pytest.raises(SystemExit) as stopped:
            main([option])
        assert stopped.value.code == 0
        assert text in capsys.readouterr().out


@pytest.fixture
def shared_review(review: Path) -> Path:
    """The review with a second reader's correction of one slice, and a verdict on it."""
    with closing(ReviewStore(review)) as store:
        of_bob = StoredCorrection("0", "1.mat", "100360", square(6), Layer.NOTHING, "Bob/é")
        save(store, of_bob)
        decide(store, of_bob, comment="=1+1")
    return review


def test_where_several_readers_corrected_the_names_say_whose_mask_it_is(
    shared_review: Path, out: Path
) -> None:
    assert export(shared_review, out) == 0
    masks = [name for name in files_in(out) if name.startswith("1")]
    assert masks == ["1-Bob_é_mask.png", "1-Reader_mask.png"]


def test_one_reader_can_be_chosen(shared_review: Path, out: Path) -> None:
    assert export(shared_review, out, "--reader", "Bob/é") == 0
    assert files_in(out) == ["1_mask.png", "manifest.json", "provenance.csv"]
    with Image.open(out / "1_mask.png") as image:
        np.testing.assert_array_equal(np.asarray(image) > 0, square(6))


def test_a_reader_who_is_not_in_the_review_is_wrong_use(
    shared_review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(shared_review, out, "--reader", "Eve") == 2
    assert "no reader 'Eve'" in capsys.readouterr().err


def test_every_verdict_is_in_the_table_with_where_it_came_from(
    shared_review: Path, out: Path
) -> None:
    export(shared_review, out)
    with (out / "provenance.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["reader"] for row in rows] == ["Reader"] * 3 + ["Bob/é"]
    row = rows[-1]
    assert (row["slice"], row["reader"], row["verdict"]) == ("1.mat", "Bob/é", "corrected")
    assert (row["comment"], row["difficulty"], row["edited_pixels"]) == ("'=1+1", "hard", "12")
    ending = ["patient", "tumour", "area_px", "dice", "mask_file", "turned"]
    added = ["grade", "unusable", "reasons", "reference_hidden", "origin"]
    assert list(row)[-11:] == [*ending, *added], "new columns stand last"
    assert [row[name] for name in ending] == [
        *("100360", "glioma", "12", "", "1-Bob_é_mask.png", ""),
    ]
    assert [row[name] for name in added] == ["", "False", "", "False", ""]


def test_a_mask_goes_under_the_names_that_its_pixels_have_now(tmp_path: Path, out: Path) -> None:
    slices = {}
    for number, name in enumerate(["1.mat", "2.mat"]):
        write_mat(tmp_path / name, make_slice(number, patient=f"P{number}"))
        slices[name] = read_slice(tmp_path / name)
    path = tmp_path / "brainseg-review.sqlite"
    with closing(ReviewStore(path)) as store:
        for corner, (name, slice_) in enumerate(slices.items()):
            mask = np.zeros(slice_.shape, bool)
            mask[: corner + 1] = True
            it = StoredCorrection(slice_.digest, name, slice_.patient, mask, Layer.NOTHING, "Ada")
            save(store, it)
            decide(store, it)
    (tmp_path / "copy").mkdir()
    os.rename(tmp_path / "1.mat", tmp_path / "x")
    os.rename(tmp_path / "2.mat", tmp_path / "1.mat")
    shutil.copy(tmp_path / "x", tmp_path / "copy" / "1.mat")
    os.rename(tmp_path / "x", tmp_path / "2.mat")
    assert export(path, out) == 0
    found = {}
    for name in files_in(out)[:-2]:
        with Image.open(out / name) as image:
            found[name] = int(np.asarray(image).any(axis=1).sum())
    assert found == {"1_mask.png": 2, "2_mask.png": 1, "copy/1_mask.png": 1}
    with (out / "provenance.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["slice"] for row in rows] == ["2.mat; copy/1.mat", "1.mat"]
    assert [row["mask_file"] for row in rows] == ["2_mask.png; copy/1_mask.png", "1_mask.png"]
    assert all(0 <= float(row["dice"]) <= 1 for row in rows)


def test_a_slice_that_is_gone_takes_no_name_that_is_another_s_by_now(
    tmp_path: Path, out: Path
) -> None:
    write_mat(tmp_path / "1.mat", make_slice(1))
    path = tmp_path / "brainseg-review.sqlite"
    with closing(ReviewStore(path)) as store:
        gone = StoredCorrection("f00d" * 16, "1.mat", "", square(1), Layer.NOTHING, "Ada")
        save(store, gone)
        decide(store, gone)
    assert export(path, out) == 0
    assert files_in(out) == ["1-f00df00d_mask.png", "manifest.json", "provenance.csv"]


def test_only_what_was_accepted_or_corrected_is_handed_over_unless_more_is_asked_for(
    review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(ReviewStore(review)) as store:
        verdicts = (Verdict.REJECTED, Verdict.FLAGGED, None, Verdict.ACCEPTED)
        for number, verdict in enumerate(verdicts, 4):
            it = StoredCorrection(
                str(number), f"{number}.mat", "", square(1), Layer.NOTHING, "Reader"
            )
            save(store, it)
            if verdict:
                decide(store, it, verdict)
    assert export(review, out) == 0
    assert capsys.readouterr().out.startswith(
        "Masks to write: 1 accepted, 3 corrected; "
        "left out: 1 rejected, 1 flagged, 1 without a verdict.\n"
    )
    assert files_in(out)[:2] == ["1_mask.png", "7_mask.png"]
    assert export(review, out / "more", "--select", "flagged,undecided") == 0
    assert files_in(out / "more") == ["5_mask.png", "6_mask.png", "manifest.json", "provenance.csv"]
    with pytest.raises(SystemExit) as stopped:
        export(review, out, "--select", "rejected")
    assert stopped.value.code == 2


def test_several_formats_are_written_under_a_pattern_each_beside_the_other(
    review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--format", "geojson,coco", "--pattern", "{reader}/{stem}-{verdict}")
    assert export(review, out, *words) == 0
    assert "3 masks written" in capsys.readouterr().out
    assert files_in(out) == [
        *("Reader/1-corrected.geojson", "a/Reader/1-corrected.geojson"),
        *("b/Reader/2-corrected.geojson", "coco.json", "manifest.json", "provenance.csv"),
    ]


def test_files_that_are_there_can_stay(
    review: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out.mkdir()
    (out / "1_mask.png").write_bytes(b"mine")
    assert export(review, out, "--existing", "skip") == 0
    assert "1 file was there and stays as it is" in capsys.readouterr().out
    assert (out / "1_mask.png").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--format", "png,bmp"), "unknown: bmp; known are png, palette, overlay"),
        (("--pattern", "{n}"), "There is no field {n}"),
        (("--scale", "0"), "0 is not a whole number from 1 to 8"),
    ],
)
def test_choices_that_make_no_sense_are_wrong_use(
    review: Path,
    out: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    sentence: str,
) -> None:
    with pytest.raises(SystemExit) as stopped:
        export(review, out, *options)
    assert stopped.value.code == 2
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_a_format_whose_package_is_not_here_names_the_extra_that_brings_it(
    review: Path,
    out: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extras, "is_installed", lambda package: False)
    assert export(review, out, "--format", "nifti") == 2
    assert "nibabel is not installed here; the extra “formats”" in capsys.readouterr().err
    assert not out.exists()


def test_a_dicom_segmentation_is_not_written_under_pseudonyms(
    review: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--format", "dicom-seg", "--pseudonymise", str(tmp_path / "key"))
    assert export(review, out, *options) == 2
    assert "keeps the names and ids of its source" in capsys.readouterr().err


def test_what_was_interrupted_says_how_it_goes_on(
    review: Path,
    out: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write, written = png.write_mask, list[Path]()

    def interrupt(path: Path, mask: Mask) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write(path, mask)

    with monkeypatch.context() as patch:
        patch.setattr(png, "write_mask", interrupt)
        assert export(review, out) == 130
    assert "interrupted with 2 masks to go; the same command goes on" in capsys.readouterr().err
    assert export(review, out) == 0
    assert "1 of them before this export was stopped" in capsys.readouterr().out
