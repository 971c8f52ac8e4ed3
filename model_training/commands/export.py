"""`brainseg-train export`: make a bundle of a finished run, measured and checked."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brainseg_gui.core.image.preprocess import Preprocessing
    from model_training.data.sources import Entry, Source
    from model_training.data.split import Sides
    from model_training.evaluation.measure import Measured, NamedSlice
    from model_training.evaluation.postprocess import Choice
    from model_training.evaluation.runners import BatchRunner, Runner
    from model_training.networks.views import Views
    from model_training.recipes.recipe import Recipe

PARITY_SLICES = 40
SIMULATED_PATIENTS, SIMULATED_SLICES, SIMULATED_SEED = 10, 4, 7_000
METHOD = (
    "Dice per slice at its own size, model.onnx on ONNX Runtime, {views}; interval from a "
    "bootstrap over patients"
)


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "export",
        help="make a bundle of a finished run",
        description="Write model.keras, model.onnx and card.json; check that both answer alike. "
        "The threshold is chosen on the run's validation patients where it has any; the held-out "
        "patients only measure.",
    )
    parser.add_argument("data", metavar="DATA", type=Path, help="the folder the run was trained on")
    parser.add_argument("folder", metavar="RUN", type=Path)
    parser.add_argument("bundle", metavar="BUNDLE", type=Path)
    parser.add_argument(
        "--sizes",
        metavar="PX",
        type=int,
        nargs="+",
        default=[],
        help="let the network answer with its mean over these input sizes; default: that of its "
        "training alone",
    )
    parser.add_argument(
        "--mirrored",
        action="store_true",
        help="... and over the left-right mirror image of each",
    )
    parser.add_argument(
        "--remark",
        metavar="TEXT",
        default="",
        help="a sentence for the card on what else limits the numbers",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the bundle and print what was measured; return the exit status."""
    from model_training.bundles.bundle import describe, draft_card, write_bundle
    from model_training.data.sources import find_examples
    from model_training.data.split import sides_of_run
    from model_training.evaluation.candidate import split_note
    from model_training.evaluation.runners import keras_batches, one_by_one
    from model_training.networks.views import Views, with_views
    from model_training.recipes.recipe import Recipe
    from model_training.runs.network import finished_network
    from model_training.runs.origin import origin_of_run
    from model_training.runs.run_folder import RECIPE

    recipe = Recipe.load(args.folder / RECIPE)
    model = finished_network(recipe, args.folder)
    source = find_examples(args.data)
    sides = sides_of_run(recipe, source, args.folder)
    measured_on = sides.held_out if len(sides.held_out) else sides.validation
    _refuse_unmeasurable(args.folder, sides)
    views = _views(args, recipe)
    several = views != Views((recipe.image_size,))
    answering = with_views(model, views) if several else model
    choice = _choice(recipe, recipe.preprocessing(views.input_size), answering, sides.validation)
    origin = origin_of_run(args.folder)
    card = draft_card(recipe, source, sides, choice, origin, views)
    split = split_note(sides.folds, _who(recipe, sides), origin)

    def measure(runner: Runner) -> dict[str, Any]:
        how = str(views) if several else "no test-time tricks"
        facts = {"remark": args.remark} if args.remark else {}
        facts |= {"split": split.text, "method": METHOD.format(views=how)}
        whole = _accuracy(one_by_one(runner), card.preprocessing, choice, sides, split.label)
        if several and len(sides.held_out):
            steps = recipe.preprocessing(recipe.image_size)
            alone = _measured(keras_batches(model), steps, choice, sides.held_out.slices())
            whole["held_out_without_views"] = _numbers(alone, split.label)
        return facts | whole

    checked = [entry.read() for entry in _spread(measured_on, PARITY_SLICES)]
    card = write_bundle(args.bundle, answering, card, measure, checked)
    print(describe(card), flush=True)
    return 0


def _refuse_unmeasurable(run: Path, sides: Sides) -> None:
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


def _views(args: argparse.Namespace, recipe: Recipe) -> Views:
    from model_training.networks.views import Views

    sizes = tuple(sorted(set(args.sizes))) or (recipe.image_size,)
    if odd := [size for size in sizes if size < 1 or size % 2**recipe.depth]:
        raise ValueError(f"--sizes: {odd[0]} cannot be halved {recipe.depth} times")
    return Views(sizes, args.mirrored)


def _choice(recipe: Recipe, steps: Preprocessing, model: Any, validation: Source) -> Choice:
    """Choose the threshold on the validation patients, or keep the recipe's."""
    from model_training.evaluation.measure import choose_on
    from model_training.evaluation.postprocess import Choice, Grid, Postprocess
    from model_training.evaluation.predict import predictor
    from model_training.evaluation.runners import keras_batches

    if not len(validation):
        note = "fixed in the recipe before training; no measurement chose it"
        return Choice(Postprocess(recipe.threshold), None, 0, 0, note)
    batches = keras_batches(model)
    alone, _ = choose_on(
        lambda flips: predictor(batches, steps, flips), validation.slices(), Grid().plain()
    )
    return alone


def _accuracy(
    run_batch: BatchRunner, steps: Preprocessing, choice: Choice, sides: Sides, label: str
) -> dict[str, Any]:
    from model_training.simulation.slices import simulate_patients

    def found(slices: Iterable[NamedSlice]) -> dict[str, Any]:
        return _numbers(_measured(run_batch, steps, choice, slices), label)

    # Simulated heads tell of no patient; they tell whether the demo will look right.
    heads = simulate_patients(SIMULATED_PATIENTS, SIMULATED_SLICES, seed=SIMULATED_SEED)
    accuracy: dict[str, Any] = {}
    if len(sides.held_out):
        accuracy["held_out"] = found(sides.held_out.slices())
    if len(sides.validation):
        accuracy["validation"] = found(sides.validation.slices())
    accuracy["simulated"] = found(heads)
    return accuracy


def _measured(
    run_batch: BatchRunner, steps: Preprocessing, choice: Choice, slices: Iterable[NamedSlice]
) -> Measured:
    from model_training.evaluation.measure import Way, measure
    from model_training.evaluation.predict import predictor

    way = Way(predictor(run_batch, steps), choice.settings)
    return measure({"network": way}, slices)["network"]


def _numbers(measured: Measured, split: str) -> dict[str, Any]:
    """Return the headline, and all that was measured by type and by size."""
    from model_training.evaluation.measure import card_numbers
    from model_training.evaluation.summary import by_kind, by_size, summary_of

    scores = measured.scores
    details = {
        "measures": summary_of(scores, split),
        "by_kind": by_kind(scores, split),
        "by_size": by_size(scores, split),
        "calibration": measured.calibration.summary(split),
    }
    return card_numbers(measured) | {"details": details}


def _who(recipe: Recipe, sides: Sides) -> str:
    """Say who was not trained on, and who chose."""
    from brainseg_gui.core.slices import patient_group

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


def _spread(source: Source, count: int) -> list[Entry]:
    entries = list(source)
    return entries[:: max(1, len(entries) // count)]
