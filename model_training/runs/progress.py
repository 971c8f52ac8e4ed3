"""How far a run has come, as one value that is kept in its checkpoint."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from model_training.recipes.recipe import Recipe
from model_training.runs.curves import Row


@dataclass(frozen=True)
class Progress:
    """What was done, and how well it went.

    Attributes
    ----------
    stage : int
        Number of the stage, from 0.
    epoch : int
        How many of its epochs are done.
    rows : tuple of Row
        Every epoch of the run.
    best_epoch : int
        The epoch of this stage whose network is kept: the one with the best validation Dice, or
        the last where none was measured.
    best_dice : float or None
    """

    stage: int = 0
    epoch: int = 0
    rows: tuple[Row, ...] = ()
    best_epoch: int = 0
    best_dice: float | None = None

    def after(self, row: Row) -> Progress:
        """Return the progress after one more epoch."""
        stage = row.stage - 1
        best_epoch, best_dice = self.best_epoch, self.best_dice
        if stage != self.stage:
            best_epoch, best_dice = 0, None
        better = row.dice is not None and (best_dice is None or row.dice > best_dice)
        if better or best_dice is None:
            best_epoch, best_dice = row.epoch, row.dice
        return Progress(stage, row.epoch, (*self.rows, row), best_epoch, best_dice)

    @property
    def is_best(self) -> bool:
        """Whether the last epoch's network is the one to keep."""
        return self.best_epoch == self.epoch

    def stage_is_over(self, recipe: Recipe) -> bool:
        """Whether the stage has had all its epochs, or has not got better for too long.

        Only an epoch that was measured can tell.
        """
        if self.epoch >= recipe.stages[self.stage].epochs:
            return True
        looked = self.best_dice is not None and (not self.rows or self.rows[-1].dice is not None)
        waited = self.epoch - self.best_epoch if looked else 0
        return 0 < recipe.early_stopping <= waited

    def is_finished(self, recipe: Recipe) -> bool:
        """Whether the last stage is over."""
        return self.stage == len(recipe.stages) - 1 and self.stage_is_over(recipe)

    def to_json(self) -> str:
        """Return the progress as JSON, every number in full."""
        return json.dumps(dataclasses.asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Progress:
        """Return what `to_json` wrote, or the two numbers that older versions kept."""
        values: dict[str, Any] = json.loads(text)
        rows = tuple(Row(**row) for row in values.pop("rows", ()))
        return cls(rows=rows, **values)
