"""A training that is killed goes on as if it had not been."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.files.errors import WriteError
from model_training.runs.in_use import in_use
from model_training.runs.network import finished_network, load_network
from model_training.runs.run_folder import is_finished
from model_training.training import run as training
from model_training.training import stage_training
from model_training.training.run import run_job
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import (
    SMALL,
    TWO_STAGES,
    job_of,
    kept_checkpoint,
    kept_progress,
)

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("keras_as_it_was", "quick_trainings")]


def course(run: Path) -> Any:
    """Return all that a training leaves, but for the times."""
    found = kept_checkpoint(run)
    rows = [(r.stage, r.epoch, r.loss, r.dice, r.learning_rate) for r in found.progress.rows]
    return rows, found.state, found.best, (run / "curve.csv").read_text()


def assert_same(run: Path, other: Path) -> None:
    one, two = course(run), course(other)
    assert one[0] == two[0]
    for mine, theirs in zip(one[1] + one[2], two[1] + two[2], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert one[3] == two[3]


@pytest.fixture(scope="module")
def unbroken(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("unbroken")
    run_job(job_of(data, run))
    return run


class Killed(BaseException):
    """Stands for kill -9: nobody catches it."""


def kill_at(
    patch: pytest.MonkeyPatch, module: Any, name: str, when: int, end: BaseException | None = None
) -> None:
    """Make the call number `when` of a function the last thing that the process does."""
    whole, calls = getattr(module, name), []

    def counted(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == when:
            raise end or Killed
        return whole(*arguments, **options)

    patch.setattr(module, name, counted)


MOMENTS = {
    "between network and curve": (stage_training, "write_curves", 1, 1, "stage 1 of 2", "2 to 2"),
    "before the second stage": (training, "load_stage", 2, 2, "stage 2 of 2", "1 to 2"),
    "within the last epoch": (stage_training, "save_checkpoint", 2, 3, "stage 2 of 2", "2 to 2"),
    "by a full disk": (np, "savez", 2, 3, "stage 2 of 2", "2 to 2"),
    "before the network is handed over": (training, "write_network", 1, 4, "", ""),
}


def test_a_run_that_is_stopped_again_and_again_ends_like_one_that_was_not(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    def go_on(stage: str, epochs: str) -> None:
        """Let it go on, and insist that it begins where it was stopped."""
        said: list[str] = []
        try:
            run_job(job_of(data, tmp_path, say=said.append))
        finally:
            begun = [line for line in said if not line.startswith("preparing ")]
            assert bool(begun) == bool(stage)
            if begun:
                assert begun[0].startswith(f"{stage}: ")
                assert begun[0].endswith(f"epochs {epochs}")

    stage, epochs = "stage 1 of 2", "1 to 2"
    for moment, (module, name, when, done, next_stage, next_epochs) in MOMENTS.items():
        full = OSError(28, "No space left on device") if moment == "by a full disk" else None
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, module, name, when, full)
            with pytest.raises(WriteError if full else Killed):
                go_on(stage, epochs)
        assert len(kept_progress(tmp_path).rows) == done
        assert not is_finished(tmp_path)
        stage, epochs = next_stage, next_epochs
    go_on(stage, epochs)
    assert is_finished(tmp_path)
    assert_same(tmp_path, unbroken)


def test_two_processes_do_not_train_one_run(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with in_use(run):
        with pytest.raises(
            ValueError, match=rf"process {os.getpid()} on .*, since \d\d:\d\d; wait"
        ):
            run_job(job_of(data, run))
        assert sorted(path.name for path in run.iterdir()) == ["in-use.lock"]
    with in_use(run):
        pass
    assert list(run.iterdir()) == []


def test_a_finished_run_is_not_trained_further(data: Path, unbroken: Path) -> None:
    before = (unbroken / "network.keras").read_bytes()
    run_job(job_of(data, unbroken))
    assert (unbroken / "network.keras").read_bytes() == before


def test_the_finished_network_is_the_averaged_one_of_the_best_epoch(
    data: Path, unbroken: Path
) -> None:
    checkpoint = kept_checkpoint(unbroken)
    for mine, theirs in zip(load_network(unbroken).get_weights(), checkpoint.best, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    trained = checkpoint.state[: len(checkpoint.best)]
    assert not all(
        a.shape == b.shape and np.array_equal(a, b)
        for a, b in zip(checkpoint.best, trained, strict=True)
    )


def test_the_finished_form_has_no_normalisation_left_and_says_the_same(unbroken: Path) -> None:
    finished, trained = finished_network(TWO_STAGES, unbroken), load_network(unbroken)
    kinds = {type(layer) for layer in finished.layers}
    assert keras.layers.BatchNormalization not in kinds
    image = np.random.default_rng(0).random((1, 24, 24, 1), np.float32)
    one, other = (
        keras.ops.convert_to_numpy(m.predict_on_batch(image)) for m in (finished, trained)
    )
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_run_that_is_not_finished_is_not_handed_over(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not finished; train goes on where it stopped"):
        finished_network(TWO_STAGES, tmp_path)


@pytest.mark.parametrize("name", ["state.npz", "best.npz", "progress.json"])
@pytest.mark.parametrize("left", [0, 40])
def test_a_damaged_checkpoint_is_named(
    data: Path, unbroken: Path, tmp_path: Path, name: str, left: int
) -> None:
    run = tmp_path / "run"
    shutil.copytree(unbroken, run)
    (run / "network.keras").unlink()
    (found,) = run.glob("checkpoint-*")
    (found / name).write_bytes((found / name).read_bytes()[:left])
    with pytest.raises(ValueError, match=rf"{found.name} is damaged .*; begin again in another"):
        run_job(job_of(data, run))


def test_a_finished_run_of_an_older_version_can_be_used(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    (tmp_path / "recipe.json").write_text(
        json.dumps({k: v for k, v in SMALL.to_dict().items() if k != "averaging"})
    )
    (tmp_path / "state.json").write_text('{"stage": 0, "epoch": 3}')
    (tmp_path / "network.keras").write_bytes((unbroken / "network.keras").read_bytes())
    assert is_finished(tmp_path)
    assert load_network(tmp_path).input_shape == (None, 24, 24, 1)


def test_a_run_that_is_kept_without_its_checkpoint_can_be_used(
    unbroken: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(unbroken, kept, ignore=shutil.ignore_patterns("checkpoint*"))
    assert finished_network(TWO_STAGES, kept).count_params() > 0
    curve = (kept / "curve.csv").read_text()
    (kept / "curve.csv").write_text(curve.rsplit("\n", 2)[0] + "\n")
    assert not is_finished(kept)
    (kept / "curve.csv").write_text(curve.replace("1,1,", "1,one,", 1))
    with pytest.raises(ValueError, match=r"curve\.csv is damaged"):
        is_finished(kept)
