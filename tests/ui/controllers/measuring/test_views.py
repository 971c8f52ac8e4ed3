"""The area's band, the probability view, what the network sees: pictures that change no mask."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLabel
from skimage.color import rgb2lab

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.band import area_band
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from brainseg_gui.review.values.verdict import ModelUse, Verdict
from brainseg_gui.ui.canvas.measuring.banner import Banner
from brainseg_gui.ui.canvas.measuring.legend import Legend
from brainseg_gui.ui.canvas.measuring.lines_item import LinesItem
from brainseg_gui.ui.canvas.measuring.ramp import ramp
from brainseg_gui.ui.controllers.measuring.network_input import COVERED
from brainseg_gui.ui.dialogs import dialogs
from tests.bundle_factory import write_card
from tests.ui.hands import Hands

CHANNELS = ("equalised", "stretched", "clahe")


@pytest.fixture
def soft(at_first: Hands) -> Hands:
    """Return a window whose slice has a prediction that falls off from its middle."""
    rows, columns = np.mgrid[:128, :128]
    chance = np.clip(1 - np.hypot(rows - 51, columns - 77) / 30, 0, 1).astype(np.float32)
    at_first.parts.data_set.predictions.put(
        at_first.current.slice, Prediction(Probability(chance), 0.5), ModelUse("m", "s", 0.5)
    )
    at_first.parts.screen.refresh()
    return at_first


@pytest.fixture
def sees_three(hands: Hands, bundle: Path, folder: Path, tmp_path: Path) -> Hands:
    """Return a window with the card of a network that has three channels."""
    three = tmp_path / "three"
    shutil.copytree(bundle, three)
    write_card(three, preprocessing=Preprocessing(CHANNELS, 64))
    hands.parts.network.on_opening = False  # its weights take one
    hands.parts.network.use(three)
    hands.wait(lambda: hands.parts.network.card)
    hands.open(folder)
    return hands


def row(hands: Hands, layer: Layer) -> QLabel:
    """Return what stands under a layer."""
    return hands.parts.compare._rows[layer].numbers


def numbers(hands: Hands, layer: Layer) -> str:
    return str(row(hands, layer).text())


def lines(hands: Hands) -> LinesItem:
    """Return the lines of the band, once they are drawn."""
    hands.wait(lambda: hands.parts.band_lines.item is not None)
    item = hands.parts.band_lines.item
    assert item is not None
    hands.wait(lambda: not item.is_empty)
    return item


def banner(hands: Hands) -> Banner:
    """Return the line over the slice, which must be there."""
    found = hands.canvas.viewport().findChild(Banner)
    assert found is not None
    assert found.isVisible()
    return found


def wait_channel(hands: Hands, channel: int) -> Banner:
    hands.wait(lambda: hands.canvas.viewport().findChild(Banner) is not None)
    hands.wait(lambda: f"channel {channel} of 3" in banner(hands).text.text())
    return banner(hands)


# --- the band ---


def test_the_area_of_a_prediction_stands_with_how_far_it_moves(soft: Hands) -> None:
    percent = soft.prediction.percent
    assert percent is not None
    band, area = area_band(percent), soft.prediction.area
    wanted = f"{area} px² ({band.low_px} to {band.high_px}) · Dice "
    assert numbers(soft, Layer.PREDICTION).startswith(wanted)
    soft.parts.data_set.declare_spacing(0.5)
    wanted = f"{area / 4:.0f} mm² ({band.low_px / 4:.0f} to {band.high_px / 4:.0f}) · Dice "
    assert numbers(soft, Layer.PREDICTION).startswith(wanted)


def test_two_dotted_lines_are_drawn_where_that_is_asked_for_and_the_next_start_knows(
    soft: Hands, new_hands: object
) -> None:
    assert soft.parts.band_lines.item is None
    soft.do("area_band")
    item = lines(soft)
    around = item.boundingRect()
    assert around.center().x() == pytest.approx(77.5, abs=0.5)
    assert around.width() == pytest.approx(2 * 21, abs=5)
    soft.key("m")
    assert not item.isVisible()  # with the prediction
    assert new_hands().parts.actions["area_band"].isChecked()  # type: ignore[operator]


def test_the_lines_are_those_of_the_slice_on_the_screen(soft: Hands) -> None:
    soft.do("area_band")
    item = lines(soft)
    soft.go(Qt.Key_D, "2.mat")
    assert item.is_empty


# --- the probability view ---


def test_shift_v_colours_each_pixel_by_its_probability_and_changes_no_mask(soft: Hands) -> None:
    before, here = soft.now.mask.copy(), (51, 95)
    dark = soft.colour_at(here)
    soft.key("v", Qt.ShiftModifier)
    assert soft.colour_at(here) != dark
    assert soft.colour_at((10, 10)).saturation() == 0  # where it is 0 the slice stays as it is
    assert np.array_equal(soft.now.mask, before)
    assert soft.now.correction is None
    soft.key("v", Qt.ShiftModifier)
    assert soft.colour_at(here) == dark


def test_the_legend_says_nothing_one_and_the_threshold(soft: Hands) -> None:
    soft.key("v", Qt.ShiftModifier)
    legend = soft.canvas.viewport().findChild(Legend)
    assert legend.isVisible()
    assert dict(legend.marks) == {0.0: "0", 1.0: "1", 0.5: "0.5 threshold"}
    soft.window.resize(1000, 700)
    soft.rest(20)
    assert soft.canvas.viewport().rect().contains(legend.geometry())
    soft.key("x")
    assert not legend.isVisible()


def test_the_ramp_is_even_for_every_eye() -> None:
    """Lightness alone, which every colour vision has, rises in even steps."""
    colours = np.array([[each.red(), each.green(), each.blue()] for each in ramp()]) / 255
    lightness = rgb2lab(colours[None])[0, :, 0]
    steps = np.diff(lightness[::10])
    assert (steps > 0).all()
    assert steps.max() < 1.6 * steps.min()


def test_of_a_mask_without_probabilities_it_says_why_there_is_nothing_to_see(
    at_first: Hands,
) -> None:
    current = at_first.current.slice
    at_first.parts.data_set.predictions.put_kept(current, at_first.reference, 0.1)
    at_first.parts.screen.refresh()
    at_first.key("v", Qt.ShiftModifier)
    assert "only the mask was kept" in at_first.notice


# --- what the network sees ---


def test_shift_w_shows_each_channel_as_the_network_gets_it_then_the_slice(
    sees_three: Hands,
) -> None:
    seen = Preprocessing(CHANNELS, 64).apply(sees_three.current.slice.pixels)
    for channel in range(3):
        sees_three.key("w", Qt.ShiftModifier)
        said = wait_channel(sees_three, channel + 1)
        assert [button.text() for button in said.buttons] == list(CHANNELS)
        for row, column in ((51, 77), (80, 40), (3, 3)):
            wanted = round(float(seen[row // 2, column // 2, channel]) * 255)
            shown = sees_three.colour_at((row + 0.5, column + 0.5))
            assert abs(shown.red() - wanted) <= 1
            assert shown.saturation() == 0
    sees_three.key("w", Qt.ShiftModifier)
    assert not sees_three.canvas.viewport().findChild(Banner).isVisible()
    assert not sees_three.parts.actions["network_input"].isChecked()


def test_a_button_chooses_a_channel(sees_three: Hands) -> None:
    sees_three.key("w", Qt.ShiftModifier)
    buttons = wait_channel(sees_three, 1).buttons
    QTest.mouseClick(buttons[2], Qt.LeftButton)
    wait_channel(sees_three, 3)
    assert sees_three.canvas.viewport().rect().contains(banner(sees_three).geometry())


def test_the_next_slice_is_shown_as_the_network_sees_that_one(sees_three: Hands) -> None:
    sees_three.key("w", Qt.ShiftModifier)
    wait_channel(sees_three, 1)
    sees_three.go(Qt.Key_D, "2.mat")
    wait_channel(sees_three, 1)
    seen = Preprocessing(CHANNELS, 64).apply(sees_three.current.slice.pixels)
    shown = sees_three.colour_at((51.5, 77.5)).red()
    assert abs(shown - round(float(seen[25, 38, 0]) * 255)) <= 1


def test_a_verdict_asks_first_while_the_slice_is_replaced(
    sees_three: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_window: object, obstacle: str, _verdict: str) -> bool:
        asked.append(obstacle)
        return False

    monkeypatch.setattr(dialogs, "ask_unseen", ask)
    sees_three.key("w", Qt.ShiftModifier)
    wait_channel(sees_three, 1)
    digest = sees_three.current.slice.digest
    sees_three.key("f")
    assert asked == [COVERED]
    assert sees_three.now.status.verdict is Verdict.UNREVIEWED
    for _ in range(3):
        sees_three.key("w", Qt.ShiftModifier)
    sees_three.key("f")
    assert asked == [COVERED]
    assert [row.verdict for row in sees_three.rows if row.digest == digest] == [Verdict.FLAGGED]


def test_it_goes_with_the_network(sees_three: Hands, tmp_path: Path) -> None:
    sees_three.key("w", Qt.ShiftModifier)
    wait_channel(sees_three, 1)
    sees_three.parts.network.use(tmp_path / "nowhere")
    assert not sees_three.canvas.viewport().findChild(Banner).isVisible()
    assert sees_three.parts.layers.covered == ""


def test_what_is_painted_meanwhile_is_painted_on_the_slice(sees_three: Hands) -> None:
    sees_three.key("w", Qt.ShiftModifier)
    wait_channel(sees_three, 1)
    sees_three.mouse.stroke((20, 20), (20, 60))
    assert np.array_equal(sees_three.mask, sees_three.expected((20, 20), (20, 60)))
