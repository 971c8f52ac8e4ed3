"""The weights that a run starts from."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import keras
import numpy as np
from brainseg_gui.resources import resource

from brainseg_gui.core.slices import Slice, patient_group
from brainseg_gui.inference.model_card import CARD, CORRECTOR, KERAS_FILE, SEGMENTER, read_card
from model_training.data.assignment import choose_validation
from model_training.data.folds import FOLDS, Folds
from model_training.data.sources import Source
from model_training.data.split import Sides
from model_training.networks.unfuse import unfuse
from model_training.networks.views import of_any_size, without_views
from model_training.recipes.parts import build
from model_training.recipes.recipe import Recipe
from model_training.runs.job import Job
from model_training.runs.network import load_network
from model_training.runs.origin import Origin, origin_of_bundle, origin_of_run
from model_training.runs.run_folder import CROSSVAL, NETWORK, RECIPE, fold_folder, slices_of_run
from model_training.weights.imagenet import IMAGENET, published_weights, start_encoder

MEASURED_SLICES, MEASURED_AT_ONCE = 64, 8  # on which the normalisations of a bundle are measured
Show = Callable[[Iterable[Slice]], Iterator[np.ndarray]]
"""Slices to the (S, S, C) float32 inputs that a network sees of them."""


def initial_weights(job: Job, sides: Sides, show: Show | None = None) -> list[np.ndarray] | None:
    """Return the weights that the recipe starts from, None where it starts at random.

    Parameters
    ----------
    job : Job
    sides : Sides
    show : callable, optional
        How the network sees slices, for the normalisations of a bundle to be measured; by default
        as one that proposes masks.

    Raises
    ------
    ValueError
        If what the recipe names is not there, damaged, or of another network, or if it was trained
        on patients who validate or are held out here.
    BundleError
        If it is a bundle that is not whole.
    """
    if job.recipe.initial_weights is None:
        return None
    if job.recipe.initial_weights == IMAGENET:
        return _from_imagenet(job.recipe)
    path = where_they_lie(job.base, job.recipe.initial_weights)
    if not path.exists():
        raise ValueError(f"initial_weights: there is no {path}")
    if (path / CROSSVAL).exists():
        path = _of_same_fold(path, job.recipe)
    folder = path.parent if path.name in (NETWORK, KERAS_FILE) else path
    if (folder / CARD).exists():
        return _from_bundle(job, sides, folder, show or partial(_proposing, job.recipe))
    if (folder / RECIPE).exists() and (folder / FOLDS).exists():
        return _from_run(job, sides, folder)
    if path.is_dir():
        raise ValueError(f"initial_weights: {path} is neither a run nor a bundle")
    return _from_file(job, path)


def where_they_lie(base: Path, named: str) -> Path:
    """Return the path of weights that a recipe names: from `base`, or a bundle that came along."""
    path, shipped = base / named, resource("models") / named
    return shipped if not path.exists() and (shipped / CARD).is_file() else path


def _of_same_fold(crossval: Path, recipe: Recipe) -> Path:
    if recipe.held_out_fold is None:
        raise ValueError(
            f"initial_weights: {crossval} holds a network for each fold, and the recipe holds none "
            "out; name the run of one fold"
        )
    fold = recipe.held_out_fold
    run = fold_folder(crossval, fold)
    if not (run / NETWORK).exists():
        raise ValueError(f"initial_weights: fold {fold} of {crossval} is not trained")
    return run


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
    before = origin_of_run(run)
    source = _as_before(job.source, run)
    trained = before.after(recipe.name, seen - _validated(recipe, seen, source))
    _refuse_those_who_measure(run, trained, sides)
    weights = _fitting(job.recipe, load_network(run), run)
    before.after(recipe.name, seen).save(job.run)
    return weights


def _as_before(source: Source, run: Path) -> Source:
    """Return the slices that a run was made for, where reviews have brought others since.

    Those that validated are chosen by how many slices a patient has. Where a review took some
    away nobody can say who they were: everybody is then taken to have been trained on.
    """
    names = slices_of_run(run)
    if names is None or not (names <= set(source.names) or source.revised):
        return source
    known = np.array([name in names for name in source.names], bool)
    return source.take(known if known.sum() == len(names) else np.zeros(len(source), bool))


def _validated(recipe: Recipe, seen: set[str], source: Source) -> set[str]:
    """Return the groups on whom a run of these slices chose its epoch, and was not trained."""
    of_run = source.take(np.array([patient_group(p) in seen for p in source.patients], bool))
    if not len(of_run):
        return set()
    share, seed = recipe.validation_share, recipe.seed
    return set(choose_validation(of_run.patients, of_run.kinds, share, seed))


def _from_bundle(job: Job, sides: Sides, folder: Path, show: Show) -> list[np.ndarray]:
    """Return the weights of a bundle, its normalisations measured on slices to be trained on."""
    card = read_card(folder, CORRECTOR if job.recipe.clicks else SEGMENTER)
    origin = origin_of_bundle(card).after(card.name)
    _refuse_those_who_measure(folder, origin, sides)
    if job.recipe.normalisation == "instance":
        raise ValueError(
            f"initial_weights: {folder} cannot be trained on: instance normalisation is written "
            "out in a bundle; name the run it was exported from"
        )
    if (seen := card.preprocessing.channels) != job.recipe.channels:
        raise ValueError(
            f"initial_weights: {folder} sees {', '.join(seen)}, and the recipe's channels are "
            f"{', '.join(job.recipe.channels)}"
        )
    model = build(job.recipe, job.recipe.stages[0].image_size, dropout=False)
    fused = of_any_size(without_views(_read(folder / KERAS_FILE)))
    try:
        unfuse(fused, model, _to_measure(sides, show))
    except ValueError as error:
        raise ValueError(
            f"initial_weights: {folder} is of another network than the recipe's: {error}"
        ) from error
    origin.save(job.run)
    return model.get_weights()


def _from_file(job: Job, path: Path) -> list[np.ndarray]:
    job.say(f"nobody knows on whom {path} was trained: Dice on held-out patients may flatter")
    weights = _fitting(job.recipe, _read(path), path)
    Origin(f"went on from {path.name}", complete=False).save(job.run)
    return weights


def _read(path: Path) -> keras.Model:
    try:
        return keras.models.load_model(path, compile=False)
    except (ValueError, OSError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"initial_weights: {path} cannot be read as a Keras network") from error


def _fitting(recipe: Recipe, source: keras.Model, path: Path) -> list[np.ndarray]:
    weights = source.get_weights()
    wanted = build(recipe, recipe.stages[0].image_size, dropout=False).get_weights()
    if [one.shape for one in weights] != [one.shape for one in wanted]:
        raise ValueError(f"initial_weights: {path} is of another network than the recipe's")
    return weights


def _refuse_those_who_measure(path: Path, origin: Origin, sides: Sides) -> None:
    """Refuse weights that have seen somebody on whom this run measures or chooses."""
    for side, what in ((sides.held_out, "are held out"), (sides.validation, "validate")):
        if shared := sorted({patient for patient in side.patients if origin.knows(patient)}):
            raise ValueError(
                f"initial_weights: {path} was trained on patients who {what} here: "
                f"{', '.join(shared[:3])}{' and others' if len(shared) > 3 else ''}"
            )


def _to_measure(sides: Sides, show: Show) -> Iterator[np.ndarray]:
    """Yield some slices of the training side, spread over it, as the network sees them."""
    every = max(1, len(sides.training) // MEASURED_SLICES)
    chosen = list(sides.training)[::every][:MEASURED_SLICES]
    inputs = show(entry.read() for entry in chosen)
    while part := list(islice(inputs, MEASURED_AT_ONCE)):
        yield np.stack(part)


def _proposing(recipe: Recipe, slices: Iterable[Slice]) -> Iterator[np.ndarray]:
    steps = recipe.preprocessing(recipe.stages[0].image_size)
    return (steps.apply(slice_.pixels) for slice_ in slices)
