"""What the network said, kept for the session."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.review.prediction_cache import PredictionCache, PredictionView
from tests.strategies import probabilities


@pytest.fixture
def cache() -> PredictionCache:
    return PredictionCache()


def slice_of(shape: tuple[int, int], reference: Mask | None = None, level: float = 0.0) -> Slice:
    return Slice(np.full(shape, level, np.float32), reference)


def spot(value: float = 0.9) -> Probability:
    probability = np.zeros((12, 17), np.float32)
    probability[3:6, 4:8] = value
    return Probability(probability)


def held(cache: PredictionCache, slice_: Slice) -> PredictionView:
    """Return a prediction that is there."""
    view = cache.get(slice_.digest)
    assert view is not None
    return view


@given(probabilities())
def test_the_mask_in_the_cache_is_the_mask_that_was_predicted(probability: Probability) -> None:
    cache, slice_ = PredictionCache(), slice_of(probability.shape)
    prediction = Prediction(probability, 0.5)
    cache.put(slice_, prediction)
    view = held(cache, slice_)
    np.testing.assert_array_equal(view.mask, prediction.mask)
    assert view.risk == prediction.risk


@given(probabilities())
def test_the_probability_is_kept_to_the_percent(probability: Probability) -> None:
    cache, slice_ = PredictionCache(), slice_of(probability.shape)
    cache.put(slice_, Prediction(probability, 0.5))
    percent = held(cache, slice_).percent
    assert percent is not None
    assert percent.dtype == np.uint8
    assert np.abs(percent - probability * 100).max() <= 0.5 + 1e-4


def test_the_threshold_decides_not_the_rounded_percent(cache: PredictionCache) -> None:
    slice_ = slice_of((12, 17))
    cache.put(slice_, Prediction(spot(0.498), 0.5))
    assert not held(cache, slice_).mask.any()


def test_a_slice_that_was_not_predicted_is_not_in_the_cache(cache: PredictionCache) -> None:
    cache.put(slice_of((12, 17), level=1), Prediction(spot(), 0.5))
    other = slice_of((12, 17), level=2)
    assert other.digest not in cache
    assert cache.get(other.digest) is None


def test_a_newer_prediction_takes_the_place_of_the_older(cache: PredictionCache) -> None:
    slice_ = slice_of((12, 17))
    cache.put(slice_, Prediction(spot(0.9), 0.5))
    cache.put(slice_, Prediction(spot(0.2), 0.5))
    assert len(cache) == 1
    assert not held(cache, slice_).mask.any()


def test_another_network_empties_the_cache(cache: PredictionCache) -> None:
    slice_ = slice_of((12, 17))
    cache.put(slice_, Prediction(spot(), 0.5))
    cache.clear()
    assert (len(cache), slice_.digest in cache) == (0, False)


@pytest.mark.parametrize("part", ["mask", "percent"])
def test_nothing_can_be_drawn_on_a_prediction(cache: PredictionCache, part: str) -> None:
    slice_ = slice_of((12, 17))
    cache.put(slice_, Prediction(spot(), 0.5))
    with pytest.raises(ValueError, match="read-only"):
        getattr(held(cache, slice_), part)[0, 0] = 1


def test_a_prediction_of_a_real_size_takes_a_few_kilobytes(cache: PredictionCache) -> None:
    rows, columns = np.mgrid[:512, :512]
    probability = np.exp(-((rows - 200) ** 2 + (columns - 300) ** 2) / 900).astype(np.float32)
    slice_ = slice_of((512, 512))
    cache.put(slice_, Prediction(Probability(probability), 0.5))
    (packed,) = cache._packed.values()
    assert len(packed.mask) + len(packed.percent or b"") < 16_000
    assert packed.percent


def test_a_folder_that_is_predicted_leaves_ready_what_is_shown(cache: PredictionCache) -> None:
    slices = [slice_of((12, 17), level=level) for level in range(20)]
    for slice_ in slices:
        cache.put(slice_, Prediction(spot(), 0.5))
    shown = held(cache, slices[0])
    for slice_ in slices[1:]:
        assert cache.once(slice_.digest) is not None
    assert held(cache, slices[0]) is shown
