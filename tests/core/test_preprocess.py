"""What a network sees of a slice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.preprocess import CHANNELS, Preprocessing


def disc(shape: tuple[int, int], centre: tuple[float, float], radius: float) -> np.ndarray:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.hypot(rows - centre[0], columns - centre[1]) < radius


@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(sorted(CHANNELS)))
def test_a_slice_of_any_size_becomes_the_input_and_comes_back(height, width, channel) -> None:
    pixels = np.random.default_rng(0).integers(0, 1000, (height, width))
    steps = Preprocessing((channel,), 32)
    batch = steps.apply(pixels)
    assert batch.shape == (32, 32, 1)
    assert batch.dtype == np.float32
    assert 0 <= batch.min() <= batch.max() <= 1
    back = steps.restore(batch[:, :, 0], pixels.shape)
    assert back.shape == (height, width)
    assert back.dtype == np.float32
    assert 0 <= back.min() <= back.max() <= 1


def test_each_channel_stands_in_its_place() -> None:
    pixels = np.random.default_rng(0).integers(0, 1000, (32, 32))
    both = Preprocessing(("stretched", "equalised"), 32).apply(pixels)
    assert np.array_equal(both[..., :1], Preprocessing(("stretched",), 32).apply(pixels))
    assert np.array_equal(both[..., 1:], Preprocessing(("equalised",), 32).apply(pixels))


@given(st.integers(1, 20), st.integers(-500, 500))
def test_the_input_does_not_depend_on_the_scale_of_the_file(factor, offset) -> None:
    pixels = np.random.default_rng(0).integers(0, 1000, (40, 30)).astype(np.float32)
    steps = Preprocessing(tuple(CHANNELS), 32)
    assert np.array_equal(steps.apply(pixels), steps.apply(pixels * factor + offset))


@pytest.mark.parametrize("shape", [(96, 96), (120, 80), (80, 121), (512, 512), (40, 40)])
def test_a_mask_keeps_its_place_and_its_shape_on_the_way_there_and_back(shape) -> None:
    mask = disc(shape, (shape[0] * 0.4, shape[1] * 0.6), min(shape) / 4)
    steps = Preprocessing(("equalised",), 64)
    back = steps.restore(steps.mask(mask), shape) >= 0.5
    assert 2 * np.count_nonzero(back & mask) / (back.sum() + mask.sum()) > 0.97


def test_a_slice_of_the_input_size_passes_unchanged() -> None:
    mask = disc((64, 64), (20, 30), 9)
    assert np.array_equal(Preprocessing(("equalised",), 64).mask(mask), mask)


@pytest.mark.parametrize("channels", [(), ("sharpened",), ("equalised", "sharpened")])
def test_a_channel_that_is_not_known_is_refused_by_name(channels) -> None:
    with pytest.raises(ValueError, match="must be among equalised, stretched, clahe"):
        Preprocessing(channels, 64)
