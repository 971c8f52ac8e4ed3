"""Slices of other formats than MATLAB's are reviewed like those."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import Qt

from brainseg_gui.cli.export import main as export
from tests.documented_format import add_documented_format, write_grid
from tests.picture_factory import make_slice, write_pictures
from tests.ui.hands import Hands
from tests.volume_files.zips import mat_bytes, write_zip


def test_a_folder_of_pictures_opens_with_patients_and_references(
    hands: Hands, tmp_path: Path
) -> None:
    slices = {"1": make_slice(1, patient="100360"), "2": make_slice(2, patient="MR049453")}
    folder = write_pictures(tmp_path / "pictures", slices)
    hands.open(folder, first="images/1.jpg")
    assert slices["1"].reference is not None
    assert np.array_equal(hands.reference, slices["1"].reference)
    hands.wait_indexed(2)
    assert [(row.name, row.patient, row.tumour) for row in hands.rows] == [
        ("images/1.jpg", "100360", "glioma"),
        ("images/2.jpg", "MR049453", "glioma"),
    ]
    hands.go(Qt.Key_D, "images/2.jpg")
    assert hands.current.slice.patient == "MR049453"


def test_the_documented_format_opens(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_documented_format(monkeypatch)
    write_grid(tmp_path / "in" / "1.grid", make_slice(patient="4711"))
    hands.open(tmp_path / "in", first="1.grid")
    hands.wait(lambda: hands.rows[0].patient == "4711")


def test_slices_in_a_zip_file_are_walked_corrected_and_exported_by_their_own_names(
    hands: Hands, tmp_path: Path
) -> None:
    contents = {f"{n}.mat": mat_bytes(tmp_path, make_slice(n, patient=f"P{n}")) for n in (1, 2)}
    write_zip(tmp_path / "in" / "1-766.zip", contents)
    hands.open(tmp_path / "in" / "1-766.zip", first="1-766.zip/1.mat")
    hands.wait_indexed(2)
    hands.go(Qt.Key_D, "1-766.zip/2.mat")
    assert hands.current.slice.patient == "P2"
    hands.mouse.stroke((30, 20), (30, 30))
    hands.wait(lambda: hands.on_disk() is not None)
    painted = hands.mask.copy()
    hands.do("accept")
    hands.wait(lambda: hands.rows[1].verdict.is_decision)
    assert hands.review.parent == tmp_path / "in"
    assert export([str(hands.review), "--output", str(tmp_path / "out")]) == 0
    with Image.open(tmp_path / "out" / "1-766" / "2_mask.png") as mask:
        assert np.array_equal(np.asarray(mask) > 0, painted)
