"""Measures of the mask on the screen: they follow each stroke, and make nobody wait."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLabel, QToolButton

from brainseg_gui.core.measures import measures as measured
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.measures.measures import Measures, measure
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.ui.canvas.measuring.diameters_item import DiametersItem
from brainseg_gui.ui.controllers.measuring import measuring
from tests.ui.hands import Hands

SPACING_MM = 0.5


def predict(hands: Hands, mask: Mask) -> None:
    """Let the network say a mask of the slice on the screen."""
    said = Prediction(Probability(mask.astype(np.float32)), 0.5)
    hands.parts.data_set.predictions.put(hands.current.slice, said)
    hands.parts.screen.refresh()


@pytest.fixture
def predicted(at_first: Hands) -> Hands:
    """Return a window whose slice has a prediction three pixels beside its reference."""
    predict(at_first, np.roll(at_first.reference, 3, axis=1))
    return at_first


def fold(hands: Hands) -> None:
    button = hands.parts.measures_panel.findChild(QToolButton, "fold")
    QTest.mouseClick(button, Qt.LeftButton)


def table(hands: Hands) -> dict[str, str]:
    """Return what the panel says: each name with its value."""
    cells = [label.text() for label in hands.parts.measures_panel.findChildren(QLabel)]
    return {name: value for name, value in zip(cells[1::2], cells[2::2], strict=True) if name}


def found(hands: Hands) -> Measures:
    """Return what the window measured last, once that is done."""
    hands.wait(lambda: hands.parts.measuring.found is not None)
    there = hands.parts.measuring.found
    assert there is not None
    return there


def test_the_prediction_is_measured_against_the_reference(predicted: Hands) -> None:
    assert found(predicted) == measure(predicted.prediction.mask, predicted.reference)
    fold(predicted)
    said = table(predicted)
    assert said["HD95"] == "2.9 px"
    assert said["Dice"] == f"{dice(predicted.prediction.mask, predicted.reference):.3f}"
    assert set(said) == {
        *("Dice", "IoU", "Sens.", "Prec.", "Pieces", "Lesions"),
        *("HD95", "Shift", "Area", "Longest", "Across", "F1"),
    }


def test_folded_one_line_says_distance_and_diameters_and_the_next_start_knows(
    predicted: Hands, new_hands: object
) -> None:
    found(predicted)
    panel = predicted.parts.measures_panel
    both = measure(predicted.prediction.mask).diameters
    assert both is not None
    diameters = f"{both.longest.length:.1f} × {both.perpendicular.length:.1f} px"
    assert panel.summary.text() == f"HD95 2.9 px · {diameters}"
    fold(predicted)
    assert panel.summary.text() == "prediction against reference"
    assert new_hands().parts.measures_panel.is_open  # type: ignore[operator]


def test_measures_follow_every_stroke_and_its_undo(predicted: Hands) -> None:
    before = found(predicted)
    predicted.mouse.stroke((90, 30), (90, 60))
    predicted.wait(lambda: found(predicted).pieces == 2)
    assert found(predicted) == measure(predicted.mask, predicted.reference)
    predicted.key("z", Qt.ControlModifier)
    predicted.wait(lambda: found(predicted) == before)


def test_found_lesions_and_false_pieces_stand_beside_the_dice(predicted: Hands) -> None:
    fold(predicted)
    predicted.wait(lambda: table(predicted).get("Lesions") == "1 of 1 found")
    assert table(predicted)["F1"] == "1.000 by lesion"
    predicted.mouse.stroke((90, 30), (90, 60))
    predicted.wait(lambda: table(predicted)["F1"] == "0.667 by lesion, 1 false")
    assert table(predicted)["Pieces"] == "2"


def test_a_mask_that_is_being_drawn_is_not_measured(predicted: Hands) -> None:
    found(predicted)
    predicted.mouse.press((20, 20))
    predicted.mouse.move((20, 60))
    predicted.parts.data_set.declare_spacing(SPACING_MM)  # for which it is to be measured anew
    predicted.rest(4 * measuring.SOON_MS)
    there = predicted.parts.measuring.found
    assert there is None or there.spacing_mm is None
    predicted.mouse.release((20, 60))
    predicted.wait(lambda: found(predicted).spacing_mm == SPACING_MM)
    assert found(predicted) == measure(predicted.mask, predicted.reference, SPACING_MM)


def test_with_a_pixel_size_both_units_are_said(predicted: Hands) -> None:
    fold(predicted)
    predicted.parts.data_set.declare_spacing(SPACING_MM)
    predicted.wait(lambda: found(predicted).spacing_mm == SPACING_MM)
    assert table(predicted)["HD95"] == "2.9 px · 1.5 mm"
    area = np.count_nonzero(predicted.prediction.mask)
    assert table(predicted)["Area"] == f"{area} px² · {area * SPACING_MM**2:.0f} mm²"


def test_a_hidden_reference_is_not_measured_against(predicted: Hands) -> None:
    assert found(predicted).agreement is not None
    fold(predicted)
    predicted.do("hide_reference")
    predicted.wait(lambda: found(predicted).agreement is None)
    assert table(predicted)["Dice"] == table(predicted)["HD95"] == "–"
    said = predicted.parts.measures_panel.summary.text()
    assert said == "prediction, reference hidden"


def test_no_measure_of_one_slice_is_shown_on_the_next(predicted: Hands) -> None:
    found(predicted)
    fold(predicted)
    predicted.go(Qt.Key_D, "2.mat")
    assert predicted.parts.measuring.found is None
    assert table(predicted) == {}


def test_a_stroke_does_not_wait_for_measures_that_take_long(
    predicted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(predicted)

    def slow(*masks: Mask) -> None:
        time.sleep(0.6)

    monkeypatch.setattr(measured, "agreement", slow)
    predicted.mouse.stroke((90, 30), (90, 60))
    predicted.rest(3 * measuring.SOON_MS)  # it is being measured now
    before = time.perf_counter()
    predicted.mouse.stroke((20, 20), (20, 60))
    assert time.perf_counter() - before < 0.5
    monkeypatch.undo()
    predicted.wait(lambda: found(predicted).agreement is not None)


def test_shift_a_draws_the_diameters_with_their_lengths(predicted: Hands) -> None:
    both = found(predicted).diameters
    assert both is not None
    dark = predicted.colour_at(middle(predicted))
    predicted.key("a", Qt.ShiftModifier)
    item = drawn(predicted)
    assert item.isVisible()
    assert item.texts == (f"{both.longest.length:.1f} px", f"{both.perpendicular.length:.1f} px")
    assert predicted.colour_at(middle(predicted)) != dark
    predicted.key("x")
    assert not item.isVisible()
    predicted.key("x")
    predicted.key("a", Qt.ShiftModifier)
    assert not item.isVisible()


def test_drawn_diameters_follow_a_stroke_and_go_with_the_slice(predicted: Hands) -> None:
    predicted.key("a", Qt.ShiftModifier)
    found(predicted)
    before = drawn(predicted).texts
    predicted.mouse.stroke((51, 77), (51, 120))
    predicted.wait(lambda: drawn(predicted).texts != before)
    predicted.go(Qt.Key_D, "2.mat")
    assert drawn(predicted).texts == ("", "")


def test_over_an_earlier_mask_no_diameters_of_the_present_one_are_drawn(predicted: Hands) -> None:
    predicted.key("a", Qt.ShiftModifier)
    for row in (30, 90):
        predicted.mouse.stroke((row, 30), (row, 60))
    found(predicted)
    predicted.key(Qt.Key_L)
    steps = predicted.parts.timeline._steps
    steps.setCurrentItem(steps.topLevelItem(0))
    assert predicted.past is not None
    assert not drawn(predicted).isVisible()
    predicted.key(Qt.Key_Escape)
    assert drawn(predicted).isVisible()


def drawn(hands: Hands) -> DiametersItem:
    """Return the diameters over the slice, which must have been asked for once."""
    item = hands.parts.drawn.item
    assert item is not None
    return item


def middle(hands: Hands) -> tuple[float, float]:
    """Return a place on the longest diameter, a quarter along it."""
    both = found(hands).diameters
    assert both is not None
    (top, left), (bottom, right) = both.longest.start, both.longest.end
    return top + (bottom - top) / 4, left + (right - left) / 4
