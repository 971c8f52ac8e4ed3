"""Seeing: contrast, zoom and position, which change the picture and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor

from brainseg_gui.core.image.clahe import clahe
from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.view import View
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.ui.dialogs import dialogs
from tests.ui.hands import Hands, NewHands
from tests.ui.slice_factory import make_slice, write_slices

VIEWS = {"raw": Qt.Key_F2, "equalised": Qt.Key_F3, "clahe": Qt.Key_F4}


def picture(hands: Hands) -> np.ndarray:
    return np.asarray(hands.canvas.image.image)


def choose(hands: Hands, view: str) -> None:
    before = picture(hands)
    if hands.parts.slices.view.value != view:
        hands.key(VIEWS[view])
        hands.wait(lambda: picture(hands) is not before)


def expected(pixels: np.ndarray, view: str) -> np.ndarray:
    if view == "equalised":
        return equalise(grey_levels(pixels))
    if view == "clahe":
        return clahe(grey_levels(pixels))
    return (pixels - pixels.min()) / (pixels.max() - pixels.min())


def test_the_picture_stands_upright_as_matlab_shows_it(hands: Hands, tmp_path: Path) -> None:
    pixels = np.zeros((60, 100), np.float32)
    pixels[5:15, 70:95] = 1000
    write_mat(tmp_path / "1.mat", Slice(pixels))
    hands.open(tmp_path)
    choose(hands, "raw")
    assert hands.colour_at((10, 80)).lightness() > 200
    assert hands.colour_at((50, 80)).lightness() < 40
    assert hands.colour_at((10, 20)).lightness() < 40


def test_each_view_has_a_key_and_stays_from_slice_to_slice_and_at_the_next_start(
    at_first: Hands, new_hands: NewHands
) -> None:
    for view in VIEWS:  # the last one is clahe
        choose(at_first, view)
        assert np.allclose(picture(at_first), expected(at_first.current.slice.pixels, view))
        assert at_first.parts.actions[f"view_{view}"].isChecked()
    at_first.go(Qt.Key_D, "2.mat")
    assert np.allclose(picture(at_first), expected(at_first.current.slice.pixels, "clahe"))
    again = new_hands()
    assert again.parts.slices.view is View.CLAHE
    assert again.parts.actions["view_clahe"].isChecked()


def test_window_and_level_stay_from_slice_to_slice(at_first: Hands) -> None:
    at_first.parts.display_panel.window_control.set_window(0.3, 0.7)
    assert tuple(at_first.canvas.image.levels) == pytest.approx((0.3, 0.7))
    at_first.go(Qt.Key_D, "2.mat")
    assert tuple(at_first.canvas.image.levels) == pytest.approx((0.3, 0.7))


def test_each_view_keeps_a_window_of_its_own(at_first: Hands) -> None:
    control = at_first.parts.display_panel.window_control
    control.set_window(0.3, 0.7)
    choose(at_first, "clahe")
    control.set_window(0.1, 0.5)
    choose(at_first, "equalised")
    assert tuple(at_first.canvas.image.levels) == pytest.approx((0.3, 0.7))
    assert control.limits == pytest.approx((0.3, 0.7))


def test_a_narrower_window_raises_the_contrast_on_the_screen(at_first: Hands) -> None:
    choose(at_first, "raw")
    dark, light = at_first.colour_at((64, 30)), at_first.colour_at((80, 64))
    at_first.parts.display_panel.window_control.set_window(0.9, 1.0)
    assert at_first.colour_at((64, 30)) == QColor("#000000")
    assert dark.lightness() > 20 < light.lightness()


def test_auto_contrast_fits_the_window_to_the_head(at_first: Hands) -> None:
    choose(at_first, "raw")
    at_first.parts.display_panel.window_control.set_window(0.0, 0.1)
    at_first.key("c")
    low, high = at_first.canvas.image.levels
    head = at_first.current.slice.pixels
    shares = (head[head > 0] - head.min()) / (head.max() - head.min())
    assert (low, high) == pytest.approx(np.percentile(shares, [1, 99.5]), abs=0.02)


def test_contrast_changes_neither_mask_nor_what_is_saved(at_first: Hands) -> None:
    at_first.mouse.stroke((30, 30), (60, 60))
    painted, pixels = at_first.mask.copy(), at_first.current.slice.pixels.copy()
    for view in ("clahe", "raw", "equalised"):
        choose(at_first, view)
        at_first.parts.display_panel.window_control.set_window(0.2, 0.4)
    assert np.array_equal(at_first.mask, painted)
    assert np.array_equal(at_first.current.slice.pixels, pixels)
    assert at_first.has_on_disk(painted)


def test_changing_the_view_during_a_stroke_does_not_break_it(at_first: Hands) -> None:
    at_first.mouse.press((30, 30))
    choose(at_first, "clahe")
    at_first.mouse.move((60, 60))
    at_first.mouse.release((60, 60))
    assert np.array_equal(at_first.mask, at_first.expected((30, 30), (60, 60)))
    assert at_first.has_on_disk(at_first.mask)


@pytest.fixture
def of_one_patient(hands: Hands, tmp_path: Path) -> Hands:
    """Return a window that shows the first of three slices of one patient."""
    for seed, name in enumerate(("1.mat", "2.mat", "3.mat")):
        write_mat(tmp_path / name, make_slice(seed=seed))
    hands.open(tmp_path)
    return hands


def test_zoom_and_position_stay_within_a_patient(of_one_patient: Hands) -> None:
    at_first = of_one_patient
    at_first.mouse.wheel(5, (30, 90))
    view = at_first.canvas.view.viewRect()
    at_first.go(Qt.Key_D, "2.mat")
    assert at_first.canvas.view.viewRect() == view
    choose(at_first, "raw")
    assert at_first.canvas.view.viewRect() == view


def test_another_patient_is_shown_whole_at_first(at_first: Hands) -> None:
    whole = at_first.canvas.view.viewRect()
    at_first.mouse.wheel(5, (30, 90))
    at_first.go(Qt.Key_D, "2.mat")
    assert at_first.canvas.view.viewRect() == whole


def test_a_slice_that_names_no_patient_moves_nothing(hands: Hands, tmp_path: Path) -> None:
    for name, bare in (("1.mat", False), ("2.mat", True), ("3.mat", False)):
        write_mat(tmp_path / name, make_slice(patient=name, bare=bare))
    hands.open(tmp_path)
    hands.mouse.wheel(5, (30, 90))
    view = hands.canvas.view.viewRect()
    for name in ("2.mat", "3.mat"):
        hands.go(Qt.Key_D, name)
        assert hands.canvas.view.viewRect() == view


def test_zoom_and_position_stay_where_a_row_that_cannot_be_read_lies_between(
    of_one_patient: Hands, tmp_path: Path
) -> None:
    at_first, folder = of_one_patient, tmp_path
    at_first.mouse.wheel(5, (30, 90))
    view = at_first.canvas.view.viewRect()
    (folder / "2.mat").write_bytes(b"")
    at_first.parts.slices._reader.forget()
    at_first.parts.worklist.choose(folder / "2.mat")
    at_first.wait(lambda: at_first.parts.data_set.session.current is None)
    at_first.go(Qt.Key_D, "3.mat")
    # The sentence on the row may stand below the image, which is lower then.
    now = at_first.canvas.view.viewRect()
    assert (now.width(), now.center().x()) == (view.width(), view.center().x())
    assert abs(now.center().y() - view.center().y()) < 1e-9


def test_the_same_part_of_a_larger_slice_is_shown(hands: Hands, tmp_path: Path) -> None:
    write_slices(tmp_path, "1.mat", shape=(64, 64))
    write_slices(tmp_path, "2.mat", shape=(128, 128))
    hands.open(tmp_path)
    hands.mouse.wheel(4, (16, 48))
    before = hands.canvas.view.viewRect()
    hands.go(Qt.Key_D, "2.mat")
    after = hands.canvas.view.viewRect()
    assert after.center().x() == pytest.approx(2 * before.center().x(), rel=0.01)
    assert after.center().y() == pytest.approx(2 * before.center().y(), rel=0.01)
    assert after.width() == pytest.approx(2 * before.width(), rel=0.01)


def test_fit_shows_the_whole_slice_again(at_first: Hands) -> None:
    at_first.mouse.wheel(8, (10, 10))
    at_first.key("r")
    shown = at_first.canvas.view.viewRect()
    assert shown.left() <= 0
    assert shown.top() <= 0
    assert shown.right() >= 128
    assert shown.bottom() >= 128
    assert min(shown.width(), shown.height()) < 140


def test_the_status_bar_says_how_large_a_pixel_is_on_the_screen(at_first: Hands) -> None:
    at_first.mouse.wheel(3, (64, 64))
    one, ten = at_first.mouse.point((60, 60)), at_first.mouse.point((60, 70))
    zoom = int(at_first.parts.status._zoom.text().removesuffix(" %"))
    assert zoom == pytest.approx((ten - one).x() * 10, rel=0.02)


def test_keys_zoom_about_the_middle(at_first: Hands) -> None:
    view = at_first.canvas.view.viewRect()
    at_first.key("+", Qt.ControlModifier)
    closer = at_first.canvas.view.viewRect()
    assert closer.width() < view.width()
    assert closer.center() == view.center()
    at_first.key("-", Qt.ControlModifier)
    assert at_first.canvas.view.viewRect().width() == pytest.approx(view.width())


def test_millimetres_are_shown_only_once_they_are_declared(
    at_first: Hands, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert "pixel size unknown" in at_first.status
    monkeypatch.setattr(dialogs, "ask_pixel_size", lambda *_: 0.49)
    at_first.do("pixel_size")
    assert "0.49 mm" in at_first.status
    at_first.parts.reviewing.open([folder])
    at_first.wait_shown("1.mat")
    assert "0.49 mm" in at_first.status


def test_the_histogram_follows_the_slice(at_first: Hands) -> None:
    histogram = at_first.parts.display_panel.window_control.histogram
    before = histogram.grab().toImage()
    choose(at_first, "raw")
    assert histogram.grab().toImage() != before


def test_the_histogram_is_that_of_the_raw_values_in_every_view(at_first: Hands) -> None:
    choose(at_first, "raw")
    raw = at_first.now.view
    for view in ("equalised", "clahe"):
        choose(at_first, view)
        assert np.array_equal(at_first.now.view.histogram, raw.histogram)
    counts, _ = np.histogram(at_first.current.slice.pixels, 63)
    assert raw.histogram[10:50].sum() == pytest.approx(counts[10:50].sum(), rel=0.02)


def test_the_curve_says_as_how_bright_a_raw_value_is_shown(at_first: Hands) -> None:
    choose(at_first, "equalised")
    control = at_first.parts.display_panel.window_control
    control.set_window(0.2, 0.8)
    pixels, shown = at_first.current.slice.pixels, at_first.now.view.shown
    share = (pixels - pixels.min()) / np.ptp(pixels)
    bright = control.histogram.brightness
    for value in (0, 30, 62):
        mean = shown[(share * 63).astype(int) == value].mean()
        assert bright[value] == pytest.approx(np.clip((mean - 0.2) / 0.6, 0, 1), abs=0.01)
    assert (np.diff(bright) >= -1e-6).all()


def test_the_read_out_is_the_raw_value_in_every_view(at_first: Hands) -> None:
    at_first.mouse.move((51.5, 77.5))
    value = f"value {at_first.current.slice.pixels[51, 77]:g}"
    for view in VIEWS:
        choose(at_first, view)
        assert value in at_first.status


def test_zooming_without_end_ends_well(at_first: Hands) -> None:
    for notches in (10, -10):
        for _ in range(40):
            at_first.mouse.wheel(notches, (64, 64))
            at_first.canvas.viewport().grab()
        at_first.mouse.stroke((64, 64))
        at_first.key("r")
        assert at_first.canvas.view.viewRect().contains(64, 64)
        assert at_first.canvas.view.viewRect().width() < 400


def test_odd_pictures_are_shown_in_every_view(hands: Hands, tmp_path: Path) -> None:
    """One pixel, one row, one column, and nothing but air."""
    line = np.arange(300.0)
    odd = np.ones((1, 1)), line[None], line[:, None], np.zeros((64, 64))
    for number, pixels in enumerate(odd, 1):
        write_mat(tmp_path / f"{number}.mat", Slice(pixels.astype(np.float32)))
    hands.open(tmp_path)
    hands.parts.tools.set_option("brush", 1)
    for number in range(1, 5):
        if number > 1:
            hands.go(Qt.Key_D, f"{number}.mat")
        for view in VIEWS:
            choose(hands, view)
            hands.key("c")
            hands.canvas.viewport().grab()
        hands.key("r")
        hands.mouse.stroke((0.5, 0.5))
        assert hands.has_on_disk(hands.mask)
