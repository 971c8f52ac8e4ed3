"""The border proves which way a mask stands."""

from __future__ import annotations

import numpy as np
from skimage.draw import polygon2mask

from brainseg_gui.core.image.orientation import Orientation, prove

LYING = np.array([[20.0, 10.0], [20.0, 50.0], [30.0, 50.0], [30.0, 10.0]])
SQUARE = np.array([[20.0, 20.0], [20.0, 40.0], [40.0, 40.0], [40.0, 20.0]])


def test_a_mask_that_fills_its_border_is_upright() -> None:
    assert prove(polygon2mask((64, 64), LYING), LYING) is Orientation.UPRIGHT


def test_a_mask_whose_mirror_image_fills_the_border_is_transposed() -> None:
    assert prove(polygon2mask((64, 64), LYING).T, LYING) is Orientation.TRANSPOSED


def test_a_mask_elsewhere_proves_nothing() -> None:
    elsewhere = np.zeros((64, 64), bool)
    elsewhere[55:60, 55:60] = True
    assert prove(elsewhere, LYING) is Orientation.UNPROVED


def test_a_mask_that_is_its_own_mirror_image_counts_as_upright() -> None:
    assert prove(polygon2mask((64, 64), SQUARE), SQUARE) is Orientation.UPRIGHT


def test_a_border_outside_the_image_proves_nothing() -> None:
    mask = polygon2mask((64, 64), LYING)
    assert prove(mask, LYING + 200) is Orientation.UNPROVED
    assert prove(mask, LYING - 200) is Orientation.UNPROVED


def test_an_empty_mask_proves_nothing() -> None:
    assert prove(np.zeros((64, 64), bool), LYING) is Orientation.UNPROVED


def test_sides_may_differ() -> None:
    assert prove(polygon2mask((40, 64), LYING), LYING) is Orientation.UPRIGHT
    assert prove(polygon2mask((64, 40), LYING[:, ::-1]), LYING) is Orientation.TRANSPOSED
