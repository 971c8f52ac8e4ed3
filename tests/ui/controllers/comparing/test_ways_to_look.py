"""Flicker, swipe and side by side: two masks in turn, beside a line, and in two views."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.ui.canvas.compare.side_view import SideView
from brainseg_gui.ui.canvas.overlay_item import OverlayItem
from brainseg_gui.ui.controllers.comparing import flicker
from brainseg_gui.ui.controllers.comparing.swipe import Swipe
from brainseg_gui.ui.dialogs import dialogs
from tests.ui.controllers.comparing.compared import legend, pixels, predict_beside, seen
from tests.ui.hands import Hands

SHIFT = Qt.ShiftModifier
COLOURS = {"reference": "#56B4E9", "prediction": "#E69F00", "correction": "#009E73"}


@pytest.fixture
def predicted(at_first: Hands) -> Hands:
    """Return a window with prediction and reference on the screen, and the mouse away."""
    at_first.wait_indexed(3)
    predict_beside(at_first)
    at_first.mouse.move((4, 4))
    return at_first


def columns(picture: np.ndarray, name: str) -> np.ndarray:
    """Return the columns of a picture in which a layer's line is; none where it is not drawn."""
    colour = COLOURS[name]
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    alike = np.abs(picture.astype(int) - wanted).sum(axis=2) < 40
    return np.flatnonzero(alike[: -picture.shape[0] // 6].any(axis=0))  # above the legend


def drawn(hands: Hands) -> set[str]:
    picture = seen(hands)
    return {name for name in COLOURS if columns(picture, name).size > 4}


def shows(hands: Hands) -> Only | None:
    return hands.parts.looks._viewing.flicker.shows


def swipe(hands: Hands) -> Swipe:
    return hands.parts.looks._viewing.swipe


def drag_line(hands: Hands, to: float) -> None:
    """Take the line in the middle of its height and bring it to a column of the view."""
    window, canvas = hands.window.windowHandle(), hands.canvas.viewport()
    height = canvas.height() // 2
    start, end = (
        canvas.mapTo(hands.window, QPoint(round(x), height)) for x in (swipe(hands).x, to)
    )
    QTest.mouseMove(window, start)
    QTest.mousePress(window, Qt.LeftButton, Qt.NoModifier, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(window, start + (end - start) * share)
    QTest.mouseRelease(window, Qt.LeftButton, Qt.NoModifier, end)


# --- flicker ---


def test_each_tap_shows_the_other_of_the_two_alone(predicted: Hands) -> None:
    assert drawn(predicted) == {"reference", "prediction"}
    for name in ("prediction", "reference", "prediction"):
        predicted.key("J", SHIFT)
        assert drawn(predicted) == {name}
        entries = predicted.parts.looks._viewing.legend.entries
        assert next(entry.text for entry in entries if not entry.faint).endswith(name)
    predicted.key(Qt.Key_Escape)
    assert drawn(predicted) == {"reference", "prediction"}
    assert legend(predicted) == []


def test_held_it_goes_on_by_itself_slower_than_flashes_that_harm(predicted: Hands) -> None:
    assert flicker.EVERY_MS > 1000 / 3
    predicted.key_down("J", SHIFT)
    was = shows(predicted)
    predicted.wait(lambda: shows(predicted) is not was)
    predicted.wait(lambda: shows(predicted) is was)
    predicted.key_up("J", SHIFT)
    predicted.wait(lambda: not predicted.parts.keys.any_down)
    rests = shows(predicted)
    predicted.rest(flicker.EVERY_MS + 100)
    assert shows(predicted) is rests


def test_a_button_that_is_clicked_flickers_once(predicted: Hands) -> None:
    predicted.do("flicker")
    predicted.rest(flicker.EVERY_MS + 100)
    assert shows(predicted) is Only.A


def test_the_difference_gives_way_to_flicker_and_is_there_again(predicted: Hands) -> None:
    predicted.key("j")
    before = seen(predicted)
    predicted.key("J", SHIFT)
    assert legend(predicted) == ["A · prediction", "B · reference"]
    predicted.key(Qt.Key_Escape)
    assert np.array_equal(seen(predicted), before)


def test_t_swaps_prediction_and_reference_as_before(predicted: Hands) -> None:
    predicted.key("t")
    assert drawn(predicted) == {"reference"}
    predicted.key("t")
    assert drawn(predicted) == {"prediction"}


def test_another_slice_and_a_stroke_end_flicker(predicted: Hands) -> None:
    predicted.key("J", SHIFT)
    predicted.key("J", SHIFT)
    predicted.mouse.stroke((70, 30))
    assert shows(predicted) is None
    assert "correction" in drawn(predicted)
    predicted.key("J", SHIFT)
    predicted.go(Qt.Key_D, "2.mat")
    assert shows(predicted) is None
    assert drawn(predicted) == {"reference"}


def test_what_flicker_leaves_out_is_not_decided_about_without_a_question(
    predicted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(_parent: object, why: str, _verdict: str) -> bool:
        asked.append(why)
        return False

    monkeypatch.setattr(dialogs, "ask_unseen", refuse)
    predicted.parts.actions["advance"].setChecked(False)
    predicted.key("J", SHIFT)
    predicted.key("J", SHIFT)
    predicted.key(Qt.Key_Return)
    assert asked == ["The prediction is hidden."]
    assert not predicted.now.status.verdict.is_decision
    predicted.key("J", SHIFT)
    predicted.key(Qt.Key_Return)
    assert asked == ["The prediction is hidden."], "it is what is shown"
    assert predicted.now.status.verdict.is_decision


# --- swipe ---


def test_a_is_left_of_the_line_and_b_right_of_it(predicted: Hands) -> None:
    a, b = predicted.prediction.mask, predicted.reference
    predicted.key("T", SHIFT)
    width = predicted.canvas.viewport().width()
    for share in (0.5, 0.62, 0.3):
        drag_line(predicted, share * width)
        assert swipe(predicted).x == pytest.approx(share * width, abs=2)
        picture, x = seen(predicted), swipe(predicted).x
        for name, mask, side in (("prediction", a, -1), ("reference", b, 1)):
            found = columns(picture, name)
            edges = [
                predicted.mouse.point((0, column)).x()
                for column in np.flatnonzero(mask.any(axis=0))[[0, -1]]
            ]
            there = [edge for edge in edges if (edge - x) * side > 8]
            assert all((found - x) * side >= -2), name
            assert len(there) == 0 or found.size > 0, name
    assert predicted.now.correction is None, "nothing was painted"


def test_the_line_stays_in_the_window_while_the_slice_is_moved(predicted: Hands) -> None:
    predicted.key("T", SHIFT)
    x = swipe(predicted).x
    predicted.mouse.wheel(4, (40, 100))
    assert swipe(predicted).x == x
    for name, side in (("prediction", -1), ("reference", 1)):
        assert all((columns(seen(predicted), name) - x) * side >= -2)


def test_swipe_ends(predicted: Hands) -> None:
    for way in ("escape", "key", "stroke"):
        predicted.key("T", SHIFT)
        assert predicted.parts.actions["swipe"].isChecked()
        if way == "stroke":
            predicted.mouse.stroke((110, 30), (110, 50))
            assert predicted.mask[110, 40]
        else:
            predicted.key(*((Qt.Key_Escape,) if way == "escape" else ("T", SHIFT)))
            assert drawn(predicted) == {"reference", "prediction"}
        assert not predicted.parts.actions["swipe"].isChecked()
        assert not swipe(predicted).on
        assert predicted.parts.layers.only is None


def test_a_stroke_that_comes_over_the_line_goes_on(predicted: Hands) -> None:
    predicted.key("T", SHIFT)
    middle = predicted.canvas.to_pixels(QPointF(swipe(predicted).x, 200))[1]
    predicted.mouse.stroke((110, middle - 20), (110, middle), (110, middle + 20))
    assert predicted.mask[110, round(middle - 20) : round(middle + 20)].all()


# --- side by side ---


@pytest.fixture
def beside(predicted: Hands) -> Hands:
    predicted.window.resize(1400, 800)
    predicted.key("B", SHIFT)
    predicted.wait(lambda: view(predicted).isVisible() and view(predicted).shape)
    predicted.rest(30)
    return predicted


def view(hands: Hands) -> SideView:
    found = hands.parts.looks._viewing.beside._view
    assert found is not None
    return found


def second(hands: Hands) -> set[str]:
    picture = pixels(view(hands).viewport().grab().toImage())
    return {name for name in COLOURS if columns(picture, name).size > 4}


def same_part(hands: Hands) -> bool:
    one, other = hands.canvas, view(hands)
    middles = [it.view.viewRect().center() for it in (one, other)]
    near = (middles[0] - middles[1]).manhattanLength() * one.scale_factor < 1.5
    return near and other.scale_factor == pytest.approx(one.scale_factor, rel=0.01)


def test_the_slices_own_view_shows_a_and_the_second_b(beside: Hands) -> None:
    assert drawn(beside) == {"prediction"}
    assert second(beside) == {"reference"}
    assert legend(beside) == ["A · prediction"]
    assert view(beside).caption == "B · reference"
    assert abs(view(beside).width() - beside.canvas.width()) < 6
    beside.key("x")
    assert second(beside) == set()
    beside.key("x")
    beside.key("B", SHIFT)
    assert not view(beside).isVisible()
    assert drawn(beside) == {"prediction", "reference"}


def test_zoom_and_place_are_the_same_whichever_view_is_moved(beside: Hands) -> None:
    assert same_part(beside)
    scale = beside.canvas.scale_factor
    beside.mouse.wheel(3, (40, 80))
    assert beside.canvas.scale_factor > 1.5 * scale
    assert same_part(beside)
    other = view(beside)
    middle = QPointF(other.viewport().rect().center())
    turned = QWheelEvent(
        middle,
        middle,
        QPoint(),
        QPoint(0, -240),
        Qt.NoButton,
        Qt.NoModifier,
        Qt.NoScrollPhase,
        False,
    )
    scale = beside.canvas.scale_factor
    QApplication.sendEvent(other.viewport(), turned)
    assert beside.canvas.scale_factor < 0.8 * scale
    assert same_part(beside)
    before = beside.canvas.view.viewRect().center()
    start = other.viewport().mapTo(beside.window, middle.toPoint())
    window = beside.window.windowHandle()
    QTest.mousePress(window, Qt.LeftButton, Qt.NoModifier, start)
    QTest.mouseMove(window, start + QPoint(60, 20))
    QTest.mouseRelease(window, Qt.LeftButton, Qt.NoModifier, start + QPoint(60, 20))
    way = (before - beside.canvas.view.viewRect().center()) * beside.canvas.scale_factor
    assert (way.x(), way.y()) == (pytest.approx(60, abs=2), pytest.approx(20, abs=2))
    assert same_part(beside)
    assert beside.now.correction is None, "nothing is painted there"


def test_a_cross_in_the_other_view_is_where_the_mouse_is(beside: Hands) -> None:
    other = view(beside)
    place = other.viewport().mapTo(beside.window, other.viewport().rect().center())
    QTest.mouseMove(beside.window.windowHandle(), place)
    at = other.hand.pixel
    assert at is not None
    aim = beside.mouse.point((at[0] + 0.5, at[1] + 0.5))
    cross = seen(beside)[aim.y() - 6 : aim.y() + 7, aim.x() - 6 : aim.x() + 7]
    beside.mouse.move((64, 64))
    none = seen(beside)[aim.y() - 6 : aim.y() + 7, aim.x() - 6 : aim.x() + 7]
    assert (cross != none).any(axis=2).sum() > 12
    items = (item for item in other.scene().items() if isinstance(item, OverlayItem))
    shown = [item.overlay.crosses for item in items if item.overlay.crosses]
    assert shown == [((64.5, 64.5),)]


def test_the_tools_go_on_in_the_slices_own_view_and_the_second_follows(beside: Hands) -> None:
    beside.mouse.stroke((70, 30), (70, 40))
    beside.wait(lambda: drawn(beside) == {"correction"})
    assert beside.has_on_disk(beside.mask)
    beside.do("exchange_sides")
    assert second(beside) == {"correction"}
    before = columns_of_second(beside)
    beside.mouse.stroke((70, 12))
    beside.wait(lambda: columns_of_second(beside) < before)
    assert "correction" in drawn(beside), "who paints sees it, whatever A is"


def columns_of_second(hands: Hands) -> int:
    """Return the first column of the second view in which the correction is."""
    found = columns(pixels(view(hands).viewport().grab().toImage()), "correction")
    return int(found[0])


def test_the_second_view_goes_along_to_the_next_slice_in_the_same_contrast(beside: Hands) -> None:
    beside.go(Qt.Key_D, "2.mat")
    assert np.shares_memory(view(beside).image.image, beside.now.view.shown)
    assert view(beside).caption == "There is no second mask here."
    assert drawn(beside) == {"reference"}
    beside.parts.display_panel.window_control.set_window(0.2, 0.6)
    assert tuple(view(beside).image.levels) == tuple(beside.canvas.image.levels)


def test_flicker_swipe_and_side_by_side_give_way_to_each_other(beside: Hands) -> None:
    beside.key("T", SHIFT)
    assert not view(beside).isVisible()
    assert [beside.parts.actions[name].isChecked() for name in ("side_by_side", "swipe")] == [
        False,
        True,
    ]
    beside.key("J", SHIFT)
    assert not swipe(beside).on
    assert not beside.parts.actions["swipe"].isChecked()
    beside.key("B", SHIFT)
    assert shows(beside) is None
    assert beside.parts.layers.only is not None
    assert set(beside.parts.layers.only) == {Layer.PREDICTION}
