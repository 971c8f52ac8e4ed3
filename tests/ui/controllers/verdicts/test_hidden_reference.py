"""References that stay hidden until the verdict: nothing on the screen tells of them before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.ui.panels.compare_panel import ComparePanel
from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square


@pytest.fixture
def blind(at_first: Hands) -> Hands:
    """Return a window that hides references, with a prediction; a verdict stays on the slice."""
    at_first.wait_indexed(3)
    at_first.parts.actions["advance"].setChecked(False)
    assert not at_first.now.reference_hidden, "off by default"
    at_first.go(Qt.Key_D, "2.mat")
    at_first.do("hide_reference")
    at_first.go(Qt.Key_D, "3.mat")
    predict_square(at_first)
    at_first.parts.data_set.rows.note_prediction(
        at_first.path, at_first.current.slice.digest, at_first.prediction
    )
    return at_first


def numbers(hands: Hands, layer: Layer) -> str:
    panel: ComparePanel = hands.parts.compare
    return str(panel._rows[layer].numbers.text())


def paints_reference(hands: Hands) -> bool:
    """Tell whether closing the reference's eye changes the picture."""
    pictures = []
    for shown in (True, False):
        hands.parts.layers.show(Layer.REFERENCE, shown)
        pictures.append(hands.canvas.viewport().grab().toImage())
    hands.parts.layers.show(Layer.REFERENCE, True)
    return bool(pictures[0] != pictures[1])


def test_neither_outline_nor_dice_nor_area_tells_of_the_reference(blind: Hands) -> None:
    assert numbers(blind, Layer.REFERENCE) == "hidden until the verdict"
    assert "Dice" not in numbers(blind, Layer.PREDICTION)
    assert not paints_reference(blind)
    assert not blind.parts.actions["start_reference"].isEnabled()
    assert "Dice" not in blind.slice_rows()[2].data(Qt.ToolTipRole)
    assert blind.rows[2].shown_dice is None
    blind.mouse.stroke((64, 64))
    assert "Dice" not in numbers(blind, Layer.CORRECTION)
    assert [row.area_px for row in blind.rows[:2]] == [None, None]


def test_with_the_verdict_it_is_shown_and_the_version_says_that_it_was_hidden(blind: Hands) -> None:
    blind.key(Qt.Key_Return)
    assert "Dice" in numbers(blind, Layer.PREDICTION)
    assert "Dice" in blind.slice_rows()[2].data(Qt.ToolTipRole)
    assert paints_reference(blind)
    blind.key("u")
    assert "Dice" in numbers(blind, Layer.PREDICTION), "nobody unsees anything"
    (version,) = blind.parts.data_set.session.versions()
    assert version.reference_hidden


def test_the_choice_is_the_data_sets_and_there_again(
    blind: Hands, folder: Path, new_hands: NewHands
) -> None:
    blind.window.close()
    again = new_hands()
    again.open(folder, first="3.mat")
    assert again.now.reference_hidden
    assert again.parts.actions["hide_reference"].isChecked()
    again.do("hide_reference")
    assert not again.now.reference_hidden
    assert paints_reference(again)


def test_one_line_offers_it_where_there_are_references(at_first: Hands, tmp_path: Path) -> None:
    line = at_first.parts.decision_panel._hides
    assert line.isVisible()
    line.click()
    assert at_first.now.reference_hidden
    (tmp_path / "bare").mkdir()
    write_mat(tmp_path / "bare" / "1.mat", Slice(np.ones((32, 32), np.float32)))
    at_first.open(tmp_path / "bare")
    at_first.wait_indexed(1)
    assert not line.isVisible()
    assert not line.isChecked()
