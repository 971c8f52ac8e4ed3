"""The shape between two shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brainseg_gui.core.masks.between import between

MASKS = arrays(bool, (9, 11)).filter(np.any)
SHARES = st.floats(0.05, 0.95)


def disk(radius: float, at: tuple[float, float] = (20, 24)) -> np.ndarray:
    rows, columns = np.mgrid[:40, :50]
    return np.hypot(rows - at[0], columns - at[1]) <= radius


@given(MASKS, MASKS, SHARES)
def test_it_holds_what_both_hold_and_nothing_that_neither_holds(
    below: np.ndarray, above: np.ndarray, share: float
) -> None:
    found = between(below, above, share)
    assert found[below & above].all()
    assert not found[~(below | above)].any()


@given(MASKS, MASKS, st.sampled_from([0.25, 0.5, 0.625]))
def test_from_the_other_side_it_is_the_same_and_its_ends_are_the_masks(
    below: np.ndarray, above: np.ndarray, share: float
) -> None:
    assert np.array_equal(between(below, above, share), between(above, below, 1 - share))
    assert np.array_equal(between(below, above, 0), below)
    assert np.array_equal(between(below, above, 1), above)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_between_two_disks_lies_the_disk_of_the_radius_between(share: float) -> None:
    found = between(disk(6), disk(14), share)
    assert abs(np.sqrt(found.sum() / np.pi) - (6 + 8 * share)) < 0.6


def test_a_shape_at_the_edge_of_the_image_is_not_drawn_in_from_there() -> None:
    wall = np.zeros((20, 20), bool)
    wall[:, :5] = True
    assert np.array_equal(between(wall, wall, 0.5), wall)


@pytest.mark.parametrize(
    ("below", "above", "share"),
    [
        (np.ones((3, 3), bool), np.ones((3, 4), bool), 0.5),
        (np.zeros((3, 3), bool), np.ones((3, 3), bool), 0.5),
        (np.ones((3, 3), bool), np.ones((3, 3), bool), 1.5),
    ],
)
def test_what_has_nothing_between_is_refused(
    below: np.ndarray, above: np.ndarray, share: float
) -> None:
    with pytest.raises(ValueError, match=r"mask|share"):
        between(below, above, share)
