"""Train and measure one network after the other, each on the fold the others were trained on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.files.atomic import make_folder, write_atomically
from model_training.data.folds import folds_of_run
from model_training.data.sources import Source
from model_training.data.split import Sides, sides_of_run
from model_training.evaluation.candidate import CHOICE_FILE
from model_training.evaluation.measure import Way, choose_on, measure
from model_training.evaluation.postprocess import Choice, Grid, Postprocess
from model_training.evaluation.predict import Predict, mean_of, predictor
from model_training.evaluation.report import build_report, to_json, write_report
from model_training.evaluation.runners import BatchRunner, keras_batches
from model_training.evaluation.split_note import SplitNote, measured_on, split_note
from model_training.recipes.parts import check_parts
from model_training.recipes.recipe import Recipe, refuse_corrector
from model_training.runs.job import Job
from model_training.runs.network import finished_network
from model_training.runs.run_folder import CROSSVAL, attempt, claim, fold_folder
from model_training.studies.fold_result import FoldResult, joined, load_fold, save_fold
from model_training.training.run import run_job

ALONE, FLIPPED = "one network a fold", "with test-time flips"
TOGETHER, TOGETHER_FLIPPED = "with the ensemble", "with ensemble and flips"
FIXED = "fixed before training; no measurement chose it"
# What decides who is in which fold, and on whom is chosen: alike in all recipes of an ensemble.
SHARED = ("folds", "split", "seed", "validation_share")


@dataclass(frozen=True)
class Plan:
    """A cross-validation as it was asked for.

    Attributes
    ----------
    recipes : tuple of Recipe
        The first makes the headline; each further one trains another network a fold.
    bases : tuple of Path
        Folders that the recipes' paths start from.
    source : Source
    out : Path
    folds : tuple of int
        To be trained now; the report is on all that are finished.
    spacing_mm : float or None
    say, show : callable
        Take a line that stays, and one that changes.
    devices, workers : int
        As in `Job`.
    grid : Grid
        Of settings to choose from.

    Raises
    ------
    ValueError
        If the recipes do not share their folds, hold out less than a whole one, or are of a
        corrector, or there is no such fold.
    """

    recipes: tuple[Recipe, ...]
    bases: tuple[Path, ...]
    source: Source
    out: Path
    folds: tuple[int, ...]
    spacing_mm: float | None
    say: Callable[[str], None]
    show: Callable[[str], None]
    devices: int = 1
    workers: int | None = None
    grid: Grid = field(default_factory=Grid)

    def __post_init__(self) -> None:
        first = self.recipes[0]
        for recipe in self.recipes:
            refuse_corrector(recipe)
        for recipe in self.recipes[1:]:
            for name in SHARED:
                if getattr(recipe, name) != getattr(first, name):
                    raise ValueError(
                        f"recipes of an ensemble share folds and validation patients: {name} is "
                        f"{getattr(first, name)} in {first.name} and {getattr(recipe, name)} in "
                        f"{recipe.name}"
                    )
        if any(recipe.held_out_share < 1 for recipe in self.recipes):
            raise ValueError("a cross-validation measures on whole folds: held_out_share must be 1")
        if wrong := [fold for fold in self.folds if not 0 <= fold < first.folds]:
            raise ValueError(f"fold {wrong[0]} is not one of {first.folds} folds")

    def folder(self, fold: int) -> Path:
        """Return where a fold's network and scores are."""
        return fold_folder(self.out, fold)

    def run(self, fold: int, number: int) -> Path:
        """Return the run folder of a fold's network; further recipes lie below the first."""
        folder = self.folder(fold)
        return folder if number == 0 else folder / f"network_{number + 1}"

    @property
    def settings(self) -> dict[str, Any]:
        """Return all that the scores of a fold depend on, but for the data."""
        return {
            "recipes": [recipe.to_dict() | {"held_out_fold": None} for recipe in self.recipes],
            "spacing_mm": self.spacing_mm,
            "grid": dataclasses.asdict(self.grid),
        }


def cross_validate(plan: Plan) -> dict[str, Any]:
    """Train what is missing, measure each fold as soon as it is trained, and report on all.

    Killed at any point, the same call goes on: a training from its last epoch, a fold that was
    trained with its measurement, and one that was measured is not touched again.

    Returns
    -------
    dict
        The report, as in `report.json`.

    Raises
    ------
    ValueError, WriteError, SliceError
        As `run_job`; what is finished is kept and reported already.
    """
    for recipe in plan.recipes:
        check_parts(recipe)
    with attempt(plan.out, CROSSVAL):
        return _train_and_measure(plan, _claim(plan))


def _train_and_measure(plan: Plan, split: SplitNote) -> dict[str, Any]:
    report = None
    for fold in plan.folds:
        if load_fold(plan.folder(fold), plan.settings) is None:
            plan.say(f"fold {fold} of {plan.recipes[0].folds}")
            result = _do_fold(plan, fold)
            save_fold(plan.folder(fold), result, plan.settings, split.label)
            keras.utils.clear_session()
            report = report_on(plan, split)
            dice = report["by_fold"][f"fold {fold}"]["dice"]["mean"]
            plan.say(f"fold {fold}: mean Dice {dice}{split.mark}")
    return report or report_on(plan, split)


def report_on(plan: Plan, split: SplitNote) -> dict[str, Any]:
    """Write the joint report of all finished folds, and return it; WriteError if that fails."""
    count = plan.recipes[0].folds
    found = (load_fold(plan.folder(fold), plan.settings) for fold in range(count))
    results = [result for result in found if result is not None]
    finished = [result.fold for result in results]
    unfinished = ""
    if len(finished) < count:
        which = ", ".join(map(str, finished))
        unfinished = f"{len(finished)} of {count} folds ({which}): the others are not measured yet."
    facts = {
        "unfinished": unfinished,
        "folds": {"finished": finished, "planned": count},
        "networks": plan.settings["recipes"],
        "choices": {
            "grid": plan.settings["grid"],
            "of_fold": {str(result.fold): result.choices for result in results},
        },
        "left_out": {},
        "spacing_mm": plan.spacing_mm,
    }
    ways = joined(results)
    report = build_report(f"{plan.recipes[0].name}: cross-validation", split, ways, facts)
    write_report(plan.out, report, split, ways)
    return report


def _claim(plan: Plan) -> SplitNote:
    """Make the folder, or find that it is of this recipe, these data and these folds."""
    first = plan.recipes[0]
    make_folder(plan.out)
    claim(plan.out, dataclasses.replace(first, held_out_fold=None), plan.source)
    folds = folds_of_run(plan.out, first.split, plan.source, first.folds, first.seed)
    content = {"recipes": [recipe.name for recipe in plan.recipes], "folds": first.folds}
    write_atomically(plan.out / CROSSVAL, to_json(content).encode())
    note = split_note(folds, "each network was tested on the fold it was not trained on")
    return measured_on(note, plan.source)


def _do_fold(plan: Plan, fold: int) -> FoldResult:
    """Train the networks of a fold, choose their settings, measure them on the held-out slices."""
    networks, sides = [], None
    for number, (recipe, base) in enumerate(zip(plan.recipes, plan.bases, strict=True)):
        recipe = dataclasses.replace(recipe, held_out_fold=fold)
        run = plan.run(fold, number)
        job = Job(
            recipe,
            plan.source,
            run,
            plan.say,
            plan.show,
            devices=plan.devices,
            workers=plan.workers,
            base=base,
            cache=plan.out / "cache",
        )
        run_job(job)
        sides = sides or sides_of_run(recipe, plan.source, run)
        steps = recipe.preprocessing(recipe.image_size)
        networks.append((keras_batches(finished_network(recipe, run)), steps))
    assert sides is not None
    plan.show(f"fold {fold}: choosing settings and measuring")
    choices = _choices(plan, fold, networks, sides)
    ways = {
        name: Way(predict(choice.settings.flips), choice.settings)
        for name, (predict, choice) in choices.items()
    }
    found = measure(ways, sides.held_out.slices(), plan.spacing_mm, fold)
    if not found[ALONE].scores:
        raise ValueError(f"fold {fold}: none of its slices has a reference to measure against")
    return FoldResult(fold, {n: choice.to_dict() for n, (_, choice) in choices.items()}, found)


Chosen = dict[str, tuple[Callable[[str], Predict], Choice]]


def _choices(
    plan: Plan, fold: int, networks: Sequence[tuple[BatchRunner, Preprocessing]], sides: Sides
) -> Chosen:
    """Choose the settings of the network alone, and of all networks together if there are more."""
    recipe = plan.recipes[0]

    def alone(flips: str) -> Predict:
        return predictor(*networks[0], flips)

    def together(flips: str) -> Predict:
        return mean_of([predictor(run, steps, flips) for run, steps in networks])

    chosen: Chosen = {}
    of_one = _choose(recipe, alone, sides, plan.grid)
    chosen[ALONE], chosen[FLIPPED] = ((alone, choice) for choice in of_one)
    if len(networks) > 1:
        of_all = _choose(recipe, together, sides, plan.grid)
        chosen[TOGETHER], chosen[TOGETHER_FLIPPED] = ((together, choice) for choice in of_all)
    kept = {"threshold": of_one[0].to_dict(), "postprocess": of_one[1].to_dict()}
    content = kept | {"grid": dataclasses.asdict(plan.grid)}
    write_atomically(plan.folder(fold) / CHOICE_FILE, to_json(content).encode())
    return chosen


def _choose(
    recipe: Recipe, predict_with: Callable[[str], Predict], sides: Sides, grid: Grid
) -> tuple[Choice, Choice]:
    """Choose on the validation patients; without any, all settings are fixed beforehand."""
    if len(sides.validation):
        return choose_on(predict_with, sides.validation.slices(), grid)
    plain = Postprocess(recipe.threshold)
    flipped = dataclasses.replace(plain, flips="left-right")
    return Choice(plain, None, 0, 0, FIXED), Choice(flipped, None, 0, 0, FIXED)
