"""Tools of the real window, by real mouse events."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QPaintEvent, QRegion
from PyQt5.QtWidgets import QComboBox, QMenu

from brainseg_gui.core.masks import operations
from brainseg_gui.core.masks.operations import Context
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.ui.canvas.overlay_item import OverlayItem
from brainseg_gui.ui.tools.operations import OPERATIONS
from brainseg_gui.ui.tools.table import TOOLS
from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square


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


def test_inside_a_lasso_the_mask_goes_back_to_a_version_that_the_review_keeps(
    at_first: Hands,
) -> None:
    bar, around = at_first.parts.tool_bar, ((10, 10), (10, 110), (110, 110), (110, 10))
    masks = []
    at_first.do("advance")  # off: the slice stays
    for start in ("start_reference", "start_nothing"):
        at_first.do(start)
        at_first.mouse.stroke((20, 20))
        masks.append(at_first.mask.copy())
        at_first.key(Qt.Key_Return)
        at_first.wait(lambda: at_first.now.status.verdict.is_decision)
        at_first.do("tool_brush")
        at_first.mouse.stroke((100, 100))
    at_first.do("tool_lasso")
    assert not bar.field("lasso_version").isVisible()
    bar.field("lasso_brings").setValue(4)
    versions = bar.field("lasso_version")
    at_first.wait(versions.isVisible)
    versions.opening.emit()  # as its list says when it is opened
    assert versions.count() == 2
    for at, kept in enumerate(reversed(masks)):
        versions.setValue(at)
        at_first.mouse.stroke(*around)
        inside = np.s_[12:108, 12:108]
        assert np.array_equal(at_first.mask[inside], kept[inside])
        assert at_first.now.undo_text == f"Lasso, back to {versions.itemText(at)}"
        assert at_first.has_on_disk(at_first.mask)
    at_first.go(Qt.Key_D, "2.mat")
    assert versions.count() == 1
    assert at_first.parts.tools.option("lasso_version") == 0


def test_an_operation_is_outlined_while_its_row_of_the_menu_is_hovered_over(
    at_first: Hands,
) -> None:
    at_first.do("start_reference")
    before, grow = at_first.mask.copy(), at_first.parts.actions["grow"]
    at_first.parts.tools.set_option("margin", 1)
    grow.hover()  # a button, say: no menu is open
    items = [it for it in at_first.canvas.scene().items() if isinstance(it, OverlayItem)]
    assert not any(it.overlay.lines for it in items)
    menu = next(it for it in grow.associatedWidgets() if isinstance(it, QMenu))
    menu.popup(at_first.window.mapToGlobal(at_first.window.rect().center()))
    grow.hover()
    (shown,) = [it.overlay for it in items if it.overlay.lines]
    grown = operations.grow(before, Context(options={"margin": 1}))
    assert len(shown.lines[0]) == len(contours(grown)[0])
    assert grow.statusTip().startswith(f"Grow 2 px: {before.sum()} px becomes {grown.sum()} px")
    assert np.array_equal(at_first.mask, before)
    menu.hide()
    assert not any(it.overlay.lines for it in items)
    at_first.do("grow")
    assert np.array_equal(at_first.mask, grown)
    assert at_first.now.undo_text == "Grow 2 px"


def test_a_folder_may_be_predicted_only_while_no_hand_draws(at_first: Hands) -> None:
    free = at_first.parts.correcting.free
    for tool in ("tool_brush", "tool_lasso"):
        at_first.do(tool)
        at_first.mouse.press((60, 60))
        free.hold("click", on=True)
        free.hold("click", on=False)
        assert not free.is_set()
        at_first.mouse.release((60, 60))
        assert free.is_set()


def test_the_status_line_says_what_a_tool_does_while_the_mouse_is_over_the_slice(
    at_first: Hands,
) -> None:
    status = at_first.parts.status
    for spec in TOOLS:
        if spec.edits and not spec.asks_corrector:
            at_first.do(f"tool_{spec.name}")
            at_first.mouse.move((60, 60))
            at_first.mouse.move((60, 61))
            assert status.currentMessage()
            assert "x 61" in at_first.status  # which stays to be read
            at_first.mouse.press((60, 60))
            at_first.mouse.move((64, 64))
            at_first.key(Qt.Key_Escape)
            at_first.mouse.release((64, 64))
            assert at_first.now.correction is None, spec.name
    at_first.do("tool_brush")
    at_first.canvas.hand.leave()
    assert status.currentMessage() == ""


def test_a_move_of_the_brush_paints_only_what_is_near_it(at_first: Hands) -> None:
    viewport, painted = at_first.canvas.viewport(), QRegion()

    class Watch(QObject):
        def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
            nonlocal painted
            if isinstance(event, QPaintEvent):
                painted += event.region()
            return False

    at_first.mouse.move((60, 60))
    at_first.rest(50)
    watch = Watch()
    viewport.installEventFilter(watch)
    at_first.mouse.move((60, 62))
    at_first.rest(50)
    viewport.removeEventFilter(watch)
    assert painted.contains(at_first.mouse.point((60, 62)))
    assert painted.boundingRect().width() < viewport.width() / 3
    assert painted.boundingRect().height() < viewport.height() / 3


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


def test_the_threshold_follows_drag_and_wheel_and_its_field_says_where_it_is(
    at_first: Hands,
) -> None:
    predicted = predict_square(at_first)
    at_first.do("tool_threshold")
    field = at_first.parts.tool_bar.field("threshold")
    at_first.mouse.wheel(-1, (60, 60), Qt.ShiftModifier)
    assert field.value() < 50
    assert at_first.now.correction is None
    at_first.key(Qt.Key_Escape)
    assert at_first.canvas.overlay.overlay.lines == ()
    at_first.mouse.stroke((60, 20), (60, 60))
    assert field.value() > 50
    assert at_first.now.correction is None  # the mask is that of the prediction at any threshold
    at_first.mouse.stroke((10, 10))
    at_first.do("start_nothing")
    at_first.mouse.press((60, 60))
    at_first.mouse.move((60, 40))
    assert "900 px in 1 island" in at_first.parts.status.currentMessage()
    at_first.mouse.release((60, 40))
    assert np.array_equal(at_first.mask, predicted)
    assert at_first.has_on_disk(predicted)
    assert at_first.now.undo_text == f"Threshold {field.value() / 100:.2f}"


def test_every_step_of_tools_and_operations_can_be_undone_to_the_very_mask_before(
    at_first: Hands,
) -> None:
    predict_square(at_first)
    at_first.do("start_reference")
    masks, names = [at_first.mask.copy()], []
    steps = [row.name for row in OPERATIONS if row.on_mask and row.name != "clear"]
    for spec in TOOLS:
        if spec.edits and not spec.asks_corrector:
            steps += [f"tool_{spec.name}"]
    for step in steps:
        at_first.do(step)
        if step.startswith("tool_"):
            # From the square that was predicted, over its edge: a drag that each tool makes use of.
            at_first.mouse.stroke((30, 40), (40, 70), (60, 60))
            at_first.key(Qt.Key_Return) if step == "tool_polygon" else None
        if not np.array_equal(at_first.mask, masks[-1]):
            masks.append(at_first.mask.copy())
            names.append(at_first.now.undo_text)
    assert len(masks) > len(steps) / 2
    for before, name in zip(reversed(masks[:-1]), reversed(names), strict=True):
        assert at_first.now.undo_text == name
        at_first.do("undo")
        assert np.array_equal(at_first.mask, before), name
        assert at_first.has_on_disk(before)


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
