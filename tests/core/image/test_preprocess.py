"""What a network sees of a slice."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.exposure import equalize_adapthist

from brainseg_gui.core.image.contrast import grey_levels, percentile
from brainseg_gui.core.image.preprocess import CHANNELS, Channel, Preprocessing

WITH_VALUES = ("percentile:2:98", "zscore:3", "stretched:0:90", "clahe:0.05:4")


def disc(shape: tuple[int, int], centre: tuple[float, float], radius: float) -> np.ndarray:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.hypot(rows - centre[0], columns - centre[1]) < radius


@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from([*CHANNELS, *WITH_VALUES]))
def test_a_slice_of_any_size_becomes_the_input_and_comes_back(
    height: int, width: int, channel: str
) -> None:
    pixels = np.random.default_rng(0).integers(0, 1000, (height, width)).astype(np.float32)
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
    pixels = np.random.default_rng(0).integers(0, 1000, (32, 32)).astype(np.float32)
    both = Preprocessing(("stretched", "equalised"), 32).apply(pixels)
    assert np.array_equal(both[..., :1], Preprocessing(("stretched",), 32).apply(pixels))
    assert np.array_equal(both[..., 1:], Preprocessing(("equalised",), 32).apply(pixels))


@given(st.integers(1, 20), st.integers(-500, 500), st.integers(0, 99))
@example(7, 100, 0)
def test_the_input_does_not_depend_on_the_scale_of_the_file(
    factor: int, offset: int, seed: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 1000, (40, 30)).astype(np.float32)
    steps = Preprocessing((*CHANNELS, *WITH_VALUES), 32)
    assert np.array_equal(steps.apply(pixels), steps.apply(pixels * factor + offset))


@pytest.mark.parametrize(
    ("channel", "digest"), [("equalised", "78cc972eb799c2e5"), ("stretched", "960ae9ab7a6378fd")]
)
def test_what_the_first_networks_were_trained_on_stays_bit_for_bit(
    channel: str, digest: str
) -> None:
    rows, columns = np.mgrid[:96, :96]
    pixels = ((rows * 37 + columns * columns * 11) % 997).astype(np.float32)
    seen = Preprocessing((channel,), 96).apply(pixels).astype("<f4")
    assert hashlib.sha256(seen.tobytes()).hexdigest()[:16] == digest


def test_clahe_stays_what_scikit_image_makes_of_the_levels(head: NDArray[np.float32]) -> None:
    square = head[:80]
    expected = equalize_adapthist(grey_levels(square), clip_limit=0.01).astype(np.float32)
    assert np.array_equal(Preprocessing(("clahe",), 80).apply(square)[..., 0], expected)


def test_a_channel_without_values_means_its_defaults() -> None:
    assert Channel.parse("percentile") == Channel.parse("percentile:0.5:99.5")
    assert Channel.parse("clahe").parameters == {"clip_limit": 0.01, "tiles": 8}
    assert Channel.parse("percentile:2").parameters == {"low": 2, "high": 99.5}


def test_the_values_of_a_channel_reach_its_view(head: NDArray[np.float32]) -> None:
    square = head[:80]
    seen = Preprocessing(("percentile:10:90",), 80).apply(square)[..., 0]
    places = (square - square.min()).astype(np.float64) / np.ptp(square)
    assert np.array_equal(seen, percentile(places, 10, 90))
    assert not np.array_equal(seen, percentile(places))


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        ("zscore:5:5", "zscore takes 1 values, found 2"),
        ("percentile:99:1", "each value must be above the one before"),
        ("percentile:-1", "low must be from 0 to 100 .default 0.5., found -1"),
        ("clahe:much", "clip_limit must be from 0.001 to 1 .default 0.01., found much"),
        ("zscore:nan", "clip must be from 0.1 to 100 .default 5., found nan"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_when_the_channel_is_named(
    channel: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^channel {channel}: {sentence}"):
        Preprocessing((channel,), 64)


@pytest.mark.parametrize("shape", [(96, 96), (120, 80), (80, 121), (512, 512), (40, 40)])
def test_a_mask_keeps_its_place_and_its_shape_on_the_way_there_and_back(
    shape: tuple[int, int],
) -> None:
    mask = disc(shape, (shape[0] * 0.4, shape[1] * 0.6), min(shape) / 4)
    steps = Preprocessing(("equalised",), 64)
    back = steps.restore(steps.mask(mask), shape) >= 0.5
    assert 2 * np.count_nonzero(back & mask) / (back.sum() + mask.sum()) > 0.97


def test_a_slice_of_the_input_size_passes_unchanged() -> None:
    mask = disc((64, 64), (20, 30), 9)
    assert np.array_equal(Preprocessing(("equalised",), 64).mask(mask), mask)


@pytest.mark.parametrize("channels", [(), ("sharpened",), ("equalised", "sharpened")])
def test_a_channel_that_is_not_known_is_refused_by_name(channels: tuple[str, ...]) -> None:
    known = "equalised, stretched, clahe, percentile, zscore"
    with pytest.raises(ValueError, match=f"must be among {known}; found (sharpened|none)$"):
        Preprocessing(channels, 64)
