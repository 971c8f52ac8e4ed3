"""Which preprocessing serves best: one recipe and one fold, trained once for each choice."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from brainseg_gui.core.image.preprocess import Channel
from brainseg_gui.files.atomic import make_folder, write_atomically
from model_training.data.sources import Source
from model_training.data.split import Sides, sides_of_run
from model_training.evaluation.measure import Way, choose_on, measure
from model_training.evaluation.postprocess import Grid, Postprocess
from model_training.evaluation.predict import Predict, predictor
from model_training.evaluation.runners import keras_batches
from model_training.evaluation.scores import MISSED, SliceScore, from_csv, to_csv
from model_training.evaluation.split_note import SplitNote, split_note
from model_training.evaluation.summary import bootstrap_interval
from model_training.recipes.recipe import Recipe, refuse_corrector
from model_training.runs.job import Job
from model_training.runs.network import finished_network
from model_training.training.run import run_job

TABLE_CSV, TABLE_MARKDOWN = "ablation.csv", "ablation.md"
SCORES, MEASURED = "scores.csv", "measured.json"


@dataclass(frozen=True)
class Ablation:
    """What is to be compared, and where.

    Attributes
    ----------
    recipe : Recipe
        Its channels are replaced, all else stays.
    choices : tuple of tuples of str
        Channels of each training; the others are compared with the first.
    source : Source
    out : Path
        Each choice has its run folder in it.
    say, show : callable
        Take a line that stays, and one that changes.
    base : Path
        Folder that the recipe's paths start from.
    devices, workers : int
        As in `Job`.

    Raises
    ------
    ValueError
        If there is nothing to compare, a channel is unknown, or no fold is held out.
    """

    recipe: Recipe
    choices: tuple[tuple[str, ...], ...]
    source: Source
    out: Path
    say: Callable[[str], None]
    show: Callable[[str], None]
    base: Path
    devices: int = 1
    workers: int | None = None

    def __post_init__(self) -> None:
        refuse_corrector(self.recipe)
        if len(self.choices) < 2 or len(set(self.choices)) < len(self.choices):
            raise ValueError("an ablation needs two choices of channels or more, all different")
        if self.recipe.held_out_fold is None:
            raise ValueError("an ablation needs a held-out fold to be measured on")
        for choice in self.choices:
            self.recipe_for(choice)  # refuses what no channel is, before anything is trained

    def recipe_for(self, choice: tuple[str, ...]) -> Recipe:
        """Return the recipe of one choice."""
        return dataclasses.replace(
            self.recipe, name=f"{self.recipe.name}, {', '.join(choice)}", channels=choice
        )

    def run_of(self, choice: tuple[str, ...]) -> Path:
        """Return the run folder of one choice; no system minds its name."""
        return self.out / "+".join(choice).replace(":", "_")


@dataclass(frozen=True)
class Outcome:
    """What one choice reached on the held-out slices.

    Attributes
    ----------
    channels : tuple of str
    threshold : float
        Chosen on the validation patients where the recipe has some, else the recipe's.
    scores : tuple of SliceScore
    """

    channels: tuple[str, ...]
    threshold: float
    scores: tuple[SliceScore, ...]


def ablate(plan: Ablation) -> list[Outcome]:
    """Train and measure each choice, and write the table anew after each.

    Killed at any point, the same call goes on with the training that was under way; what was
    measured is not trained or measured again.

    Raises
    ------
    ValueError, WriteError, SliceError
        As `run_job`; the table of what is finished is kept.
    """
    make_folder(plan.out)
    outcomes: list[Outcome] = []
    for number, choice in enumerate(plan.choices, 1):
        plan.say(f"choice {number} of {len(plan.choices)}: {', '.join(choice)}")
        sides, outcome = _train_and_measure(plan, choice)
        outcomes.append(outcome)
        split = split_note(sides.folds, f"fold {plan.recipe.held_out_fold} was held out")
        write_tables(plan, outcomes, split)
        keras.utils.clear_session()
    return outcomes


def write_tables(plan: Ablation, outcomes: Sequence[Outcome], split: SplitNote) -> None:
    """Write `ablation.csv` and `ablation.md`; WriteError if the disk takes no more."""
    rows = [row_of(outcome, outcomes[0], split) for outcome in outcomes]
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(plan.out / TABLE_CSV, text.getvalue().encode())
    write_atomically(plan.out / TABLE_MARKDOWN, _markdown(plan, rows, split).encode())


def row_of(outcome: Outcome, first: Outcome, split: SplitNote) -> dict[str, object]:
    """Return a row of the table: Dice of one choice, and what it gains over the first.

    Both intervals are a bootstrap over patients; that of the gain is of the differences slice by
    slice, so that what makes a slice hard for every choice does not widen it.
    """
    dice = np.array([score.dice for score in outcome.scores])
    patients = np.array([score.patient for score in outcome.scores])
    low, high = bootstrap_interval(dice, patients)
    before = {score.name: score.dice for score in first.scores}
    common = [score for score in outcome.scores if score.name in before]
    gain = np.array([score.dice - before[score.name] for score in common])
    gain_low, gain_high = bootstrap_interval(gain, np.array([score.patient for score in common]))
    kinds = sorted({score.kind for score in first.scores})
    return {
        "channels": ", ".join(outcome.channels),
        "parameters": "; ".join(_spelled(channel) for channel in outcome.channels),
        "slices": len(dice),
        "patients": len(set(patients.tolist())),
        "mean_dice": round(float(dice.mean()), 4),
        "low_95": round(low, 4),
        "high_95": round(high, 4),
        "gain": round(float(gain.mean()), 4),
        "gain_low_95": round(gain_low, 4),
        "gain_high_95": round(gain_high, 4),
        "median_dice": round(float(np.median(dice)), 4),
        "share_missed": round(float((dice < MISSED).mean()), 4),
        **{f"mean_dice_{kind}": _mean_of_kind(outcome.scores, kind) for kind in kinds},
        "threshold": outcome.threshold,
        "split": split.label,
    }


def _mean_of_kind(scores: Iterable[SliceScore], kind: str) -> float | str:
    own = [score.dice for score in scores if score.kind == kind]
    return round(float(np.mean(own)), 4) if own else ""


def _spelled(channel: str) -> str:
    """Return a channel with every parameter, given or not."""
    parsed = Channel.parse(channel)
    values = ", ".join(f"{name} {value:g}" for name, value in parsed.parameters.items())
    return f"{parsed.name} ({values})" if values else parsed.name


def _markdown(plan: Ablation, rows: Sequence[dict[str, object]], split: SplitNote) -> str:
    recipe, first, mark = plan.recipe, rows[0], split.mark
    kinds = [name for name in first if name.startswith("mean_dice_")]
    heads = [
        *("channels", "mean Dice (95 % over patients)", "gain over the first (95 %)"),
        *("median", "missed"),
        *(name.removeprefix("mean_dice_") for name in kinds),
    ]
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for row in rows:
        gain = f"{row['gain']:+.3f} ({row['gain_low_95']:+.3f} to {row['gain_high_95']:+.3f})"
        cells = [
            str(row["parameters"]),
            f"{row['mean_dice']:.3f}{mark} ({row['low_95']:.3f} to {row['high_95']:.3f})",
            "" if row is first else gain,
            f"{row['median_dice']:.3f}{mark}",
            f"{100 * float(str(row['share_missed'])):.1f} %{mark}",
            *(f"{row[name]:.3f}{mark}" if row[name] != "" else "" for name in kinds),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    notes = [
        f"Recipe {recipe.name}, {len(rows)} of {len(plan.choices)} choices, measured on "
        f"{first['slices']} slices of {first['patients']} patient groups. {split.text}",
        f"Each choice was trained once (seed {recipe.seed}): what another seed would change is in "
        "no interval. Who chooses by this table has used these patients up; the winner's accuracy "
        "is to be measured on other folds.",
        *([split.warning] if split.warning else []),
    ]
    return "\n\n".join(["# Preprocessing compared", "\n".join(lines), *notes]) + "\n"


def _train_and_measure(plan: Ablation, choice: tuple[str, ...]) -> tuple[Sides, Outcome]:
    recipe, run = plan.recipe_for(choice), plan.run_of(choice)
    job = Job(
        recipe,
        plan.source,
        run,
        plan.say,
        plan.show,
        devices=plan.devices,
        workers=plan.workers,
        base=plan.base,
        cache=plan.out / "cache",
    )
    run_job(job)  # at once where it is finished; refuses a folder of another recipe or data
    sides = sides_of_run(recipe, plan.source, run)
    outcome = _stored(run, choice)
    if outcome is None:
        plan.show(f"measuring {', '.join(choice)}")
        outcome = _measured(recipe, run, sides)
        split = split_note(sides.folds, "").label
        write_atomically(run / SCORES, to_csv(outcome.scores, split).encode())
        write_atomically(run / MEASURED, json.dumps({"threshold": outcome.threshold}).encode())
    return sides, outcome


def _stored(run: Path, choice: tuple[str, ...]) -> Outcome | None:
    """Return what an earlier call measured, None if it did not come so far."""
    try:
        threshold = json.loads((run / MEASURED).read_text(encoding="utf-8"))["threshold"]
        scores = from_csv((run / SCORES).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Outcome(choice, float(threshold), tuple(scores))


def _measured(recipe: Recipe, run: Path, sides: Sides) -> Outcome:
    steps = recipe.preprocessing(recipe.image_size)
    network = keras_batches(finished_network(recipe, run))

    def predict_with(flips: str) -> Predict:
        return predictor(network, steps, flips)

    settings = Postprocess(recipe.threshold)
    if len(sides.validation):
        settings = choose_on(predict_with, sides.validation.slices(), Grid().plain())[0].settings
    way = Way(predict_with("none"), settings)
    scores = measure({"": way}, sides.held_out.slices(), fold=recipe.held_out_fold)[""].scores
    if not scores:
        raise ValueError(f"fold {recipe.held_out_fold} holds no slice with a tumour to measure on")
    return Outcome(recipe.channels, settings.threshold, tuple(scores))
