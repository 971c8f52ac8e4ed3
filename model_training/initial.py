"""Weights to start from, and what they have seen."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np

from brainseg_gui.core.slices import patient_group
from brainseg_gui.files.atomic import write_atomically
from model_training.folds import FOLDS, Folds
from model_training.imagenet import ATTRIBUTION, IMAGENET, published_weights, start_encoder
from model_training.job import Job
from model_training.parts import build
from model_training.recipe import Recipe
from model_training.run_folder import RECIPE, load_network
from model_training.split import Sides

ORIGIN = "origin.json"  # in a run folder, where the run went on from another


def origin_of(run: Path) -> str:
    """Return whose weights a run started from, for whoever is handed the network; "" if nobody's.

    What a run went on from has an origin too, and its licence stays with the weights.
    """
    if (run / ORIGIN).exists():
        return str(json.loads((run / ORIGIN).read_text(encoding="utf-8"))["initial_weights"])
    return ATTRIBUTION if Recipe.load(run / RECIPE).initial_weights == IMAGENET else ""


def initial_weights(job: Job, sides: Sides) -> list[np.ndarray] | None:
    """Return the weights that the recipe starts from, None where it starts at random.

    Raises
    ------
    ValueError
        If the file is not there or of another network, or if it is a run that was trained on
        patients who are held out here.
    """
    if job.recipe.initial_weights is None:
        return None
    if job.recipe.initial_weights == IMAGENET:
        return _from_imagenet(job.recipe)
    path = job.base / job.recipe.initial_weights
    if not path.exists():
        raise ValueError(f"initial_weights: there is no {path}")
    if path.is_dir():
        _refuse_those_held_out(path, sides)
        source = load_network(path)
        said = [f"went on from a network of the recipe {Recipe.load(path / RECIPE).name}"]
        said += filter(None, [origin_of(path)])
        content = {"initial_weights": "; ".join(said)}
        write_atomically(job.run / ORIGIN, json.dumps(content).encode())
    else:
        job.say(f"nobody knows on whom {path} was trained: Dice on held-out patients may flatter")
        source = keras.models.load_model(path, compile=False)
    weights = source.get_weights()
    wanted = build(job.recipe, job.recipe.stages[0].image_size, dropout=False).get_weights()
    if [one.shape for one in weights] != [one.shape for one in wanted]:
        raise ValueError(f"initial_weights: {path} is of another network than the recipe's")
    return weights


def _from_imagenet(recipe: Recipe) -> list[np.ndarray]:
    keras.utils.set_random_seed(recipe.seed)  # the decoder starts at random
    model = build(recipe, recipe.stages[0].image_size, dropout=False)
    start_encoder(model, published_weights(recipe.network))
    return model.get_weights()


def _refuse_those_held_out(run: Path, sides: Sides) -> None:
    """Refuse a run that was trained on somebody who is to measure this one."""
    folds, recipe = Folds.load(run / FOLDS), Recipe.load(run / RECIPE)
    if folds.kind == "record":
        raise ValueError(f"initial_weights: {run} was trained on slices of every patient")
    seen = {key for key, fold in folds.fold_of.items() if fold != recipe.held_out_fold}
    held_out = {patient_group(patient) for patient in sides.held_out.patients}
    if shared := sorted(seen & held_out):
        raise ValueError(
            f"initial_weights: {run} was trained on patients who are held out here: "
            f"{', '.join(shared[:3])}{' and others' if len(shared) > 3 else ''}"
        )
