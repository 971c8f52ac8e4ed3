"""Keep what the networks of a cross-validation say of the slices that they never saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from brainseg_gui.core.image.resample import resize_square
from model_training.clicks.starts import save_starts
from model_training.data.folds import FOLDS, Folds
from model_training.data.sources import Source
from model_training.evaluation.candidate import runs_of_folds
from model_training.evaluation.runners import BATCH, keras_batches
from model_training.recipes.recipe import Recipe
from model_training.runs.network import finished_network
from model_training.runs.run_folder import RECIPE

SIZE = 256  # side of what is kept of a slice


def keep_starts(
    crossval: Path, source: Source, folder: Path, say: Callable[[str], None] = print
) -> None:
    """Write `probability_K.npz` for each finished fold of a cross-validation.

    Raises
    ------
    ValueError
        If no fold is finished, or it is of other data.
    SliceError, WriteError
        If a slice cannot be read, or the folder not be written.
    """
    for run in runs_of_folds(crossval):
        recipe = Recipe.load(run / RECIPE)
        fold = recipe.held_out_fold
        if fold is None:
            raise ValueError(f"{run} holds nobody out")
        _, held_out = Folds.load(run / FOLDS).sides(source, fold)
        predict, steps = keras_batches(finished_network(recipe, run)), recipe.preprocessing
        kept = []
        for start in range(0, len(held_out), BATCH):
            part = held_out.take(np.arange(len(held_out))[start : start + BATCH])
            inputs = [steps(recipe.image_size).apply(one.pixels) for _, one in part.slices()]
            kept += [_to_bytes(answer) for answer in predict(np.stack(inputs))]
        save_starts(folder, fold, held_out.names, np.stack(kept))
        say(f"fold {fold}: {len(kept)} slices")


def _to_bytes(answer: np.ndarray) -> np.ndarray:
    resized = resize_square(answer.astype(np.float32), SIZE)
    return np.rint(np.clip(resized, 0, 1) * 255).astype(np.uint8)
