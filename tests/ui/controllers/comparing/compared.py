"""A prediction that differs from the reference in pieces that are known."""

from __future__ import annotations

import numpy as np
from PyQt5.QtGui import QImage

from brainseg_gui.core.types import Mask
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from tests.ui.hands import Hands
from tests.ui.predicted_slice import predict

ISLAND = (slice(90, 100), slice(20, 40))  # only in the prediction, 200 px
SHIFT = (3, 5)  # of the prediction against the reference: one piece of each on the two sides


def predict_beside(hands: Hands) -> Mask:
    """Let the network find the tumour a little aside, and an island that is none."""
    mask = np.roll(hands.reference, SHIFT, (0, 1))
    mask[ISLAND] = True
    predict(hands, mask)
    return mask


def comparison(hands: Hands) -> Comparison:
    """Return what is compared."""
    found = hands.parts.looks.comparing.now
    assert found is not None
    return found


def names(hands: Hands) -> tuple[str, str]:
    """Return which two the lists of the panel show."""
    lists = hands.parts.compare.row.lists
    return lists["a"].currentText(), lists["b"].currentText()


def line(hands: Hands) -> str:
    """Return what the panel says of the difference."""
    said = hands.parts.looks._viewing.difference._line
    return f"{said.which.text()} | {said.size_.text()}" if said.isVisible() else ""


def legend(hands: Hands) -> list[str]:
    """Return the lines of the legend on the image."""
    return [entry.text for entry in hands.parts.looks._viewing.legend.entries]


def step(hands: Hands) -> str:
    """Return the name of the step that undo would take back."""
    return hands.now.undo_text


def pixels(picture: QImage) -> np.ndarray:
    """Return (H, W, 3) red, green, blue; of a fine screen one for each pixel of the window."""
    image = picture.convertToFormat(QImage.Format_RGB32)
    bits = image.bits().asarray(image.byteCount())
    shape = image.height(), image.width(), 4
    every = round(picture.devicePixelRatio())
    found = np.frombuffer(bits, np.uint8).reshape(shape)[::every, ::every, 2::-1]
    return found.copy()  # the image goes


def seen(hands: Hands) -> np.ndarray:
    """Return what the slice's view shows."""
    return pixels(hands.canvas.viewport().grab().toImage())
