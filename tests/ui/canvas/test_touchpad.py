"""A touchpad: many small deltas, of which as many as a notch's travel make one step."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QPoint, Qt

from brainseg_gui.core.layer import Layer
from tests.ui.hands import Hands

AT = (64, 64)
NONE = QPoint()


def turn(hands: Hands, *eighths: int, held: int = Qt.ShiftModifier) -> int:
    """Scroll by small angles and return how large the brush is then."""
    for angle in eighths:
        hands.mouse.scroll(QPoint(0, angle), NONE, AT, held)
    return hands.parts.tools.option("brush")


def one_step(hands: Hands) -> int:
    """Return the size of the brush after a step up, and go back."""
    larger = turn(hands, 120)
    turn(hands, -120)
    return larger


def test_the_travel_of_a_notch_is_one_step_of_the_brush(at_first: Hands) -> None:
    before, larger = at_first.parts.tools.option("brush"), one_step(at_first)
    assert turn(at_first, *[15] * 7) == before
    assert turn(at_first, 15) == larger
    assert turn(at_first, *[15] * 7) == larger


def test_a_change_of_direction_begins_anew(at_first: Hands) -> None:
    before = at_first.parts.tools.option("brush")
    assert turn(at_first, *[15] * 7, *[-15] * 7) == before
    assert turn(at_first, -15) < before


def test_what_was_left_of_another_turn_does_not_count(at_first: Hands) -> None:
    before = at_first.parts.tools.option("brush")
    turn(at_first, *[15] * 7)
    turn(at_first, 15, held=Qt.ControlModifier)
    assert not at_first.parts.layers.filled(Layer.REFERENCE)
    assert turn(at_first, *[15] * 7) == before


def test_two_notches_at_once_are_two_steps(at_first: Hands) -> None:
    larger = turn(at_first, 120, 120)
    turn(at_first, -120, -120)
    assert turn(at_first, 240) == pytest.approx(larger, abs=1)


def test_small_turns_zoom_as_far_as_one_large_one(at_first: Hands) -> None:
    whole = at_first.canvas.view.viewRect()
    at_first.mouse.wheel(1, AT)
    notch = at_first.canvas.view.viewRect()
    at_first.key("r")
    assert at_first.canvas.view.viewRect() == whole
    turn(at_first, *[12] * 10, held=Qt.NoModifier)
    assert at_first.canvas.view.viewRect().width() == pytest.approx(notch.width(), rel=0.01)


def test_a_touchpad_that_tells_only_pixels_zooms_and_turns_too(at_first: Hands) -> None:
    before, larger = at_first.parts.tools.option("brush"), one_step(at_first)
    width = at_first.canvas.view.viewRect().width()
    at_first.mouse.scroll(NONE, QPoint(0, 30), AT)
    assert at_first.canvas.view.viewRect().width() < width
    at_first.mouse.scroll(NONE, QPoint(0, 30), AT, Qt.ShiftModifier)
    assert at_first.parts.tools.option("brush") == before
    at_first.mouse.scroll(NONE, QPoint(0, 30), AT, Qt.ShiftModifier)
    assert at_first.parts.tools.option("brush") == larger


def test_a_finger_that_slips_sideways_zooms_nothing(at_first: Hands) -> None:
    before = at_first.canvas.view.viewRect()
    at_first.mouse.scroll(QPoint(40, 0), QPoint(20, 0), AT)
    assert at_first.canvas.view.viewRect() == before
