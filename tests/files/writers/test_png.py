"""Masks, probabilities and overlays as PNG."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from brainseg_gui.core.palette import CORRECTION
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers import png
from brainseg_gui.files.writers.png import (
    Kind,
    write_indexed,
    write_mask,
    write_overlay,
    write_probability,
    write_slice,
)
from tests.strategies import masks, probabilities

same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def read(path: Path) -> tuple[str, np.ndarray]:
    with Image.open(path) as image:
        return image.mode, np.asarray(image)


@same_folder
@given(mask=masks())
def test_a_mask_is_8_bit_grey_0_or_255_as_large_as_the_slice(
    tmp_path: Path, mask: np.ndarray
) -> None:
    write_mask(tmp_path / "m.png", mask)
    mode, found = read(tmp_path / "m.png")
    assert mode == "L"
    assert np.array_equal(found, mask * 255)


@same_folder
@given(probability=probabilities())
def test_a_probability_is_16_bit_grey(tmp_path: Path, probability: np.ndarray) -> None:
    write_probability(tmp_path / "p.png", probability)
    mode, found = read(tmp_path / "p.png")
    assert mode == "I;16"
    assert np.abs(found / 65535 - probability).max() <= 0.5001 / 65535


def test_an_overlay_is_rgb(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    write_overlay(tmp_path / "o.png", picture)
    mode, found = read(tmp_path / "o.png")
    assert mode == "RGB"
    assert np.array_equal(found, picture)


@same_folder
@given(mask=masks())
def test_with_a_palette_a_pixel_of_the_mask_is_1_and_green(
    tmp_path: Path, mask: np.ndarray
) -> None:
    write_indexed(tmp_path / "i.png", mask)
    mode, found = read(tmp_path / "i.png")
    assert mode == "P"
    assert np.array_equal(found, mask)
    with Image.open(tmp_path / "i.png") as image:
        colours = np.array([(0, 0, 0), CORRECTION])
        assert np.array_equal(np.asarray(image.convert("RGB")), colours[mask.astype(int)])


@pytest.mark.parametrize("type_", [np.uint8, np.uint16])
def test_a_slice_keeps_every_level(tmp_path: Path, type_: type[np.uint8 | np.uint16]) -> None:
    chance, most = np.random.default_rng(1), np.iinfo(type_).max
    levels: Any = chance.integers(0, most, (7, 9), endpoint=True).astype(type_)
    write_slice(tmp_path / "s.png", levels)
    assert np.array_equal(read(tmp_path / "s.png")[1], levels)


def test_each_picture_says_what_it_is_and_a_slice_says_nothing(tmp_path: Path) -> None:
    mask = np.eye(4, 6, dtype=bool)
    write_mask(tmp_path / "mask.png", mask)
    write_mask(tmp_path / "prediction.png", mask, Kind.PREDICTION)
    write_indexed(tmp_path / "palette.png", mask)
    write_probability(tmp_path / "probability.png", mask.astype(np.float32))
    write_overlay(tmp_path / "overlay.png", np.zeros((4, 6, 3), np.uint8))
    write_slice(tmp_path / "slice.png", mask.astype(np.uint8))
    said = {}
    for path in tmp_path.iterdir():
        with Image.open(path) as image:
            said[path.stem] = image.info.get("brainseg")
    assert said == {
        **{it: it for it in ("mask", "prediction", "probability", "overlay")},
        **{"palette": "mask", "slice": None},
    }


def test_a_disk_that_keeps_something_else_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = png.write_atomically

    def cut_off(path: Path, content: bytes) -> None:
        write(path, content[:-20])

    monkeypatch.setattr(png, "write_atomically", cut_off)
    with pytest.raises(WriteError, match="differs from what was written"):
        write_mask(tmp_path / "m.png", np.eye(50, dtype=bool))


def test_another_picture_on_the_disk_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_mask(tmp_path / "m.png", np.eye(50, dtype=bool))
    monkeypatch.setattr(png, "write_atomically", lambda path, content: None)
    with pytest.raises(WriteError, match="differs from what was written"):
        write_mask(tmp_path / "m.png", np.zeros((50, 50), bool))


def test_nothing_is_left_beside(tmp_path: Path) -> None:
    write_mask(tmp_path / "m.png", np.eye(5, dtype=bool))
    assert os.listdir(tmp_path) == ["m.png"]
