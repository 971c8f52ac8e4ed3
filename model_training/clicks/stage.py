"""One stage of a corrector's training: the network itself answers the clicks it learns from."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np

from model_training.clicks.lessons import Lessons
from model_training.clicks.starts import load_starts, no_starts
from model_training.runs.display import bar
from model_training.runs.progress import Progress
from model_training.training.averaging import averaged_weights, estimate_statistics
from model_training.training.stage_training import STATISTICS_BATCHES, StageTraining


class ClickStage(StageTraining):
    """As `StageTraining`; batches are made one by one, since their clicks depend on the network."""

    def _batches(self, epoch: int) -> Any:
        recipe, names = self._job.recipe, self._training.names.tolist()
        assert recipe.clicks is not None
        folder = self._job.starts
        return Lessons(
            self._training,
            load_starts(folder, names) if folder else no_starts(len(names)),
            recipe.clicks,
            recipe.augmentation_in(self._stage),
            self._stage.image_size,
            recipe.batch_size,
            recipe.threshold,
            (recipe.seed, self._number, epoch),
        )

    def _fit(self, batches: Any, epoch: int, progress: Progress) -> float:
        """Return the mean loss of an epoch; ValueError if it is no number."""
        losses = []
        with self._devices.together():
            for index in range(len(batches)):
                inputs, targets = batches.make(index, self._answer)
                losses.append(float(self._model.train_on_batch(inputs, targets)))
                self._show(epoch, (index + 1) / len(batches), losses[-1])
        loss = float(np.mean(losses))
        if not math.isfinite(loss):
            raise ValueError(self._broken(f"the loss became {loss}", epoch + 1))
        return loss

    def _answer(self, inputs: np.ndarray) -> np.ndarray:
        return np.asarray(keras.ops.convert_to_numpy(self._model.predict_on_batch(inputs)))

    def _show(self, epoch: int, share: float, loss: float) -> None:
        self._job.show(
            f"stage {self._number + 1} epoch {epoch + 1}/{self._stage.epochs} {bar(share)} "
            f"loss {loss:.4f}, {self._left(epoch + share)} left"
        )

    def _measure(self, batches: Any) -> float | None:
        """Average the weights into the model that is kept; clicks are measured elsewhere."""
        self._evaluation_model.set_weights(averaged_weights(self._model))
        if self._job.recipe.averaging:
            estimate_statistics(self._evaluation_model, batches.some_inputs(STATISTICS_BATCHES))
        return None
