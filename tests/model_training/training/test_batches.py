"""What a network is shown in an epoch depends on the seed alone."""

from __future__ import annotations

import numpy as np
import pytest

from model_training.data.examples import Examples
from model_training.training.batches import Batches


def make_examples(count: int = 5, size: int = 8) -> Examples:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, size, size, 1)).astype(np.uint8)
    images[:, 0, 0, 0] = np.arange(count)  # which one it is
    names = np.array([str(number) for number in range(count)])
    return Examples(images, images[..., 0], names, names, names)


def leave(
    images: np.ndarray, masks: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    return images, masks


def draw(
    images: np.ndarray, masks: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    return images + rng.random(), masks


def shown(batches: Batches) -> list[int]:
    """Return the numbers of the slices in the order in which they are shown."""
    firsts = [batches[index][0][:, 0, 0, 0] for index in range(len(batches))]
    return np.concatenate(firsts).tolist()


def test_every_slice_is_shown_in_every_epoch() -> None:
    assert sorted(shown(Batches(make_examples(6), 2, (0, 0, 0), leave))) == list(range(6))


def test_a_last_batch_that_would_be_short_is_filled_up() -> None:
    order = shown(Batches(make_examples(5), 3, (0, 0, 0), leave))
    assert len(order) == 6
    assert set(order) == set(range(5))


def test_a_batch_larger_than_the_data_is_filled_up_too() -> None:
    assert len(shown(Batches(make_examples(2), 5, (0, 0, 0), leave))) == 5


def test_the_same_seed_brings_the_same_batches_in_any_order() -> None:
    one, other = (Batches(make_examples(), 2, (3, 0, 1), draw) for _ in range(2))
    later = [other[index][0] for index in (2, 1, 0)]
    assert all(np.array_equal(one[i][0], later[2 - i]) for i in range(3))


@pytest.mark.parametrize("seed", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_another_seed_stage_or_epoch_brings_other_batches(seed: tuple[int, int, int]) -> None:
    first = Batches(make_examples(), 5, (0, 0, 0), draw)[0][0]
    assert not np.array_equal(first, Batches(make_examples(), 5, seed, draw)[0][0])
