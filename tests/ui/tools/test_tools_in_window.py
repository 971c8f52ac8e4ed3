"""Tools of the real window, by real mouse events."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import Qt

from tests.ui.hands import Hands


def test_an_island_goes_by_one_click_and_small_ones_by_a_command(at_first: Hands) -> None:
    for place in ((30, 30), (60, 60), (90, 90)):
        at_first.mouse.stroke(place)
    three = at_first.mask.copy()
    at_first.do("tool_islands")
    at_first.mouse.stroke((60, 60))
    assert not at_first.mask[60, 60]
    assert at_first.mask[30, 30]
    assert at_first.has_on_disk(at_first.mask)
    assert at_first.now.undo_text == "Delete island"
    at_first.do("undo")
    assert np.array_equal(at_first.mask, three)
    at_first.parts.tool_bar.field("small_island").setValue(999)
    at_first.do("drop_small")
    assert not at_first.mask.any()
    assert at_first.now.undo_text == "Drop islands under 999 px"
    at_first.key("z", Qt.ControlModifier)
    assert np.array_equal(at_first.mask, three)
