"""A checkpoint is there whole, whatever happens."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brainseg_gui.files import atomic
from brainseg_gui.files.errors import WriteError
from model_training.runs import checkpoint as checkpoints
from model_training.runs.checkpoint import Checkpoint, save_checkpoint, sweep
from model_training.runs.progress import Progress
from tests.model_training.run_factory import kept_checkpoint, row


def make_checkpoint(epoch: int, size: int = 10) -> Checkpoint:
    arrays = [np.full(size, epoch, np.float32), np.array(epoch)]
    progress = Progress(0, epoch, tuple(row(n) for n in range(1, epoch + 1)), epoch)
    return Checkpoint(progress, arrays, arrays[:1])


def test_a_checkpoint_is_read_as_it_was_written_and_replaces_the_one_before(tmp_path: Path) -> None:
    for epoch in (9, 10, 100_000):
        save_checkpoint(tmp_path, make_checkpoint(epoch))
        found = kept_checkpoint(tmp_path)
        assert found.progress == make_checkpoint(epoch).progress
        assert [a.tolist() for a in found.state] == [[epoch] * 10, epoch]
        assert len(list(tmp_path.iterdir())) == 1


def killed(*arguments: Any, **options: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("module", "name", "epoch"),
    [
        (checkpoints.np, "savez", 1),
        (checkpoints, "write_atomically", 1),
        (checkpoints.os, "rename", 1),
        (checkpoints, "_checkpoints", 2),
    ],
)
def test_a_kill_at_any_moment_leaves_one_whole_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, epoch: int
) -> None:
    save_checkpoint(tmp_path, make_checkpoint(1))
    with monkeypatch.context() as patched:
        patched.setattr(module, name, killed)
        # As kill -9 would: nothing is tidied up.
        patched.setattr(shutil, "rmtree", lambda *arguments, **options: None)
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(tmp_path, make_checkpoint(2))
    assert kept_checkpoint(tmp_path).progress == make_checkpoint(epoch).progress
    sweep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_disk_that_is_full_is_a_sentence_and_the_old_checkpoint_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path, make_checkpoint(1))

    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(WriteError, match="the disk is full"):
        save_checkpoint(tmp_path, make_checkpoint(2))
    assert kept_checkpoint(tmp_path).progress == make_checkpoint(1).progress
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def small_disk(new_disk: Callable[[str], Path]) -> Path:
    """A disk of one megabyte."""
    return new_disk("1m")


def test_a_real_disk_that_is_full_keeps_the_checkpoint_before(small_disk: Path) -> None:
    save_checkpoint(small_disk, make_checkpoint(1, 50_000))
    with pytest.raises(WriteError, match="the disk is full"):
        save_checkpoint(small_disk, make_checkpoint(2, 200_000))
    assert kept_checkpoint(small_disk).state[0].tolist() == [1.0] * 50_000
    save_checkpoint(small_disk, make_checkpoint(3, 50_000))
