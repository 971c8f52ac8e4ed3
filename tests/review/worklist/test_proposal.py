"""Which slices a command to turn is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.turning import Proposal, worked_on


def entry(name: str, fits_if: Turn = Turn.NONE, turn: Turn = Turn.NONE) -> Entry:
    return Entry(Path(name), name, digest=name, fits_if=fits_if, turn=turn)


LYING = [entry("1", Turn.LEFT), entry("2", Turn.LEFT)]
TURNED = [entry("3", Turn.LEFT, Turn.LEFT), entry("4", Turn.LEFT, Turn.LEFT)]
OTHERS = [entry("5"), entry("6", Turn.HALF), entry("7", Turn.HALF, Turn.HALF)]
EVERY = [*LYING, *TURNED, *OTHERS, Entry(Path("8"), "8"), Entry(Path("9"), "9", problem="cut off")]


@pytest.mark.parametrize(("alike", "back"), [(LYING, False), (TURNED, True)])
def test_only_slices_that_lie_in_the_same_way_are_turned_together(
    alike: list[Entry], back: bool
) -> None:
    found = Proposal.of(EVERY, alike[0])
    assert found is not None
    assert found.slices(every=True) == tuple(alike)
    assert found.slices(every=False) == (alike[0],)
    assert (found.turn, found.turns_back, found.unread) == (Turn.LEFT, back, 1)


def test_nothing_is_proposed_for_a_slice_whose_border_asks_for_no_turn() -> None:
    assert Proposal.of(EVERY, OTHERS[0]) is None


def test_a_slice_has_work_on_it_whoever_did_it() -> None:
    theirs = Entry(Path("1"), "1", readers=frozenset({"Bob"}))
    assert worked_on([*LYING, theirs, Entry(Path("2"), "2", corrected=True)]) == 2
