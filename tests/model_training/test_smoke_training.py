"""One small network from simulated slices to a bundle, killed on the way."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from brainseg_gui.files.find import find_slices
from brainseg_gui.files.mat import read_slice
from brainseg_gui.files.mat_writer import write_mat
from brainseg_gui.inference.keras_segmenter import KerasSegmenter
from brainseg_gui.inference.model_card import ONNX_FILE, hash_patient, read_card
from brainseg_gui.inference.onnx_segmenter import OnnxSegmenter
from model_training import commands
from model_training.__main__ import main
from model_training.bundle import compare_runners
from model_training.evaluation import measure_slices
from model_training.runners import onnx_runner

EPOCHS = 26
RECIPE = {
    "name": "tiny",
    "feature_maps": 8,
    "max_feature_maps": 32,
    "depth": 3,
    "dropout": 0.0,
    "stages": [
        {
            "image_size": 64,
            "epochs": EPOCHS,
            "learning_rate": 0.01,
            "final_learning_rate": 0.001,
        }
    ],
    "batch_size": 4,
    "folds": 3,
    "precision": "float32",
}

# Keras and tf2onnx have not yet followed NumPy 2 everywhere.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in (
        "__array__ implementation doesn't accept a copy keyword:DeprecationWarning",
        "In the future `np.object` will be defined:FutureWarning",
    )
]


def run(*arguments):
    """Run a command in this process; return its status and what it said."""
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        status = main([str(argument) for argument in arguments])
    return SimpleNamespace(status=status, said=said.getvalue(), complained=complained.getvalue())


def progress(folder):
    return json.loads((folder / "state.json").read_text(encoding="utf-8"))


def slices_in(folder):
    return [read_slice(path) for path in find_slices([folder])]


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """A folder with a recipe and a few simulated patients; Keras is left as it was found."""
    work = tmp_path_factory.mktemp("training")
    (work / "recipe.json").write_text(json.dumps(RECIPE), encoding="utf-8")
    assert run("simulate", work / "data", "--patients", 6, "--slices", 2, "--size", 64).status == 0
    policy = keras.config.dtype_policy()
    yield work
    keras.config.set_dtype_policy(policy)


@pytest.fixture(scope="module")
def killed(work):
    """A run that was killed, as by kill -9 or a power cut, after its first epoch."""
    command = [sys.executable, "-m", "model_training", "train", "data", "run"]
    with subprocess.Popen(
        [*command, "--recipe", "recipe.json"],
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        for line in process.stdout:
            if "epoch 1:" in line:
                break
        process.kill()
    shutil.copytree(work / "run", work / "unfinished")
    return work / "unfinished"


@pytest.fixture(scope="module")
def resumed(work, killed):
    """The same command again, to the end."""
    return run("train", work / "data", work / "run", "--recipe", work / "recipe.json")


@pytest.fixture(scope="module")
def finished(work, resumed):
    assert resumed.status == 0, resumed.complained
    return work / "run"


@pytest.fixture(scope="module")
def bundle(work, finished):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "SIMULATED_PATIENTS", 1)
        patch.setattr(commands, "SIMULATED_SLICES", 1)
        exported = run("export", work / "data", finished, work / "bundle")
    assert exported.status == 0, exported.complained
    return work / "bundle"


def test_a_run_that_was_killed_is_not_exported(work, killed) -> None:
    refused = run("export", work / "data", killed, work / "none")
    assert refused.status == 1
    assert "is not finished" in refused.complained
    assert not (work / "none").exists()


def test_a_run_that_was_killed_goes_on_where_it_stopped(killed, resumed) -> None:
    done = progress(killed)["epoch"]
    assert 1 <= done < EPOCHS
    assert f"epochs {done + 1} to {EPOCHS}" in resumed.said


def test_weights_and_optimiser_of_a_killed_run_are_taken_up_again(finished) -> None:
    steps = keras.models.load_model(finished / "network.keras").optimizer.iterations
    batches_per_epoch = 2
    assert int(keras.ops.convert_to_numpy(steps)) >= EPOCHS * batches_per_epoch


def test_the_curve_of_a_killed_run_goes_on_to_the_last_epoch_and_has_none_twice(finished) -> None:
    rows = [line.split(",") for line in (finished / "curve.csv").read_text().splitlines()]
    epochs = [int(epoch) for _, epoch, _, _ in rows]
    assert epochs == sorted(set(epochs))
    assert epochs[-1] == EPOCHS
    assert len(epochs) >= EPOCHS - 1


def test_a_finished_run_is_not_trained_further(work, finished) -> None:
    before = (finished / "network.keras").read_bytes()
    again = run("train", work / "data", finished, "--recipe", work / "recipe.json")
    assert again.status == 0
    assert (finished / "network.keras").read_bytes() == before


def test_a_run_of_another_recipe_is_refused(work, finished) -> None:
    other = work / "other.json"
    other.write_text(json.dumps(RECIPE | {"dropout": 0.1}), encoding="utf-8")
    refused = run("train", work / "data", finished, "--recipe", other)
    assert refused.status == 1
    assert "holds a run of another recipe" in refused.complained


def test_the_network_finds_what_no_untrained_one_does(work, bundle) -> None:
    card = read_card(bundle)
    learnt = [one for one in slices_in(work / "data") if card.was_trained_on(one.patient)]
    runner = onnx_runner(bundle / ONNX_FILE)
    found = measure_slices(runner, card.preprocessing, card.threshold, learnt)
    blind = measure_slices(
        lambda image: np.ones(image.shape[:2], np.float32), card.preprocessing, 0.5, learnt
    )
    assert found["mean_dice"] > 0.3 > 2 * blind["mean_dice"]


def test_the_card_names_nobody_and_knows_who_was_trained_on(work, bundle) -> None:
    card = read_card(bundle)
    patients = {one.patient for one in slices_in(work / "data")}
    trained_on = {patient for patient in patients if card.was_trained_on(patient)}
    assert len(trained_on) == 4
    assert set(card.training_patients) == {hash_patient(p, card.patient_salt) for p in trained_on}
    text = (bundle / "card.json").read_text(encoding="utf-8")
    assert not any(patient in text for patient in patients)


def test_the_card_says_how_the_network_was_made_and_measured(bundle) -> None:
    card = read_card(bundle)
    assert card.recipe["feature_maps"] == RECIPE["feature_maps"]
    assert card.preprocessing.size == 64
    measured = card.accuracy["held_out"]
    assert (measured["slices"], measured["patients"]) == (4, 2)
    low, high = measured["interval_95"]
    assert low <= measured["mean_dice"] <= high
    assert card.accuracy["parity_keras_onnx"]["largest_difference"] <= 1e-3


def test_evaluate_prints_json_on_patients_that_were_not_trained_on(work, bundle) -> None:
    evaluated = run("evaluate", work / "data", bundle)
    assert evaluated.status == 0
    measured = read_card(bundle).accuracy["held_out"]
    assert json.loads(evaluated.said) == measured


def test_both_engines_give_the_same_mask(work, bundle) -> None:
    card = read_card(bundle)
    engines = [OnnxSegmenter(bundle, card, "cpu"), KerasSegmenter(bundle, card, "cpu")]
    for slice_ in slices_in(work / "data")[:4]:
        one, other = (engine.probability(slice_.pixels) for engine in engines)
        np.testing.assert_allclose(one, other, atol=1e-3)
        np.testing.assert_array_equal(one >= card.threshold, other >= card.threshold)


def test_engines_that_disagree_are_refused() -> None:
    image = np.full((8, 8, 1), 0.5, np.float32)
    with pytest.raises(ValueError, match="the engines disagree"):
        compare_runners(lambda i: i[..., 0], lambda i: i[..., 0] + 0.01, [image], 0.9)


def test_a_mask_that_differs_is_refused_however_little_the_probabilities_do() -> None:
    image = np.full((8, 8, 1), 0.5, np.float32)
    with pytest.raises(ValueError, match="64 of 64 pixels"):
        compare_runners(lambda i: i[..., 0], lambda i: i[..., 0] - 1e-4, [image], 0.5)


@pytest.mark.parametrize("command", ["train", "evaluate", "export"])
def test_a_folder_without_slices_is_one_sentence(work, bundle, tmp_path, command) -> None:
    places = {
        "train": [tmp_path / "run", "--recipe", work / "recipe.json"],
        "evaluate": [bundle],
        "export": [work / "run", tmp_path / "bundle"],
    }
    refused = run(command, tmp_path / "nothing", *places[command])
    assert refused.status == 1
    assert refused.complained == f"brainseg-train: no .mat slices in {tmp_path / 'nothing'}\n"


def test_a_bundle_that_is_missing_is_one_sentence(work, tmp_path) -> None:
    refused = run("evaluate", work / "data", tmp_path)
    assert refused.status == 1
    assert refused.complained.startswith("brainseg-train: No network in ")


def test_a_slice_that_cannot_be_read_stops_the_training_by_its_name(work, tmp_path) -> None:
    (tmp_path / "7.mat").write_bytes(b"")
    refused = run("train", tmp_path, tmp_path / "run", "--recipe", work / "recipe.json")
    assert refused.status == 1
    assert refused.complained.startswith("brainseg-train: 7.mat: ")


def test_fewer_patients_than_folds_are_one_sentence(work, tmp_path) -> None:
    write_mat(tmp_path / "1.mat", slices_in(work / "data")[0])
    refused = run("train", tmp_path, tmp_path / "run", "--recipe", work / "recipe.json")
    assert refused.status == 1
    assert "1 patient groups cannot be dealt into 3 folds" in refused.complained


def test_an_interruption_by_the_keyboard_says_how_to_go_on(work, monkeypatch) -> None:
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "train", interrupt)
    stopped = run("train", work / "data", work / "run", "--recipe", work / "recipe.json")
    assert stopped.status == 130
    assert "goes on from the last epoch" in stopped.complained
