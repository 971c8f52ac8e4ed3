"""`brainseg-doctor --review`: does the ledger lead to what is saved? And the way on where not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.cli.doctor import main
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.stored import StoredCorrection
from tests.review_factory import save


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """A closed review of two readers on one slice."""
    path = tmp_path / "review.sqlite"
    with closing(ReviewStore(path)) as store:
        for reader in ("Ada", "Bob"):
            mask = np.full((12, 17), reader == "Ada")
            save(store, StoredCorrection("d", "a/1.mat", "", mask, Layer.NOTHING, reader))
    return path


def execute(path: Path, statement: str, values: tuple[bytes, ...] = ()) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def test_a_sound_review_is_said_to_be_so_slice_by_slice(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = review.read_bytes()
    assert main(["--review", str(review)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line.split(maxsplit=1) for line in out.splitlines()] == [
        ["a/1.mat", "Ada: as the ledger says"],
        ["a/1.mat", "Bob: as the ledger says"],
        ["review", f"2 corrections replayed: {review}"],
    ]
    assert review.read_bytes() == before
    assert [path.name for path in review.parent.iterdir()] == ["review.sqlite"]


def test_a_mask_that_is_not_what_the_ledger_leads_to_is_named(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = np.ones((12, 17), bool)
    other[0, :3] = False
    execute(review, "UPDATE correction SET mask = ? WHERE reader = 'Ada'", (pack_mask(other),))
    assert main(["--review", str(review)]) == 1
    assert "a/1.mat: Ada: 3 pixels of the saved mask are not" in capsys.readouterr().err


def test_a_ledger_that_was_tampered_with_is_named(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(review, "DELETE FROM edit WHERE reader = 'Bob'")
    assert main(["--review", str(review)]) == 1
    assert "a/1.mat: Bob: the ledger leads to a start from" in capsys.readouterr().err


def test_a_damaged_review_names_the_way_on(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = review.read_bytes()
    review.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    assert main(["--review", str(review)]) == 1
    assert "brainseg-doctor" in capsys.readouterr().err
    assert main(["--recover", str(review), "--into", str(review) + ".new"]) in {0, 1}


def test_a_review_is_recovered_into_a_new_file(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--recover", str(review), "--into", str(tmp_path / "new.sqlite")]) == 0
    assert capsys.readouterr().out.startswith("2 corrections, 2 edits and 0 versions are in")
    assert main(["--review", str(tmp_path / "new.sqlite")]) == 0


def test_a_review_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--review", str(tmp_path / "none")]) == 1
    assert main(["--recover", str(tmp_path / "none"), "--into", str(tmp_path / "new")]) == 1
    assert capsys.readouterr().err.count("no review") == 2
    assert list(tmp_path.iterdir()) == []


def test_recovering_without_a_place_to_write_to_is_wrong_use(review: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--recover", str(review)])
    assert stopped.value.code == 2
