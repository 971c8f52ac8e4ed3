"""Threshold, islands and flips: what they do, and how they are chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.slices import Slice
from model_training.evaluation.measure import choose_on
from model_training.evaluation.postprocess import (
    Choice,
    Grid,
    Postprocess,
    choose,
    dice_grid,
    remove_islands,
)
from model_training.evaluation.predict import FLIPS, Predict, average_over_flips, mean_of, predictor
from model_training.evaluation.runners import BATCH, one_by_one

GRID = Grid(thresholds=(0.3, 0.5, 0.7), islands=(0.0, 0.05), flips=("none", "left-right"))


def table(**best: Any) -> np.ndarray:
    """One slice whose Dice is 0.5, but for what is said of (flips, threshold, island)."""
    values = np.full((1, 2, 3, 2), 0.5)
    for at, value in best.items():
        values[(0, *map(int, at[1:]))] = value
    return values


def test_islands_below_the_share_are_removed() -> None:
    mask = np.zeros((10, 10), bool)
    mask[:3, :3] = mask[8:, 8:] = mask[0, 9] = True
    assert remove_islands(mask, 0.04).sum() == 9 + 4
    assert remove_islands(mask, 0.05).sum() == 9


def test_the_largest_piece_stays_however_small() -> None:
    mask = np.zeros((10, 10), bool)
    mask[2, 2] = mask[5, 5:7] = True
    assert np.argwhere(remove_islands(mask, 0.5)).tolist() == [[5, 5], [5, 6]]


def test_pieces_that_touch_at_a_corner_are_one() -> None:
    mask = np.eye(10, dtype=bool)
    assert remove_islands(mask, 0.1).sum() == 10


masks = arrays.arrays(bool, (7, 9))
levels = arrays.arrays(np.float32, (7, 9), elements=st.sampled_from([0.0, 0.4, 0.6, 0.8]))


@given(levels, levels, masks)
def test_the_table_holds_the_dice_of_the_masks_that_the_settings_make(
    one: np.ndarray, other: np.ndarray, reference: np.ndarray
) -> None:
    found = dice_grid([one, other], reference, GRID)
    for f, probability in enumerate((one, other)):
        for t, threshold in enumerate(GRID.thresholds):
            for i, island in enumerate(GRID.islands):
                score = dice(Postprocess(threshold, island).mask(probability), reference)
                np.testing.assert_equal(found[f, t, i], np.nan if score is None else score)


def test_the_settings_with_the_highest_mean_dice_are_chosen() -> None:
    found = choose(np.concatenate([table(_121=0.9), table(_121=0.7)]), ["1", "2"], GRID)
    assert found.settings == Postprocess(0.7, 0.05, "left-right")
    assert (found.score, found.slices, found.patients) == (0.8, 2, 2)
    assert "2 slices of 2 validation patients" in found.note


def test_among_equals_the_plainest_settings_are_chosen() -> None:
    assert choose(table(), ["1"], GRID).settings == Postprocess(0.5, 0.0, "none")


def test_slices_without_a_dice_do_not_count_in_the_choice() -> None:
    empty = np.full((1, 2, 3, 2), np.nan)
    assert choose(np.concatenate([table(_000=0.8), empty]), ["1", "2"], GRID).score == 0.8


@given(arrays.arrays(float, (5, 2, 3, 2), elements=st.floats(0, 1)), st.permutations(range(5)))
def test_the_order_of_the_validation_slices_changes_no_choice(
    tables: np.ndarray, order: list[int]
) -> None:
    patients = ["1", "1", "2", "3", "4"]
    shuffled = choose(tables[order], [patients[at] for at in order], GRID)
    assert shuffled == choose(tables, patients, GRID)


def test_nothing_is_chosen_on_nobody() -> None:
    with pytest.raises(ValueError, match="no validation slices"):
        choose_on(lambda flips: lambda pixels: [], [], GRID)


def test_a_choice_read_again_is_the_choice() -> None:
    chosen = choose(table(_010=0.9), ["1"], GRID)
    assert Choice.from_dict(chosen.to_dict()) == chosen


def test_a_grid_has_a_plain_corner() -> None:
    with pytest.raises(ValueError, match="begins without islands and flips"):
        Grid(islands=(0.1, 0.0))


def bright(image: np.ndarray) -> np.ndarray:
    return image[..., 0]


def left_only(image: np.ndarray) -> np.ndarray:
    """A network that sees in the left half alone."""
    answer = image[..., 0].copy()
    answer[:, answer.shape[1] // 2 :] = 0
    return answer


def test_flips_are_mirrored_back() -> None:
    inputs = np.random.default_rng(0).random((3, 8, 8, 1)).astype(np.float32)
    for flips in FLIPS:
        found = average_over_flips(one_by_one(bright), inputs, flips)
        np.testing.assert_allclose(found, inputs[..., 0], rtol=1e-6)


def test_a_flip_shows_a_network_what_it_does_not_see_otherwise() -> None:
    inputs = np.ones((1, 4, 4, 1), np.float32)
    found = average_over_flips(one_by_one(left_only), inputs, "left-right")
    np.testing.assert_array_equal(found, np.full((1, 4, 4), 0.5))


def test_an_ensemble_is_the_mean_probability_whatever_the_sizes_of_its_networks() -> None:
    def always(value: float, size: int) -> Predict:
        steps = Preprocessing(("stretched",), size)
        return predictor(lambda batch: np.full(batch.shape[:3], value, np.float32), steps)

    found = mean_of([always(0.2, 16), always(0.6, 32)])([np.ones((24, 20), np.float32)])
    np.testing.assert_allclose(found[0], np.full((24, 20), 0.4), rtol=1e-6)


def test_threshold_is_chosen_alone_and_together_with_island_and_flips() -> None:
    pixels = np.linspace(100, 500, 64 * 64, dtype=np.float32).reshape(64, 64)
    pixels[8:24, 8:24], pixels[50:52, 50:52] = 1000, 1000
    reference = np.zeros((64, 64), bool)
    reference[8:24, 8:24] = True
    slices = [("a", Slice(pixels, reference, patient="1"))] * (BATCH + 1)
    steps = Preprocessing(("stretched",), 64)
    grid = Grid(thresholds=(0.9,), islands=(0.0, 0.01), flips=("none",))
    plain, full = choose_on(lambda flips: predictor(one_by_one(bright), steps, flips), slices, grid)
    assert (plain.settings.smallest_island, full.settings.smallest_island) == (0.0, 0.01)
    assert plain.score is not None
    assert full.score is not None
    assert plain.score < full.score == 1
    assert plain.slices == BATCH + 1
