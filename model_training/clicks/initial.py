"""The weights that a corrector starts from: a segmenter that does not yet see mask and clicks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from brainseg_gui.inference.model_card import CORRECTOR, kind_of
from model_training.clicks.opening import steps_of
from model_training.clicks.samples import clicked_inputs
from model_training.data.split import Sides
from model_training.recipes.parts import build
from model_training.recipes.recipe import Recipe
from model_training.runs.job import Job
from model_training.runs.run_folder import RECIPE
from model_training.training.initial_weights import initial_weights, where_they_lie


def initial_corrector(job: Job, sides: Sides) -> list[np.ndarray] | None:
    """Return the weights that a corrector's recipe starts from, None where it starts at random.

    Those of a corrector, a run or a bundle, are taken as they are. Those of a segmenter are
    widened, so that the network answers exactly as the segmenter does until it has learnt
    something from the clicks.

    Raises
    ------
    ValueError, BundleError
        As `initial_weights`.
    """
    if job.recipe.initial_weights is None:
        return None
    if _corrects(where_they_lie(job.base, job.recipe.initial_weights)):
        rng = np.random.default_rng(job.recipe.seed)
        steps = steps_of(job.recipe)
        return initial_weights(job, sides, lambda slices: clicked_inputs(steps, slices, rng))
    plain = replace(job.recipe, clicks=None)
    weights = initial_weights(replace(job, recipe=plain, starts=None), sides)
    if weights is None:
        return None
    size = job.recipe.stages[0].image_size
    segmenter = build(plain, size, dropout=False)
    segmenter.set_weights(weights)
    corrector = build(job.recipe, size, dropout=False)
    widen(segmenter, corrector)
    return corrector.get_weights()


def _corrects(before: Path) -> bool:
    folder = before.parent if before.is_file() else before
    recipe = folder / RECIPE
    return kind_of(folder) == CORRECTOR or (recipe.exists() and bool(Recipe.load(recipe).clicks))


def widen(segmenter: keras.Model, corrector: keras.Model) -> None:
    """Give a network with more input maps the function of one with fewer, in place.

    The first kernel gets zeros for the maps that are new: as if a second convolution, of zeros,
    were added to the first.

    Raises
    ------
    ValueError
        If they differ in more than that.
    """
    known = {layer.name: layer.get_weights() for layer in segmenter.layers if layer.weights}
    wanted = [layer for layer in corrector.layers if layer.weights]
    if odd := sorted(known.keys() ^ {layer.name for layer in wanted}):
        raise ValueError(f"layer {odd[0]} is in only one of them")
    for layer in wanted:
        weights = known[layer.name]
        shapes = [tuple(weight.shape) for weight in layer.weights]
        layer.set_weights([_padded(one, shape) for one, shape in zip(weights, shapes, strict=True)])


def _padded(weights: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    missing = [wanted - found for wanted, found in zip(shape, weights.shape, strict=True)]
    return np.pad(weights, [(0, number) for number in missing])
