"""`brainseg-load`: masks made elsewhere become corrections, without the window."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brainseg_gui.cli.export import main as export
from brainseg_gui.cli.load import main
from brainseg_gui.files import reading
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.wishes import NONE
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.opening import look_at, open_review
from tests.picture_factory import make_slice
from tests.volume_files.masks import lopsided, write_png

SHAPE = (20, 24)
MASK = lopsided(SHAPE)


@pytest.fixture(autouse=True)
def wish_for_nothing() -> Iterator[None]:
    """Leave no wishes to the next test."""
    yield
    reading.wish_for(NONE)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two slices."""
    (tmp_path / "data").mkdir()
    for number in (1, 2):
        write_mat(tmp_path / "data" / f"{number}.mat", make_slice(number, shape=SHAPE))
    return tmp_path / "data"


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """A mask for the first slice, and one for none."""
    write_png(tmp_path / "masks" / "1_mask.png", MASK)
    write_png(tmp_path / "masks" / "7.png", MASK)
    return tmp_path / "masks"


def load(data: Path, masks: Path, *words: str) -> int:
    return main([str(data), str(masks), "--reader", "Ada", *words])


def loaded(data: Path, number: int = 1) -> np.ndarray:
    with closing(look_at(data / "brainseg-review.sqlite")) as session:
        found = session.contents.correction(read_slice(data / f"{number}.mat").digest, "Ada")
        return np.zeros(SHAPE, bool) if found is None else found


def test_a_mask_becomes_a_correction_and_what_fits_none_is_named(
    data: Path, masks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(data, masks) == 1
    said = capsys.readouterr()
    assert said.out.startswith("1 mask loaded. Review: ")
    assert "brainseg-load: 7.png: no slice here has this name" in said.err
    assert np.array_equal(loaded(data), MASK)
    assert not loaded(data, 2).any()


def test_an_export_says_from_which_file_and_with_which_sum_a_mask_came(
    data: Path, masks: Path, tmp_path: Path
) -> None:
    load(data, masks)
    review, out = str(data / "brainseg-review.sqlite"), tmp_path / "out"
    assert export([review, "--output", str(out), "--select", "undecided"]) == 0
    sum_ = hashlib.sha256((masks / "1_mask.png").read_bytes()).hexdigest()
    assert f"1_mask.png (PNG, SHA-256 {sum_})" in (out / "manifest.json").read_text()


def test_work_that_is_there_stays_unless_it_is_to_be_replaced(
    data: Path, masks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(data, masks)
    write_png(masks / "1_mask.png", ~MASK)
    load(data, masks)
    assert "0 masks loaded; 1 not, because there was work already." in capsys.readouterr().out
    assert np.array_equal(loaded(data), MASK)
    load(data, masks, "--existing", "replace")
    assert np.array_equal(loaded(data), ~MASK)


def test_classes_are_never_put_together_without_a_word(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    classes = MASK.astype(np.uint8)
    classes[0, :5] = 2
    (tmp_path / "masks").mkdir()
    Image.fromarray(classes).save(tmp_path / "masks" / "1.png")
    assert load(data, tmp_path / "masks") == 1
    said = capsys.readouterr().err
    assert "it holds the classes 1 and 2" in said
    assert "--classes, of 1,2" in said
    assert load(data, tmp_path / "masks", "--classes", "3") == 2
    assert load(data, tmp_path / "masks", "--classes", "2") == 0
    assert np.array_equal(loaded(data), classes == 2)


def test_nothing_is_loaded_into_a_review_that_is_at_work_or_on_trial(
    data: Path, masks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(data, masks, "--dry-run") == 1
    assert capsys.readouterr().out.startswith("1.mat <- 1_mask.png (PNG, SHA-256 ")
    with closing(open_review(data, "Bo")):
        assert load(data, masks) == 1
    assert "Bo" in capsys.readouterr().err
    assert not loaded(data).any()


def test_what_is_not_there_is_wrong_use(data: Path, tmp_path: Path) -> None:
    assert load(data, tmp_path / "none") == 2
