"""Outlines that are drawn aside, and the mask with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from brainseg_gui.core.masks.bending import along, bent, goes_around_island, redrawn
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.types import Mask

SHAPE = (40, 50)


def ring() -> Mask:
    """Return a square of 20 pixels with a hole of 6."""
    mask = np.zeros(SHAPE, bool)
    mask[10:30, 10:30] = True
    mask[17:23, 17:23] = False
    return mask


@given(arrays(bool, (9, 11)))
def test_an_outline_that_is_not_drawn_aside_gives_the_same_mask(mask: Mask) -> None:
    for line in contours(mask):
        box, part = redrawn(mask, line, line)
        assert np.array_equal(part, mask[box.slices])


def test_a_place_moves_all_the_way_what_is_near_less_and_the_rest_not() -> None:
    line = next(line for line in contours(ring()) if goes_around_island(line))
    at = int(np.argmin(np.hypot(*(line - (10, 20)).T)))
    moved = bent(line, at, (-5.0, 2.0), 8.0) - line
    far = along(line, at)
    assert moved[at] == pytest.approx((-5, 2))
    assert np.allclose(moved[far >= 8], 0)
    half = np.argmin(abs(far - 4))
    assert moved[half] == pytest.approx((-2.5, 1), abs=0.5)
    order = np.argsort(far)
    assert (np.diff(np.hypot(*moved[order].T)) <= 1e-9).all()


@pytest.mark.parametrize(("by", "grows"), [(-4.0, True), (4.0, False)])
def test_the_outer_outline_drawn_out_adds_and_drawn_in_takes_away(by: float, grows: bool) -> None:
    mask = ring()
    line = next(line for line in contours(mask) if goes_around_island(line))
    at = int(np.argmin(np.hypot(*(line - (10, 20)).T)))
    box, part = redrawn(mask, line, bent(line, at, (by, 0.0), 6.0))
    new = mask.copy()
    new[box.slices] = part
    assert new[8, 20] == grows
    assert new[11, 20] == grows
    changed = new != mask
    assert (new[changed] == grows).all()
    assert not changed[14:, :].any()
    assert not new[17:23, 17:23].any()


def test_the_outline_of_a_hole_drawn_out_makes_the_hole_larger() -> None:
    mask = ring()
    line = next(line for line in contours(mask) if not goes_around_island(line))
    at = int(np.argmin(np.hypot(*(line - (17, 20)).T)))
    box, part = redrawn(mask, line, bent(line, at, (-3.0, 0.0), 4.0))
    new = mask.copy()
    new[box.slices] = part
    assert not new[15, 20]
    assert (new <= mask).all()
