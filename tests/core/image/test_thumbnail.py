"""Small pictures of slices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.image.thumbnail import SIDE, thumbnail


@given(st.integers(1, 200), st.integers(1, 200))
def test_every_shape_gives_a_square(height: int, width: int) -> None:
    pixels = np.random.default_rng(0).random((height, width), np.float32)
    small = thumbnail(pixels)
    assert (small.shape, small.dtype) == ((SIDE, SIDE), np.uint8)


@pytest.mark.parametrize("scale", [1, 4, 10.7])
def test_what_is_light_stays_where_it_is(scale: float) -> None:
    side = round(SIDE * scale)
    pixels = np.full((side, side), 100, np.float32)
    pixels[: side // 4] = 0
    pixels[side // 2 : side * 3 // 4, side // 4 : side // 2] = 900
    small = thumbnail(pixels)
    assert (small[25:35, 13:23] == 255).all()
    assert (small[:11] == 0).all()
    assert (small[40:] < 255).all()


def test_a_slice_that_is_wider_than_high_is_whole_between_black_bands() -> None:
    small = thumbnail(np.tile(np.arange(1, 97, dtype=np.float32), (48, 1)))
    assert not small[:12].any()
    assert not small[36:].any()
    assert (small[12:36, -1] == 255).all()


def test_an_empty_slice_is_black() -> None:
    assert not thumbnail(np.full((64, 64), 7, np.float32)).any()


def test_the_signal_s_scale_does_not_matter(head: np.ndarray) -> None:
    assert np.abs(thumbnail(head).astype(int) - thumbnail(head * 8 + 100)).max() <= 1
