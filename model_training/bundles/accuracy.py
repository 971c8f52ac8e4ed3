"""What a bundle's network reaches, measured as it will be used, for its card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brainseg_gui.core.image.preprocess import Preprocessing
from model_training.data.split import Sides
from model_training.evaluation.measure import Measured, NamedSlice, Way, card_numbers, measure
from model_training.evaluation.postprocess import Choice
from model_training.evaluation.predict import predictor
from model_training.evaluation.runners import BatchRunner
from model_training.evaluation.summary import by_kind, by_size, summary_of
from model_training.simulation.slices import simulate_patients

SIMULATED_PATIENTS, SIMULATED_SLICES, SIMULATED_SEED = 10, 4, 7_000


@dataclass(frozen=True)
class Accuracy:
    """How a network is measured for its card.

    Attributes
    ----------
    sides : Sides
        Who is held out, and who validates; either may be nobody.
    choice : Choice
        Settings from probability to mask.
    label : str
        Of the split; it stands beside every number.
    """

    sides: Sides
    choice: Choice
    label: str

    def of(self, run: BatchRunner, steps: Preprocessing) -> dict[str, Any]:
        """Return what a network reaches on the held-out, the validation and simulated slices.

        Raises
        ------
        ValueError
            If no slice of a side has a reference.
        SliceError
            If a slice cannot be read.
        """
        found: dict[str, Any] = {}
        if len(self.sides.held_out):
            found["held_out"] = self.of_held_out(run, steps)
        if len(self.sides.validation):
            found["validation"] = self._on(run, steps, self.sides.validation.slices())
        # Simulated heads tell of no patient; they tell whether the demo will look right.
        heads = simulate_patients(SIMULATED_PATIENTS, SIMULATED_SLICES, seed=SIMULATED_SEED)
        found["simulated"] = self._on(run, steps, heads)
        return found

    def of_held_out(self, run: BatchRunner, steps: Preprocessing) -> dict[str, Any]:
        """Return what a network reaches on the held-out slices alone; raises what `of` does."""
        return self._on(run, steps, self.sides.held_out.slices())

    def _on(
        self, run: BatchRunner, steps: Preprocessing, slices: Iterable[NamedSlice]
    ) -> dict[str, Any]:
        way = Way(predictor(run, steps), self.choice.settings)
        return _numbers(measure({"network": way}, slices)["network"], self.label)


def _numbers(measured: Measured, split: str) -> dict[str, Any]:
    """Return the headline, and all that was measured by type and by size."""
    scores = measured.scores
    details = {
        "measures": summary_of(scores, split),
        "by_kind": by_kind(scores, split),
        "by_size": by_size(scores, split),
        "calibration": measured.calibration.summary(split),
    }
    return card_numbers(measured) | {"details": details}
