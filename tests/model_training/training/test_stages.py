"""The stages of a run: what each sees, when it ends, and what it refuses."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from model_training.__main__ import main
from model_training.augment import AugmentSettings
from model_training.data.examples import Examples
from model_training.data.folds import FOLDS, Folds, make_folds
from model_training.data.sources import find_examples
from model_training.recipes.recipe import Stage
from model_training.runs.checkpoint import load_checkpoint
from model_training.runs.run_folder import is_finished
from model_training.training import batches, stage_training
from model_training.training import run as training
from model_training.training.run import run_job
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import (
    TWO_STAGES,
    job_of,
    kept_checkpoint,
    kept_progress,
    small,
)

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("keras_as_it_was", "quick_trainings")]


def test_a_loss_that_is_no_number_is_a_sentence_and_what_was_before_stays(
    data: Path, tmp_path: Path
) -> None:
    recipe = small(stages=(Stage(16, 1, 0.01), Stage(16, 3, 1e38)), averaging=0.0)
    with pytest.raises(ValueError, match=r"the loss became nan in epoch \d of stage 2; the epochs"):
        run_job(job_of(data, tmp_path, recipe))
    kept = kept_checkpoint(tmp_path)
    assert all(math.isfinite(row.loss) for row in kept.progress.rows)
    assert kept.progress.rows[0].stage == 1


def measured(patch: pytest.MonkeyPatch, *dice: float) -> None:
    """Find that Dice after one epoch after the other, and train nothing."""
    found = iter(dice)
    patch.setattr(stage_training, "mean_dice", lambda *arguments: next(found))
    patch.setattr(stage_training.StageTraining, "_fit", lambda *arguments: 0.5)


def test_early_stopping_ends_a_stage_and_keeps_its_best_epoch(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, 0.1, 0.5, 0.4, 0.3, 0.2)
    recipe = small(stages=(Stage(16, 5, 0.01),), early_stopping=2)
    run_job(job_of(data, tmp_path, recipe))
    progress = kept_progress(tmp_path)
    assert (progress.epoch, progress.best_epoch) == (4, 2)
    assert is_finished(tmp_path)


def test_each_stage_varies_its_slices_in_its_own_way(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    whole = batches.augment

    def noted(
        images: np.ndarray, masks: np.ndarray, rng: np.random.Generator, settings: AugmentSettings
    ) -> Any:
        seen.append(settings.paste_chance)
        return whole(images, masks, rng, settings)

    monkeypatch.setattr(batches, "augment", noted)
    second = Stage(16, 1, 0.01, augmentation={"paste_chance": 0.0})
    stages = (Stage(16, 1, 0.01), second)
    run_job(job_of(data, tmp_path, small(stages=stages, augmentation={"paste_chance": 0.4})))
    assert [chance for chance, _ in itertools.groupby(seen)] == [0.4, 0.0]


def test_nobody_who_is_held_out_is_looked_at_while_training(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = set()
    whole = stage_training.mean_dice

    def noted(model: keras.Model, examples: Examples, threshold: float) -> Any:
        looked_at.update(examples.patients.tolist())
        return whole(model, examples, threshold)

    monkeypatch.setattr(stage_training, "mean_dice", noted)
    recipe = small(stages=(Stage(16, 1, 0.01),))
    sides = training.sides_of_run(recipe, find_examples(data), tmp_path)
    run_job(job_of(data, tmp_path, recipe))
    assert looked_at == set(sides.validation.patients)


def test_an_epoch_whose_last_step_broke_the_weights_is_not_kept(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = stage_training.StageTraining._fit

    def fit_and_break(self: Any, *arguments: Any) -> float:
        loss = fit(self, *arguments)
        first, *others = self._model.get_weights()
        self._model.set_weights([np.full_like(first, np.inf), *others])
        return loss

    monkeypatch.setattr(stage_training.StageTraining, "_fit", fit_and_break)
    with pytest.raises(ValueError, match=r"a weight became no number in epoch 1 .* lower the lear"):
        run_job(job_of(data, tmp_path))
    assert load_checkpoint(tmp_path) is None


def test_a_network_of_a_record_wise_split_is_not_handed_over(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = small(stages=(Stage(16, 1, 0.01),), split="record")
    run_job(job_of(data, tmp_path / "run", recipe))
    names = [str(data), str(tmp_path / "run"), str(tmp_path / "bundle")]
    assert main(["export", *names]) == 1
    assert "slices of one patient on both sides of its split" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()


def test_early_stopping_waits_for_the_next_look(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, 0.1, 0.5, 0.4, 0.3)
    recipe = small(stages=(Stage(16, 8, 0.01),), early_stopping=1, validate_every=2)
    run_job(job_of(data, tmp_path, recipe))
    progress = kept_progress(tmp_path)
    assert (progress.epoch, progress.best_epoch) == (6, 4)


def test_an_attempt_that_failed_before_its_first_epoch_does_not_claim_the_folder(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="there is no"):
        run_job(job_of(data, tmp_path, small(initial_weights="none.keras")))
    recipe = small(stages=(Stage(16, 1, 0.01),), folds=2)
    run_job(job_of(data, tmp_path, recipe))
    assert is_finished(tmp_path)


def test_folds_of_somebodys_own_survive_an_attempt_that_failed(data: Path, tmp_path: Path) -> None:
    own = make_folds("patient", find_examples(data), TWO_STAGES.folds, TWO_STAGES.seed)
    own.save(tmp_path / FOLDS)
    with pytest.raises(ValueError, match="there is no"):
        run_job(job_of(data, tmp_path, small(initial_weights="none.keras")))
    assert Folds.load(tmp_path / FOLDS) == own


def test_a_recipe_of_an_unknown_network_is_refused_before_a_folder_is_made(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="network must be one of unet"):
        run_job(job_of(data, tmp_path / "run", small(network="transformer")))
    assert not (tmp_path / "run").exists()
