"""What the commands of `brainseg-train` do."""

from __future__ import annotations

from pathlib import Path

from model_training.recipe import Recipe
from model_training.training import train


def slice_paths(folder: Path) -> list[Path]:
    """Return every `.mat` file below a folder, sorted; none at all is a ValueError."""
    paths = sorted(folder.rglob("*.mat"))
    if not paths:
        raise ValueError(f"no .mat slices in {folder}")
    return paths


def say(line: str) -> None:
    """Print one line at once: a log file should show the last epoch, not the last block."""
    print(line, flush=True)


def train_command(data: Path, run: Path, recipe: Path) -> int:
    """Train by a recipe file."""
    train(Recipe.load(recipe), slice_paths(data), run, say)
    say(f"finished: {run}")
    return 0
