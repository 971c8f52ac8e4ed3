"""How well a network does, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice, Tumour
from model_training.evaluation.measure import measure_slices
from model_training.evaluation.summary import bootstrap_interval, summarise

STEPS = Preprocessing(("stretched",), 64)

scored_slices = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["1", "2", "3", "4"])), min_size=1, max_size=30
)


def square(top: int, left: int, size: int = 8, shape: tuple[int, int] = (64, 64)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[top : top + size, left : left + size] = True
    return mask


def bright(mask: np.ndarray) -> np.ndarray:
    """Pixels in which the mask is by far the lightest tissue."""
    tissue = np.linspace(100, 500, mask.size).reshape(mask.shape)
    return np.where(mask, 1000, tissue).astype(np.float32)


def see(image: np.ndarray) -> np.ndarray:
    """A network that says: what is bright is tumour."""
    return image[..., 0]


def slice_of(
    seen: np.ndarray,
    reference: np.ndarray | None,
    patient: str = "100360",
    tumour: Tumour = Tumour.GLIOMA,
) -> Slice:
    return Slice(bright(seen), reference, patient=patient, tumour=tumour)


def measure(*slices: Any) -> dict[str, Any]:
    return measure_slices(see, STEPS, 0.5, slices)


def test_a_whole_slice_scores_the_dice_of_its_mask() -> None:
    assert measure(slice_of(square(8, 8), square(8, 12)))["mean_dice"] == 0.5


def test_a_missed_tumour_counts_0_in_the_mean_and_as_missed() -> None:
    found, missed = square(8, 8), square(40, 40)
    measured = measure(*[slice_of(found, found)] * 3, slice_of(found, missed))
    assert (measured["mean_dice"], measured["share_missed"]) == (0.75, 0.25)


def test_a_slice_is_measured_at_its_own_size_and_shape() -> None:
    seen = square(100, 30, 40, (256, 128))
    found = measure_slices(see, STEPS, 0.5, [slice_of(seen, seen)])
    assert found["mean_dice"] > 0.95


def test_the_threshold_decides_what_is_tumour() -> None:
    pixels = bright(square(8, 8))
    pixels[30:38, 30:38] = 750
    slice_ = Slice(pixels, square(8, 8), patient="1")
    assert measure_slices(see, STEPS, 0.9, [slice_])["mean_dice"] == 1
    assert measure_slices(see, STEPS, 0.6, [slice_])["mean_dice"] < 1


def test_a_slice_without_a_reference_is_left_out() -> None:
    found = measure(slice_of(square(8, 8), square(8, 8)), slice_of(square(8, 8), None))
    assert found["slices"] == 1


def test_a_slice_where_there_is_no_tumour_and_none_is_seen_is_left_out() -> None:
    nothing = Slice(np.zeros((64, 64), np.float32), np.zeros((64, 64), bool))
    found = measure(slice_of(square(8, 8), square(8, 8)), nothing)
    assert found["slices"] == 1


def test_slices_without_any_reference_are_refused() -> None:
    with pytest.raises(ValueError, match="none of the slices has a reference"):
        measure(slice_of(square(8, 8), None))


def test_scans_of_one_person_count_as_one_patient() -> None:
    mask = square(8, 8)
    found = measure(slice_of(mask, mask, "MR1A"), slice_of(mask, mask, "MR1B"))
    assert (found["slices"], found["patients"]) == (2, 1)


def test_each_kind_has_its_own_mean() -> None:
    scores = np.array([0.2, 0.4, 0.9])
    kinds = np.array(["glioma", "glioma", "pituitary"])
    found = summarise(scores, np.array(["1", "2", "3"]), kinds)
    assert found["mean_dice_by_kind"] == {"glioma": 0.3, "pituitary": 0.9}
    assert (found["mean_dice"], found["median_dice"]) == (0.5, 0.4)


@given(scored_slices)
def test_the_interval_contains_the_mean(slices: Sequence[tuple[float, str]]) -> None:
    scores, patients = map(np.array, zip(*slices, strict=True))
    low, high = bootstrap_interval(scores, patients, rounds=400)
    assert 0 <= low <= scores.mean() + 1e-9
    assert scores.mean() - 1e-9 <= high <= 1


def test_the_interval_is_over_patients_not_over_slices() -> None:
    scores = np.repeat([0.0, 1.0], 100)
    low, high = bootstrap_interval(scores, np.repeat(["1", "2"], 100))
    assert (low, high) == (0, 1)


def test_a_patient_with_many_slices_weighs_as_much_as_its_slices() -> None:
    scores, patients = np.array([1.0] * 98 + [0, 0]), np.array(["1"] * 98 + ["2", "3"])
    means = {bootstrap_interval(scores, patients, 1, seed)[0] for seed in range(60)}
    assert means == {0.0, 98 / 100, 196 / 197, 1.0}


def test_more_patients_make_the_interval_narrower() -> None:
    scores = np.tile([0.3, 0.7], 200)
    few = bootstrap_interval(scores, np.repeat(np.arange(8).astype(str), 50))
    many = bootstrap_interval(scores, np.arange(400).astype(str))
    assert few == (0.5, 0.5)
    assert 0.4 < many[0] < 0.5 < many[1] < 0.6


def test_the_interval_of_one_patient_is_no_wider_than_its_mean() -> None:
    low, high = bootstrap_interval(np.array([0.2, 0.8]), np.array(["1", "1"]))
    assert (low, high) == (0.5, 0.5)


def test_measuring_twice_gives_the_same_interval() -> None:
    scores, patients = np.random.default_rng(0).random(40), np.arange(40).astype(str)
    assert bootstrap_interval(scores, patients) == bootstrap_interval(scores, patients)
