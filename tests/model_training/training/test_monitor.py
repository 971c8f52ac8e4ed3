"""The Dice that is watched while a network is trained."""

from __future__ import annotations

import numpy as np

from model_training.training.monitor import dice_of_stack


def square(top: int, left: int, size: int = 8, shape: tuple[int, ...] = (64, 64)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[top : top + size, left : left + size] = True
    return mask


def test_dice_of_a_stack_is_what_pencil_and_paper_say() -> None:
    masks = np.array([[[1, 1, 0, 0]], [[1, 1, 1, 1]], [[0, 0, 1, 1]]], bool)
    references = np.array([[[0, 1, 1, 1]], [[1, 1, 1, 1]], [[1, 1, 0, 0]]], bool)
    np.testing.assert_allclose(dice_of_stack(masks, references), [2 * 1 / (2 + 3), 1, 0])


def test_a_missed_tumour_scores_0_in_a_stack() -> None:
    reference = square(3, 3)
    assert dice_of_stack(np.zeros((1, 64, 64), bool), reference[None]).tolist() == [0]


def test_a_slice_without_tumour_has_no_dice_in_a_stack_where_none_is_found() -> None:
    empty = np.zeros((64, 64), bool)
    dice = dice_of_stack(np.stack([empty, square(3, 3)]), np.stack([empty, empty]))
    np.testing.assert_array_equal(dice, [np.nan, 0])
