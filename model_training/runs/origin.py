"""Whose weights a run started from, and on whom those had been trained."""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.core.slices import patient_group
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.inference.model_card import ModelCard, hash_patient
from model_training.recipes.recipe import Recipe
from model_training.runs.run_folder import ORIGIN, RECIPE
from model_training.weights.imagenet import ATTRIBUTION, IMAGENET


@dataclass(frozen=True)
class Origin:
    """What stays true of a network however often it is trained on.

    Attributes
    ----------
    initial_weights : str
        For whoever is handed the network: whose weights came first, with their licence; "" if
        nobody's.
    patient_salt : str
    training_patients : tuple of str
        `hash_patient` of every patient group that the weights had seen before the run began.
    complete : bool
        Whether nobody is missing there.
    """

    initial_weights: str = ""
    patient_salt: str = field(default_factory=lambda: secrets.token_hex(8))
    training_patients: tuple[str, ...] = ()
    complete: bool = True

    def knows(self, patient: str) -> bool:
        """Tell whether the weights had seen this patient (any scan of the person)."""
        return bool(patient) and hash_patient(patient, self.patient_salt) in self.training_patients

    def after(self, recipe: str, patients: Iterable[str] = ()) -> Origin:
        """Return the origin of what goes on from a network of this one, trained on `patients`."""
        said = [f"went on from a network of the recipe {recipe}", self.initial_weights]
        text = "; ".join(filter(None, said))
        return Origin(text, self.patient_salt, self.with_those(patients), self.complete)

    def with_those(self, patients: Iterable[str]) -> tuple[str, ...]:
        """Return the hashes of the groups of `patients` and of all that were seen before."""
        groups = {patient_group(patient) for patient in patients}
        hashes = {hash_patient(group, self.patient_salt) for group in groups}
        return tuple(sorted(hashes.union(self.training_patients)))

    def save(self, run: Path) -> None:
        """Keep it in a run folder; WriteError if the disk takes no more."""
        write_atomically(run / ORIGIN, json.dumps(dataclasses.asdict(self), indent=1).encode())


def origin_of_run(run: Path) -> Origin:
    """Return where the weights of a run came from; a damaged file is a ValueError."""
    path = run / ORIGIN
    if path.exists():
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            seen = tuple(values.get("training_patients", ()))
            return Origin(**values | {"training_patients": seen})
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} is damaged: {error}") from error
    from_imagenet = Recipe.load(run / RECIPE).initial_weights == IMAGENET
    return Origin(ATTRIBUTION if from_imagenet else "")


def origin_of_bundle(card: ModelCard) -> Origin:
    """Return what a card says of where its weights came from and whom they have seen."""
    text = str(card.data.get("initial_weights", ""))
    complete = bool(card.data.get("training_patients_complete", True))
    return Origin(text, card.patient_salt, card.training_patients, complete)
