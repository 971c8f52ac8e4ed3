"""The registry of writers: each row writes what reads back, and is offered everywhere."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest

from brainseg_gui.cli import export
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files import atomic
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers import table
from brainseg_gui.files.writers.given import Given
from brainseg_gui.files.writers.table import WRITERS, Writer, row_named, rows, write_proved
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from tests.review_factory import save

MASK = np.eye(5, 7, dtype=bool)
MASK[0, 6] = True


def given(**what: Any) -> Given:
    pixels = np.arange(35, dtype=np.float32).reshape(5, 7)
    return Given("1.mat", slice=Slice(pixels), **what)


def write_text(path: Path, mask: Mask, about: Given) -> None:
    path.write_text("\n".join("".join("01"[it] for it in row) for row in mask.astype(int)))


def read_text(path: Path, shape: tuple[int, int]) -> Mask:
    return np.array([[it == "1" for it in row] for row in path.read_text().split()])


@pytest.fixture
def text_row(monkeypatch: pytest.MonkeyPatch) -> Writer:
    """Add a writer to the program for one test."""
    row = Writer("text", "Text", ".mask.txt", "0 and 1", write_text, read_text)
    monkeypatch.setattr(table, "WRITERS", (*WRITERS, row))
    return row


def usable() -> list[Writer]:
    """Return the writers that any slice can be written by."""
    return [it for it in WRITERS if it.name not in {"dicom-seg"}]


@pytest.mark.parametrize("row", usable(), ids=lambda row: row.name)
def test_each_writer_is_found_by_its_name_and_says_what_it_cannot_write(
    row: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / row.placed(PurePosixPath("1_mask"))
    path.parent.mkdir(exist_ok=True)
    assert row_named(row.name) is row
    sums = write_proved(row, path, MASK, given())
    assert set(sums) == set(row.files(path))
    assert all(file.stat().st_size for file in sums)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", no_space)
    with pytest.raises(WriteError, match="the disk is full"):
        write_proved(row, path, MASK, given())


@pytest.mark.parametrize("row", usable(), ids=lambda row: row.name)
def test_a_mask_that_comes_back_as_another_one_is_not_written(row: Writer, tmp_path: Path) -> None:
    path = tmp_path / row.placed(PurePosixPath("1_mask"))
    path.parent.mkdir(exist_ok=True)

    def write_mirrored(path: Path, content: np.ndarray, about: Given) -> None:
        along = content.ndim - 1 if content.shape[-1] == 7 else 1
        row.write(path, np.flip(content, axis=along), about)

    with pytest.raises(WriteError, match="differs from what was written"):
        write_proved(replace(row, write=write_mirrored), path, MASK, given())


def test_no_two_formats_share_a_name_or_a_file() -> None:
    assert len({it.name for it in rows()}) == len(rows())
    files = [it.placed(PurePosixPath("1_mask")).as_posix() for it in WRITERS]
    assert len(set(files)) == len(files)


def test_a_new_row_is_a_format_of_the_export_command(text_row: Writer, tmp_path: Path) -> None:
    with closing(ReviewStore(tmp_path / "review.sqlite")) as store:
        for digest, name in (("0", "1.a"), ("1", "1.b")):
            save(store, StoredCorrection(digest * 64, name, "", MASK, Layer.NOTHING, "Ada"))
    out = tmp_path / "out"
    words = [str(tmp_path / "review.sqlite"), "--output", str(out), "--format", "text"]
    status = export.main([*words, "--select", "undecided"])
    assert status == 0
    assert sorted(path.name for path in out.glob("*.txt")) == [
        "1-11111111_mask.mask.txt",
        "1_mask.mask.txt",
    ]
    assert (out / "1_mask.mask.txt").read_text().startswith("1000001\n0100000\n")
