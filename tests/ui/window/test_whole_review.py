"""A review that another window has, that is damaged or newer, or that a crash left behind."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QToolButton

from brainseg_gui.review.storage import inspection
from brainseg_gui.review.storage.location import REVIEW_FILE
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.widgets.band import Band
from tests.ui.hands import Hands, NewHands

EDITS = ("undo", "redo", "start_nothing", "start_reference", "discard", "tool_brush", "tool_eraser")
VERDICTS = ("accept", "reject", "flag", "take_back", "comment", "difficulty_easy", "restore")


def band(hands: Hands) -> str:
    shown: Band = hands.parts.review_band
    return shown.text.text() if shown.isVisible() else ""


def mislead(review: Path, index: str) -> None:
    """Change what an index says of a row; every page can be read."""
    with closing(sqlite3.connect(review)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = connection.execute(query, (index,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (digest,) = connection.execute("SELECT digest FROM slice").fetchone()
    content = bytearray(review.read_bytes())
    at = content.index(digest.encode(), (page - 1) * size, page * size)
    content[at] ^= 1
    review.write_bytes(content)


@pytest.fixture
def second(at_first: Hands, folder: Path, new_hands: NewHands) -> Hands:
    """Return a second window on the review that the first, with a stroke in it, has open."""
    at_first.mouse.stroke((30, 30))
    hands = new_hands()
    hands.open(folder)
    return hands


def damage(review: Path) -> None:
    """Make the first page after the header unreadable."""
    with closing(sqlite3.connect(review)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        name = "sqlite_autoindex_edit_1"
        query = "SELECT rootpage FROM sqlite_master WHERE name IN ('version', ?) LIMIT 1"
        (page,) = connection.execute(query, (name,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(review.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    review.write_bytes(content)


def test_a_second_window_says_who_has_the_review_as_long_as_it_is_open(second: Hands) -> None:
    assert "Ada" in band(second)
    second.go(Qt.Key_D, "2.mat")
    assert "Ada" in band(second)


def test_nothing_can_be_changed_in_a_second_window_and_it_says_why(second: Hands) -> None:
    for name in EDITS + VERDICTS:
        action = second.parts.actions[name]
        assert not action.isEnabled(), name
        assert "open in another window" in action.toolTip(), name


def test_painting_in_a_second_window_is_refused_with_a_sentence(second: Hands) -> None:
    before = second.mask.copy()
    assert second.notice == ""  # the band says it
    second.mouse.stroke((60, 60), (60, 90))
    assert np.array_equal(second.mask, before)
    assert "open in another window" in second.notice
    assert not second.parts.data_set.session.unsaved
    second.parts.notice.hide()
    second.mouse.stroke((60, 60), (60, 90))
    assert second.notice == ""  # once is enough


def test_a_second_window_shows_what_was_done_and_its_time_line(second: Hands) -> None:
    assert second.mask.any()
    second.key(Qt.Key_L)
    assert second.parts.timeline._steps.topLevelItemCount() == 1
    assert second.rows[0].verdict is Verdict.IN_PROGRESS


def test_verdicts_stand_in_the_rows_of_the_next_window(
    at_first: Hands, folder: Path, new_hands: NewHands
) -> None:
    at_first.key(Qt.Key_F)
    at_first.wait_shown("2.mat")
    assert at_first.window.close()
    again = new_hands()
    again.open(folder, first="2.mat")
    again.wait_indexed(3)
    assert [row.verdict for row in again.rows] == [
        Verdict.FLAGGED,
        Verdict.UNREVIEWED,
        Verdict.UNREVIEWED,
    ]


def test_a_damaged_review_offers_to_be_recovered_and_stays(
    at_first: Hands, folder: Path, new_hands: NewHands, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.mouse.stroke((30, 30))
    painted = at_first.mask.copy()
    assert at_first.window.close()
    review, new = folder / REVIEW_FILE, folder / "mended.sqlite"
    damage(review)
    before = review.read_bytes()
    monkeypatch.setattr(dialogs, "ask_new_review", lambda *_: new)
    again = new_hands()
    again.open(folder)
    assert "damaged" in band(again)
    (button,) = again.parts.review_band.findChildren(QToolButton)
    assert button.isVisible()
    button.click()
    again.wait(new.exists)
    again.wait(lambda: again.parts.data_set.session.access.damaged is None)
    again.wait_shown("1.mat")
    assert np.array_equal(again.mask, painted)
    assert again.parts.data_set.session.path == new
    assert "mended.sqlite" in again.notice
    assert review.read_bytes() == before


def test_a_large_review_is_looked_through_behind_the_window_and_is_read_only_once_it_is_damaged(
    at_first: Hands, folder: Path, new_hands: NewHands, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.mouse.stroke((30, 30))
    painted = at_first.mask.copy()
    assert at_first.window.close()
    review, new = folder / REVIEW_FILE, folder / "mended.sqlite"
    mislead(review, "edit_of_slice")
    held, look = threading.Event(), inspection.damage_in
    monkeypatch.setattr(inspection, "SMALL", 1000)
    monkeypatch.setattr(
        inspection, "damage_in", lambda *asked: (held.wait(20) and look(*asked)) or ""
    )
    monkeypatch.setattr(dialogs, "ask_new_review", lambda *_: new)
    again = new_hands()
    again.open(folder)
    again.wait_shown("1.mat")
    assert (band(again), again.now.editable) == ("", True)
    again.mouse.press((90, 90))
    held.set()
    again.wait(lambda: "damaged" in band(again))
    again.mouse.release((90, 90))
    assert band(again).endswith("It can be looked at here, not changed.")
    assert not again.now.editable
    before = review.read_bytes(), again.mask.copy()
    again.mouse.stroke((50, 50))
    assert np.array_equal(again.mask, before[1])
    assert review.read_bytes() == before[0]
    again.do("recover")
    again.wait(lambda: again.parts.data_set.session.path == new)
    again.wait_shown("1.mat")
    assert (again.mask & painted).sum() == painted.sum()
    assert again.now.editable


def test_a_newer_review_is_told_and_its_slices_can_be_looked_at(
    at_first: Hands, folder: Path, new_hands: NewHands
) -> None:
    assert at_first.window.close()
    with closing(sqlite3.connect(folder / REVIEW_FILE)) as connection, connection:
        connection.execute("UPDATE setting SET value = '99' WHERE name = 'schema_version'")
    again = new_hands()
    again.open(folder)
    assert "newer brainseg" in band(again)
    (button,) = again.parts.review_band.findChildren(QToolButton)
    assert not button.isVisible()
    again.go(Qt.Key_D, "2.mat")


def test_after_a_crash_one_line_tells_it_and_shows_the_slice(
    at_first: Hands, folder: Path, new_hands: NewHands, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first.go(Qt.Key_D, "2.mat")
    at_first.mouse.stroke((30, 30))
    with monkeypatch.context() as patch:  # the mark of an open review stays, as after kill -9
        patch.setattr(ReviewStore, "end", lambda _self: None)
        assert at_first.window.close()
    again = new_hands()
    again.open(folder, first="2.mat")
    again.wait(lambda: "ended unexpectedly" in again.notice)
    again.parts.canvas.setFocus()
    again.go(Qt.Key_D, "3.mat")
    again.parts.notice.findChild(QToolButton, "offer").click()
    again.wait_shown("2.mat")
    assert again.notice == ""
