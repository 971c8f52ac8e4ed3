"""`brainseg-predict` over pictures: the same slice is the same mask, and nothing is lost for it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from brainseg_gui.resources import resource
from PIL import Image

from brainseg_gui.cli.predict import main
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.files.writers.png import write_slice
from tests.picture_factory import make_slice


def predict(source: Path, out: Path, *options: object) -> int:
    words = [source, "--output", out, "--engine", "onnxruntime", *options]
    return main([str(word) for word in words])


def mask_in(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image)


def test_the_same_slice_as_mat_and_in_16_bits_is_the_same_mask_of_the_shipped_network(
    tmp_path: Path,
) -> None:
    pixels = read_slice(resource("demo") / "1.mat").pixels
    source = tmp_path / "in"
    source.mkdir()
    write_mat(source / "a.mat", read_slice(resource("demo") / "1.mat"))
    write_slice(source / "b.png", pixels.astype(np.uint16))
    Image.fromarray(pixels.astype(np.uint16)).save(source / "c.tif")
    assert predict(source, tmp_path / "out", "--model", "standard") == 0
    masks = [mask_in(tmp_path / "out" / f"{stem}_mask.png") for stem in "abc"]
    assert masks[0].any()
    assert np.array_equal(masks[0], masks[1])
    assert np.array_equal(masks[0], masks[2])


def test_a_reference_beside_a_picture_is_measured_and_never_written_over(
    bundle: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    slice_ = make_slice(shape=(64, 64))
    Image.fromarray(slice_.pixels.astype(np.uint8)).save(tmp_path / "1.png")
    Image.fromarray(np.asarray(slice_.reference)).save(tmp_path / "1_mask.png")
    before = (tmp_path / "1_mask.png").read_bytes()
    assert predict(tmp_path, tmp_path, "--model", bundle) == 1
    assert "is the mask that came with the slice" in capfd.readouterr().err
    assert (tmp_path / "1_mask.png").read_bytes() == before
    assert predict(tmp_path, tmp_path / "out", "--model", bundle, "--overlay") == 0
    with open(tmp_path / "out" / "predictions.csv", newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["dice"] != ""
    assert row["patient"] == ""
    assert predict(tmp_path, tmp_path / "again", "--model", bundle) == 0
    assert sorted(it.name for it in (tmp_path / "again").glob("*.png")) == ["1_mask.png"]


def test_classes_are_measured_only_where_it_was_said_which_are_tumour(
    bundle: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    slice_ = make_slice(shape=(64, 64))
    Image.fromarray(slice_.pixels.astype(np.uint8)).save(source / "1.png")
    labels = np.asarray(slice_.reference).astype(np.uint8)
    labels[0, :9], labels[1, :9] = 2, 4
    Image.fromarray(labels).save(source / "1_mask.png")
    found = {}
    for options in ((), ("--classes", "1"), ("--classes", "1,4")):
        out = tmp_path / "-".join(("out", *options))
        assert predict(source, out, "--model", bundle, *options) == 0
        with open(out / "predictions.csv", newline="", encoding="utf-8") as file:
            (row,) = csv.DictReader(file)
        found[options] = row["reference_px"]
        assert ("which of them are tumour" in row["notes"]) == (not options)
    assert slice_.reference is not None
    area = int(np.count_nonzero(slice_.reference))
    assert list(found.values()) == ["", str(area), str(area + 9)]
    with pytest.raises(SystemExit):
        predict(source, tmp_path / "out", "--model", bundle, "--classes", "all")
    assert "no list of classes" in capfd.readouterr().err
