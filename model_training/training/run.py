"""Train a network by a recipe; every epoch is on disk and a killed run goes on from there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

from model_training.clicks.initial import initial_corrector
from model_training.clicks.stage import ClickStage
from model_training.data.sources import Source, source_of_files
from model_training.data.split import Sides, sides_of_run
from model_training.recipes.parts import build, check_parts
from model_training.recipes.recipe import Recipe
from model_training.runs.checkpoint import Checkpoint, load_checkpoint, sweep
from model_training.runs.curves import write_curves, write_picture
from model_training.runs.display import Clock
from model_training.runs.in_use import in_use
from model_training.runs.job import Job
from model_training.runs.network import load_network, write_network
from model_training.runs.progress import Progress
from model_training.runs.run_folder import (
    attempt,
    claim,
    forget_attempts,
    is_finished,
    note_versions,
    progress_of,
)
from model_training.training.devices import choose_devices
from model_training.training.initial_weights import initial_weights
from model_training.training.memory import parts_of_batch
from model_training.training.stage_examples import load_stage
from model_training.training.stage_training import StageTraining, work


def train(
    recipe: Recipe, source: Source | Sequence[Path], run: Path, say: Callable[[str], None]
) -> keras.Model:
    """Train in one call, with a `Job`'s defaults; `source` may be a list of files.

    Raises
    ------
    ValueError, WriteError, SliceError
        As `run_job`.
    """
    if not isinstance(source, Source):
        source = source_of_files(list(source))
    return run_job(Job(recipe, source, run, say))


def run_job(job: Job) -> keras.Model:
    """Train, or go on training, and return the finished network.

    Raises
    ------
    ValueError
        If the run folder belongs to another recipe, other data or another process, a patient
        stands on two sides, a slice has no mask, or the loss becomes no number.
    SliceError
        If a slice cannot be read.
    WriteError
        If the disk takes no more; the last checkpoint is then still there, whole.
    """
    check_parts(job.recipe)
    with in_use(job.run), attempt(job.run):
        return _run_held(job)


def _run_held(job: Job) -> keras.Model:
    recipe, run = job.recipe, job.run
    forget_attempts(run)
    claim(run, recipe, job.source)
    sides = sides_of_run(recipe, job.source, run)
    if sides.reviewed:
        job.say(sides.reviewed)
    if is_finished(run):
        return load_network(run)
    sweep(run)
    checkpoint = load_checkpoint(run)
    if checkpoint is None and progress_of(run) != Progress():
        raise ValueError(f"{run} was begun by an older version; choose another folder")
    if changed := note_versions(run):
        job.say(f"this run was begun with other software: {changed}")
    if checkpoint:
        write_curves(run, checkpoint.progress.rows)  # a kill may have come between the two
    keras.config.set_dtype_policy(recipe.precision)
    checkpoint = _train_stages(job, sides, checkpoint)
    write_picture(run, checkpoint.progress.rows)
    model = build(recipe, recipe.image_size, dropout=False)
    model.set_weights(checkpoint.best)
    write_network(run, model)
    return model


def _train_stages(job: Job, sides: Sides, checkpoint: Checkpoint | None) -> Checkpoint:
    """Train what is left of the stages; return the last checkpoint."""
    recipe = job.recipe
    parts = max(parts_of_batch(recipe, stage) for stage in recipe.stages)
    batches = (recipe.batch_size // parts_of_batch(recipe, stage) for stage in recipe.stages)
    devices = choose_devices(job.devices, math.gcd(*batches), parts=parts)
    begin: Callable[[Job, Sides], list[Any] | None]
    begin = initial_corrector if recipe.clicks else initial_weights
    stage_class = ClickStage if recipe.clicks else StageTraining
    initial = None if checkpoint else begin(job, sides)
    last = len(recipe.stages) - 1
    progress = checkpoint.progress if checkpoint else Progress()
    clock = Clock(
        total=work(recipe, last, recipe.stages[last].epochs),
        done=work(recipe, progress.stage, progress.epoch),
    )
    for number in range(progress.stage, len(recipe.stages)):
        if checkpoint and number == progress.stage and progress.stage_is_over(recipe):
            continue
        training, validation = load_stage(job, recipe.stages[number], sides)
        stage = stage_class(job, number, training, validation, devices, clock)
        checkpoint = stage.run(checkpoint, initial)
    assert checkpoint is not None
    return checkpoint
