"""What readers meet most: a missed tumour, an island that is none, an outline too small."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.types import Mask
from tests.ui.hands import Hands
from tests.ui.mouse import Pixel
from tests.ui.predicted_slice import predict

ISLAND = np.s_[90:104, 20:34]


def mend(hands: Hands, predicted: Mask, *actions: tuple[str, list[Pixel]]) -> None:
    """Correct a prediction by drags of tools, and see that it became right in as many steps."""
    predict(hands, predicted)
    for tool, way in actions:
        hands.do(tool)
        hands.mouse.stroke(*way)
    assert (dice(hands.mask, hands.reference) or 0) >= 0.95
    assert hands.has_on_disk(hands.mask)
    for _ in actions:
        hands.do("undo")
    assert hands.now.correction is None


def around(mask: Mask) -> list[Pixel]:
    """Return where a reader draws around a mask, a point every few pixels."""
    return [(float(row), float(column)) for row, column in contours(mask)[0][::6]]


def island() -> Mask:
    mask = np.zeros((128, 128), bool)
    mask[ISLAND] = True
    return mask


def test_a_missed_tumour_takes_two_actions(at_first: Hands) -> None:
    line = around(at_first.reference)
    mend(at_first, island(), ("tool_islands", [(97, 27)]), ("tool_lasso", line))


def test_an_island_that_is_no_tumour_takes_one_action(at_first: Hands) -> None:
    mend(at_first, at_first.reference | island(), ("tool_islands", [(97, 27)]))


def test_an_outline_that_is_too_small_takes_one_action(at_first: Hands) -> None:
    small = ndimage.binary_erosion(at_first.reference, iterations=4)
    assert (dice(small, at_first.reference) or 0) < 0.8
    mend(at_first, small, ("tool_lasso", around(at_first.reference)))
