"""The difference layer: which two masks it compares, what it shows of them, and when."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QRectF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QToolButton

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.core.types import Mask
from tests.ui.controllers.comparing.compared import (
    ISLAND,
    comparison,
    legend,
    line,
    names,
    predict,
    predict_beside,
    seen,
)
from tests.ui.hands import Hands

SHIFT = Qt.ShiftModifier


@pytest.fixture
def predicted(at_first: Hands) -> Hands:
    """Return a window whose first slice has a prediction a little aside of its reference."""
    predict_beside(at_first)
    return at_first


def at(hands: Hands, picture: np.ndarray, mask: Mask) -> np.ndarray:
    """Return (N, 3) the colours that a picture shows around the middles of a mask's pixels."""
    where = (hands.mouse.point((row + 0.5, column + 0.5)) for row, column in np.argwhere(mask))
    return np.array([picture[point.y(), point.x()] for point in where]).astype(int)


def inner(mask: Mask) -> Mask:
    """Return the pixels that no outline comes near."""
    padded = np.pad(mask, 1)
    return mask & padded[2:, 1:-1] & padded[:-2, 1:-1] & padded[1:-1, 2:] & padded[1:-1, :-2]


def test_j_tints_what_only_one_has_and_leaves_the_rest(predicted: Hands) -> None:
    before = seen(predicted)
    a, b = predicted.prediction.mask, predicted.reference
    predicted.key("j")
    after = seen(predicted)
    reds, blues = (
        at(predicted, after, inner(part)) - at(predicted, before, inner(part))
        for part in (a & ~b, b & ~a)
    )
    assert (reds[:, 0] > reds[:, 2] + 30).all(), "vermillion: what is too much"
    assert (blues[:, 2] > blues[:, 0] + 30).mean() > 0.6, "blue: what is missed, between the lines"
    for agreed in (inner(a & b), ~inner(~(a | b)) & ~(a | b)):
        there = at(predicted, before, inner(agreed))
        assert np.array_equal(at(predicted, after, inner(agreed)), there)
    predicted.key("j")
    assert np.array_equal(seen(predicted), before)


def test_colour_is_not_the_only_sign(predicted: Hands) -> None:
    predicted.key("y")
    predicted.key("j")
    picture = seen(predicted)
    a, b = predicted.prediction.mask, predicted.reference
    for part, hatched in ((a & ~b, False), (b & ~a, True)):
        colours = at(predicted, picture, inner(part))
        light = (colours.min(axis=1) > 185).mean()
        assert bool(light > 0.05) is hatched


def test_the_legend_on_the_image_names_both(predicted: Hands) -> None:
    predicted.key("j")
    assert legend(predicted) == ["only A · prediction", "only B · reference"]
    predicted.key("x")
    assert legend(predicted) == [], "nothing is named that is hidden"


def test_prediction_and_reference_are_compared_and_correction_and_reference_once_there_is_one(
    predicted: Hands,
) -> None:
    assert names(predicted) == ("Prediction", "Reference")
    predicted.key("j")
    assert comparison(predicted).mask_a is predicted.prediction.mask
    predicted.mouse.stroke((70, 30))
    predicted.wait(lambda: names(predicted) == ("Correction", "Reference"))
    assert comparison(predicted).mask_a is predicted.mask
    predicted.key("z", Qt.ControlModifier)
    predicted.wait(lambda: names(predicted) == ("Prediction", "Reference"))


def test_it_follows_a_stroke_but_never_within_it(predicted: Hands) -> None:
    predicted.key("r", SHIFT)  # the correction starts as the reference
    predicted.key("j")
    assert line(predicted).startswith("Correction and reference are the same")
    predicted.mouse.report(QEvent.MouseButtonPress, (100, 100), Qt.LeftButton, Qt.LeftButton)
    predicted.mouse.report(QEvent.MouseMove, (100, 110), Qt.NoButton, Qt.LeftButton)
    before = comparison(predicted)
    predicted.mouse.report(QEvent.MouseButtonRelease, (100, 110), Qt.LeftButton, Qt.NoButton)
    assert predicted.has_on_disk(predicted.mask), "the stroke is at its end"
    assert comparison(predicted) is before, "and has not waited for the difference"
    predicted.wait(lambda: comparison(predicted) is not before)
    assert comparison(predicted).difference.count(Only.A) == np.count_nonzero(
        predicted.mask & ~predicted.reference
    )
    assert line(predicted).startswith("1 difference")


def test_a_hidden_reference_is_on_neither_side_until_the_verdict(at_first: Hands) -> None:
    at_first.wait_indexed(3)
    at_first.parts.actions["advance"].setChecked(False)
    at_first.do("hide_reference")
    at_first.go(Qt.Key_D, "2.mat")
    predict_beside(at_first)
    at_first.key("j")
    lists = at_first.parts.compare.row.lists.values()
    for list_ in lists:
        list_.setFocus()  # asks for all there is
        assert [list_.findText(text) for text in ("Reference", "Prediction")] == [-1, 0]
    assert at_first.parts.looks.comparing.now is None
    at_first.mouse.stroke((70, 30))
    at_first.wait(lambda: names(at_first) == ("Correction", "Prediction"))
    at_first.key(Qt.Key_Return)
    assert names(at_first) == ("Correction", "Reference")


def test_a_version_of_another_reader_is_chosen_and_the_readers_last_one_on_the_next_slice(
    predicted: Hands,
) -> None:
    predicted.parts.actions["advance"].setChecked(False)
    masks = []
    for reader, place in (("Bo", (110, 30)), ("Bo", (110, 60))):
        predicted.parts.reviewing.use_reader(reader)
        predicted.mouse.stroke(place)
        predicted.key(Qt.Key_Return)
        masks.append(predicted.mask.copy())
    predicted.parts.reviewing.use_reader("Ada")
    predicted.key("j")
    list_ = predicted.parts.compare.row.lists["b"]
    list_.setFocus()
    versions = [list_.itemText(at) for at in range(list_.count()) if "Bo" in list_.itemText(at)]
    assert len(versions) == 2, versions
    assert all(text.startswith("Bo, corrected ") for text in versions)
    first = list_.findText(versions[0])
    while list_.currentIndex() < first:
        QTest.keyClick(list_, Qt.Key_Down)
    assert names(predicted) == ("Prediction", versions[0])
    assert np.array_equal(comparison(predicted).mask_b, masks[1]), "the last one comes first"
    QTest.keyClick(list_, Qt.Key_Down)
    assert np.array_equal(comparison(predicted).mask_b, masks[0])
    assert legend(predicted)[1] == "only B · Bo's version"
    assert purple(predicted), "its outline is seen, which no layer shows"
    predicted.key("x")
    assert not purple(predicted)
    predicted.key("x")
    predicted.canvas.setFocus()
    predicted.go(Qt.Key_D, "2.mat")
    predict_beside(predicted)
    assert names(predicted) == ("Prediction", "Reference"), "Bo has none of this one"
    predicted.go(Qt.Key_A, "1.mat")
    assert np.array_equal(comparison(predicted).mask_b, masks[0]), "it is there again"


def test_the_two_are_never_the_same_mask(predicted: Hands) -> None:
    predicted.key("j")
    list_ = predicted.parts.compare.row.lists["a"]
    list_.setFocus()
    QTest.keyClick(list_, Qt.Key_Up)
    assert names(predicted) == ("Reference", "Prediction")
    assert legend(predicted) == ["only A · reference", "only B · prediction"]
    QTest.keyClick(list_, Qt.Key_Down)
    assert names(predicted) == ("Prediction", "Reference")
    predicted.do("exchange_sides")
    assert names(predicted) == ("Reference", "Prediction")
    predicted.mouse.stroke((70, 30))
    assert names(predicted) == ("Reference", "Prediction"), "what was chosen stays"
    list_.setFocus()
    for _ in range(3):  # down to the last row, in which the program chooses
        QTest.keyClick(list_, Qt.Key_Down)
    assert names(predicted) == ("Correction", "Reference")


def test_on_the_next_slice_nothing_of_the_one_before_is_seen(predicted: Hands) -> None:
    predicted.key("j")
    predicted.go(Qt.Key_D, "2.mat")
    assert predicted.parts.looks.comparing.now is None
    assert line(predicted).startswith("There are no two masks")
    blank = seen(predicted)
    predicted.key("j")
    assert np.array_equal(seen(predicted), blank)
    predicted.key("j")
    predict(predicted, predicted.reference.copy())
    assert np.array_equal(comparison(predicted).mask_a, predicted.reference)
    assert line(predicted).startswith("Prediction and reference are the same")


def test_it_is_hidden_with_the_layers_and_put_away_before_the_past(predicted: Hands) -> None:
    predicted.key("j")
    predicted.key("x")
    assert tuple(at(predicted, seen(predicted), inner(island(predicted)))[0]) == grey(predicted)
    predicted.key("x")
    predicted.mouse.stroke((70, 30))
    predicted.key("l")
    steps = predicted.parts.timeline._steps
    steps.setCurrentItem(steps.topLevelItem(0))
    assert predicted.parts.looks.comparing.now is None
    predicted.key("l")
    assert predicted.parts.looks.comparing.now is not None


def test_a_layer_that_is_not_shown_is_compared_all_the_same(predicted: Hands) -> None:
    predicted.key("m")
    predicted.key("g")
    assert not predicted.parts.layers.shown(Layer.PREDICTION)
    predicted.key("j")
    colour = at(predicted, seen(predicted), inner(island(predicted)))[0]
    assert colour[0] > colour[2] + 60


def test_with_one_mask_j_says_so_in_the_status_line(at_first: Hands) -> None:
    at_first.key("j")
    assert "no two masks" in at_first.parts.status.currentMessage()
    predict_beside(at_first)
    QApplication.processEvents()
    assert legend(at_first) == ["only A · prediction", "only B · reference"]


def purple(hands: Hands) -> bool:
    picture = seen(hands).astype(int)
    return bool((np.abs(picture - [0xCC, 0x79, 0xA7]).sum(axis=2) < 40).sum() > 20)


def island(hands: Hands) -> Mask:
    mask = np.zeros(hands.reference.shape, bool)
    mask[ISLAND] = True
    return mask


def grey(hands: Hands) -> tuple[int, ...]:
    """Return what the island's first pixel is without anything over it."""
    hands.parts.layers.hide_all(True)
    hands.parts.actions["difference"].setChecked(False)
    hands.parts.looks.difference(False)
    found = tuple(at(hands, seen(hands), inner(island(hands)))[0])
    hands.parts.looks.difference(True)
    hands.parts.actions["difference"].setChecked(True)
    return found


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_all_that_compares_is_seen_whole_on_small_and_large_screens(
    predicted: Hands, size: tuple[int, int]
) -> None:
    predicted.window.resize(*size)
    predicted.key("j")
    predicted.key(".")
    predicted.rest(20)
    look, panel = predicted.parts.looks._viewing, predicted.parts.compare
    buttons = [it for it in panel.findChildren(QToolButton) if it.defaultAction() is not None]
    named = {it.defaultAction().objectName() for it in buttons}
    assert {"difference", "flicker", "swipe", "side_by_side", "keep_a", "keep_b"} <= named
    parts = [*buttons, *panel.row.lists.values(), look.difference._line.which]
    assert all(part.visibleRegion().boundingRect() == part.rect() for part in parts)
    for list_ in panel.row.lists.values():
        assert list_.fontMetrics().horizontalAdvance(list_.currentText()) < list_.width() - 30
    area = predicted.canvas.viewport().rect()
    assert QRectF(area).contains(look.legend.boundingRect())
