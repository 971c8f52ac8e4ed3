"""Measures of a stack: volume, Dice and foci in three dimensions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.measures.stack import Overlap, foci, millilitres, step_mm

STACKS = arrays(bool, (4, 6, 7))


@given(STACKS, STACKS)
def test_the_dice_of_a_stack_is_that_of_all_its_pixels(
    first: np.ndarray, second: np.ndarray
) -> None:
    counted = sum(map(Overlap.of, first, second), Overlap())
    flat = dice(first.reshape(4 * 6, 7), second.reshape(4 * 6, 7))
    assert counted.dice == flat or counted.dice == pytest.approx(flat)


@given(STACKS)
def test_foci_are_counted_across_slices_whatever_slices_have_no_mask(stack: np.ndarray) -> None:
    _, expected = ndimage.label(stack, np.ones((3, 3, 3)))
    assert foci([mask if mask.any() else None for mask in stack]) == expected


def test_a_gap_of_a_slice_parts_two_foci() -> None:
    dot = np.ones((2, 2), bool)
    assert foci([dot, dot]) == 1
    assert foci([dot, None, dot]) == 2
    assert foci([None, None]) == foci([]) == 0


@given(st.integers(2, 60), st.floats(0.5, 9), st.randoms())
def test_the_step_is_known_where_slices_lie_evenly(count: int, step: float, chance) -> None:  # type: ignore[no-untyped-def]
    places = [7 - step * n for n in range(count)]
    chance.shuffle(places)
    assert step_mm(places) == pytest.approx(step)


@pytest.mark.parametrize("places", [[], [3.0], [0.0, 5.0, 11.0], [0.0, 0.0, 5.0]])
def test_no_step_is_made_up(places: list[float]) -> None:
    assert step_mm(places) is None


def test_a_cube_of_ten_millimetres_is_a_millilitre() -> None:
    assert millilitres(100 * 2, 1.0, 5.0) == 1.0
    with pytest.raises(ValueError, match="sizes"):
        Overlap.of(np.ones((2, 2), bool), np.ones((2, 3), bool))
