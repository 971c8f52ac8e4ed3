"""How far a run has come, and which epoch is kept."""

from __future__ import annotations

from typing import Any

import pytest

from model_training.recipes.recipe import Stage
from model_training.runs.progress import Progress
from tests.model_training.run_factory import row, small


def progress_after(*dice: Any) -> Progress:
    progress = Progress()
    for epoch, one in enumerate(dice, 1):
        progress = progress.after(row(epoch, one))
    return progress


def test_the_best_epoch_is_that_of_the_best_validation_dice() -> None:
    progress = progress_after(0.2, 0.6, 0.4)
    assert (progress.best_epoch, progress.best_dice, progress.is_best) == (2, 0.6, False)


def test_without_validation_the_last_epoch_is_kept() -> None:
    assert progress_after(None, None).is_best


def test_an_epoch_that_was_not_measured_is_not_better() -> None:
    assert progress_after(0.2, None).best_epoch == 1


def test_each_stage_has_a_best_epoch_of_its_own() -> None:
    progress = progress_after(0.9).after(row(1, 0.3, stage=2))
    assert (progress.stage, progress.best_epoch, progress.best_dice) == (1, 1, 0.3)


@pytest.mark.parametrize(
    ("dice", "over"), [((0.5, 0.4), False), ((0.5, 0.4, 0.4), True), ((0.5, 0.4, 0.6), False)]
)
def test_a_stage_ends_early_when_it_has_waited_long_enough(
    dice: tuple[float, ...], over: bool
) -> None:
    recipe = small(stages=(Stage(16, 9, 0.01),), early_stopping=2)
    assert progress_after(*dice).stage_is_over(recipe) is over
    assert not progress_after(*dice).stage_is_over(small(stages=recipe.stages))


def test_a_progress_is_read_as_it_was_written_and_so_is_that_of_older_versions() -> None:
    progress = progress_after(0.1234567890123, None)
    assert Progress.from_json(progress.to_json()) == progress
    assert Progress.from_json('{"stage": 2, "epoch": 6}') == Progress(2, 6)
