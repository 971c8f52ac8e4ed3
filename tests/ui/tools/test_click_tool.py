"""Click to fix, without a window: the network answers when the test lets it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.geometry import Point
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.ui.tools.events import Answer, Button, Changed, Key, Press, Release
from tests.ui.tools.paper import SHAPE, Gesture, Paper


class Square:
    """Corrects a square of five pixels about the last click."""

    def __init__(self) -> None:
        self.heard: list[tuple[Click, ...]] = []

    def start(self) -> None:
        """Nothing to get ready."""

    def correct(
        self,
        pixels: Pixels,
        mask: Mask,
        clicks: Sequence[Click],
        probability: Probability | None,
    ) -> Mask:
        self.heard.append(tuple(clicks))
        row, column = clicks[-1].pixel
        mask = mask.copy()
        mask[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3] = clicks[-1].inside
        return mask


class Table:
    """The tool on paper, with a network that waits for `answer`."""

    def __init__(self) -> None:
        self.paper, self.network = Paper(), Square()
        self.paper.corrector = self.network
        self.gesture = Gesture("click", self.paper)

    def click(self, point: Point, button: Button = Button.LEFT) -> None:
        self.gesture(Press(point, point, button), Release(point, point, button))

    def answer(self) -> None:
        """Let the network answer what was asked last."""
        key, function = self.paper.asked.pop()
        self.gesture(Answer(key, function()))


@pytest.fixture
def table() -> Table:
    return Table()


def test_the_network_starts_with_the_tool(table: Table) -> None:
    ((key, _),) = table.paper.asked
    assert key == "ready"


def test_a_left_click_adds_a_right_click_takes_away_each_as_one_step(table: Table) -> None:
    table.click((10.5, 10.5))
    assert not table.paper.mask.any()
    assert table.gesture.overlay.marks == ((10.5, 10.5),)
    table.answer()
    assert np.count_nonzero(table.paper.mask) == 25
    table.click((10.5, 12.5), Button.RIGHT)
    table.answer()
    assert np.count_nonzero(table.paper.mask) == 10
    assert table.paper.steps == ["Click to fix", "Click to fix"]
    assert table.gesture.overlay.crosses == ((10.5, 12.5),)


def test_a_click_that_comes_early_waits_for_the_one_before(table: Table) -> None:
    table.click((10.5, 10.5))
    table.click((30.5, 30.5))
    table.answer()
    table.answer()
    assert np.count_nonzero(table.paper.mask) == 50
    assert [len(clicks) for clicks in table.network.heard] == [1, 2]


def test_enter_and_escape_let_the_clicks_go(table: Table) -> None:
    for key in ("Return", "Escape"):
        table.click((10.5, 10.5))
        table.answer()
        assert table.gesture.overlay.keys == {"Return", "Escape"}
        table.gesture(Key(key))
        assert table.gesture.overlay.marks == ()
        assert table.gesture.overlay.keys == frozenset()
    assert [len(clicks) for clicks in table.network.heard] == [1, 1]


def test_escape_drops_a_click_that_waits_and_enter_lets_it_come(table: Table) -> None:
    for key, area in (("Escape", 0), ("Return", 25)):
        table.click((10.5, 10.5))
        assert "Esc drops the click" in table.gesture.overlay.says
        table.gesture(Key(key))
        table.answer()
        assert np.count_nonzero(table.paper.mask) == area
    assert table.paper.steps == ["Click to fix"]


def test_a_click_that_is_undone_counts_no_more_and_again_once_it_is_redone(table: Table) -> None:
    masks = [table.paper.mask.copy()]
    for point in ((10.5, 10.5), (30.5, 30.5)):
        table.click(point)
        table.answer()
        masks.append(table.paper.mask.copy())
    for number in (1, 0, 2):
        table.paper.mask[:] = masks[number]
        table.gesture(Changed())
        assert len(table.gesture.overlay.marks) == number
    table.paper.mask[:] = masks[1]
    table.gesture(Changed())
    table.click((20.5, 20.5))
    table.answer()
    assert [click.pixel for click in table.network.heard[-1]] == [(10, 10), (20, 20)]
    table.paper.mask[:] = masks[2]  # not to be reached any more
    table.gesture(Changed())
    assert len(table.gesture.overlay.marks) == 2


@pytest.mark.parametrize("key", ["Return", "Escape"])
def test_what_was_forgotten_is_no_more_taken_back_nor_mistaken_for_what_follows(
    table: Table, key: str
) -> None:
    before = table.paper.mask.copy()
    table.click((10.5, 10.5))
    table.answer()
    table.gesture(Key(key))
    table.paper.mask[:] = before
    table.gesture(Changed())  # an undo of what was clicked before
    assert table.gesture.overlay.marks == ()
    table.click((30.5, 30.5))
    table.gesture(Key("Return"))  # its answer still comes
    table.click((20.5, 20.5))
    table.answer()
    assert table.paper.mask[30, 30]
    assert table.gesture.overlay.marks == ((20.5, 20.5),)
    table.answer()
    assert table.paper.mask[20, 20]
    assert [click.pixel for click in table.network.heard[-1]] == [(20, 20)]


def test_what_else_changes_the_mask_drops_a_click_that_waits_and_no_other(table: Table) -> None:
    table.click((10.5, 10.5))
    table.answer()
    table.click((30.5, 30.5))
    table.paper.mask[0, 0] = True
    table.gesture(Changed())
    assert table.gesture.overlay.marks == ((10.5, 10.5),)
    assert "Correcting" not in table.gesture.overlay.says
    table.answer()
    assert not table.paper.mask[30, 30]
    table.click((20.5, 20.5))
    table.answer()
    assert table.paper.mask[0, 0]
    assert table.paper.mask[20, 20]


def test_a_click_that_cannot_be_answered_is_dropped_and_the_next_one_asked(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(table.network, "correct", lambda *_: None)
        table.click((10.5, 10.5))
        table.answer()
    assert table.gesture.overlay.marks == ()
    table.click((20.5, 20.5))
    table.answer()
    assert np.count_nonzero(table.paper.mask) == 25


def test_a_click_beside_the_slice_asks_nothing(table: Table) -> None:
    table.paper.asked.clear()
    table.click((float(SHAPE[0]), 3.0))
    assert table.paper.asked == []
