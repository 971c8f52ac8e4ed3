"""Damaged reviews: a sentence, no write, and a way on."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.types import Mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.packed import pack_patch
from brainseg_gui.review.storage.recovery import Report, recover
from brainseg_gui.review.storage.store import ReviewStore, StoreError
from brainseg_gui.review.values.stored import DamagedError, StoredCorrection
from brainseg_gui.review.values.verdict import Grade, Remarks, Verdict
from tests.review_factory import NewSlice, on_screen, save

PAGE = 4096
NOISY, FEW = 40, 8
SAID = Remarks("rim", grade=Grade.MAJOR, unusable=True, reasons=("too large", "part missed"))


def noise(number: int) -> Mask:
    return np.random.default_rng(number).random((64, 64)) < 0.5


@cache
def noisy(slices: int) -> bytes:
    """Return a closed review, each correction of two steps."""
    with TemporaryDirectory() as folder:
        return _noisy(Path(folder) / "review.sqlite", slices)


def _noisy(path: Path, slices: int) -> bytes:
    with closing(ReviewStore(path)) as store:
        with closing(store.database.engine.raw_connection()) as connection:
            connection.execute("PRAGMA synchronous=OFF")
        for number in range(slices):
            for step in (100, 0):
                wanted, name = noise(number + step), f"{number}.mat"
                save(
                    store,
                    StoredCorrection(f"{number:064}", name, "", wanted, Layer.NOTHING, "A"),
                )
    return path.read_bytes()


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """A closed review of many pages."""
    path = tmp_path / "review.sqlite"
    path.write_bytes(noisy(NOISY))
    return path


def recovered(review: Path, tmp_path: Path) -> tuple[dict[str, Mask], Report]:
    """Return the masks by name of what could be recovered, and the report."""
    before = review.read_bytes()
    report = recover(review, tmp_path / "new.sqlite")
    assert review.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.sqlite", "review.sqlite"]
    with closing(ReviewStore(tmp_path / "new.sqlite")) as store:
        assert not any(wrong for *_, wrong in store.replayed())
        return {it.name: it.mask for it in store.corrections()}, report


def test_a_sound_review_is_recovered_whole(review: Path, tmp_path: Path) -> None:
    found, report = recovered(review, tmp_path)
    assert (report.corrections, report.edits, report.dropped, report.mended, report.lost) == (
        *(NOISY, 2 * NOISY),
        *(0, 0, 0),
    )
    for number in range(NOISY):
        np.testing.assert_array_equal(found[f"{number}.mat"], noise(number))


@pytest.mark.parametrize("page", [6, 12, 20, 30, -2, -8])
def test_around_a_page_that_is_gone_the_rest_is_read(
    review: Path, tmp_path: Path, page: int
) -> None:
    content = bytearray(review.read_bytes())
    start = page * PAGE % len(content)
    content[start : start + PAGE] = bytes(range(256)) * 16
    review.write_bytes(content)
    found, _ = recovered(review, tmp_path)
    right = [
        f"{n}.mat" in found and np.array_equal(found[f"{n}.mat"], noise(n)) for n in range(NOISY)
    ]
    assert sum(right) >= NOISY - 12


def test_a_file_that_was_cut_off_gives_what_was_before_the_cut(
    review: Path, tmp_path: Path
) -> None:
    content = review.read_bytes()
    review.write_bytes(content[: len(content) * 2 // 3])
    found, _ = recovered(review, tmp_path)
    assert len(found) >= NOISY // 3


def test_a_review_whose_first_bytes_are_gone_is_read(review: Path, tmp_path: Path) -> None:
    content = review.read_bytes()
    review.write_bytes(bytes(100) + content[100:])
    found, _ = recovered(review, tmp_path)
    assert len(found) == NOISY


def test_words_that_make_no_sense_cost_no_mask(review: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(review)) as connection, connection:
        connection.execute("UPDATE edit SET start_after = 'nowhere' WHERE id = 2")
        connection.execute("UPDATE edit SET kind = 'guess' WHERE id = 3")
        connection.execute(
            "UPDATE correction SET start = 'nowhere' WHERE digest = ?", (f"{0:064}",)
        )
    with closing(ReviewStore(review)) as store, pytest.raises(StoreError, match="nowhere"):
        store.load(f"{0:064}")
    found, report = recovered(review, tmp_path)
    assert (report.dropped, report.mended, report.lost) == (3, 2, 0)
    for number in (0, 1):
        np.testing.assert_array_equal(found[f"{number}.mat"], noise(number))


def test_a_step_that_is_damaged_costs_no_mask(review: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(review)) as connection, connection:
        connection.execute("UPDATE edit SET pixels = x'1234' WHERE id = 1")
    found, report = recovered(review, tmp_path)
    np.testing.assert_array_equal(found["0.mat"], noise(0))
    assert (report.dropped, report.mended, report.lost) == (2, 1, 0)


def test_a_step_that_does_not_follow_from_those_before_it_is_not_used(
    review: Path, tmp_path: Path
) -> None:
    elsewhere = MaskPatch(slice(0, 64), slice(0, 64), ~noise(100), noise(0))
    with closing(sqlite3.connect(review)) as connection, connection:
        connection.execute("UPDATE edit SET pixels = ? WHERE id = 2", (pack_patch(elsewhere),))
    found, report = recovered(review, tmp_path)
    np.testing.assert_array_equal(found["0.mat"], noise(0))
    assert (report.dropped, report.mended) == (1, 1)


def test_a_saved_mask_that_is_damaged_is_made_from_the_ledger(review: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(review)) as connection, connection:
        connection.execute("UPDATE correction SET mask = x'1234'")
    found, report = recovered(review, tmp_path)
    np.testing.assert_array_equal(found["7.mat"], noise(7))
    assert report.lost == 0


def test_flipped_bytes_never_give_a_mask_that_was_not_there(review: Path, tmp_path: Path) -> None:
    content = bytearray(review.read_bytes())
    rng = np.random.default_rng(0)
    for place in rng.integers(2 * PAGE, len(content), 40):
        content[place] ^= 0xFF
    review.write_bytes(content)
    found, _ = recovered(review, tmp_path)
    assert len(found) > NOISY // 3
    known = {noise(number + step).tobytes() for number in range(NOISY) for step in (0, 100)}
    assert all(mask.tobytes() in known or not mask.any() for mask in found.values())


def test_verdicts_undo_and_redo_are_recovered(
    store: ReviewStore, new_slice: NewSlice, tmp_path: Path
) -> None:
    session = ReviewSession(store, "Ada")
    session.hide_reference(True)
    session.open("1.mat", new_slice(reference=np.ones((12, 17), bool)))
    for row in (1, 2):
        session.begin_stroke()
        on_screen(session).correction.mask[row] = True
        session.end_stroke("Brush stroke", Box(row, row + 1, 0, 17))
    session.undo()
    version = session.decide(Verdict.CORRECTED, SAID)
    session.close()
    assert version.reference_hidden
    recover(store.path, tmp_path / "new.sqlite")
    with closing(ReviewStore(tmp_path / "new.sqlite")) as again:
        later = ReviewSession(again, "Ada")
        later.open("1.mat", on_screen(session).slice)
        assert later.versions() == (version,)
        assert later.statuses()[version.digest].verdict is Verdict.CORRECTED
        assert later.redo() is not None
        assert on_screen(later).correction.mask.sum() == 34


def test_nothing_is_written_over_a_file_that_is_there(review: Path, tmp_path: Path) -> None:
    (tmp_path / "new.sqlite").write_bytes(b"mine")
    with pytest.raises(StoreError, match=r"new\.sqlite exists already"):
        recover(review, tmp_path / "new.sqlite")
    assert (tmp_path / "new.sqlite").read_bytes() == b"mine"


def test_a_file_of_which_nothing_can_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "review.sqlite").write_bytes(bytes(9000))
    with pytest.raises(StoreError, match=r"Nothing of review\.sqlite can be read"):
        recover(tmp_path / "review.sqlite", tmp_path / "new.sqlite")
    assert not (tmp_path / "new.sqlite").exists()


def test_a_review_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no review"):
        recover(tmp_path / "none.sqlite", tmp_path / "new.sqlite")


@pytest.mark.parametrize("byte", [0, 16, 18, 20, 21, 28, 29, 35, 44, 52, 56, 59, 95])
def test_a_byte_of_the_header_that_is_wrong_costs_nothing(tmp_path: Path, byte: int) -> None:
    review, content = tmp_path / "review.sqlite", bytearray(noisy(FEW))
    content[byte] ^= 0xFF
    review.write_bytes(content)
    found, report = recovered(review, tmp_path)
    assert (report.corrections, report.dropped, report.lost) == (FEW, 0, 0)
    np.testing.assert_array_equal(found["7.mat"], noise(7))


def test_without_the_page_that_names_the_tables_everything_is_read(
    review: Path, tmp_path: Path
) -> None:
    content = bytearray(review.read_bytes())
    content[100:PAGE] = bytes(PAGE - 100)
    review.write_bytes(content)
    _, report = recovered(review, tmp_path)
    assert (report.corrections, report.edits, report.lost) == (NOISY, 2 * NOISY, 0)


def test_rows_that_an_index_leads_past_are_damage_and_said_on_opening(
    review: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(review)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_slice_1'"
        (page,) = connection.execute(query).fetchone()
    content = bytearray(review.read_bytes())
    start = (page - 1) * PAGE
    one, other = 8 + 2 * 3, 8 + 2 * 4  # two places of cells, in the wrong order or lost
    cells = content[start + one : start + one + 2], content[start + other : start + other + 2]
    content[start + one : start + one + 2] = cells[1]
    review.write_bytes(content)
    before = review.read_bytes()
    with pytest.raises(DamagedError, match="--recover"):
        ReviewStore(review)
    assert review.read_bytes() == before
    found, _ = recovered(review, tmp_path)
    assert len(found) == NOISY


def test_recovery_ends_on_whatever_is_in_a_file(review: Path, tmp_path: Path) -> None:
    chance, content = np.random.default_rng(3), review.read_bytes()
    for number in range(12):
        damaged = bytearray(content)
        for _ in range(4):
            page = PAGE * int(chance.integers(len(damaged) // PAGE))
            damaged[page : page + 64] = chance.bytes(64)
            damaged[int(chance.integers(len(damaged)))] ^= 0xFF
        copy = tmp_path / f"{number}.sqlite"
        copy.write_bytes(damaged[: int(chance.integers(PAGE, len(damaged)))])
        with suppress(StoreError):
            recover(copy, tmp_path / f"{number}-new.sqlite")
