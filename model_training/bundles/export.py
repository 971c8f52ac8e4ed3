"""Make a bundle of a finished run: its threshold chosen, its network measured and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice, patient_group
from brainseg_gui.inference.model_card import ModelCard
from model_training.bundles.accuracy import Accuracy
from model_training.bundles.bundle import write_bundle
from model_training.bundles.card import draft_card
from model_training.data.reviewed.joining import NO_REVIEWS, Reviews, find_reviewed
from model_training.data.sources import Source
from model_training.data.split import Sides, sides_of_run
from model_training.evaluation.measure import choose_on
from model_training.evaluation.postprocess import Choice, Grid, Postprocess
from model_training.evaluation.predict import predictor
from model_training.evaluation.runners import Runner, keras_batches, one_by_one
from model_training.evaluation.split_note import split_note
from model_training.networks.views import Views, with_views
from model_training.recipes.recipe import Recipe
from model_training.runs.network import finished_network
from model_training.runs.origin import origin_of_run
from model_training.runs.run_folder import RECIPE, refuse_other_reviews

PARITY_SLICES = 40
METHOD = (
    "Dice per slice at its own size, model.onnx on ONNX Runtime, {views}; interval from a "
    "bootstrap over patients"
)


@dataclass(frozen=True)
class Export:
    """A bundle as it was asked for.

    Attributes
    ----------
    data : Path or None
        The data set that the run was trained on; None where it was reviews alone.
    run, bundle : Path
        Folders; a bundle that is there is replaced once the new one is complete.
    sizes : sequence of int
        Sides in pixels over which the network answers with its mean; none is that of its training.
    mirrored : bool
        Whether over the left-right mirror image of each as well.
    remark : str
        A sentence for the card on what else limits the numbers.
    starts : Path or None
        Folder of out-of-fold predictions whose masks measure a corrector.
    reviews : Reviews
        Those that the run was trained on.
    """

    data: Path | None
    run: Path
    bundle: Path
    sizes: Sequence[int] = ()
    mirrored: bool = False
    remark: str = ""
    starts: Path | None = None
    reviews: Reviews = NO_REVIEWS


def export_run(export: Export) -> ModelCard:
    """Write the bundle of a finished run and return its card.

    The threshold is chosen on the run's validation patients where it has any; the held-out
    patients only measure.

    Raises
    ------
    ValueError
        If the run is not finished or of other data, nobody is left to measure it on, a size cannot
        be halved as often as the network does, or the engines do not agree.
    SliceError, WriteError
        If a slice cannot be read, or the bundle not be written.
    """
    if export.starts:
        raise ValueError("--starts is for networks that correct masks")
    recipe = Recipe.load(export.run / RECIPE)
    model = finished_network(recipe, export.run)
    source = find_reviewed(export.data, export.reviews)
    refuse_other_reviews(export.run, source)
    sides = sides_of_run(recipe, source, export.run)
    refuse_unmeasurable(export.run, sides)
    views = _views(export, recipe)
    several = views != Views((recipe.image_size,))
    answering = with_views(model, views) if several else model
    choice = _choice(recipe, recipe.preprocessing(views.input_size), answering, sides.validation)
    origin = origin_of_run(export.run)
    card = draft_card(recipe, source, sides, choice, origin, views)
    split = split_note(sides.folds, who_measures(recipe, sides), origin)
    accuracy = Accuracy(sides, choice, split.label)

    def measure(runner: Runner) -> dict[str, Any]:
        how = str(views) if several else "no test-time tricks"
        facts = remarks(export, sides)
        facts |= {"split": split.text, "method": METHOD.format(views=how)}
        whole = accuracy.of(one_by_one(runner), card.preprocessing)
        if several and len(sides.held_out):
            steps = recipe.preprocessing(recipe.image_size)
            whole["held_out_without_views"] = accuracy.of_held_out(keras_batches(model), steps)
        return facts | whole

    inputs = [card.preprocessing.apply(slice_.pixels) for slice_ in slices_to_compare(sides)]
    return write_bundle(export.bundle, answering, card, measure, inputs)


def refuse_unmeasurable(run: Path, sides: Sides) -> None:
    """Refuse a run of which no honest number can stand in a card."""
    if not len(sides.held_out) and not len(sides.validation):
        raise ValueError(
            f"the run in {run} was trained on every patient: nobody is left to measure it on; give "
            "its recipe a held_out_fold or a validation_share"
        )
    if sides.folds.kind == "record":
        raise ValueError(
            f"the run in {run} has slices of one patient on both sides of its split: its numbers "
            "are for comparison with the literature, and it is not handed over"
        )


def remarks(export: Export, sides: Sides) -> dict[str, Any]:
    """Return what else limits the numbers, as the card says it; nothing where nothing does."""
    said = [export.remark, sides.held_out.flatters]
    return {"remark": "; ".join(filter(None, said))} if any(said) else {}


def _views(export: Export, recipe: Recipe) -> Views:
    sizes = tuple(sorted(set(export.sizes))) or (recipe.image_size,)
    if odd := [size for size in sizes if size < 1 or size % 2**recipe.depth]:
        raise ValueError(f"--sizes: {odd[0]} cannot be halved {recipe.depth} times")
    return Views(sizes, export.mirrored)


def _choice(recipe: Recipe, steps: Preprocessing, model: keras.Model, validation: Source) -> Choice:
    """Choose the threshold on the validation patients, or keep the recipe's."""
    if not len(validation):
        note = "fixed in the recipe before training; no measurement chose it"
        return Choice(Postprocess(recipe.threshold), None, 0, 0, note)
    batches = keras_batches(model)
    alone, _ = choose_on(
        lambda flips: predictor(batches, steps, flips), validation.slices(), Grid().plain()
    )
    return alone


def who_measures(recipe: Recipe, sides: Sides) -> str:
    """Say who was not trained on, and who chose."""
    said = []
    if len(sides.held_out):
        what = f"fold {recipe.held_out_fold}"
        if recipe.held_out_share < 1:
            groups = len({patient_group(patient) for patient in sides.held_out.patients})
            what = f"{len(sides.held_out)} slices of {groups} groups of {what}, and nobody else,"
        said.append(
            f"{what} was never trained on, and neither threshold nor epoch was chosen by it"
        )
    else:
        said.append("trained on all but the validation patients")
    if len(sides.validation):
        said.append("threshold and epoch were chosen on validation")
    return "; ".join(said)


def slices_to_compare(sides: Sides) -> list[Slice]:
    """Read slices, spread over those who measure, on which both engines must agree."""
    entries = list(sides.held_out if len(sides.held_out) else sides.validation)
    return [entry.read() for entry in entries[:: max(1, len(entries) // PARITY_SLICES)]]
