"""Take a recipe's batch in parts, where its training is to fit into little memory."""

from __future__ import annotations

from model_training.recipes.parts import shape_of
from model_training.recipes.recipe import Recipe, Stage


def parts_of_batch(recipe: Recipe, stage: Stage) -> int:
    """Return into how many parts a batch is divided so that the training fits; 1 is whole.

    The gradients of the parts are added up before a step, so that it sees as many slices as the
    recipe wants; batch normalisation sees those of one part.

    Raises
    ------
    ValueError
        If not even a single slice fits.
    """
    if recipe.fit_memory_gb is None:
        return 1
    from model_training.networks.cost import fit

    shape = shape_of(recipe, stage.image_size)
    size = recipe.batch_size
    return fit(recipe.network, shape, size, recipe.fit_memory_gb, recipe.precision).accumulate
