"""How fast a network learns in the course of a stage, and with what optimiser."""

from __future__ import annotations

import keras

from model_training.recipes.recipe import Recipe, Stage
from model_training.training.averaging import AveragingAdamW

START_SHARE = 0.05  # of the peak, where the warm-up begins
WARM_UP_AT_MOST = 0.1  # of a stage's batches


def learning_rates(
    stage: Stage, batches: int, warm_up_epochs: float
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Return a straight warm-up to the stage's peak, then a half cosine to its final rate.

    Parameters
    ----------
    stage : Stage
    batches : int
        In an epoch; Keras counts them, not the steps that several of them may make.
    warm_up_epochs : float
        Cut to a tenth of a stage that is short.

    References
    ----------
    Loshchilov & Hutter, "SGDR", 2017, arXiv:1608.03983; Goyal et al. 2017, arXiv:1706.02677.
    """
    total = stage.epochs * batches
    warm_up = max(1, round(min(warm_up_epochs * batches, total * WARM_UP_AT_MOST)))
    return keras.optimizers.schedules.CosineDecay(
        stage.learning_rate * START_SHARE,
        max(1, total - warm_up),
        alpha=stage.final_learning_rate / stage.learning_rate,
        warmup_target=stage.learning_rate,
        warmup_steps=warm_up,
    )


def make_optimiser(
    recipe: Recipe, stage: Stage, batches: int, parts: int = 1
) -> keras.optimizers.Optimizer:
    """Return AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) as the recipe wants it.

    Parameters
    ----------
    recipe : Recipe
    stage : Stage
    batches : int
        In an epoch.
    parts : int
        How many of them make one step.
    """
    return AveragingAdamW(
        learning_rates(stage, batches, recipe.warm_up_epochs),
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.gradient_norm or None,
        use_ema=recipe.averaging > 0,
        ema_momentum=recipe.averaging ** (1 / parts),  # Keras averages after every part
        gradient_accumulation_steps=parts if parts > 1 else None,
    )
