"""Layers, the keys that show and hide them, and where a letter is only a letter."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.ui.canvas.layers import LAYERS
from brainseg_gui.ui.window import peek
from brainseg_gui.ui.window.peek import TAP_MS
from tests.ui.hands import Hands

INSIDE = {"reference": (51, 77), "prediction": (90, 40), "correction": (100, 80)}
FILLED = ("reference", "correction")  # the prediction has stepped back behind the correction
KEYS = {"reference": "g", "prediction": "m", "correction": "v"}
HOLD_MS = TAP_MS + 60


@pytest.fixture
def layered(at_first: Hands) -> Hands:
    """Return a window with three layers apart from each other, each strongly tinted."""
    chance = np.zeros((128, 128), np.float32)
    chance[80:100, 30:50] = 1
    at_first.parts.data_set.predictions.put(
        at_first.current.slice, Prediction(Probability(chance), 0.5)
    )
    at_first.parts.screen.refresh()
    at_first.key("n", Qt.ShiftModifier)
    at_first.mouse.stroke(INSIDE["correction"])
    for spec in LAYERS:
        at_first.parts.layers.set_opacity(spec.layer, 1.0)
    at_first.mouse.move((5, 5))
    return at_first


def seen(hands: Hands) -> set[str]:
    """Return the layers whose colour is on the screen: where their mask is, or as its outline."""
    colours = {spec.layer.value: spec.style.colour.lower() for spec in LAYERS}
    filled = {name for name in FILLED if hands.colour_at(INSIDE[name]).name() == colours[name]}
    return filled | ({"prediction"} if has_outline(hands, "prediction") else set())


def has_outline(hands: Hands, name: str) -> bool:
    """Tell whether a layer's colour is anywhere on the screen."""
    image = hands.canvas.viewport().grab().toImage().convertToFormat(4)
    bits = image.bits().asarray(image.byteCount())
    pixels = np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)
    colour = next(spec.style.colour for spec in LAYERS if spec.layer.value == name)
    wanted = [int(colour[at : at + 2], 16) for at in (5, 3, 1)]
    distance = np.abs(pixels[..., :3].astype(int) - wanted).sum(axis=2)
    return bool((distance < 70).sum() > 10)


def test_all_three_layers_are_shown(layered: Hands) -> None:
    assert seen(layered) == {"reference", "prediction", "correction"}


def test_each_layer_has_a_key_that_hides_and_shows_it(layered: Hands) -> None:
    for name, key in KEYS.items():
        layered.key(key)
        assert seen(layered) == set(KEYS) - {name}
        assert not has_outline(layered, name)
        layered.key(key)
        assert seen(layered) == set(KEYS)


def test_a_hidden_layer_stays_hidden_on_the_next_slice(layered: Hands) -> None:
    layered.key("g")
    layered.go(Qt.Key_D, "2.mat")
    assert "reference" not in seen(layered)
    layered.key("g")
    assert "reference" in seen(layered)


def test_a_tap_on_x_hides_all_layers_until_the_next(
    layered: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peek, "TAP_MS", 60_000)  # a busy machine's tap is a long one
    layered.key("x")
    assert seen(layered) == set()
    layered.key("x")
    assert seen(layered) == set(KEYS)


def test_x_held_peeks_under_the_layers(layered: Hands) -> None:
    layered.key_down("x")
    QTest.qWait(HOLD_MS)
    assert seen(layered) == set()
    layered.key_up("x")
    assert seen(layered) == set(KEYS)


def test_x_held_keeps_what_else_was_hidden(layered: Hands) -> None:
    layered.key("m")
    layered.key_down("x")
    QTest.qWait(HOLD_MS)
    layered.key_up("x")
    assert seen(layered) == {"reference", "correction"}


def test_painting_goes_on_while_peeking(layered: Hands) -> None:
    layered.key_down("x")
    QTest.qWait(HOLD_MS)
    layered.mouse.stroke((30, 30))
    layered.key_up("x")
    assert layered.mask[30, 30]
    assert layered.has_on_disk(layered.mask)


def test_painting_shows_what_was_hidden_and_x_hides_it_again(layered: Hands) -> None:
    layered.key("x")
    layered.mouse.stroke((30, 30))
    assert "correction" in seen(layered)
    layered.key("x")
    assert seen(layered) == set()


def test_t_flickers_between_prediction_and_reference(layered: Hands) -> None:
    layered.key("t")
    assert seen(layered) == {"reference", "correction"}
    layered.key("t")
    assert seen(layered) == {"prediction", "correction"}
    layered.key("t")
    assert seen(layered) == {"reference", "correction"}


def test_z_leaves_the_outlines_alone(layered: Hands) -> None:
    layered.key("z")
    assert seen(layered) == {"prediction"}
    assert all(has_outline(layered, name) for name in KEYS)
    layered.key("z")
    assert seen(layered) == set(KEYS)


def test_ctrl_and_the_wheel_turn_the_strength_of_the_fill(layered: Hands) -> None:
    view = layered.canvas.view.viewRect()
    before = layered.colour_at(INSIDE["reference"]).name()
    layered.mouse.wheel(-5, (64, 64), Qt.ControlModifier)
    assert layered.parts.layers.opacity(Layer.REFERENCE) < 1
    assert layered.colour_at(INSIDE["reference"]).name() != before
    for _ in range(40):
        layered.mouse.wheel(-1, (64, 64), Qt.ControlModifier)
    assert layered.parts.layers.opacity(Layer.REFERENCE) == 0
    for _ in range(40):
        layered.mouse.wheel(1, (64, 64), Qt.ControlModifier)
    assert layered.parts.layers.opacity(Layer.REFERENCE) == 1
    assert layered.canvas.view.viewRect() == view


def test_the_eyes_in_the_panel_say_what_the_keys_did(layered: Hands) -> None:
    layered.key("g")
    assert not layered.parts.actions["toggle_reference"].isChecked()
    layered.key("t")
    assert layered.parts.actions["toggle_reference"].isChecked()
    assert not layered.parts.actions["toggle_prediction"].isChecked()


def test_letters_are_only_letters_while_the_search_is_typed(layered: Hands) -> None:
    before = (layered.parts.tools.option("brush"), layered.parts.tools.tool, layered.mask.copy())
    layered.key("/")
    for letter in "gmvxtzdabehirc1]":
        layered.key(letter)
    layered.key("R", Qt.ShiftModifier)
    layered.key(Qt.Key_Space)
    assert layered.parts.worklist.search.text() == "gmvxtzdabehirc1]R "
    assert seen(layered) == set(KEYS)
    assert layered.current.name == "1.mat"
    assert (layered.parts.tools.option("brush"), layered.parts.tools.tool) == before[:2]
    assert np.array_equal(layered.mask, before[2])


def test_ctrl_z_in_the_search_undoes_typing_and_no_stroke(layered: Hands) -> None:
    painted = layered.mask.copy()
    layered.key("/")
    layered.key("q")
    layered.key("z", Qt.ControlModifier)
    assert layered.parts.worklist.search.text() == ""
    assert np.array_equal(layered.mask, painted)


def test_a_mouse_that_passes_over_the_slice_does_not_end_typing(layered: Hands) -> None:
    layered.key("/")
    layered.mouse.move((64, 64))
    layered.key("q")
    assert layered.parts.worklist.search.text() == "q"


def test_a_click_on_the_slice_gives_the_keys_back(layered: Hands) -> None:
    layered.key("/")
    layered.mouse.stroke((64, 64), button=Qt.MiddleButton)
    layered.key("g")
    assert layered.parts.worklist.search.text() == ""
    assert "reference" not in seen(layered)


def test_letters_are_dead_while_the_brush_size_is_typed(layered: Hands) -> None:
    size = layered.parts.tool_bar.field("brush")
    size.setFocus()
    size.selectAll()
    for digit in "31":
        layered.key(digit)
    layered.key("g")
    layered.key(Qt.Key_Return)
    assert layered.parts.tools.option("brush") == 31
    assert seen(layered) == set(KEYS)
