"""`brainseg-doctor --leakage`: which patients of a folder networks were trained on."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.cli import leakage
from brainseg_gui.cli.doctor import main
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.inference.model_card import hash_patient
from tests.bundle_factory import SALT, TRAINED_ON, write_card

NEW = "104"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two slices of one patient, one of another and one of nobody."""
    folder = tmp_path / "slices"
    folder.mkdir()
    for number, patient in enumerate((TRAINED_ON, NEW, TRAINED_ON, "")):
        pixels = np.full((16, 16), 10 + number, np.float32)
        pixels[4:8, 4:8] = 50
        write_mat(folder / f"{number}.mat", Slice(pixels, patient=patient))
    return folder


def table(out: str) -> list[list[str]]:
    """Return the cells of the table, which ends at the first empty line."""
    lines = out.split("\n\n")[0].splitlines()
    return [re.split(r" {2,}", line) for line in lines]


def test_each_patient_stands_with_its_slices_and_whether_it_was_seen(
    folder: Path, bundle: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--leakage", str(folder), "--model", str(bundle)]) == 0
    out, err = capfd.readouterr()
    assert table(out) == [
        ["patient", "slices", "small"],
        [NEW, "1", "new"],
        [TRAINED_ON, "2", "trained on"],
        ["(no name)", "1", "unknown"],
    ]
    assert out.splitlines()[-1] == (
        "small: trained on 1 of 2 patients, 2 of 4 slices; of 1 slices, which name no patient, it "
        "is unknown."
    )
    assert err == ""


def test_without_a_model_every_network_that_came_along_has_its_column(
    folder: Path,
    bundle: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    other = tmp_path / "other"
    shutil.copytree(bundle, other)
    write_card(other, training_patients=(hash_patient(NEW, SALT),))
    monkeypatch.setattr(leakage, "_came_along", lambda: [bundle, other])
    assert main(["--leakage", str(folder)]) == 0
    out = capfd.readouterr().out
    assert table(out)[:3] == [
        ["patient", "slices", "small", "other"],
        [NEW, "1", "new", "trained on"],
        [TRAINED_ON, "2", "trained on", "new"],
    ]
    assert "other: trained on 1 of 2 patients, 1 of 4 slices" in out


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_reported(
    folder: Path, bundle: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.mat").write_bytes(b"nothing")
    assert main(["--leakage", str(folder), "--model", str(bundle)]) == 1
    out, err = capfd.readouterr()
    assert "bad.mat: " in err
    assert "2 of 4 slices" in out


def test_a_folder_without_slices_is_said_to_have_none(
    tmp_path: Path, bundle: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--leakage", str(tmp_path), "--model", str(bundle)]) == 1
    assert "there is no slice to look at" in capfd.readouterr().err
