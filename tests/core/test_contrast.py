"""Grey levels and what is made of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import images

from brainseg_gui.core.contrast import AIR, LEVELS, clahe, equalise, grey_levels, stretch


@given(images(), st.integers(1, 50), st.integers(-1000, 1000))
def test_levels_do_not_depend_on_the_scale_of_the_file(image, factor, offset) -> None:
    other = image.astype(np.float64) * factor + offset
    assert np.array_equal(grey_levels(image), grey_levels(other))


@given(images())
def test_levels_span_the_whole_range_and_keep_the_order(image) -> None:
    levels = grey_levels(image)
    if image.min() < image.max():
        assert (levels.min(), levels.max()) == (0, LEVELS - 1)
    order = np.argsort(image, axis=None, kind="stable")
    assert (np.diff(levels.ravel()[order].astype(int)) >= 0).all()


@pytest.mark.parametrize("view", [equalise, stretch, clahe])
def test_an_image_of_one_grey_is_black_in_every_view(view) -> None:
    levels = grey_levels(np.full((32, 32), 500))
    assert np.array_equal(view(levels), np.zeros((32, 32), np.float32))


@pytest.mark.parametrize("view", [equalise, stretch])
@given(image=images())
def test_every_view_is_float32_between_0_and_1(view, image) -> None:
    result = view(grey_levels(image))
    assert result.dtype == np.float32
    assert result.shape == image.shape
    assert 0 <= result.min() <= result.max() <= 1


def test_equalising_spreads_the_head_evenly_and_leaves_the_air_black() -> None:
    generator = np.random.default_rng(0)
    levels = np.zeros((64, 64), np.uint8)
    levels[16:48, 16:48] = np.clip(generator.normal(100, 10, (32, 32)), 60, 255)
    levels[20, 20] = 255
    result = equalise(levels)
    head = result[levels >= AIR * LEVELS]
    assert (result[levels < int(AIR * LEVELS)] == 0).all()
    assert np.median(head) == pytest.approx(0.5, abs=0.05)


def test_clahe_brings_out_what_is_faint_locally() -> None:
    levels = np.full((64, 64), 100, np.uint8)
    levels[:, 32:] = 200
    levels[10:20, 10:20] = 104
    levels[0, 0] = 0
    result = clahe(levels)
    assert result.dtype == np.float32
    assert result[15, 15] - result[40, 15] > 4 / 255
