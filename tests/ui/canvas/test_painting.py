"""Painting with a real mouse: what is under the cursor is what changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtTest import QTest

from brainseg_gui.core import palette
from brainseg_gui.core.layer import Layer
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.ui.tools.tool import Ring
from brainseg_gui.ui.window import window_settings
from tests.ui.hands import Hands
from tests.ui.slice_factory import make_slice, write_slices

ZOOMS = {"fitted": 0, "far in": 12, "far out": -8}


def ring(hands: Hands) -> Ring:
    """Return the ring that the tool draws around the mouse."""
    drawn = hands.canvas.overlay.overlay.ring
    assert drawn is not None
    return drawn


@pytest.fixture
def painted(at_first: Hands) -> Hands:
    """Return a window with a block of correction to erase from."""
    at_first.mouse.stroke((60, 40), (60, 90))
    return at_first


@pytest.fixture
def fine(at_first: Hands) -> Hands:
    """Return a window with a brush of one pixel."""
    at_first.parts.tool_bar.field("brush").setValue(1)
    return at_first


def test_nothing_is_painted_before_a_tool_is_chosen(hands: Hands, folder: Path) -> None:
    """The window of all other tests has its brush already."""
    window_settings.apply(hands.window, hands.parts)
    hands.open(folder)
    hands.mouse.stroke((64, 64), (70, 70))
    hands.mouse.double_click((64, 64))
    assert not hands.current.correction.exists
    assert hands.parts.actions["tool_pan"].isChecked()
    assert not shows(hands, "brush"), "pan has no options"
    hands.key("b")
    hands.mouse.stroke((64, 64))
    assert hands.mask[64, 64]


def test_what_replaces_a_correction_says_so_and_undo_is_in_the_sentence(painted: Hands) -> None:
    before = painted.mask.copy()
    for action in ("start_nothing", "discard"):
        painted.do(action)
        assert painted.notice.startswith("The correction that was there is gone")
        painted.parts.notice._offer.click()
        assert np.array_equal(painted.mask, before)
        assert not painted.notice


def shows(hands: Hands, option: str) -> bool:
    """Tell whether the tool bar has a field for an option now."""
    return hands.parts.tool_bar.field(option).isVisible()


def test_the_left_button_paints(at_first: Hands) -> None:
    at_first.mouse.stroke((30, 30), (40, 60))
    assert at_first.mask.any()
    assert np.array_equal(at_first.mask, at_first.expected((30, 30), (40, 60)))


def test_the_right_button_erases(painted: Hands) -> None:
    before, gone = painted.mask.copy(), painted.expected((60, 60))
    painted.mouse.stroke((60, 60), button=Qt.RightButton)
    assert (before & gone).any()
    assert np.array_equal(painted.mask, before & ~gone)


def test_ctrl_and_the_left_button_erase(painted: Hands) -> None:
    before, gone = painted.mask.copy(), painted.expected((60, 60))
    painted.mouse.stroke((60, 60), modifiers=Qt.ControlModifier)
    assert np.array_equal(painted.mask, before & ~gone)


def test_the_eraser_erases_and_the_brush_paints_again(painted: Hands) -> None:
    before, gone = painted.mask.copy(), painted.expected((60, 60))
    painted.key("e")
    painted.mouse.stroke((60, 60))
    assert np.array_equal(painted.mask, before & ~gone)
    painted.key("b")
    painted.mouse.stroke((60, 60))
    assert np.array_equal(painted.mask, before)


def test_a_single_click_paints_one_dab(at_first: Hands) -> None:
    at_first.mouse.stroke((64, 64))
    assert np.array_equal(at_first.mask, at_first.expected((64, 64)))


def test_a_brush_of_one_pixel_paints_the_pixel_under_the_cursor(fine: Hands) -> None:
    for _ in range(8):
        fine.mouse.wheel(1, (64, 64))
    fine.mouse.stroke((64.5, 70.5))
    assert [tuple(pixel) for pixel in np.argwhere(fine.mask)] == [(64, 70)]


def test_a_fast_mouse_leaves_no_gap(fine: Hands) -> None:
    fine.mouse.stroke((10, 10), (110, 90))
    rows, columns = np.nonzero(fine.mask)
    assert set(range(11, 110)) <= set(rows.tolist())
    assert set(range(11, 90)) <= set(columns.tolist())
    assert np.array_equal(fine.mask, fine.expected((10, 10), (110, 90)))


@pytest.mark.parametrize("steps", ZOOMS.values(), ids=ZOOMS)
def test_a_stroke_shows_under_the_cursor_at_every_zoom(at_first: Hands, steps: int) -> None:
    at_first.mouse.wheel(steps, (64, 64))
    at_first.parts.layers.set_opacity(Layer.CORRECTION, 1.0)
    points = [(60, 60), (64, 66)] if steps > 0 else [(30, 30), (90, 80)]
    at_first.mouse.stroke(*points)
    assert at_first.colour_at(points[-1]).name() == palette.CORRECTION.hex.lower()
    assert np.array_equal(at_first.mask, at_first.expected(*points))


def test_zoom_and_position_between_two_strokes_do_not_move_the_first(at_first: Hands) -> None:
    at_first.mouse.stroke((40, 40))
    first = at_first.mask.copy()
    at_first.mouse.wheel(5, (90, 90))
    at_first.mouse.stroke((88, 92))
    assert np.array_equal(at_first.mask, first | at_first.expected((88, 92)))


def test_painting_over_the_border_paints_what_lies_inside(at_first: Hands) -> None:
    at_first.mouse.wheel(-3, (64, 64))
    at_first.mouse.stroke((64, 120), (64, 140), (120, 140), (120, 120))
    expected = at_first.expected((64, 120), (64, 140), (120, 140), (120, 120))
    assert expected[:, -1].any()
    assert np.array_equal(at_first.mask, expected)


def test_every_corner_of_the_slice_can_be_painted(fine: Hands) -> None:
    fine.mouse.wheel(-1, (64, 64))
    corners = [(0, 0), (0, 127), (127, 0), (127, 127)]
    for row, column in corners:
        fine.mouse.stroke((row + 0.5, column + 0.5))
    assert [tuple(pixel) for pixel in np.argwhere(fine.mask)] == corners


def test_a_click_beside_the_slice_begins_no_correction(at_first: Hands) -> None:
    at_first.mouse.wheel(-5, (64, 64))
    at_first.mouse.stroke((64, 170))
    assert not at_first.current.correction.exists
    assert at_first.on_disk() is None


def test_erasing_where_nothing_is_begins_no_correction(at_first: Hands) -> None:
    at_first.mouse.stroke((64, 64), button=Qt.RightButton)
    assert not at_first.current.correction.exists
    assert at_first.on_disk() is None


def test_a_stroke_that_comes_in_from_beside_the_slice_paints(at_first: Hands) -> None:
    at_first.mouse.wheel(-5, (64, 64))
    at_first.mouse.stroke((64, 170), (64, 100))
    assert np.array_equal(at_first.mask, at_first.expected((64, 170), (64, 100)))
    assert at_first.has_on_disk(at_first.mask)


@pytest.mark.parametrize("shape", [(90, 200), (200, 90)])
def test_slices_of_any_shape_are_painted_where_the_cursor_is(
    hands: Hands, tmp_path: Path, shape: tuple[int, int]
) -> None:
    hands.open(write_slices(tmp_path / "slices", "1.mat", shape=shape))
    near_the_end = [(shape[0] - 20, shape[1] - 30), (shape[0] - 12, shape[1] - 12)]
    hands.mouse.stroke(*near_the_end)
    assert hands.mask.shape == shape
    assert np.array_equal(hands.mask, hands.expected(*near_the_end))
    rows, columns = np.nonzero(hands.mask)
    assert rows.min() > shape[0] - 32
    assert columns.min() > shape[1] - 42


def test_the_brush_grows_and_shrinks_by_keys(at_first: Hands) -> None:
    size = at_first.parts.tools.option("brush")
    at_first.key("]")
    larger = at_first.parts.tools.option("brush")
    assert larger > size
    at_first.key("[")
    assert at_first.parts.tools.option("brush") == size
    at_first.key("]")
    at_first.mouse.stroke((64, 64))
    assert np.array_equal(at_first.mask, at_first.expected((64, 64), diameter=larger))


def test_shift_and_the_wheel_change_the_brush_and_not_the_zoom(at_first: Hands) -> None:
    size, view = at_first.parts.tools.option("brush"), at_first.canvas.view.viewRect()
    at_first.mouse.wheel(1, (64, 64), Qt.ShiftModifier)
    assert at_first.parts.tools.option("brush") > size
    assert at_first.parts.tool_bar.field("brush").value() == at_first.parts.tools.option("brush")
    at_first.mouse.wheel(-1, (64, 64), Qt.ShiftModifier)
    assert at_first.parts.tools.option("brush") == size
    assert at_first.canvas.view.viewRect() == view


def test_the_brush_stays_within_its_limits(at_first: Hands) -> None:
    for _ in range(60):
        at_first.key("[")
    assert at_first.parts.tools.option("brush") == 1
    for _ in range(120):
        at_first.key("]")
    assert at_first.parts.tools.option("brush") == 200


def test_every_size_of_the_brush_can_be_left_again(at_first: Hands) -> None:
    sizes = at_first.parts.tool_bar.field("brush")
    for size in range(2, 200):
        sizes.setValue(size)
        at_first.parts.tools.turn(1)
        assert sizes.value() > size
        sizes.setValue(size)
        at_first.parts.tools.turn(-1)
        assert sizes.value() < size


def test_as_many_steps_back_lead_to_the_size_that_it_was(at_first: Hands) -> None:
    sizes = at_first.parts.tool_bar.field("brush")
    sizes.setValue(3)
    up = [sizes.value()]
    while sizes.value() < 150:
        at_first.parts.tools.turn(1)
        up.append(sizes.value())
    assert len(up) < 40
    for size in reversed(up[:-1]):
        at_first.parts.tools.turn(-1)
        assert sizes.value() == size


def test_the_ring_follows_the_mouse_with_the_size_of_the_brush(at_first: Hands) -> None:
    at_first.mouse.move((50, 70))
    drawn = at_first.canvas.overlay
    assert drawn.ring_shown
    assert ring(at_first).centre == pytest.approx(at_first.mouse.pixel((50, 70)))
    at_first.parts.tool_bar.field("brush").setValue(31)
    assert ring(at_first).diameter == 31
    assert drawn.boundingRect().width() == pytest.approx(31 + 2)


def test_the_ring_is_hidden_outside_the_canvas(at_first: Hands) -> None:
    at_first.mouse.move((50, 70))
    QTest.mouseMove(at_first.window.windowHandle(), QPoint(5, 300))
    assert not at_first.canvas.overlay.ring_shown


def test_the_ring_tells_erasing_from_painting(at_first: Hands) -> None:
    at_first.mouse.move((50, 70))
    assert not ring(at_first).erases
    at_first.key("e")
    assert ring(at_first).erases
    at_first.key("b")
    assert not ring(at_first).erases
    at_first.key_down(Qt.Key_Control)
    assert ring(at_first).erases
    at_first.key_up(Qt.Key_Control)
    assert not ring(at_first).erases


def test_the_middle_button_moves_the_slice_and_paints_nothing(at_first: Hands) -> None:
    to = at_first.mouse.point((74, 84))
    at_first.mouse.stroke((64, 64), (74, 84), button=Qt.MiddleButton)
    assert (at_first.mouse.point((64, 64)) - to).manhattanLength() <= 2
    assert not at_first.current.correction.exists


def test_space_and_the_left_button_move_the_slice_and_paint_nothing(at_first: Hands) -> None:
    to = at_first.mouse.point((74, 84))
    at_first.key_down(Qt.Key_Space)
    at_first.mouse.stroke((64, 64), (74, 84))
    at_first.key_up(Qt.Key_Space)
    assert (at_first.mouse.point((64, 64)) - to).manhattanLength() <= 2
    assert not at_first.current.correction.exists
    at_first.mouse.stroke((64, 64))
    assert at_first.mask.any()


def test_space_moves_the_slice_after_a_row_was_clicked_too(at_first: Hands) -> None:
    rows = at_first.parts.worklist._list
    where = rows.visualRect(at_first.slice_rows()[0]).center()
    QTest.mouseClick(
        at_first.window.windowHandle(),
        Qt.LeftButton,
        Qt.NoModifier,
        rows.viewport().mapTo(at_first.window, where),
    )
    at_first.mouse.move((64, 64))
    at_first.key_down(Qt.Key_Space)
    at_first.mouse.stroke((64, 64), (74, 84))
    at_first.key_up(Qt.Key_Space)
    assert not at_first.current.correction.exists


def test_the_pan_tool_moves_and_paints_nothing(at_first: Hands) -> None:
    to = at_first.mouse.point((74, 84))
    at_first.key("h")
    at_first.mouse.stroke((64, 64), (74, 84))
    assert (at_first.mouse.point((64, 64)) - to).manhattanLength() <= 2
    assert not at_first.current.correction.exists


def test_the_wheel_zooms_about_the_cursor(at_first: Hands) -> None:
    under = at_first.mouse.point((30, 90))
    width = at_first.canvas.view.viewRect().width()
    at_first.mouse.wheel(4, (30, 90))
    assert at_first.canvas.view.viewRect().width() < width / 2
    assert (at_first.mouse.point((30, 90)) - under).manhattanLength() <= 2


def test_a_stroke_that_a_slice_change_interrupts_is_kept_on_its_slice(at_first: Hands) -> None:
    at_first.mouse.press((30, 30))
    at_first.mouse.move((30, 60))
    drawn = at_first.expected((30, 30), (30, 60))
    at_first.go(Qt.Key_Right, "2.mat")
    at_first.mouse.move((90, 90))
    at_first.mouse.release((90, 90))
    assert not at_first.current.correction.exists
    at_first.go(Qt.Key_Left, "1.mat")
    assert np.array_equal(at_first.mask, drawn)
    assert at_first.has_on_disk(drawn)


def test_a_double_click_paints_two_dabs(at_first: Hands) -> None:
    at_first.mouse.double_click((64, 64))
    assert at_first.mask.any()
    assert not at_first.canvas.hand.busy
    assert at_first.has_on_disk(at_first.mask)


def test_a_button_that_comes_up_outside_the_window_ends_the_stroke(at_first: Hands) -> None:
    at_first.mouse.press((64, 64))
    at_first.mouse.move((64, 90))
    outside = QPoint(at_first.window.width() + 200, 400)
    QTest.mouseMove(at_first.window.windowHandle(), outside)
    QTest.mouseRelease(at_first.window.windowHandle(), Qt.LeftButton, Qt.NoModifier, outside)
    assert not at_first.canvas.hand.busy
    kept = at_first.mask.copy()
    assert at_first.has_on_disk(kept)
    at_first.mouse.move((20, 20))
    assert np.array_equal(at_first.mask, kept)


def test_a_second_button_during_a_stroke_changes_nothing_about_it(at_first: Hands) -> None:
    both = Qt.LeftButton | Qt.RightButton
    at_first.mouse.report(QEvent.MouseButtonPress, (64, 30), Qt.LeftButton, Qt.LeftButton)
    at_first.mouse.report(QEvent.MouseButtonPress, (64, 30), Qt.RightButton, both)
    at_first.mouse.report(QEvent.MouseMove, (64, 60), Qt.NoButton, both)
    at_first.mouse.report(QEvent.MouseButtonRelease, (64, 60), Qt.RightButton, Qt.LeftButton)
    at_first.mouse.report(QEvent.MouseMove, (64, 90), Qt.NoButton, Qt.LeftButton)
    at_first.mouse.report(QEvent.MouseButtonRelease, (64, 90), Qt.LeftButton, Qt.NoButton)
    assert np.array_equal(at_first.mask, at_first.expected((64, 30), (64, 60), (64, 90)))
    assert at_first.has_on_disk(at_first.mask)


def test_the_stroke_ends_when_its_own_button_comes_up(at_first: Hands) -> None:
    both = Qt.LeftButton | Qt.RightButton
    at_first.mouse.report(QEvent.MouseButtonPress, (64, 30), Qt.LeftButton, Qt.LeftButton)
    at_first.mouse.report(QEvent.MouseButtonPress, (64, 30), Qt.RightButton, both)
    at_first.mouse.report(QEvent.MouseButtonRelease, (64, 30), Qt.LeftButton, Qt.RightButton)
    assert at_first.has_on_disk(at_first.expected((64, 30)))
    at_first.mouse.report(QEvent.MouseMove, (64, 90), Qt.NoButton, Qt.RightButton)
    at_first.mouse.report(QEvent.MouseButtonRelease, (64, 90), Qt.RightButton, Qt.NoButton)
    assert np.array_equal(at_first.mask, at_first.expected((64, 30)))


def test_a_mouse_without_a_button_does_not_go_on_with_a_stroke(at_first: Hands) -> None:
    at_first.mouse.report(QEvent.MouseButtonPress, (64, 30), Qt.LeftButton, Qt.LeftButton)
    at_first.mouse.report(QEvent.MouseMove, (64, 60), Qt.NoButton, Qt.LeftButton)
    drawn = at_first.mask.copy()
    at_first.mouse.report(QEvent.MouseMove, (100, 100), Qt.NoButton, Qt.NoButton)
    assert np.array_equal(at_first.mask, drawn)
    assert at_first.has_on_disk(drawn)


def test_painting_before_anything_is_open_does_nothing(hands: Hands) -> None:
    for kind in (QEvent.MouseButtonPress, QEvent.MouseMove, QEvent.MouseButtonRelease):
        hands.mouse.report(kind, (0.5, 0.5), Qt.LeftButton, Qt.LeftButton)
    assert hands.parts.data_set.session.current is None


def test_the_read_out_names_the_pixel_under_the_mouse(hands: Hands, tmp_path: Path) -> None:
    slice_ = make_slice((60, 100))
    (tmp_path / "slices").mkdir()
    write_mat(tmp_path / "slices" / "1.mat", slice_)
    hands.open(tmp_path / "slices")
    hands.mouse.move((20.5, 70.5))
    assert f"x 70  y 20  value {slice_.pixels[20, 70]:g}" in hands.status
