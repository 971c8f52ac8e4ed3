"""A slice moved a little, and back."""

from __future__ import annotations

import numpy as np
import pytest

from brainseg_gui.core.image.moved import Move, moved, moved_back


@pytest.mark.parametrize("move", Move)
def test_what_is_moved_back_lies_where_it_lay(move: Move) -> None:
    array = np.arange(30.0).reshape(5, 6)
    away = moved(array, move)
    assert away.flags.c_contiguous
    assert not np.array_equal(away, array)
    assert np.array_equal(moved_back(away, move)[:-1, :-1], array[:-1, :-1])


def test_a_shift_is_one_pixel_and_brings_in_what_lies_at_the_edge() -> None:
    array = np.array([[1, 2], [3, 4]])
    assert moved(array, Move.DOWN).tolist() == [[1, 2], [1, 2]]
    assert moved(array, Move.RIGHT).tolist() == [[1, 1], [3, 3]]
    assert moved(array, Move.MIRRORED).tolist() == [[2, 1], [4, 3]]
