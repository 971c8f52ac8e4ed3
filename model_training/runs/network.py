"""The network in a run folder: written, read, and in the form in which it is handed over."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import keras

from brainseg_gui.files.atomic import write_reason
from brainseg_gui.files.errors import WriteError
from model_training.recipes.parts import build, finished_form
from model_training.recipes.recipe import Recipe
from model_training.runs.checkpoint import load_checkpoint
from model_training.runs.run_folder import NETWORK, RECIPE, is_finished


def write_network(run: Path, model: keras.Model) -> None:
    """Write the finished network, whole or not at all; WriteError if the disk takes no more."""
    part = run / f".part-{NETWORK}"
    try:
        model.save(part)
        os.replace(part, run / NETWORK)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WriteError(run / NETWORK, write_reason(error)) from error


def load_network(run: Path) -> keras.Model:
    """Return a run's network with its averaged weights, uncompiled.

    Of a run that is not finished this is the best network of its stage so far.

    Raises
    ------
    ValueError
        If there is none yet, or it is damaged.
    """
    if (run / NETWORK).exists():
        try:
            return keras.models.load_model(run / NETWORK, compile=False)
        except (ValueError, OSError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ValueError(f"{run / NETWORK} is damaged and cannot be read") from error
    checkpoint = load_checkpoint(run)
    if checkpoint is None or not checkpoint.best:
        raise ValueError(f"there is no network in {run} yet; train it first")
    recipe = Recipe.load(run / RECIPE)
    size = recipe.stages[checkpoint.progress.stage].image_size
    model = build(recipe, size, dropout=False)
    model.set_weights(checkpoint.best)
    return model


def finished_network(recipe: Recipe, run: Path) -> keras.Model:
    """Return the network of a finished run in the form it is handed over in: float32, fused.

    Raises
    ------
    ValueError
        If the run is not finished.
    """
    if not is_finished(run):
        raise ValueError(f"the run in {run} is not finished; train goes on where it stopped")
    return finished_form(recipe, load_network(run))
