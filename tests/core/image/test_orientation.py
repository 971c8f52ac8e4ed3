"""The border tells which way a mask lies."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.draw import polygon2mask

from brainseg_gui.core.image.orientation import TURNS, Turn, turn_that_fits

BACK = {Turn.LEFT: Turn.RIGHT, Turn.RIGHT: Turn.LEFT}  # the others are their own way back
SQUARE = np.array([[22.0, 22.0], [22.0, 42.0], [42.0, 42.0], [42.0, 22.0]])
HOOK = np.array([[5, 8], [5, 30], [9, 30], [9, 14], [24, 14], [24, 8]], float)


@pytest.mark.parametrize("shape", [(64, 64), (40, 64), (64, 40)])
@pytest.mark.parametrize("turn", list(Turn))
def test_each_way_in_which_a_mask_can_lie_is_told(turn: Turn, shape: tuple[int, int]) -> None:
    upright = polygon2mask(shape, HOOK)
    stored = TURNS[BACK.get(turn, turn)](upright)
    assert turn_that_fits(stored, HOOK) is turn


def test_a_mask_elsewhere_fits_no_way() -> None:
    elsewhere = np.zeros((64, 64), bool)
    elsewhere[30:34, 30:34] = True
    assert turn_that_fits(elsewhere, HOOK) is None


def test_a_mask_that_is_its_own_mirror_image_lies_as_it_should() -> None:
    assert turn_that_fits(polygon2mask((64, 64), SQUARE), SQUARE) is Turn.NONE


def test_a_border_drawn_with_a_generous_hand_turns_nothing() -> None:
    lesion = np.array([[21.0, 20.0], [21.0, 40.0], [42.0, 40.0], [42.0, 20.0]])
    wide = lesion + np.array([[-3, -3], [-3, 3], [3, 3], [3, -3]])
    assert turn_that_fits(polygon2mask((64, 64), lesion), wide) is Turn.NONE


@pytest.mark.parametrize("far", [200.0, -200.0, 1e300])
def test_a_border_outside_the_image_fits_no_way(far: float) -> None:
    with np.errstate(all="raise"):
        assert turn_that_fits(polygon2mask((64, 64), HOOK), HOOK + far) is None


def test_an_empty_mask_fits_no_way() -> None:
    assert turn_that_fits(np.zeros((64, 64), bool), HOOK) is None
