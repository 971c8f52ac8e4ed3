"""Make a bundle of a finished corrector: measured with clicks, both engines compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainseg_gui.inference.corrector import Corrector
from brainseg_gui.inference.model_card import ModelCard
from model_training.bundles.bundle import write_bundle
from model_training.bundles.card import draft_card
from model_training.bundles.export import (
    Export,
    refuse_unmeasurable,
    remarks,
    slices_to_compare,
    who_measures,
)
from model_training.clicks.evaluate import (
    Start,
    evaluate_clicks,
    predictions_of,
    segmenter_of,
)
from model_training.clicks.opening import ClickNetwork, steps_of
from model_training.clicks.report import METHOD
from model_training.clicks.samples import clicked_inputs
from model_training.data.reviewed.joining import find_reviewed
from model_training.data.sources import Source
from model_training.data.split import sides_of_run
from model_training.evaluation.candidate import known_by_run
from model_training.evaluation.postprocess import Choice, Postprocess
from model_training.evaluation.runners import Runner
from model_training.evaluation.split_note import split_note
from model_training.networks.views import Views
from model_training.recipes.recipe import Recipe
from model_training.runs.network import finished_network
from model_training.runs.origin import origin_of_run
from model_training.runs.run_folder import RECIPE, refuse_other_reviews

NOTE = "fixed in the recipe before training; no measurement chose it"


def export_corrector(export: Export) -> ModelCard:
    """Write the bundle of a finished run of a corrector and return its card.

    Raises
    ------
    ValueError
        If the run is not finished or of other data, nobody is left to measure it on, or the
        engines do not agree.
    SliceError, WriteError
        If a slice cannot be read, or the bundle not be written.
    """
    if export.sizes or export.mirrored:
        raise ValueError("--sizes and --mirrored are for networks that propose masks")
    recipe = Recipe.load(export.run / RECIPE)
    model = finished_network(recipe, export.run)
    source = find_reviewed(export.data, export.reviews)
    refuse_other_reviews(export.run, source)
    sides = sides_of_run(recipe, source, export.run)
    refuse_unmeasurable(export.run, sides)
    choice = Choice(Postprocess(recipe.threshold), None, 0, 0, NOTE)
    origin, views = origin_of_run(export.run), Views((recipe.image_size,))
    card = draft_card(recipe, source, sides, choice, origin, views)
    split = split_note(sides.folds, who_measures(recipe, sides), origin)

    def measure(runner: Runner) -> dict[str, Any]:
        facts = remarks(export, sides)
        measured, start = _measured(export, recipe, runner, sides.held_out)
        facts |= {"split": split.text, "start": start.what, "method": METHOD}
        return facts | {"clicks": measured}

    slices = slices_to_compare(sides)
    inputs = list(clicked_inputs(steps_of(recipe), slices, np.random.default_rng(0)))
    return write_bundle(export.bundle, model, card, measure, inputs)


def _measured(
    export: Export, recipe: Recipe, runner: Runner, held_out: Source
) -> tuple[dict[str, Any], Start]:
    """Return what a network reaches on the held-out slices, and on whose masks."""
    start = predictions_of(export.starts, held_out) if export.starts else segmenter_of(None)
    corrector = Corrector(steps_of(recipe), lambda inputs: runner(inputs[0]))
    network = ClickNetwork(recipe.name, corrector, known_by_run(export.run, recipe), {})
    found = evaluate_clicks(network, held_out, start).summary()
    # How long a click took tells of this machine, and of what else it did.
    for robot in found.values():
        del robot["milliseconds"]
    return found, start
