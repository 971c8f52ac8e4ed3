"""A training and the circumstances it runs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from model_training.data.sources import Source
from model_training.recipes.recipe import Recipe


def _nowhere(text: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Job:
    """What `train` is asked to do.

    Attributes
    ----------
    recipe : Recipe
        Says which fold of the data is left out.
    source : Source
    run : Path
        Folder for recipe, checkpoint, curve and cache.
    say, show : callable
        Take a line that stays, and one that changes.
    devices : int
        Among which every batch is shared.
    workers : int or None
        Threads that make batches; by the number of processors where None.
    base : Path
        Folder that the recipe's paths start from.
    cache : Path or None
        For prepared slices, may be shared by several runs; in the run folder where None.
    starts : Path or None
        Folder of out-of-fold predictions that a corrector starts from.

    Raises
    ------
    ValueError
        If there are such predictions, and the recipe is of no corrector.
    """

    recipe: Recipe
    source: Source
    run: Path
    say: Callable[[str], None]
    show: Callable[[str], None] = _nowhere
    devices: int = 1
    workers: int | None = None
    base: Path = field(default_factory=Path)
    cache: Path | None = None
    starts: Path | None = None

    def __post_init__(self) -> None:
        if self.starts and not self.recipe.clicks:
            raise ValueError("--starts is for networks that correct masks")
