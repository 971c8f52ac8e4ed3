"""A network that is to be measured, wherever it lies: a bundle, a run, the folds of many runs."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.slices import patient_group
from brainseg_gui.inference.model_card import (
    CARD,
    KERAS_FILE,
    ONNX_FILE,
    ModelCard,
    Seen,
    read_card,
)
from model_training.data.folds import FOLDS, Folds
from model_training.data.sources import Entry, Source
from model_training.evaluation.runners import BatchRunner, keras_batches, one_by_one, onnx_runner
from model_training.evaluation.split_note import SplitNote, split_note
from model_training.recipes.recipe import Recipe, refuse_corrector
from model_training.runs.origin import origin_of_run
from model_training.runs.run_folder import CROSSVAL

CHOICE_FILE = "choice.json"
NEW, TRAINED_ON, WITHOUT_PATIENT = "new", "trained_on", "without_patient"
BY_CARD = {Seen.NEW: NEW, Seen.TRAINED_ON: TRAINED_ON, Seen.UNKNOWN: WITHOUT_PATIENT}
Knows = Callable[[Entry], str]
"""Tells of a slice whether it is NEW, TRAINED_ON or WITHOUT_PATIENT to a network."""


@dataclass(frozen=True)
class Candidate:
    """A network with what is known of it.

    Attributes
    ----------
    name : str
    run : BatchRunner
    steps : Preprocessing
    threshold : float
    knows : callable
    split : SplitNote
    facts : dict
        For the report: threshold and how it was chosen, recipe.
    """

    name: str
    run: BatchRunner
    steps: Preprocessing
    threshold: float
    knows: Knows
    split: SplitNote
    facts: dict[str, Any]


def open_candidates(folders: Sequence[Path], engine: str = "auto") -> list[Candidate]:
    """Open bundles and runs; the folder of a cross-validation stands for the runs of its folds.

    Parameters
    ----------
    folders : sequence of Path
    engine : str
        "onnxruntime" or "keras" for bundles; "auto" is ONNX Runtime where it is installed.

    Raises
    ------
    BundleError, ValueError
        If a folder holds no network, or an unfinished one.
    """
    found = []
    for folder in folders:
        if (folder / CROSSVAL).exists():
            found += [_of_run(run) for run in runs_of_folds(folder)]
        elif (folder / "recipe.json").exists() and not (folder / CARD).exists():
            found.append(_of_run(folder))
        else:
            found.append(_of_bundle(folder, engine))
    return found


def holds_network(folder: Path) -> bool:
    """Tell whether a folder is a bundle, a run or a cross-validation."""
    return any((folder / name).exists() for name in (CARD, "recipe.json", CROSSVAL))


def runs_of_folds(folder: Path) -> list[Path]:
    """Return the finished runs of a cross-validation; none at all is a ValueError."""
    runs = sorted(path.parent for path in folder.glob(f"fold_*/{CHOICE_FILE}"))
    if not runs:
        raise ValueError(f"no fold of the cross-validation in {folder} is finished")
    return runs


def divide(source: Source, candidates: Sequence[Candidate]) -> tuple[list[Entry], dict[str, int]]:
    """Return the slices that are new to every network, and how many are left out and why."""
    kept: list[Entry] = []
    left_out = {TRAINED_ON: 0, WITHOUT_PATIENT: 0}
    for entry in source:
        answers = {candidate.knows(entry) for candidate in candidates}
        reason = next((reason for reason in left_out if reason in answers), None)
        if reason:
            left_out[reason] += 1
        else:
            kept.append(entry)
    return kept, left_out


def known_by_card(card: ModelCard) -> Knows:
    """Return what tells of a slice whether a bundle's network has seen its patient."""

    def knows(entry: Entry) -> str:
        return BY_CARD[card.seen(entry.patient)]

    return knows


def known_by_run(run: Path, recipe: Recipe) -> Knows:
    """Return what tells of a slice whether a run's network has seen its patient.

    Raises
    ------
    ValueError
        If the run does not say who was trained on.
    """
    if not (run / FOLDS).exists():
        raise ValueError(f"{run}: no {FOLDS}, so nobody can say who was trained on")
    folds, origin = Folds.load(run / FOLDS), origin_of_run(run)

    def knows(entry: Entry) -> str:
        if origin.knows(entry.patient):
            return TRAINED_ON
        return _by_folds(entry, folds, recipe.held_out_fold)

    return knows


def _of_bundle(folder: Path, engine: str) -> Candidate:
    card = read_card(folder)
    text = "Slices of patients the network was not trained on, by the list in its card."
    return Candidate(
        card.name,
        _bundle_runner(folder, engine),
        card.preprocessing,
        card.threshold,
        known_by_card(card),
        SplitNote("patient", text),
        {
            "name": card.name,
            "architecture": card.architecture,
            "threshold": card.threshold,
            "threshold_note": card.threshold_note,
            "sha256": card.sha256,
            "recipe": card.recipe,
        },
    )


def _bundle_runner(folder: Path, engine: str) -> BatchRunner:
    if engine == "auto":
        engine = "onnxruntime" if importlib.util.find_spec("onnxruntime") else "keras"
    if engine == "onnxruntime":
        return one_by_one(onnx_runner(folder / ONNX_FILE))
    import keras

    return keras_batches(keras.models.load_model(folder / KERAS_FILE, compile=False))


def _of_run(run: Path) -> Candidate:
    from model_training.runs.network import finished_network

    recipe = Recipe.load(run / "recipe.json")
    refuse_corrector(recipe)
    knows = known_by_run(run, recipe)
    threshold, note = recipe.threshold, "fixed in the recipe before training"
    if (run / CHOICE_FILE).exists():
        chosen = json.loads((run / CHOICE_FILE).read_text(encoding="utf-8"))["threshold"]
        threshold, note = chosen["settings"]["threshold"], chosen["note"]
    split = split_note(Folds.load(run / FOLDS), _held_out(recipe.held_out_fold), origin_of_run(run))
    return Candidate(
        run.name,
        keras_batches(finished_network(recipe, run)),
        recipe.preprocessing(recipe.image_size),
        threshold,
        knows,
        split,
        {
            "name": run.name,
            "threshold": threshold,
            "threshold_note": note,
            "recipe": recipe.to_dict(),
        },
    )


def _held_out(fold: int | None) -> str:
    if fold is None:
        return "nobody was held out, and only patients beside these are measured"
    return f"fold {fold} was held out"


def _by_folds(entry: Entry, folds: Folds, held_out: int | None) -> str:
    if folds.kind != "record" and not entry.patient:
        return WITHOUT_PATIENT
    key = entry.name if folds.kind == "record" else patient_group(entry.patient)
    return TRAINED_ON if folds.fold_of.get(key, held_out) != held_out else NEW
