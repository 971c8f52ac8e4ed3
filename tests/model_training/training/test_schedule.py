"""How fast a network learns in the course of a stage."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from model_training.recipes.recipe import Stage
from model_training.training.schedule import learning_rates


def rates(stage: Stage, steps: int, warm_up_epochs: float) -> list[float]:
    schedule = learning_rates(stage, steps, warm_up_epochs)
    last = stage.epochs * steps
    return [float(schedule(step)) for step in range(last + 1)]


def test_the_learning_rate_rises_to_its_peak_and_falls_to_its_end() -> None:
    found = rates(Stage(16, 10, 0.01, 0.001), 10, warm_up_epochs=1)
    assert found[0] == pytest.approx(0.0005)
    assert np.argmax(found) == 10
    assert found[10] == pytest.approx(0.01)
    assert found[-1] == pytest.approx(0.001)
    assert all(a > b for a, b in itertools.pairwise(found[10:]))


def test_the_warm_up_of_a_short_stage_is_a_tenth_of_it() -> None:
    assert np.argmax(rates(Stage(16, 2, 0.01), 10, warm_up_epochs=5)) == 2
