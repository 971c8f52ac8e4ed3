"""All that a killed training needs to go on as if nothing had happened.

A checkpoint is a folder that appears under its name complete, or not at all; the one before it is
removed after that. So there is a whole one at every moment.
"""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from brainseg_gui.files.atomic import write_atomically, write_reason
from brainseg_gui.files.errors import WriteError
from model_training.runs.progress import Progress

PREFIX, PART = "checkpoint-", ".part"
PROGRESS, STATE, BEST = "progress.json", "state.npz", "best.npz"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The end of an epoch.

    Attributes
    ----------
    progress : Progress
    state : list of array
        Weights, random states and the optimiser's variables, in `state_variables`' order.
    best : list of array
        Weights of the best network of the stage so far, averaged.
    """

    progress: Progress
    state: list[np.ndarray]
    best: list[np.ndarray]


def save_checkpoint(run: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, then remove the one before.

    Raises
    ------
    WriteError
        If the disk takes no more; the checkpoint before is then still there, whole.
    """
    progress = checkpoint.progress
    target = run / f"{PREFIX}{progress.stage + 1:02}-{progress.epoch:05}"
    part = run / f".{uuid.uuid4().hex}{PART}"
    try:
        part.mkdir()
        _write_arrays(part / STATE, checkpoint.state)
        _write_arrays(part / BEST, checkpoint.best)
        write_atomically(part / PROGRESS, progress.to_json().encode())
        os.rename(part, target)
    except OSError as error:
        raise WriteError(target, write_reason(error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)  # gone already, unless something went wrong
    for older in _checkpoints(run):
        if older != target:
            shutil.rmtree(older, ignore_errors=True)


def load_checkpoint(run: Path) -> Checkpoint | None:
    """Return the newest checkpoint of a run folder, None where there is none.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    progress = load_progress(run)
    if progress is None:
        return None
    newest = _checkpoints(run)[-1]
    with _damage_named(newest):
        return Checkpoint(progress, _read_arrays(newest / STATE), _read_arrays(newest / BEST))


def load_progress(run: Path) -> Progress | None:
    """Return how far the newest checkpoint is, None where there is none; ValueError if damaged."""
    found = _checkpoints(run)
    if not found:
        return None
    with _damage_named(found[-1]):
        return Progress.from_json((found[-1] / PROGRESS).read_text(encoding="utf-8"))


@contextmanager
def _damage_named(checkpoint: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{checkpoint} is damaged ({error}); begin again in another folder"
        ) from error


def sweep(run: Path) -> None:
    """Remove what a kill left half-written, and all checkpoints but the newest."""
    for part in run.glob(f".*{PART}"):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            with suppress(OSError):
                part.unlink()
    for older in _checkpoints(run)[:-1]:
        shutil.rmtree(older, ignore_errors=True)


def state_variables(model: Any) -> list[Any]:
    """Return the variables that make a compiled model go on exactly where it was."""
    optimiser = model.optimizer
    return [*model.trainable_variables, *model.non_trainable_variables, *optimiser.variables]


def read_state(model: Any) -> list[np.ndarray]:
    """Return the values of a compiled model's variables."""
    return [np.array(variable.numpy()) for variable in state_variables(model)]


def restore_state(model: Any, state: Sequence[np.ndarray]) -> None:
    """Set a compiled model's variables; values of another network are a ValueError."""
    variables = state_variables(model)
    if [tuple(v.shape) for v in variables] != [value.shape for value in state]:
        raise ValueError("the checkpoint is of another network than the recipe describes")
    for variable, value in zip(variables, state, strict=True):
        variable.assign(value)


def _checkpoints(run: Path) -> list[Path]:
    """Return the complete checkpoints, the newest last."""
    return sorted(path for path in run.glob(f"{PREFIX}*") if path.is_dir())


def _write_arrays(path: Path, arrays: Sequence[np.ndarray]) -> None:
    named = {f"{number:05}": array for number, array in enumerate(arrays)}
    write_atomically(path, lambda file: np.savez(file, **named))  # type: ignore[arg-type]


def _read_arrays(path: Path) -> list[np.ndarray]:
    with path.open("rb") as file, np.load(file) as stored:  # np.load leaves a bad file open
        return [stored[name] for name in sorted(stored.files)]
