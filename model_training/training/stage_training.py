"""One stage of a training: its epochs one after the other, each kept before the next begins."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from functools import partial

import keras
import numpy as np

from model_training.data.examples import Examples
from model_training.recipes.parts import build, freeze, loss_of
from model_training.recipes.recipe import Recipe, Stage
from model_training.runs.checkpoint import Checkpoint, read_state, restore_state, save_checkpoint
from model_training.runs.curves import Row, write_curves
from model_training.runs.display import Clock, Watch, bar, duration
from model_training.runs.job import Job
from model_training.runs.progress import Progress
from model_training.training.averaging import averaged_weights, estimate_statistics
from model_training.training.batches import Batches, augmentation
from model_training.training.devices import Devices, worth_compiling
from model_training.training.memory import parts_of_batch
from model_training.training.monitor import mean_dice
from model_training.training.schedule import make_optimiser

STATISTICS_BATCHES = 16  # from which batch normalisation is measured for averaged weights
PLAIN_SLICES, PLAIN_AT_ONCE = 480, 24  # from which it is measured as a prediction meets them


def start_stage(
    recipe: Recipe, stage: Stage, batches: int, parts: int = 1, devices: int = 1
) -> keras.Model:
    """Return the recipe's network, compiled for a stage with that many batches an epoch.

    Raises
    ------
    ValueError
        If the recipe's network or loss cannot be made, see `check_parts`.
    """
    model = build(recipe, stage.image_size)
    freeze(model, recipe.frozen)
    model.compile(
        make_optimiser(recipe, stage, batches, parts),
        loss_of(recipe),
        jit_compile=worth_compiling(devices),
    )
    model.optimizer.build(model.trainable_variables)
    # Else JAX and PyTorch build the loss from the first batch, which then comes last in its epoch:
    # a run that goes on would see another order than one that never stopped.
    nothing = keras.ops.zeros((1, *model.output_shape[1:]))
    weighted = [nothing, nothing] if recipe.clicks else [nothing]  # their weight is the last map
    model.compute_loss(y=keras.ops.concatenate(weighted, axis=-1), y_pred=nothing)
    return model


class StageTraining:
    """The network that is trained, the one that is measured, and their data.

    Parameters
    ----------
    job : Job
    number : int
        Of the stage, from 0.
    training, validation : Examples
    devices : Devices
    clock : Clock
        Counts pixels that were trained on.
    """

    def __init__(
        self,
        job: Job,
        number: int,
        training: Examples,
        validation: Examples,
        devices: Devices,
        clock: Clock,
    ) -> None:
        self._job = job
        self._number = number
        self._stage = job.recipe.stages[number]
        self._training = training
        self._validation = validation
        self._devices = devices
        self._clock = clock
        self._parts = parts_of_batch(job.recipe, self._stage)
        self._augment = partial(augmentation(), settings=job.recipe.augmentation_in(self._stage))

    def run(self, before: Checkpoint | None, initial: list[np.ndarray] | None) -> Checkpoint:
        """Train what is left of the stage and return its last checkpoint.

        Parameters
        ----------
        before : Checkpoint or None
            The newest of the run, of this stage or the one before it.
        initial : list of array or None
            Weights to begin the first stage with.

        Raises
        ------
        ValueError
            If the loss or a weight becomes no number, or the checkpoint is of another network.
        WriteError
            If the disk takes no more.
        """
        recipe = self._job.recipe
        self._evaluation_model = build(recipe, self._stage.image_size, dropout=False)
        freeze(self._evaluation_model, recipe.frozen)
        self._model = self._network(before, initial)
        now = before
        for epoch in range(self._epochs_done(before), self._stage.epochs):
            now = self._epoch(epoch, now)
            if now.progress.stage_is_over(recipe):
                break
        assert now is not None
        return now

    def _network(self, before: Checkpoint | None, initial: list[np.ndarray] | None) -> keras.Model:
        """Return the network as the last checkpoint left it, or at the start of the stage."""
        recipe, batches = self._job.recipe, len(self._batches(0))
        with self._devices.together():
            # The same start, whether the stages before were trained in this process or not.
            keras.utils.set_random_seed(recipe.seed + self._number)
            model = start_stage(recipe, self._stage, batches, self._parts, self._devices.count)
            if before and before.progress.stage == self._number:
                restore_state(model, before.state)
            elif weights := before.best if before else initial:
                model.set_weights(weights)
        return model

    def _epochs_done(self, before: Checkpoint | None) -> int:
        here = before is not None and before.progress.stage == self._number
        done = before.progress.epoch if before and here else 0
        self._job.say(
            f"stage {self._number + 1} of {len(self._job.recipe.stages)}: "
            f"{len(self._training)} slices of {self._stage.image_size} px, "
            f"epochs {done + 1} to {self._stage.epochs}"
        )
        return done

    def _batches(self, epoch: int) -> Batches:
        recipe = self._job.recipe
        seed = (recipe.seed, self._number, epoch)
        size = recipe.batch_size // self._parts
        return Batches(self._training, size, seed, self._augment, self._job.workers)

    def _epoch(self, epoch: int, before: Checkpoint | None) -> Checkpoint:
        """Train one epoch, measure, keep."""
        batches = self._batches(epoch)
        loss = self._fit(batches, epoch, before.progress if before else Progress())
        rate = float(keras.ops.convert_to_numpy(self._model.optimizer.learning_rate))
        measured = self._evaluation_is_due(epoch + 1)
        dice = self._measure(batches) if measured else None
        row = Row(self._number + 1, epoch + 1, loss, dice, rate, time.time())
        self._refuse_broken_weights(row)
        progress = (before.progress if before else Progress()).after(row)
        best = before.best if before else []
        if measured and progress.is_best:
            best = self._evaluation_model.get_weights()
        now = Checkpoint(progress, read_state(self._model), best)
        save_checkpoint(self._job.run, now)
        write_curves(self._job.run, progress.rows)
        self._job.say(self._line(row))
        return now

    def _fit(self, batches: Batches, epoch: int, progress: Progress) -> float:
        """Return the mean loss of an epoch; ValueError if it is no number."""
        dice = "" if progress.best_dice is None else f", best Dice {progress.best_dice:.3f}"

        def show(share: float, loss: float) -> None:
            left = self._left(epoch + share)
            self._job.show(
                f"stage {self._number + 1} epoch {epoch + 1}/{self._stage.epochs} {bar(share)} "
                f"loss {loss:.4f}{dice}, {left} left"
            )

        with self._devices.together():
            history = self._model.fit(
                batches,
                epochs=epoch + 1,
                initial_epoch=epoch,
                shuffle=False,  # Batches has done so, by a seed that a resumed run knows
                verbose=0,
                callbacks=[Watch(len(batches), show)],
            )
        loss = float(history.history["loss"][-1])
        if not math.isfinite(loss):
            raise ValueError(self._broken(f"the loss became {loss}", epoch + 1))
        return loss

    def _refuse_broken_weights(self, row: Row) -> None:
        """Keep no epoch whose last step broke the weights: the loss does not know of it yet."""
        weights = [*self._model.get_weights(), *averaged_weights(self._model)]
        if not all(np.isfinite(one).all() for one in weights):
            raise ValueError(self._broken("a weight became no number", row.epoch))

    def _broken(self, what: str, epoch: int) -> str:
        return (
            f"{what} in epoch {epoch} of stage {self._number + 1}; the epochs before it are kept "
            f"in {self._job.run}; lower the learning rate, in a new folder with this one as "
            "initial_weights if they are to count"
        )

    def _evaluation_is_due(self, done: int) -> bool:
        recipe = self._job.recipe
        if done == self._stage.epochs:
            return True
        return bool(len(self._validation)) and done % recipe.validate_every == 0

    def _measure(self, batches: Batches) -> float | None:
        """Average the weights into the evaluation model; return its Dice on the validation side."""
        self._evaluation_model.set_weights(averaged_weights(self._model))
        if self._job.recipe.statistics == "plain":
            estimate_statistics(self._evaluation_model, self._plain_images())
        elif self._job.recipe.averaging:
            estimate_statistics(self._evaluation_model, batches.some_images(STATISTICS_BATCHES))
        if not len(self._validation):
            return None
        return mean_dice(self._evaluation_model, self._validation, self._job.recipe.threshold)

    def _plain_images(self) -> Iterator[np.ndarray]:
        """Yield slices of the training side, patients mixed, as a prediction sees them."""
        order = np.random.default_rng(self._job.recipe.seed).permutation(len(self._training))
        chosen = order[:PLAIN_SLICES]
        for part in np.array_split(chosen, math.ceil(len(chosen) / PLAIN_AT_ONCE)):
            yield self._training.images[part] / np.float32(255)

    def _left(self, epochs: float) -> str:
        return duration(self._clock.left(work(self._job.recipe, self._number, epochs)))

    def _line(self, row: Row) -> str:
        measured = "" if row.dice is None else f", validation Dice {row.dice:.4f}"
        return (
            f"stage {row.stage} epoch {row.epoch}: loss {row.loss:.4f}{measured}, "
            f"{self._left(row.epoch)} left"
        )


def work(recipe: Recipe, stage: int, epochs: float) -> float:
    """Return the work, in pixels of each slice, of the stages before and `epochs` of this one."""
    before = sum(one.epochs * one.image_size**2 for one in recipe.stages[:stage])
    return before + epochs * recipe.stages[stage].image_size ** 2
