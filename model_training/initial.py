"""The weights that a run starts from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np

from brainseg_gui.inference.model_card import CARD, KERAS_FILE, read_card
from model_training.folds import FOLDS, Folds
from model_training.imagenet import IMAGENET, published_weights, start_encoder
from model_training.job import Job
from model_training.networks.unfold import unfold
from model_training.networks.views import without_views
from model_training.origin import Origin, origin_of_bundle, origin_of_run
from model_training.parts import build
from model_training.recipe import Recipe
from model_training.run_folder import RECIPE, load_network
from model_training.split import Sides

MEASURED_SLICES, MEASURED_AT_ONCE = 64, 8  # on which the normalisations of a bundle are measured


def initial_weights(job: Job, sides: Sides) -> list[np.ndarray] | None:
    """Return the weights that the recipe starts from, None where it starts at random.

    Raises
    ------
    ValueError
        If the file is not there or of another network, or if it is a run or a bundle that was
        trained on patients who are held out here.
    BundleError
        If it is a bundle that is not whole.
    """
    if job.recipe.initial_weights is None:
        return None
    if job.recipe.initial_weights == IMAGENET:
        return _from_imagenet(job.recipe)
    path = job.base / job.recipe.initial_weights
    if not path.exists():
        raise ValueError(f"initial_weights: there is no {path}")
    if (path / CARD).exists():
        return _from_bundle(job, sides, path)
    if path.is_dir():
        return _from_run(job, sides, path)
    job.say(f"nobody knows on whom {path} was trained: Dice on held-out patients may flatter")
    return _fitting(job.recipe, keras.models.load_model(path, compile=False), path)


def _from_imagenet(recipe: Recipe) -> list[np.ndarray]:
    keras.utils.set_random_seed(recipe.seed)  # the decoder starts at random
    model = build(recipe, recipe.stages[0].image_size, dropout=False)
    start_encoder(model, published_weights(recipe.network))
    return model.get_weights()


def _from_run(job: Job, sides: Sides, run: Path) -> list[np.ndarray]:
    folds, recipe = Folds.load(run / FOLDS), Recipe.load(run / RECIPE)
    if folds.kind == "record":
        raise ValueError(f"initial_weights: {run} was trained on slices of every patient")
    seen = {key for key, fold in folds.fold_of.items() if fold != recipe.held_out_fold}
    origin = origin_of_run(run).after(recipe.name, seen)
    _refuse_those_held_out(run, origin, sides)
    weights = _fitting(job.recipe, load_network(run), run)
    origin.save(job.run)
    return weights


def _from_bundle(job: Job, sides: Sides, folder: Path) -> list[np.ndarray]:
    """Return the weights of a bundle, its normalisations measured on slices to be trained on."""
    card = read_card(folder)
    origin = origin_of_bundle(card).after(card.name)
    _refuse_those_held_out(folder, origin, sides)
    if (seen := card.preprocessing.channels) != job.recipe.channels:
        raise ValueError(
            f"initial_weights: {folder} sees {', '.join(seen)}, and the recipe's channels are "
            f"{', '.join(job.recipe.channels)}"
        )
    model = build(job.recipe, job.recipe.stages[0].image_size, dropout=False)
    try:
        handed_over = keras.models.load_model(folder / KERAS_FILE, compile=False)
        unfold(without_views(handed_over), model, _images_to_measure(job, sides))
    except ValueError as error:
        raise ValueError(
            f"initial_weights: {folder} is of another network than the recipe's: {error}"
        ) from error
    origin.save(job.run)
    return model.get_weights()


def _fitting(recipe: Recipe, source: keras.Model, path: Path) -> list[np.ndarray]:
    weights = source.get_weights()
    wanted = build(recipe, recipe.stages[0].image_size, dropout=False).get_weights()
    if [one.shape for one in weights] != [one.shape for one in wanted]:
        raise ValueError(f"initial_weights: {path} is of another network than the recipe's")
    return weights


def _refuse_those_held_out(path: Path, origin: Origin, sides: Sides) -> None:
    """Refuse weights that have seen somebody who is to measure this run."""
    if shared := sorted({patient for patient in sides.held_out.patients if origin.knows(patient)}):
        raise ValueError(
            f"initial_weights: {path} was trained on patients who are held out here: "
            f"{', '.join(shared[:3])}{' and others' if len(shared) > 3 else ''}"
        )


def _images_to_measure(job: Job, sides: Sides) -> Iterator[np.ndarray]:
    """Yield some slices of the training side, spread over it, as the network sees them."""
    steps = job.recipe.preprocessing(job.recipe.stages[0].image_size)
    every = max(1, len(sides.training) // MEASURED_SLICES)
    chosen = list(sides.training)[::every][:MEASURED_SLICES]
    for start in range(0, len(chosen), MEASURED_AT_ONCE):
        part = chosen[start : start + MEASURED_AT_ONCE]
        yield np.stack([steps.apply(entry.read().pixels) for entry in part])
