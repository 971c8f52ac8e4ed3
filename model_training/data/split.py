"""Who is trained on, on whom the epoch is chosen, and who is held out of both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brainseg_gui.core.slices import patient_group
from model_training.data.assignment import choose_validation
from model_training.data.folds import Folds, folds_of_run, refuse_shared_patients
from model_training.data.sources import Source
from model_training.recipes.recipe import Recipe


@dataclass(frozen=True)
class Sides:
    """The slices of a source by their part in a run; by patient, no group is in two of them.

    Attributes
    ----------
    training : Source
    validation : Source
        On whom epoch, threshold and the like are chosen; may be empty.
    held_out : Source
        Who chooses nothing; empty where a network is trained on everything.
    folds : Folds
        Where this comes from.
    """

    training: Source
    validation: Source
    held_out: Source
    folds: Folds

    def __post_init__(self) -> None:
        sides = [self.training, self.validation]
        if self.folds.kind != "record":
            sides.append(self.held_out)
        for number, one in enumerate(sides):
            for other in sides[number + 1 :]:
                refuse_shared_patients(one.patients, other.patients)

    @property
    def reviewed(self) -> str:
        """Return where the slices with readers' masks stand, in one line; "" where there is none.

        Who is held out or validates is not trained on, whatever a reader made of them.
        """
        counts = [len(side.revised) for side in (self.training, self.validation, self.held_out)]
        if not any(counts):
            return ""
        trained, *others = counts
        whose = ("validation", "held-out")
        left = [f"{n} of {who} patients" for n, who in zip(others, whose, strict=True) if n]
        said = f"slices with readers' masks: {trained} to train on"
        return f"{said}; left out of that: {', '.join(left)}" if left else said


def sides_of_run(recipe: Recipe, source: Source, run: Path) -> Sides:
    """Divide a source as the recipe says, and keep the folds in the run folder.

    Raises
    ------
    ValueError
        If a patient group stands on two sides, or the folder's folds are of other data.
    """
    part = None
    if recipe.held_out_fold is not None and recipe.held_out_share < 1:
        part = recipe.held_out_fold, recipe.held_out_share
    folds = folds_of_run(run, recipe.split, source, recipe.folds, recipe.seed, part)
    if recipe.held_out_fold is None:
        seen, held_out = source, source.take(np.zeros(len(source), bool))
    else:
        seen, held_out = folds.sides(source, recipe.held_out_fold)
    chosen = choose_validation(seen.patients, seen.kinds, recipe.validation_share, recipe.seed)
    validates = np.array([patient_group(patient) in chosen for patient in seen.patients])
    return Sides(seen.take(~validates), seen.take(validates), held_out, folds)
