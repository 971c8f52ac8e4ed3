"""`--pseudonymise`: what is written and said names no patient, no slice and no folder."""

from __future__ import annotations

import csv
import os
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.cli import export, predict
from brainseg_gui.core.layer import Layer
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.key_file import BYTES
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from tests.bundle_factory import TRAINED_ON
from tests.mat_factory import fields_of, write_matlab, write_v73
from tests.review_factory import decide, save

PATIENTS = ("PAT-Meier-4711", f"{TRAINED_ON}B")
FOLDERS = ("ward-seven", "Süd")
STEM = "slice-of-meier"
SECRETS = (*PATIENTS, *FOLDERS, STEM, "meier")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two slices of one name in two folders; the label of one, which is noted, is its patient."""
    place = tmp_path / "data"
    for seed, (patient, name) in enumerate(zip(PATIENTS, FOLDERS, strict=True)):
        fields = fields_of((64, 48 + seed), patient=patient)
        (place / name).mkdir(parents=True)
        if seed == 0:
            fields |= {"label": fields["PID"]}
            write_matlab(place / name / f"{STEM}.mat", fields, label="char")
        else:
            write_v73(place / name / f"{STEM}.mat", fields)
    return place


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "key"


def predicted(bundle: Path, folder: Path, out: Path, *options: object) -> int:
    words = [folder, "--output", out, "--model", bundle, "--engine", "onnxruntime", *options]
    return predict.main([str(word) for word in words])


def review_of(folder: Path) -> Path:
    path = folder / "brainseg-review.sqlite"
    with closing(ReviewStore(path)) as store:
        for name in FOLDERS:
            found = read_slice(folder / name / f"{STEM}.mat")
            it = StoredCorrection(
                found.digest,
                f"{name}/{STEM}.mat",
                found.patient,
                np.ones(found.shape, bool),
                Layer.NOTHING,
                "Ada",
            )
            save(store, it)
            decide(store, it, comment=f"2 parts, as in {STEM.upper()}.mat of {PATIENTS[0]}")
    return path


def exported(review: Path, out: Path, *options: object) -> int:
    return export.main([str(word) for word in (review, "--output", out, *options)])


def names_nobody(out: Path, *said: str) -> bool:
    """Tell whether nothing that is written, names of files too, and nothing said gives it away."""
    texts = [path.relative_to(out).as_posix().encode() for path in out.rglob("*")]
    texts += [path.read_bytes() for path in out.rglob("*") if path.is_file()]
    texts += [text.replace(str(out), "").encode() for text in said]
    return not any(
        secret.casefold().encode() in text.lower() for secret in SECRETS for text in texts
    )


def files_in(out: Path) -> list[str]:
    return sorted(it.relative_to(out).as_posix() for it in out.rglob("*.*"))


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_predict_writes_and_says_names_nobody(
    bundle: Path, folder: Path, key: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    options = ("--pseudonymise", key, "--overlay", "--probability")
    assert predicted(bundle, folder, out, *options) == 0
    said = capfd.readouterr()
    assert "note: " in said.err
    assert names_nobody(out, said.out, said.err)
    rows = rows_of(out / "predictions.csv")
    assert len({row["patient"] for row in rows}) == len({row["file"] for row in rows}) == 2
    masks = [f"{row['file']}_{kind}.png" for row in rows for kind in OUTPUTS]
    assert files_in(out) == sorted((*masks, "predictions.csv", "predictions.json"))
    assert "1 of 2 slices are of patients the network was trained on" in said.out


OUTPUTS = ("mask", "overlay", "probability")


def test_what_export_writes_and_says_names_nobody(
    folder: Path, key: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, review = tmp_path / "out", review_of(folder)
    assert exported(review, out, "--pseudonymise", key) == 0
    assert names_nobody(out, *capfd.readouterr())
    digests = [read_slice(folder / name / f"{STEM}.mat").digest for name in FOLDERS]
    table = (out / "provenance.csv").read_text(encoding="utf-8")
    assert not any(digest[:8] in table for digest in digests)
    rows = rows_of(out / "provenance.csv")
    assert [row["mask_file"] for row in rows] == [f"{row['slice']}_mask.png" for row in rows]
    assert len({row["slice"] for row in rows}) == 2
    assert all(row["dice"] and row["comment"].startswith("2 parts, as in ") for row in rows)


def test_a_key_gives_the_same_names_in_every_run_and_command_and_another_key_others(
    bundle: Path, folder: Path, key: Path, tmp_path: Path
) -> None:
    runs = {}
    for run, keyfile in {"a": key, "b": key, "c": tmp_path / "other"}.items():
        assert predicted(bundle, folder, tmp_path / run, "--pseudonymise", keyfile) == 0
        runs[run] = {
            it[name]
            for it in rows_of(tmp_path / run / "predictions.csv")
            for name in ("file", "patient")
        }
    assert runs["a"] == runs["b"]
    assert runs["a"].isdisjoint(runs["c"])
    assert exported(review_of(folder), tmp_path / "out", "--pseudonymise", key) == 0
    table = rows_of(tmp_path / "out" / "provenance.csv")
    assert {row[name] for row in table for name in ("slice", "patient")} == runs["a"]


def test_an_unknown_patient_stays_unknown(bundle: Path, key: Path, tmp_path: Path) -> None:
    write_matlab(tmp_path / "in" / "1.mat", {"image": fields_of()["image"]})
    assert predicted(bundle, tmp_path / "in", tmp_path / "out", "--pseudonymise", key) == 0
    assert [row["patient"] for row in rows_of(tmp_path / "out" / "predictions.csv")] == [""]


def test_an_error_names_the_file_that_failed(
    bundle: Path, folder: Path, key: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = folder / "broken.mat"
    broken.touch()
    out = tmp_path / "out"
    assert predicted(bundle, folder, out, "--pseudonymise", key) == 1
    assert f"{broken}: the file is empty" in capfd.readouterr().err
    assert names_nobody(out)


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_missing_key_is_made_for_its_owner_and_never_written_again(
    folder: Path, key: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    review = review_of(folder)
    assert exported(review, tmp_path / "out", "--pseudonymise", key) == 0
    made = key.read_bytes()
    assert (len(made), key.stat().st_mode & 0o777) == (BYTES, 0o600)
    assert capfd.readouterr().err == ""
    key.chmod(0o640)
    assert exported(review, tmp_path / "out", "--pseudonymise", key) == 0
    assert "can be read by others" in capfd.readouterr().err
    assert key.read_bytes() == made


def test_a_key_among_the_results_is_noted(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert exported(review_of(folder), out, "--pseudonymise", out / "key") == 0
    assert "lies among the results" in capfd.readouterr().err


def _a_link(key: Path) -> None:
    (key.parent / "of somebody").write_bytes(bytes(range(BYTES)))
    key.symlink_to("of somebody")


KEYS = {
    "holds 31 bytes": lambda key: key.write_bytes(bytes(BYTES - 1)),
    "holds 0 bytes": lambda key: key.touch(),
    "more than 4096 bytes": lambda key: key.write_bytes(bytes(5000)),
    "a folder or a device": lambda key: key.mkdir(),
    "is a link, which is not followed": _a_link,
    "is a link": lambda key: key.symlink_to("nowhere"),
    "no such file or directory": lambda key: key.parent.rename(key.parent.with_name("moved")),
}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize("sentence", KEYS)
def test_a_key_that_cannot_be_used_is_one_sentence_and_nothing_is_written(
    bundle: Path,
    folder: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    sentence: str,
) -> None:
    key = tmp_path / "keys" / "key"
    key.parent.mkdir()
    KEYS[sentence](key)
    before = {path: path.is_file() and path.read_bytes() for path in key.parent.rglob("*")}
    out, review = tmp_path / "out", review_of(folder)
    assert predicted(bundle, folder, out, "--pseudonymise", key) == 2
    assert exported(review, out, "--pseudonymise", key) == 2
    said = capfd.readouterr().err.splitlines()
    assert len(said) == 2
    assert all(sentence in it for it in said)
    assert not out.exists()
    assert {it: it.is_file() and it.read_bytes() for it in key.parent.rglob("*")} == before
