"""What the lines and tints of the masks leave of the slice, measured in pixels of a grab."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QImage, QPixmap

from brainseg_gui.core import palette
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Probability
from tests.ui.hands import Hands

BOX = (slice(76, 108), slice(24, 56))  # of the prediction; the reference lies elsewhere
MIDDLE = (92, 40)


@pytest.fixture
def predicted(at_first: Hands) -> Hands:
    """Return a window with a square prediction."""
    chance = np.zeros((128, 128), np.float32)
    chance[BOX] = 1
    said = Prediction(Probability(chance), 0.5)
    at_first.parts.data_set.predictions.put(at_first.current.slice, said)
    at_first.parts.screen.refresh()
    at_first.mouse.move((5, 5))
    return at_first


def grab(hands: Hands, ratio: int) -> NDArray[np.int_]:
    """Return (H, W, 3) what a screen with `ratio` pixels to one of the window's shows."""
    port = hands.canvas.viewport()
    pixmap = QPixmap(port.size() * ratio)
    pixmap.setDevicePixelRatio(ratio)
    port.render(pixmap, QPoint())
    image = pixmap.toImage().convertToFormat(QImage.Format_RGB32)
    bits = image.bits().asarray(image.byteCount())
    pixels = np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 2::-1].astype(np.int_)


def coverage(picture: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return (H, W) how much of each pixel the prediction's line covers, 0 to 1; grey is 0."""
    full = palette.PREDICTION.red - palette.PREDICTION.blue
    return (picture[..., 0].astype(float) - picture[..., 2]) / full


def across(hands: Hands, ratio: int) -> tuple[float, float]:
    """Return how thick the dashes on the upper side of the prediction are, and how long a dash is.

    In pixels of the grab.
    """
    left, right = (hands.mouse.point((BOX[0].start, column)) for column in (28, 52))
    rows = slice((left.y() - 6) * ratio, (left.y() + 7) * ratio)
    band = coverage(grab(hands, ratio)[rows, left.x() * ratio : right.x() * ratio]).sum(axis=0)
    dashes = band > band.max() / 2
    begins = np.count_nonzero(np.diff(dashes.astype(int)) > 0)
    return float(band[dashes].mean()), float(dashes.sum() / begins)


def test_a_line_and_its_dashes_are_twice_as_many_pixels_where_those_are_half_as_large(
    predicted: Hands,
) -> None:
    thickness, length = across(predicted, 1)
    fine_thickness, fine_length = across(predicted, 2)
    assert fine_thickness == pytest.approx(2 * thickness, rel=0.1)
    assert fine_length == pytest.approx(2 * length, rel=0.2)


def test_the_ring_is_twice_as_many_pixels_there(predicted: Hands) -> None:
    before = [(grab(predicted, ratio) > 250).all(axis=2).sum() for ratio in (1, 2)]
    predicted.mouse.move(MIDDLE)
    rings = [(grab(predicted, ratio) > 250).all(axis=2).sum() for ratio in (1, 2)]
    drawn = [after - old for after, old in zip(rings, before, strict=True)]
    assert drawn[1] > 2.5 * drawn[0] > 0


def test_what_a_mask_encloses_keeps_its_own_grey(predicted: Hands) -> None:
    for layer in (Layer.REFERENCE, Layer.PREDICTION):
        assert not predicted.parts.layers.filled(layer)
    red, green, blue, _ = predicted.colour_at(MIDDLE).getRgb()
    assert red == green == blue


def test_a_correction_lets_the_prediction_step_back_to_a_thin_unfilled_line(
    predicted: Hands,
) -> None:
    before = across(predicted, 1)
    predicted.parts.layers.set_opacity(Layer.PREDICTION, 0.5)
    red, _, blue, _ = predicted.colour_at(MIDDLE).getRgb()
    assert red > blue
    predicted.do("start_nothing")
    assert across(predicted, 1)[0] == pytest.approx(before[0] / 2, rel=0.2)
    red, green, blue, _ = predicted.colour_at(MIDDLE).getRgb()
    assert red == green == blue


def test_it_steps_forward_again_when_the_correction_is_taken_back(predicted: Hands) -> None:
    before = across(predicted, 1)
    predicted.do("start_nothing")
    assert across(predicted, 1) != before
    predicted.do("undo")
    assert not predicted.current.correction.exists
    assert across(predicted, 1) == before


def test_the_wheel_with_ctrl_brings_the_fill_from_nothing(predicted: Hands) -> None:
    predicted.mouse.wheel(-1, (64, 64), Qt.ControlModifier)
    assert not predicted.parts.layers.filled(Layer.PREDICTION)
    predicted.mouse.wheel(1, (64, 64), Qt.ControlModifier)
    assert 0 < predicted.parts.layers.opacity(Layer.PREDICTION) < 0.1
    assert predicted.parts.layers.filled(Layer.PREDICTION)
