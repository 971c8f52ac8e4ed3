"""A training that is over in seconds: a few noisy slices and a recipe of very small networks."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.writers.mat_writer import write_mat
from model_training.data.sources import find_examples
from model_training.networks.blocks import centre, convolve, drop, probability, score
from model_training.networks.shape import NetworkShape
from model_training.recipes.recipe import Recipe, Stage
from model_training.runs.checkpoint import Checkpoint, load_checkpoint
from model_training.runs.curves import Row
from model_training.runs.job import Job
from model_training.runs.progress import Progress

SMALL = Recipe(
    name="small",
    network="shallow",  # which `quick_trainings` brings
    channels=("stretched",),
    feature_maps=2,
    depth=1,
    dropout=0.1,
    stages=(Stage(16, 3, 0.01),),
    batch_size=6,
    averaging=0.5,
    folds=3,
    validation_share=0.3,
    precision="float32",
)


def small(**changes: Any) -> Recipe:
    """Return the small recipe with other settings."""
    return dataclasses.replace(SMALL, **changes)


TWO_STAGES = small(stages=(Stage(16, 2, 0.01), Stage(24, 2, 0.005)))


def shallow_network(shape: NetworkShape) -> keras.Model:
    """Return a convolution with its normalisation for each level of a U-Net; none is halved."""
    image = keras.Input((shape.image_size, shape.image_size, shape.channels), name="image")
    x = centre(image)
    for level in range(shape.depth + 1):
        x = convolve(x, shape.maps[level], shape, name=f"level{level}")
    x = drop(x, shape.dropout, name="last")
    return keras.Model(image, probability(score(x, shape), shape))


def without_graphs(patch: pytest.MonkeyPatch) -> None:
    """Take each step of a training, and each answer of a network, as it comes."""
    compile_ = keras.Model.compile

    def eagerly(model: keras.Model, *parts: Any, **options: Any) -> None:
        compile_(model, *parts, **(options | {"run_eagerly": True, "jit_compile": False}))

    def answered(model: keras.Model, images: np.ndarray) -> Any:
        answer = model(images, training=False)
        return keras.tree.map_structure(keras.ops.convert_to_numpy, answer)

    patch.setattr(keras.Model, "compile", eagerly)
    patch.setattr(keras.Model, "predict_on_batch", answered)


def job_of(data: Path, run: Path, recipe: Recipe = TWO_STAGES, **circumstances: Any) -> Job:
    """Return a job that trains on a folder of slices; what it says is kept from the screen."""
    said = circumstances.setdefault("say", [].append)
    return Job(recipe, find_examples(data), run, **({"say": said} | circumstances))


def write_slices(folder: Path, patients: int = 6, masks: bool = True) -> Path:
    """Write two slices of each patient into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(2 * patients):
        pixels = np.random.default_rng(number).integers(100, 900, (24, 24)).astype(np.float32)
        pixels[6:12, 8:18] += 900
        reference = np.zeros(pixels.shape, bool)
        reference[6:12, 8:18] = True
        slice_ = Slice(pixels, reference if masks else None, patient=str(100 + number // 2))
        write_mat(folder / f"{number + 1}.mat", slice_)
    return folder


def row(epoch: int, dice: float | None = None, stage: int = 1, loss: float = 0.5) -> Row:
    """Return what is kept of one epoch."""
    return Row(stage, epoch, loss, dice, 0.001, 1e9 + epoch)


def kept_checkpoint(run: Path) -> Checkpoint:
    """Return the newest checkpoint of a run that has one."""
    checkpoint = load_checkpoint(run)
    assert checkpoint is not None, f"{run} has no checkpoint"
    return checkpoint


def kept_progress(run: Path) -> Progress:
    """Return how far the newest checkpoint of a run is."""
    return kept_checkpoint(run).progress
