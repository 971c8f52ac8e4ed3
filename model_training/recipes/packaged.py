"""The recipes that came with the package, by their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from model_training.recipes.recipe import Recipe

FOLDER = Path(__file__).parent
SUFFIX = ".json"


def names() -> list[str]:
    """Return what `--recipe` takes besides a file."""
    return sorted(file.stem for file in FOLDER.glob(f"*{SUFFIX}"))


def recipe_file(text: str) -> Path:
    """Return the file that a user means: one that is there, or a recipe of the package."""
    own = Path(text)
    packaged = FOLDER / f"{text}{SUFFIX}"
    return packaged if text in names() and not own.is_file() else own


def base_of(file: Path) -> Path:
    """Return the folder from which a recipe sees the weights that it starts from.

    It is the folder that the recipe lies in; for a recipe of the package, the one in which the
    command was called.
    """
    return Path() if file.parent.resolve() == FOLDER.resolve() else file.parent


def lines() -> Iterator[str]:
    """Yield a line on each recipe: its network, images, epochs, and what it starts from."""
    width = max(map(len, names()))
    for name in names():
        recipe = Recipe.load(recipe_file(name))
        sizes = ", then ".join(dict.fromkeys(str(stage.image_size) for stage in recipe.stages))
        epochs = sum(stage.epochs for stage in recipe.stages)
        start = recipe.initial_weights or "chance"
        yield (
            f"{name:<{width}}  {recipe.network}, {sizes} px, {epochs} epochs of batches of "
            f"{recipe.batch_size}, from {start}"
        )
