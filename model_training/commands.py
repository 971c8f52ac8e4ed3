"""What `brainseg-train export` does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brainseg_gui.core.preprocess import Preprocessing
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.mat import read_slice
from model_training.bundle import describe, draft_card, write_bundle
from model_training.evaluation import measure_slices
from model_training.recipe import Recipe
from model_training.run_folder import RECIPE
from model_training.runners import Runner
from model_training.simulate import simulate_patients
from model_training.sources import source_of_files
from model_training.split import sides_of_run
from model_training.training import finished_network

PARITY_SLICES = 40
SIMULATED_PATIENTS, SIMULATED_SLICES, SIMULATED_SEED = 10, 4, 7_000


def slice_paths(folder: Path) -> list[Path]:
    """Return every `.mat` file below a folder, in natural order; none at all is a ValueError."""
    paths = list(find_slices([folder]))
    if not paths:
        raise ValueError(f"no .mat slices in {folder}")
    return paths


def say(line: str) -> None:
    """Print one line at once: a log file should show the last epoch, not the last block."""
    print(line, flush=True)


def export_command(data: Path, run: Path, bundle: Path) -> int:
    """Make a bundle of a finished run, and measure it on the patients that were held out."""
    recipe = Recipe.load(run / RECIPE)
    model = finished_network(recipe, run)
    paths = slice_paths(data)
    sides = sides_of_run(recipe, source_of_files(paths), run)
    held_out = sides.held_out.files
    extra = {
        "training_slices": len(sides.training),
        "validation_slices": len(sides.validation),
        "held_out_slices": len(held_out),
    }
    # Patients on whom anything was chosen are not new to the network either.
    known = [*sides.training.patients, *sides.validation.patients]
    card = draft_card(recipe, paths, known, extra)

    def measure(runner: Runner) -> dict[str, Any]:
        return _accuracy(runner, recipe, held_out)

    checked = list(_read(held_out[:: max(1, len(held_out) // PARITY_SLICES)]))
    card = write_bundle(bundle, model, card, measure, checked)
    say(describe(card))
    return 0


def _accuracy(run: Runner, recipe: Recipe, held_out: list[Path]) -> dict[str, Any]:
    steps = Preprocessing(recipe.channels, recipe.image_size)
    heads = simulate_patients(SIMULATED_PATIENTS, SIMULATED_SLICES, seed=SIMULATED_SEED)
    simulated = (slice_ for _, slice_ in heads)
    return {
        "split": f"patient groups dealt into {recipe.folds} folds by kind (seed {recipe.seed}); "
        f"fold {recipe.held_out_fold} was never trained on, and neither threshold nor epoch was "
        "chosen by it",
        "method": "Dice per slice at its own size, model.onnx on ONNX Runtime, no test-time "
        "tricks; interval from a bootstrap over patients",
        "held_out": measure_slices(run, steps, recipe.threshold, _read(held_out)),
        "simulated": measure_slices(run, steps, recipe.threshold, simulated),
    }


def _read(paths: list[Path]) -> Iterator[Slice]:
    return (read_slice(path) for path in paths)
