"""A corrector that is to be measured, wherever it lies: a bundle, or a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.inference.corrector import Corrector, Steps, open_corrector
from brainseg_gui.inference.model_card import CARD, CORRECTOR, read_card
from model_training.evaluation.candidate import Knows, known_by_card, known_by_run
from model_training.recipes.recipe import Recipe
from model_training.runs.run_folder import RECIPE


@dataclass(frozen=True)
class ClickNetwork:
    """A corrector with what is known of it.

    Attributes
    ----------
    name : str
    corrector : Corrector
    knows : callable
        See `model_training.evaluation.candidate.Knows`.
    facts : dict
        For the report.
    """

    name: str
    corrector: Corrector
    knows: Knows
    facts: dict[str, Any]


def open_click_network(folder: Path) -> ClickNetwork:
    """Open a bundle, or the network of a finished run.

    Raises
    ------
    BundleError, ValueError
        If the folder holds no corrector, or an unfinished one.
    """
    if (folder / RECIPE).exists() and not (folder / CARD).exists():
        return _of_run(folder)
    card = read_card(folder, CORRECTOR)
    facts = {"name": card.name, "sha256": card.sha256, "recipe": card.recipe}
    return ClickNetwork(card.name, open_corrector(folder), known_by_card(card), facts)


def _of_run(run: Path) -> ClickNetwork:
    from model_training.runs.network import finished_network

    recipe = Recipe.load(run / RECIPE)
    if recipe.clicks is None:
        raise ValueError(f"the run in {run} trained a network that proposes masks")
    model = finished_network(recipe, run)

    def answer(inputs: np.ndarray) -> np.ndarray:
        return np.asarray(model.predict_on_batch(inputs))[0, :, :, 0]

    steps = steps_of(recipe)
    facts = {"name": run.name, "recipe": recipe.to_dict()}
    return ClickNetwork(run.name, Corrector(steps, answer), known_by_run(run, recipe), facts)


def steps_of(recipe: Recipe) -> Steps:
    """Return how a corrector of a recipe with clicks is shown slice, mask and clicks."""
    assert recipe.clicks is not None
    steps = recipe.preprocessing(recipe.image_size)
    return Steps(steps, recipe.clicks.radius, recipe.threshold)
