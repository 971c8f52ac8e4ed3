"""Tools of the real window, by real mouse events."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox

from tests.ui.hands import Hands, NewHands


def test_what_the_lasso_does_is_chosen_beside_it_and_remembered(
    at_first: Hands, new_hands: NewHands
) -> None:
    at_first.do("start_nothing")
    at_first.do("tool_lasso")
    field = at_first.parts.tool_bar.field("lasso_brings")
    assert isinstance(field, QComboBox)
    at_first.wait(field.isVisible)
    field.setFocus()
    field.setCurrentIndex(field.findText("Reference"))
    field.activated.emit(field.currentIndex())  # as its list says when a line was clicked
    assert at_first.canvas.hasFocus()
    at_first.mouse.stroke((10, 40), (10, 110), (100, 110), (100, 40))
    assert np.array_equal(at_first.mask, at_first.reference)
    assert at_first.now.undo_text == "Lasso, back to reference"
    at_first.window.close()
    assert new_hands().parts.tools.option("lasso_brings") == field.currentIndex() == 3


def test_the_range_of_the_brush_is_shown_beside_the_mouse(at_first: Hands) -> None:
    label = at_first.canvas.overlay.label
    at_first.mouse.move((60, 60))
    assert label.text == ""
    at_first.parts.tool_bar.field("brush_range").setValue(10)
    at_first.mouse.move((60, 61))
    assert " ± " in label.text
    assert label.isVisible()
    at_first.mouse.press((51, 77))  # in the light ellipse
    at_first.mouse.move((51, 110))
    at_first.mouse.release((51, 110))
    assert at_first.mask.any()
    assert not (at_first.mask & ~at_first.reference).any()


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
