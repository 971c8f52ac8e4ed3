"""The registry of writers: each row writes masks that read back, and is offered everywhere."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt5.QtWidgets import QFileDialog

from brainseg_gui.cli import export
from brainseg_gui.core.layer import Layer
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers import table
from brainseg_gui.files.writers.table import WRITERS, Writer, writer_for, writer_named
from brainseg_gui.review.storage.store import ReviewStore, StoredCorrection
from brainseg_gui.ui.dialogs import dialogs
from tests.review_factory import save

MASK = np.eye(5, 7, dtype=bool)


def write_text(path: Path, mask: np.ndarray) -> None:
    path.write_text("\n".join("".join("01"[it] for it in row) for row in mask.astype(int)))


@pytest.fixture
def text_row(monkeypatch: pytest.MonkeyPatch) -> Writer:
    """Add a writer to the program for one test."""
    row = Writer("text", "Text", ".mask.txt", "0 and 1", write_text)
    monkeypatch.setattr(table, "WRITERS", (*WRITERS, row))
    return row


@pytest.mark.parametrize("row", WRITERS, ids=lambda row: row.name)
def test_each_writer_is_found_by_its_name_and_suffix_and_says_what_it_cannot_write(
    row: Writer, tmp_path: Path
) -> None:
    path = tmp_path / f"1_mask{row.suffix}"
    assert writer_named(row.name) is writer_for(path) is row
    row.write(path, MASK)
    assert path.stat().st_size
    with pytest.raises(WriteError):
        row.write(tmp_path / "gone" / path.name, MASK)


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
    assert (out / "1_mask.mask.txt").read_text().startswith("1000000\n0100000\n")


def test_the_window_offers_each_writer_and_completes_the_name_by_the_one_that_was_chosen(
    text_row: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [("mine.png", "mine.png"), ("mine", "mine.mask.txt")]
    for answer, path in answers:

        def ask(_parent: object, _title: str, _start: str, filters: str, name: str = answer) -> Any:
            assert filters == "PNG (*.png);;Text (*.mask.txt)"
            return str(tmp_path / name), "Text (*.mask.txt)"

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        assert dialogs.ask_mask_file(None, Path("x")) == tmp_path / path  # type: ignore[arg-type]
