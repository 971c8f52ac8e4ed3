"""What was changed here: every step and version is seen without changing anything, and restored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QTreeWidget, QTreeWidgetItem

from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square

CTRL = Qt.ControlModifier
Painted = tuple[Hands, np.ndarray, np.ndarray]


def rows(list_: QTreeWidget) -> list[QTreeWidgetItem]:
    return [list_.topLevelItem(row) for row in range(list_.topLevelItemCount())]


def steps(hands: Hands) -> list[str]:
    """Return what the rows of the time line say."""
    return [row.text(2) for row in rows(hands.parts.timeline._steps)]


def versions(hands: Hands) -> list[tuple[str, str]]:
    return [(row.text(1), row.text(2)) for row in rows(hands.parts.timeline._versions)]


def choose(hands: Hands, row: int, which: str = "_steps") -> None:
    list_ = getattr(hands.parts.timeline, which)
    list_.setCurrentItem(list_.topLevelItem(row))


def band(hands: Hands) -> str:
    shown = hands.parts.past_band
    return shown.text.text() if shown.isVisible() else ""


def is_purple(colour: QColor) -> bool:
    return min(colour.red(), colour.blue()) > colour.green() + 20


def is_enabled(hands: Hands, action: str) -> bool:
    return bool(hands.parts.actions[action].isEnabled())


@pytest.fixture
def painted(at_first: Hands) -> Painted:
    """Return a window with two strokes and an open time line, and the mask after each."""
    at_first.mouse.stroke((30, 30), (30, 60))
    one = at_first.mask.copy()
    at_first.mouse.stroke((90, 30), (90, 90), button=Qt.LeftButton)
    two = at_first.mask.copy()
    at_first.key(Qt.Key_L)
    return at_first, one, two


def test_the_time_line_names_every_step(painted: Painted) -> None:
    hands, _, _ = painted
    assert steps(hands) == ["Brush stroke", "Brush stroke"]
    row = rows(hands.parts.timeline._steps)[0]
    assert row.text(1) == "Ada"
    assert ":" in row.text(0)


def test_a_step_done_while_the_time_line_is_open_stands_in_it(painted: Painted) -> None:
    hands, _, _ = painted
    hands.mouse.stroke((90, 60), button=Qt.RightButton)
    assert steps(hands)[-1] == "Erase"


def test_an_undone_step_says_so_in_words_and_the_undoing_is_a_step(painted: Painted) -> None:
    hands, _, _ = painted
    hands.key("z", CTRL)
    assert steps(hands) == ["Brush stroke", "Brush stroke (undone)", "Undo: Brush stroke"]


def test_choosing_a_step_shows_its_mask_and_changes_nothing(painted: Painted) -> None:
    hands, one, two = painted
    choose(hands, 0)
    assert np.array_equal(hands.past.mask, one)
    assert np.array_equal(hands.mask, two)
    assert hands.has_on_disk(two)
    assert band(hands).startswith("As it was at ")
    assert "Nothing is changed" in band(hands)


def test_the_earlier_mask_is_to_be_seen_over_the_slice(painted: Painted) -> None:
    hands, one, _ = painted
    hands.key("z", CTRL)
    hands.key("z", CTRL)
    edge = float(np.flatnonzero(one.any(axis=0))[0])
    around = [(30.0, edge + by / 8) for by in range(-8, 8)]
    assert not any(is_purple(hands.colour_at(pixel)) for pixel in around)
    choose(hands, 0)
    assert any(is_purple(hands.colour_at(pixel)) for pixel in around)


def test_painting_and_deciding_are_off_while_an_earlier_mask_is_shown(painted: Painted) -> None:
    hands, _, two = painted
    choose(hands, 0)
    hands.mouse.stroke((60, 100))
    assert np.array_equal(hands.mask, two)
    assert "earlier mask" in hands.notice
    for name in ("undo", "accept", "reject", "flag", "start_nothing", "discard"):
        assert not is_enabled(hands, name)
        assert "earlier mask" in hands.parts.actions[name].toolTip()
    assert not hands.parts.decision_panel.comment.isEnabled()


@pytest.mark.parametrize("way", ["key", "escape", "button"])
def test_looking_back_no_more_returns_to_the_present(painted: Painted, way: str) -> None:
    hands, _, two = painted
    choose(hands, 0)
    if way == "button":
        hands.do("leave_preview")
    else:
        hands.key(Qt.Key_Escape if way == "escape" else Qt.Key_L)
    assert hands.now.past is None
    assert band(hands) == ""
    hands.mouse.stroke((60, 100))
    assert not np.array_equal(hands.mask, two)


def test_restoring_makes_it_the_correction_as_one_step(painted: Painted) -> None:
    hands, one, two = painted
    choose(hands, 0)
    hands.do("restore")
    assert hands.has_on_disk(one)
    assert hands.now.past is None
    assert len(steps(hands)) == 3
    hands.key("z", CTRL)
    assert hands.has_on_disk(two)


def test_restoring_to_where_nothing_changed_is_no_step(painted: Painted) -> None:
    hands, _, two = painted
    choose(hands, 1)
    hands.do("restore")
    assert hands.has_on_disk(two)
    assert len(steps(hands)) == 2


def test_walking_on_ends_looking_back_and_shows_the_other_slices_steps(painted: Painted) -> None:
    hands, _, _ = painted
    choose(hands, 0)
    hands.canvas.setFocus()
    hands.go(Qt.Key_D, "2.mat")
    assert hands.now.past is None
    assert steps(hands) == []


def test_the_versions_of_all_readers_are_listed_and_can_be_looked_at(at_first: Hands) -> None:
    at_first.parts.actions["advance"].setChecked(False)
    predicted = predict_square(at_first)
    at_first.key(Qt.Key_Return)
    at_first.parts.reviewing.use_reader("Bo")
    at_first.mouse.stroke((90, 90))
    at_first.key(Qt.Key_Return)
    own = at_first.mask.copy()
    at_first.key(Qt.Key_L)
    assert versions(at_first) == [("Ada", "accepted"), ("Bo", "corrected")]
    choose(at_first, 0, "_versions")
    assert np.array_equal(at_first.past.mask, predicted)
    assert band(at_first).startswith("As Ada accepted it")
    assert np.array_equal(at_first.mask, own)
    at_first.do("restore")
    assert at_first.has_on_disk(predicted)
    assert steps(at_first)[-1] == "Restore Ada's version"
    at_first.key("z", CTRL)
    assert at_first.has_on_disk(own)


def test_a_verdict_taken_back_says_so_in_words(at_first: Hands) -> None:
    at_first.parts.actions["advance"].setChecked(False)
    at_first.key(Qt.Key_F)
    at_first.key(Qt.Key_U)
    at_first.key(Qt.Key_L)
    assert versions(at_first) == [("Ada", "flagged (taken back)")]


def test_steps_are_undone_after_a_restart_and_named(
    at_first: Hands, new_hands: NewHands, folder: Path
) -> None:
    at_first.mouse.stroke((30, 30))
    one = at_first.mask.copy()
    at_first.mouse.stroke((30, 30), button=Qt.RightButton)
    assert at_first.window.close()
    again = new_hands()
    again.open(folder)
    undo = again.parts.actions["undo"]
    assert "Erase" in undo.toolTip()
    assert "erase" in undo.text()
    again.key("z", CTRL)
    assert again.has_on_disk(one)
    assert "erase" in again.parts.actions["redo"].text()
