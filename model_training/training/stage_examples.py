"""The examples of one stage, at its own image size, by their part in the run."""

from __future__ import annotations

import numpy as np

from model_training.data.examples import Examples, load_examples
from model_training.data.sources import Source
from model_training.data.split import Sides
from model_training.recipes.recipe import Stage
from model_training.runs.job import Job
from model_training.runs.run_folder import CACHE


def examples_of(side: Source, everything: Examples, source: Source) -> Examples:
    """Return the examples of one side out of those of the whole source."""
    wanted = set(side.names)
    return everything.take(np.array([name in wanted for name in source.names]))


def load_stage(job: Job, stage: Stage, sides: Sides) -> tuple[Examples, Examples]:
    """Return the examples of a stage's training and validation side.

    Raises
    ------
    ValueError, SliceError, WriteError
        As `load_examples`.
    """
    cache = job.cache or job.run / CACHE
    clicks = job.recipe.clicks  # a corrector sees crops of slices in their own resolution
    steps = job.recipe.preprocessing(clicks.slice_size if clicks else stage.image_size)
    everything = load_examples(job.source, steps, cache, job.say)
    return (
        examples_of(sides.training, everything, job.source),
        examples_of(sides.validation, everything, job.source),
    )
