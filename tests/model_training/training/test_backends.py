"""The same recipe on every backend that is installed, and on two devices."""

from __future__ import annotations

import csv
import dataclasses
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model_training.networks import NETWORKS, Network
from model_training.recipes.recipe import Stage
from model_training.runs.checkpoint import Checkpoint, save_checkpoint
from model_training.training import backend, stage_training
from model_training.training.backend import choose_backend
from model_training.training.devices import choose_devices
from model_training.training.run import run_job
from tests.model_training.run_factory import (
    job_of,
    kept_progress,
    shallow_network,
    small,
    without_graphs,
    write_slices,
)

# The U-Net of TensorFlow is the one of `test_smoke_training`.
RECIPE = small(stages=(Stage(16, 2, 0.01),), batch_size=4, dropout=0.0, averaging=0.9)
RECIPES = {"tensorflow": RECIPE} | {
    name: dataclasses.replace(RECIPE, network="unet") for name in ("jax", "torch")
}
LONG = dataclasses.replace(RECIPE, stages=(Stage(16, 600, 0.01),))
TWO_DEVICES = {"jax": 1e-3, "tensorflow": 0.1}
ROOT = Path(__file__).parents[3]
WITH_JAX = {
    "XLA_FLAGS": "--xla_force_host_platform_device_count=2 --xla_backend_optimization_level=0"
    " --xla_llvm_disable_expensive_passes=true",  # it is compiled longer than it runs
    "JAX_COMPILATION_CACHE_DIR": "compiled",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}

# One process trains all that is asked of a backend: unbroken, on from what `kill -9` after an
# epoch would have left, on two devices, and a long run until it is killed.
TRAIN = """
import json, shutil, sys
from model_training.__main__ import main
from model_training.training import run as whole_run, stage_training

whole_run.write_picture = lambda *arguments: None
name, devices = sys.argv[1:]
save = stage_training.save_checkpoint
def save_and_copy(run, checkpoint):
    save(run, checkpoint)
    if not run.with_name("killed").exists():
        shutil.copytree(run, run.with_name("killed"))

def train(run, devices=1, recipe="recipe.json"):
    order = ["--backend", name, "train", "data", run, "--recipe", recipe]
    assert main([*order, "--devices", str(devices)]) == 0

"""
TWO_TENSORFLOW_DEVICES = """
import tensorflow
from model_training.networks import NETWORKS, Network
from tests.model_training.run_factory import shallow_network
NETWORKS["shallow"] = Network("Convolutions", "none", shallow_network)
cpu = tensorflow.config.list_physical_devices("CPU")[0]
one = tensorflow.config.LogicalDeviceConfiguration()
tensorflow.config.set_logical_device_configuration(cpu, [one, one])
"""
TRAIN_ALL = """
stage_training.save_checkpoint = save_and_copy
train("whole")
stage_training.save_checkpoint = save
train("killed")
if devices == "2":
    train("two", 2)
"""
TRAIN_UNTIL_KILLED = """
import os, signal, threading
def save_and_be_killed(run, checkpoint):
    save(run, checkpoint)
    if checkpoint.progress.epoch == 2:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()
stage_training.save_checkpoint = save_and_be_killed
train("long", recipe="long.json")
"""

PYTORCH_KERNELS = """
import keras, numpy as np, torch
from model_training.training.averaging import AveragingAdamW
from model_training.networks.batch_norm import BatchNormalisation

def normalised(kind, policy):
    keras.config.set_dtype_policy(policy)
    x = torch.tensor(np.random.default_rng(0).normal(3, 2, (4, 6, 5, 3)), dtype=torch.float32)
    x.requires_grad_()
    layer = kind(momentum=0.9, epsilon=1e-3)
    layer.build(x.shape)
    layer.gamma.assign([0.5, 1, 2])
    layer.beta.assign([1, 2, 3])
    y = layer(x, training=True).float()
    (y * torch.arange(5)[:, None]).square().mean().backward()
    slopes = [x.grad, layer.gamma.value.grad, layer.beta.value.grad]
    return [y.detach(), *slopes, layer.moving_mean.value, layer.moving_variance.value]

def trained(kind):
    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile(kind(0.01, weight_decay=0.01, global_clipnorm=0.5), "mse")
    x = np.random.default_rng(1).normal(size=(32, 4))
    model.fit(x, x[:, :1] ** 2, batch_size=8, epochs=2, verbose=0, shuffle=False)
    return [torch.tensor(weight) for weight in model.get_weights()]

def apart(ours, theirs):
    gaps = [(a - b).abs().max() / b.abs().max().clamp(min=1) for a, b in zip(ours, theirs)]
    return float(max(gaps).detach())

norms = BatchNormalisation, keras.layers.BatchNormalization
print(json.dumps({
    "float32": apart(*(normalised(kind, "float32") for kind in norms)),
    "bfloat16": apart(*(normalised(kind, "mixed_bfloat16") for kind in norms)),
    "steps": apart(*(trained(kind) for kind in (AveragingAdamW, keras.optimizers.AdamW))),
    "replaced": AveragingAdamW.__mro__[1] is not keras.optimizers.AdamW,
}))
"""

AROUND = {  # what a backend does before and after that
    "tensorflow": (TWO_TENSORFLOW_DEVICES, TRAIN_UNTIL_KILLED),
    "jax": ("", ""),
    "torch": ("", PYTORCH_KERNELS),
}


def needs(package: str) -> pytest.MarkDecorator:
    there = importlib.util.find_spec(package) is not None
    return pytest.mark.skipif(not there, reason=f"{package} is not installed")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Do all that is asked of a backend; return the losses of each run, and what it printed."""
    made: dict[str, Any] = {}

    def trained(name: str) -> Any:
        if name in made:
            return made[name]
        work = tmp_path_factory.mktemp(name)
        write_slices(work / "data")
        RECIPES[name].save(work / "recipe.json")
        LONG.save(work / "long.json")
        before, after = AROUND[name]
        program = before + TRAIN + TRAIN_ALL + after
        done = subprocess.run(
            [sys.executable, "-c", program, name, "1" if name == "torch" else "2"],
            cwd=work,
            env=os.environ | {"KERAS_BACKEND": name, "PYTHONPATH": str(ROOT)} | WITH_JAX,
            capture_output=True,
            text=True,
        )
        end = -signal.SIGKILL if after == TRAIN_UNTIL_KILLED else 0
        assert done.returncode == end, done.stderr
        made[name] = {"said": done.stdout.splitlines()[-1:], "work": work}
        for curve in work.glob("*/curve.csv"):
            assert json.loads((curve.parent / "versions.json").read_text())[0]["backend"] == name
            with curve.open(newline="", encoding="utf-8") as file:
                made[name][curve.parent.name] = [float(row["loss"]) for row in csv.DictReader(file)]
        return made[name]

    return trained


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs(name)) for name in backend.BACKENDS]
)
def test_a_killed_run_learns_and_goes_on_to_the_curve_of_an_unbroken_one(
    trained: Callable[[str], Any], name: str
) -> None:
    losses = trained(name)["whole"]
    assert losses[-1] < losses[0]
    assert trained(name)["killed"] == losses


@needs("tensorflow")
def test_kill_9_in_the_middle_of_an_epoch_costs_that_epoch_only(
    trained: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = trained("tensorflow")["work"]
    run = work / "long"
    done = kept_progress(run).epoch
    assert 2 <= done < 600
    rows = (run / "curve.csv").read_text().splitlines()[1:]
    assert abs(len(rows) - done) <= 1  # the curve is made again when the run goes on

    def save_or_stop(run: Path, checkpoint: Checkpoint) -> None:
        if checkpoint.progress.epoch == done + 2:
            raise KeyboardInterrupt
        save_checkpoint(run, checkpoint)

    without_graphs(monkeypatch)
    monkeypatch.setitem(NETWORKS, "shallow", Network("Convolutions", "none", shallow_network))
    monkeypatch.setattr(stage_training, "save_checkpoint", save_or_stop)
    with pytest.raises(KeyboardInterrupt):
        run_job(job_of(work / "data", run, LONG))
    rows = [line.split(",")[1] for line in (run / "curve.csv").read_text().splitlines()[1:]]
    assert rows == [str(number) for number in range(1, done + 2)]


@needs("torch")
def test_the_kernels_of_pytorch_do_what_keras_does_in_many_steps(
    trained: Callable[[str], Any],
) -> None:
    found = json.loads(trained("torch")["said"][0])
    assert found["replaced"]
    assert found["float32"] < 1e-5
    assert found["bfloat16"] < 1e-5
    assert found["steps"] < 1e-6


@pytest.mark.parametrize(
    ("name", "apart"),  # TensorFlow's devices each normalise their own half of a batch
    [pytest.param(name, apart, marks=needs(name)) for name, apart in TWO_DEVICES.items()],
)
def test_two_devices_learn_about_what_one_learns(
    trained: Callable[[str], Any], name: str, apart: float
) -> None:
    losses = trained(name)
    assert losses["two"] == pytest.approx(losses["whole"], rel=apart)


@pytest.mark.parametrize(
    ("count", "batch_size", "sentence"),
    [
        (0, 4, "the number of devices must be 1 or more, found 0"),
        (3, 4, "a batch of 4 slices cannot be divided by 3 devices"),
        (64, 64, "64 devices were asked for, 1 found"),
    ],
)
def test_devices_that_cannot_share_a_batch_are_refused(
    count: int, batch_size: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        choose_devices(count, batch_size)


def test_tensorflow_does_not_both_share_batches_and_take_them_in_parts() -> None:
    with pytest.raises(ValueError, match="TensorFlow cannot both share batches among devices and"):
        choose_devices(2, 4, parts=2)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Pretend that only some backends are installed and nobody has chosen one."""
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    def pretend(*names: Any) -> None:
        monkeypatch.setattr(backend, "is_installed", {*names, "keras"}.__contains__)

    return pretend


@pytest.mark.parametrize(
    ("there", "chosen"),
    [(("tensorflow", "jax"), "tensorflow"), (("jax", "torch"), "jax"), (("torch",), "torch")],
)
def test_the_backend_is_one_that_is_installed(
    installed: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    there: tuple[str, ...],
    chosen: str,
) -> None:
    installed(*there)
    assert choose_backend() == chosen
    assert os.environ["KERAS_BACKEND"] == chosen


def test_what_the_user_asks_for_comes_before_the_environment(
    installed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("tensorflow", "torch", "jax")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert choose_backend() == "jax"
    assert choose_backend("torch") == "torch"


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [
        ('{"backend": "torch"}', "torch"),
        ('{"backend": "jax"}', "tensorflow"),
        ("{}", "tensorflow"),
        ("[", "tensorflow"),
    ],
)
def test_the_settings_of_keras_count_where_they_name_what_is_installed(
    installed: Callable[..., None], tmp_path: Path, settings: str, chosen: str
) -> None:
    installed("tensorflow", "torch")
    (tmp_path / "keras.json").write_text(settings)
    assert choose_backend() == chosen


def test_a_backend_that_is_not_installed_is_a_sentence(installed: Callable[..., None]) -> None:
    installed("torch")
    with pytest.raises(ValueError, match="the backend jax is not installed; install jax"):
        choose_backend("jax")


def test_an_unknown_backend_is_a_sentence(
    installed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    with pytest.raises(ValueError, match="the backend theano is not one of tensorflow, jax, torch"):
        choose_backend()
