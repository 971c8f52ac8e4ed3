"""What about a mask wants a look."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.image.moved import Move
from brainseg_gui.core.measures.alarms import alarms, fragile


def square(*corners: tuple[int, int, int]) -> np.ndarray:
    """Return a (40, 40) mask of squares, each by its first row, column and side."""
    mask = np.zeros((40, 40), bool)
    for row, column, side in corners:
        mask[row : row + side, column : column + side] = True
    return mask


def test_a_single_mask_of_a_usual_size_is_nothing_to_look_at() -> None:
    assert alarms(square((10, 10, 10)), (0.05, 0.1)) == ()
    assert alarms(square((10, 10, 10))) == ()


def test_each_alarm_is_a_sentence() -> None:
    assert alarms(square()) == ("No tumour was found.",)
    assert alarms(square((5, 5, 10), (25, 25, 5))) == ("The mask is in 2 pieces.",)
    assert alarms(square((5, 5, 10), (25, 25, 2))) == ()  # a crumb
    assert alarms(square((5, 5, 10), (15, 15, 5))) == ()  # they touch at a corner
    assert alarms(square((30, 5, 10))) == ("The mask touches the edge of the image.",)
    small, large = (alarms(square((10, 10, side)), (0.05, 0.1)) for side in (5, 20))
    assert small == ("The mask is smaller than tumours of its type mostly are.",)
    assert large == ("The mask is larger than tumours of its type mostly are.",)


def test_a_mask_that_a_small_move_of_the_slice_changes_is_fragile() -> None:
    mask, nearly, half = square((10, 10, 10)), square((10, 11, 10)), square((10, 15, 10))
    steady = dict.fromkeys(Move, mask)
    assert fragile(mask, steady) == ()
    assert fragile(mask, steady | {Move.DOWN: nearly}) == ()  # Dice 0.9
    moves = fragile(mask, steady | {Move.DOWN: square(), Move.RIGHT: half})
    assert moves == ("Fragile: moves under a one-pixel shift (Dice 0.00 with itself).",)
    moves = fragile(mask, steady | {Move.MIRRORED: half})
    assert moves == ("Fragile: moves when the slice is mirrored (Dice 0.50 with itself).",)
    assert fragile(square(), dict.fromkeys(Move, mask)) == ()  # that it is empty is said already
