"""Training on pictures that lie loose, and on masks of several classes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.files import reading
from brainseg_gui.files.wishes import NONE
from model_training.commands.options import CommandParser, add_data, source_of
from model_training.data.examples import load_examples
from model_training.data.sources import Source, find_examples
from tests.picture_factory import make_slice

SLICE = make_slice(shape=(64, 64))
INSIDE = np.asarray(SLICE.reference)


@pytest.fixture(autouse=True)
def wish_for_nothing() -> Iterator[None]:
    """Leave no wishes to the next test."""
    yield
    reading.wish_for(NONE)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return a folder of a slice with a mask of two classes."""
    folder = tmp_path / "in"
    folder.mkdir()
    Image.fromarray(SLICE.pixels.astype(np.uint8)).save(folder / "1.png")
    labels = INSIDE.astype(np.uint8)
    labels[0, :32] = 2
    Image.fromarray(labels).save(folder / "1_mask.png")
    return folder


def asked(folder: Path, *options: str) -> Source:
    parser = CommandParser()
    add_data(parser)
    return source_of(parser.parse_args([str(folder), *options]), print)


def test_classes_are_trained_on_once_it_is_said_which_are_tumour(
    pictures: Path, tmp_path: Path
) -> None:
    steps = Preprocessing(("equalised",), 64)
    with pytest.raises(ValueError, match=r"^1\.png: .*which of them are tumour"):
        load_examples(find_examples(pictures), steps, tmp_path / "cache")
    areas = []
    for options in ("1", "1,2"):
        source = asked(pictures, "--classes", options)
        assert source.patients == [""]
        examples = load_examples(source, steps, tmp_path / "cache")
        areas.append(int((examples.masks > 127).sum()))
    assert areas == [INSIDE.sum(), INSIDE.sum() + 32]
