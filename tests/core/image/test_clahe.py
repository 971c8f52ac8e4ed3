"""Local equalisation, against the library whose numbers it gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.exposure import equalize_adapthist

from brainseg_gui.core.image.clahe import clahe

LIMITS = st.sampled_from([0.001, 0.01, 0.05, 0.3, 1.0])


def of_the_library(levels: np.ndarray, clip_limit: float, tiles: int) -> np.ndarray:
    tile = tuple(max(side // tiles, 1) for side in levels.shape)
    return equalize_adapthist(levels, tile, clip_limit).astype(np.float32)


def random_levels(shape: tuple[int, int], brightest: int, power: int, seed: int) -> np.ndarray:
    """Levels from 0 to `brightest`, the more of them dark the higher the power."""
    levels = np.random.default_rng(seed).random(shape) ** power * brightest
    levels.flat[:2] = 0, brightest
    return levels.astype(np.uint8)


@given(
    st.tuples(st.integers(2, 70), st.integers(2, 70)),
    st.integers(1, 255),
    st.sampled_from([1, 3, 8]),
    LIMITS,
    st.sampled_from([1, 2, 3, 8, 20, 64]),
    st.integers(0, 2**16),
)
def test_every_bit_is_that_of_scikit_image(
    shape: tuple[int, int], brightest: int, power: int, limit: float, tiles: int, seed: int
) -> None:
    levels = random_levels(shape, brightest, power, seed)
    assert np.array_equal(clahe(levels, limit, tiles), of_the_library(levels, limit, tiles))


@pytest.mark.parametrize("shape", [(512, 512), (500, 333)])
def test_every_bit_of_a_whole_slice_is_that_of_scikit_image(shape: tuple[int, int]) -> None:
    levels = random_levels(shape, 255, 3, seed=0)
    assert np.array_equal(clahe(levels), of_the_library(levels, 0.01, 8))


def test_clahe_brings_out_what_is_faint_locally() -> None:
    levels = np.full((64, 64), 100, np.uint8)
    levels[:, 32:] = 200
    levels[10:20, 10:20] = 104
    levels[0, 0] = 0
    result = clahe(levels)
    assert result.dtype == np.float32
    assert result[15, 15] - result[40, 15] > 4 / 255


def test_clahe_of_more_tiles_sees_smaller_neighbourhoods() -> None:
    levels = np.tile(np.arange(64, dtype=np.uint8), (64, 1))
    assert np.array_equal(clahe(levels), clahe(levels, 0.01, 8))
    assert not np.array_equal(clahe(levels), clahe(levels, 0.01, 2))
