"""Grey levels and what is made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from brainseg_gui.core.image.clahe import clahe
from brainseg_gui.core.image.contrast import (
    AIR,
    LEVELS,
    equalise,
    grey_levels,
    percentile,
    spread,
    stretch,
    zscore,
)
from tests.strategies import images


@given(images(), st.integers(1, 50), st.integers(-1000, 1000))
def test_levels_do_not_depend_on_the_scale_of_the_file(
    image: NDArray[np.int16], factor: int, offset: int
) -> None:
    other = image.astype(np.float64) * factor + offset
    assert np.array_equal(grey_levels(image), grey_levels(other))


@given(images(), st.integers(1, 50), st.integers(-1000, 1000))
def test_places_do_not_depend_on_the_scale_of_the_file(
    image: NDArray[np.int16], factor: int, offset: int
) -> None:
    other = image.astype(np.float64) * factor + offset
    assert np.array_equal(spread(image), spread(other))


@given(images())
def test_levels_span_the_whole_range_and_keep_the_order(image: NDArray[np.int16]) -> None:
    levels = grey_levels(image)
    if image.min() < image.max():
        assert (levels.min(), levels.max()) == (0, LEVELS - 1)
    order = np.argsort(image, axis=None, kind="stable")
    assert (np.diff(levels.ravel()[order].astype(int)) >= 0).all()


@pytest.mark.parametrize("view", [equalise, stretch, clahe])
def test_an_image_of_one_grey_is_black_in_every_view(view: Any) -> None:
    levels = grey_levels(np.full((32, 32), 500))
    assert np.array_equal(view(levels), np.zeros((32, 32), np.float32))


@pytest.mark.parametrize("view", [percentile, zscore])
def test_an_image_of_one_grey_is_black_in_every_view_of_places(view: Any) -> None:
    assert np.array_equal(view(spread(np.full((32, 32), 500))), np.zeros((32, 32), np.float32))


@pytest.mark.parametrize("view", [percentile, zscore])
@given(image=images())
def test_every_view_of_places_is_float32_between_0_and_1_and_keeps_the_order(
    view: Any, image: NDArray[np.int16]
) -> None:
    result = view(spread(image))
    assert result.dtype == np.float32
    assert result.shape == image.shape
    assert 0 <= result.min() <= result.max() <= 1
    order = np.argsort(image, axis=None, kind="stable")
    assert (np.diff(result.ravel()[order]) >= 0).all()


@pytest.mark.parametrize("view", [equalise, stretch])
@given(image=images())
def test_every_view_is_float32_between_0_and_1(view: Any, image: NDArray[np.int16]) -> None:
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


def two_tissues() -> np.ndarray:
    """Air, and a head whose halves are at 0.4 and 0.6 of the range, but for one bright pixel."""
    places = np.zeros((40, 40))
    places[10:20, 10:30], places[20:30, 10:30] = 0.4, 0.6
    places[15, 15] = 1.0
    return places


def test_percentiles_are_those_of_the_head_and_what_lies_beyond_is_clipped() -> None:
    places = np.zeros((20, 20))
    places[:10] = np.linspace(0.1, 1, 200).reshape(10, 20)
    result = percentile(places, 10, 90)
    head = places[:10].ravel()
    bottom, top = head[20], head[179]  # the 10 % and 90 % of 0 ... 199
    expected = np.clip((places - bottom) / (top - bottom), 0, 1)
    np.testing.assert_allclose(result, expected, atol=1e-7)
    assert np.count_nonzero(result[:10] == 0) == 21
    assert np.count_nonzero(result == 1) == 21


def test_percentiles_leave_a_few_bright_pixels_no_range() -> None:
    result = percentile(two_tissues())
    assert (result[12, 12], result[25, 15], result[15, 15], result[0, 0]) == (0, 1, 1, 0)


def test_a_head_of_one_grey_is_white_by_percentiles_and_middle_grey_by_z_score() -> None:
    places = np.zeros((10, 10))
    places[2:8, 2:8] = 1
    assert np.array_equal(percentile(places), places.astype(np.float32))
    assert np.array_equal(zscore(places), places.astype(np.float32) / 2)


def test_z_scores_are_those_of_the_head_clipped_and_air_is_black() -> None:
    places = two_tissues()
    head = places[places > 0]
    scores = (places - head.mean()) / head.std()
    assert scores[15, 15] > 3
    result = zscore(places, clip=3)
    assert result[0, 0] == 0
    assert result[15, 15] == 1
    assert result[12, 12] == pytest.approx((scores[12, 12] + 3) / 6, abs=1e-6)
    assert zscore(places)[12, 12] == pytest.approx((scores[12, 12] + 5) / 10, abs=1e-6)
