"""Train a network by a recipe; every epoch is on disk and a killed run goes on from there."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from brainseg_gui.core.preprocess import Preprocessing
from brainseg_gui.core.slices import patient_group
from brainseg_gui.files.atomic import write_atomically
from model_training.augment import augment
from model_training.evaluation import mean_dice
from model_training.examples import Examples, load_examples
from model_training.folds import deal_folds, refuse_shared_patients
from model_training.losses import CrossEntropyAndDice
from model_training.networks import build_unet
from model_training.recipe import Recipe, Stage

RECIPE, STATE, NETWORK, CURVE = "recipe.json", "state.json", "network.keras", "curve.csv"
VALIDATE_EVERY = 4


@dataclass(frozen=True)
class Progress:
    """How far a run has come: `epoch` epochs of stage number `stage` are done."""

    stage: int = 0
    epoch: int = 0

    @classmethod
    def load(cls, run: Path) -> Progress:
        """Read the state of a run folder; a new run has done nothing."""
        try:
            return cls(**json.loads((run / STATE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls()


@dataclass(frozen=True)
class Split:
    """Training and held-out slices of one fold; no patient group on both sides."""

    training: Examples
    held_out: Examples


def train(recipe: Recipe, paths: list[Path], run: Path, say: Callable[[str], None]) -> keras.Model:
    """Train, or go on training, and return the finished network.

    Parameters
    ----------
    recipe : Recipe
    paths : list of Path
        Every `.mat` slice of the data set; the recipe says which fold is left out.
    run : Path
        Folder for recipe, checkpoint, curve and cache.
    say : callable
        Takes one line for the user.

    Raises
    ------
    ValueError
        If the run folder belongs to another recipe, or a patient stands on both sides.
    """
    run.mkdir(parents=True, exist_ok=True)
    _claim(run, recipe)
    keras.utils.set_random_seed(recipe.seed)
    keras.config.set_dtype_policy(recipe.precision)
    progress = Progress.load(run)
    model = keras.models.load_model(run / NETWORK) if (run / NETWORK).exists() else None
    for number in range(progress.stage, len(recipe.stages)):
        stage = recipe.stages[number]
        done = progress.epoch if number == progress.stage else 0
        if done == stage.epochs:
            continue
        split = load_split(recipe, paths, stage, run / "cache")
        say(
            f"stage {number + 1} of {len(recipe.stages)}: {len(split.training)} slices "
            f"of {stage.image_size} px, epochs {done + 1} to {stage.epochs}"
        )
        batches = Batches(split.training, recipe, number, done)
        if model is None or done == 0:
            model = start_stage(recipe, stage, len(batches), model)
        model.fit(
            batches,
            epochs=stage.epochs,
            initial_epoch=done,
            verbose=0,
            callbacks=[Keep(run, number, split.held_out, recipe, say)],
        )
    assert model is not None
    return model


def load_split(recipe: Recipe, paths: list[Path], stage: Stage, cache: Path) -> Split:
    """Return the stage's examples, split by patient group."""
    steps = Preprocessing(recipe.channels, stage.image_size)
    everything = load_examples(paths, steps, cache)
    fold_of = deal_folds(
        everything.patients.tolist(), everything.kinds.tolist(), recipe.folds, recipe.seed
    )
    held_out = in_fold(everything, fold_of, recipe.held_out_fold)
    training = everything.take(~held_out)
    refuse_shared_patients(training.patients.tolist(), everything.patients[held_out].tolist())
    return Split(training, everything.take(held_out))


def in_fold(examples: Examples, fold_of: dict[str, int], fold: int) -> np.ndarray:
    """Return (N,) bool: True where the slice's patient group lies in `fold`."""
    return np.array([fold_of[patient_group(patient)] == fold for patient in examples.patients])


def build(recipe: Recipe, image_size: int, *, normalise: bool = True) -> keras.Model:
    """Return the recipe's untrained network for one image size."""
    return build_unet(
        image_size,
        len(recipe.channels),
        feature_maps=recipe.feature_maps,
        max_feature_maps=recipe.max_feature_maps,
        depth=recipe.depth,
        dropout=recipe.dropout,
        normalise=normalise,
    )


def start_stage(
    recipe: Recipe, stage: Stage, steps: int, trained: keras.Model | None
) -> keras.Model:
    """Return a compiled network for the stage, with the weights of the stage before."""
    model = build(recipe, stage.image_size)
    if trained is not None:
        model.set_weights(trained.get_weights())
    total = stage.epochs * steps
    schedule = keras.optimizers.schedules.CosineDecay(
        stage.learning_rate / 20,
        total,
        alpha=stage.final_learning_rate / stage.learning_rate,
        warmup_target=stage.learning_rate,
        warmup_steps=max(1, min(2 * steps, total // 10)),
    )
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay, clipnorm=1.0),
        CrossEntropyAndDice(recipe.cross_entropy_weight, recipe.dice_weight),
        # XLA on a CPU is slower than the backend's own kernels; JAX knows nothing else.
        jit_compile=keras.config.backend() == "jax",
    )
    return model


class Batches(keras.utils.PyDataset):
    """Augmented batches in an order that depends only on seed, stage and epoch."""

    def __init__(self, examples: Examples, recipe: Recipe, stage: int, epoch: int) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self._examples = examples
        self._size = recipe.batch_size
        self._seed = (recipe.seed, stage)
        self._epoch = epoch
        self._shuffle()

    def __len__(self) -> int:
        return math.ceil(len(self._examples) / self._size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self._order[index * self._size : (index + 1) * self._size]
        if len(chosen) < self._size:  # a full last batch: one compiled shape, even weights
            chosen = np.concatenate([chosen, self._order[: self._size - len(chosen)]])
        images = self._examples.images[chosen].astype(np.float32) / 255
        masks = self._examples.masks[chosen, ..., None].astype(np.float32) / 255
        rng = np.random.default_rng((*self._seed, self._epoch, index))
        return augment(images, masks, rng)

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch."""
        self._epoch += 1
        self._shuffle()

    def _shuffle(self) -> None:
        rng = np.random.default_rng((*self._seed, self._epoch))
        self._order = rng.permutation(len(self._examples))


class Keep(keras.callbacks.Callback):
    """After every epoch: checkpoint, a row of the curve, a line for the user."""

    def __init__(
        self,
        run: Path,
        stage: int,
        held_out: Examples,
        recipe: Recipe,
        say: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._run = run
        self._stage = stage
        self._held_out = held_out
        self._recipe = recipe
        self._say = say

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the network before the state that points at it, so that a kill costs one epoch."""
        loss = float((logs or {})["loss"])
        if not math.isfinite(loss):
            raise ValueError(
                f"the loss became {loss} in epoch {epoch + 1}; lower the learning rate"
            )
        save_atomically(self.model, self._run / NETWORK)
        done = epoch + 1
        state = json.dumps({"stage": self._stage, "epoch": done})
        write_atomically(self._run / STATE, state.encode())
        last = done == self._recipe.stages[self._stage].epochs
        dice = None
        if done % VALIDATE_EVERY == 0 or last:
            dice = mean_dice(self.model, self._held_out, self._recipe.threshold)
        self._note(done, loss, dice)

    def _note(self, epoch: int, loss: float, dice: float | None) -> None:
        shown = "" if dice is None else f"{dice:.4f}"
        with open(self._run / CURVE, "a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([self._stage + 1, epoch, f"{loss:.5f}", shown])
        self._say(
            f"stage {self._stage + 1} epoch {epoch}: loss {loss:.4f}"
            + (f", held-out Dice {shown}" if shown else "")
        )


def save_atomically(model: keras.Model, path: Path) -> None:
    """Save beside `path` and rename, so that a kill or a full disk leaves the old file whole."""
    temporary = path.with_name(f"part-{path.name}")
    model.save(temporary)
    temporary.replace(path)


def _claim(run: Path, recipe: Recipe) -> None:
    """Store the recipe in a new run folder; refuse one that holds another recipe."""
    path = run / RECIPE
    if not path.exists():
        recipe.save(path)
    elif Recipe.load(path) != recipe:
        raise ValueError(f"{run} holds a run of another recipe; choose another folder")
