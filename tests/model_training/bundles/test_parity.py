"""A bundle is handed over only if both engines answer alike."""

from __future__ import annotations

import numpy as np
import pytest

from model_training.bundles.parity import compare_runners


def test_a_network_that_answers_no_number_is_not_handed_over() -> None:
    image = np.zeros((2, 2, 1), np.float32)
    with pytest.raises(ValueError, match="answer is no number: its weights are broken"):
        compare_runners(lambda i: i[..., 0], lambda i: i[..., 0] + np.nan, [image], 0.5)


def test_engines_that_disagree_are_refused() -> None:
    image = np.full((8, 8, 1), 0.5, np.float32)
    with pytest.raises(ValueError, match="the engines disagree"):
        compare_runners(lambda i: i[..., 0], lambda i: i[..., 0] + 0.01, [image], 0.9)


def test_a_mask_that_differs_is_refused_however_little_the_probabilities_do() -> None:
    image = np.full((8, 8, 1), 0.5, np.float32)
    with pytest.raises(ValueError, match="64 of 64 pixels"):
        compare_runners(lambda i: i[..., 0], lambda i: i[..., 0] - 1e-4, [image], 0.5)
