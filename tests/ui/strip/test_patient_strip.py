"""The patient strip: the patient's slices below the image, opened by mouse and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QModelIndex, Qt
from PyQt5.QtGui import QColor
from PyQt5.QtTest import QTest

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice, Tumour
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.strip.model import Item
from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square
from tests.ui.slice_factory import make_slice

OTHER = "of-8.mat"
NAMES = ("2.mat", "9.mat", "10.mat", "11.mat", "12.mat")  # in natural order


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of five slices of patient 7 and one of patient 8."""
    folder = tmp_path / "slices"
    folder.mkdir()
    for seed, name in enumerate((*NAMES, OTHER)):
        patient = "8" if name == OTHER else "7"
        write_mat(folder / name, make_slice(seed=seed, patient=patient))
    return folder


@pytest.fixture
def strip(hands: Hands, folder: Path) -> Hands:
    """Return a window at the first slice, every tile drawn."""
    hands.open(folder, first="2.mat")
    hands.wait_indexed(6)
    hands.wait(lambda: all(item.tile for item in items(hands)) and len(items(hands)) == 5)
    return hands


def items(hands: Hands) -> list[Item]:
    tiles = hands.parts.patient_strip.tiles
    return [tiles.at(index(hands, row)) for row in range(tiles.rowCount())]


def index(hands: Hands, row: int) -> QModelIndex:
    return hands.parts.patient_strip.tiles.index(row, 0)


def ringed(hands: Hands) -> list[str]:
    return [item.entry.name for item in items(hands) if item.current]


def click(hands: Hands, row: int) -> None:
    panel = hands.parts.patient_strip
    panel.scrollTo(index(hands, row))
    centre = panel.visualRect(index(hands, row)).center()
    QTest.mouseClick(panel.viewport(), Qt.LeftButton, Qt.NoModifier, centre)


def colours(hands: Hands, row: int) -> set[str]:
    """Return the bright colours of a tile's picture."""
    panel = hands.parts.patient_strip
    image = panel.viewport().grab(panel.visualRect(index(hands, row))).toImage()
    pixels = (
        image.pixelColor(column, line)
        for column in range(6, image.width() - 6)
        for line in range(6, image.height() - 24)
    )
    return {nearest(it) for it in pixels if it.saturation() > 90}


def nearest(colour: QColor) -> str:
    known = {"orange": "#E69F00", "green": "#009E73", "blue": "#56B4E9", "amber": "#F0A35C"}
    return min(known, key=lambda name: abs(QColor(known[name]).hue() - colour.hue()))


def test_the_patients_slices_stand_in_natural_order_the_current_one_ringed(strip: Hands) -> None:
    assert strip.parts.patient_strip.isVisible()
    assert tuple(item.entry.name for item in items(strip)) == NAMES
    assert ringed(strip) == ["2.mat"]


def test_a_click_opens_a_slice_and_the_ring_follows(strip: Hands) -> None:
    click(strip, 2)
    strip.wait_shown("10.mat")
    assert ringed(strip) == ["10.mat"]
    assert strip.parts.worklist.current == strip.path


def test_keys_go_along_the_patient_and_say_where_it_ends(strip: Hands) -> None:
    strip.key(Qt.Key_Right, Qt.ShiftModifier)
    strip.wait_shown("9.mat")
    strip.key(Qt.Key_Left, Qt.ShiftModifier)
    strip.wait_shown("2.mat")
    strip.key(Qt.Key_Left, Qt.ShiftModifier)
    assert strip.notice == "This is the first slice of patient 7."


def test_with_the_keyboard_in_the_strip_the_arrows_stay_in_it(strip: Hands) -> None:
    click(strip, 4)
    strip.wait_shown("12.mat")
    strip.parts.patient_strip.setFocus()
    strip.key(Qt.Key_Right)
    strip.rest(50)
    assert strip.current.name == "12.mat"  # the worklist would go on to the other patient
    strip.key(Qt.Key_Left)
    strip.wait_shown("11.mat")
    strip.parts.canvas.setFocus()
    strip.key(Qt.Key_Right)
    strip.wait_shown("12.mat")
    strip.key(Qt.Key_Right)
    strip.wait_shown(OTHER)


def test_a_slice_that_the_filter_leaves_out_is_opened_all_the_same(strip: Hands) -> None:
    strip.parts.worklist.search.setText("2.mat")
    click(strip, 1)
    strip.wait_shown("9.mat")
    assert ringed(strip) == ["9.mat"]
    assert "not in the list" in strip.parts.seen.obstacle


def test_it_is_there_for_patients_with_several_slices_only(strip: Hands) -> None:
    strip.parts.worklist.jump(to_end=True)
    strip.wait_shown(OTHER)
    assert not strip.parts.patient_strip.isVisible()
    strip.parts.worklist.jump(to_end=False)
    strip.wait_shown("2.mat")
    assert strip.parts.patient_strip.isVisible()


def test_a_key_folds_it_and_a_low_window_folds_it_by_itself(strip: Hands) -> None:
    panel = strip.parts.patient_strip
    strip.key("3", Qt.ControlModifier)
    assert not panel.isVisible()
    strip.key("3", Qt.ControlModifier)
    assert panel.isVisible()
    strip.window.resize(1200, 640)
    strip.rest(20)
    assert not panel.isVisible()
    strip.window.resize(1200, 800)
    strip.rest(20)
    assert panel.isVisible()


def test_a_tile_shows_the_correction_else_the_prediction_and_the_reference(strip: Hands) -> None:
    assert colours(strip, 1) == {"blue"}
    click(strip, 1)
    strip.wait_shown("9.mat")
    predict_square(strip)
    note_predicted(strip)
    strip.wait(lambda: items(strip)[1].tile.layer is Layer.PREDICTION)  # type: ignore[union-attr]
    assert colours(strip, 1) == {"blue", "orange"}
    strip.mouse.stroke((90, 30), (90, 60))
    strip.wait(lambda: items(strip)[1].tile.layer is Layer.CORRECTION)  # type: ignore[union-attr]
    assert colours(strip, 1) == {"blue", "green"}


def test_a_correction_of_another_day_is_drawn_from_the_review(
    strip: Hands, folder: Path, new_hands: NewHands
) -> None:
    strip.mouse.stroke((90, 30), (90, 60))
    review = strip.review
    assert strip.window.close()
    again = new_hands()
    again.open(folder, review=review, first="2.mat")
    click_when_there(again, 3)
    again.wait(lambda: items(again)[0].tile is not None)
    again.wait(lambda: items(again)[0].tile.layer is Layer.CORRECTION)  # type: ignore[union-attr]


def click_when_there(hands: Hands, row: int) -> None:
    hands.wait(lambda: len(items(hands)) > row)
    click(hands, row)
    hands.wait_shown(NAMES[row])


def note_predicted(hands: Hands) -> None:
    row = hands.parts.worklist.model.entry(hands.path)
    assert row is not None
    digest = hands.current.slice.digest
    hands.parts.data_set.rows.note_prediction(row.path, digest, hands.prediction)


def test_the_reference_is_not_drawn_before_the_verdict_where_it_is_hidden(strip: Hands) -> None:
    strip.do("hide_reference")
    strip.wait(lambda: items(strip)[0].entry.blind)
    assert colours(strip, 1) == set()
    strip.mouse.stroke((90, 30), (90, 60))
    strip.rest(200)
    strip.key(Qt.Key_F)
    strip.wait(lambda: items(strip)[0].entry.verdict is Verdict.FLAGGED)
    strip.wait(lambda: "blue" in colours(strip, 0))


def test_a_state_is_shown_and_said(strip: Hands) -> None:
    assert index(strip, 0).data(Qt.ToolTipRole) == "2.mat: new"
    strip.key(Qt.Key_F)
    strip.wait(lambda: index(strip, 0).data(Qt.AccessibleTextRole) == "2.mat: flagged")


def test_what_breaks_with_the_others_is_marked_and_said_beside_the_decision(strip: Hands) -> None:
    """Of one slice the file says another type."""
    path = items(strip)[2].entry.path
    odd = make_slice(seed=2, patient="7")
    write_mat(path, Slice(odd.pixels, odd.reference, patient="7", tumour=Tumour.PITUITARY))
    strip.open(path.parent, first="2.mat")
    said = "The file says pituitary, those of other slices glioma."
    strip.wait(lambda: [item.warnings for item in items(strip)] == [(), (), (said,), (), ()])
    assert said in index(strip, 2).data(Qt.ToolTipRole)
    alarms = strip.parts.decision_panel.alarms
    assert not alarms.isVisible()
    click(strip, 2)
    strip.wait_shown("10.mat")
    assert alarms.isVisible()
    assert said in alarms.text()
    click(strip, 0)
    strip.wait_shown("2.mat")
    assert not alarms.isVisible()


def test_a_mask_that_breaks_with_the_others_of_its_view_is_said(strip: Hands) -> None:
    """The heads of these slices look alike; one mask is tiny."""
    for row, name in enumerate(NAMES):
        click(strip, row)
        strip.wait_shown(name)
        predict_square(strip)
        note_predicted(strip)
    strip.wait(lambda: all(it.tile and it.tile.layer is Layer.PREDICTION for it in items(strip)))
    strip.rest(50)
    assert not any(item.warnings for item in items(strip))
    click(strip, 1)
    strip.wait_shown("9.mat")
    strip.parts.actions["tool_brush"].trigger()
    strip.parts.tools.set_option("brush", 3)
    strip.do("start_empty") if "start_empty" in strip.parts.actions else None
    strip.parts.editing.put(np.pad(np.ones((3, 3), bool), ((33, 92), (33, 92))), "Small")
    strip.wait(lambda: items(strip)[1].warnings)
    assert "much smaller" in items(strip)[1].warnings[0]
    assert items(strip)[1].warnings[0] in strip.parts.decision_panel.alarms.text()
