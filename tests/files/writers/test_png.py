"""Masks, probabilities and overlays as PNG."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers import png
from brainseg_gui.files.writers.png import write_mask, write_overlay, write_probability
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
