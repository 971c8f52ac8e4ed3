"""One small network from simulated slices to a bundle, killed on the way."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.inference.keras_segmenter import KerasSegmenter
from brainseg_gui.inference.model_card import hash_patient, read_card
from brainseg_gui.inference.onnx_segmenter import OnnxSegmenter
from brainseg_gui.inference.segmenter import Segmenter
from model_training.__main__ import main
from model_training.bundles import accuracy
from model_training.data.sources import find_examples
from model_training.data.split import sides_of_run
from model_training.evaluation.measure import measure_slices
from model_training.evaluation.runners import keras_runner, onnx_runner
from model_training.recipes.parts import build
from model_training.recipes.recipe import Recipe
from model_training.runs.checkpoint import save_checkpoint
from model_training.runs.network import finished_network
from model_training.training import run as training
from model_training.training import stage_training
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import kept_progress, without_graphs

EPOCHS = 16
RECIPE = {
    "name": "tiny",
    "feature_maps": 8,
    "max_feature_maps": 32,
    "depth": 2,
    "dropout": 0.0,
    "stages": [
        {
            "image_size": 48,
            "epochs": EPOCHS,
            "learning_rate": 0.02,
            "final_learning_rate": 0.001,
        }
    ],
    "batch_size": 4,
    "folds": 3,
    "precision": "float32",
    "loss": "sum",
    "loss_options": {"cross_entropy": 1.0, "dice": 1.0},
    "averaging": 0.8,
    "validate_every": 8,
}

# Keras and tf2onnx have not yet followed NumPy 2 everywhere.
pytestmark = [
    KERAS_BEFORE_NUMPY_2,
    pytest.mark.usefixtures("coarse_scanner"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]


def run(*arguments: Any) -> SimpleNamespace:
    """Run a command in this process; return its status and what it said."""
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        status = main([str(argument) for argument in arguments])
    return SimpleNamespace(status=status, said=said.getvalue(), complained=complained.getvalue())


def slices_in(folder: Path) -> list[Slice]:
    return [read_slice(path) for path in find_slices([folder])]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a recipe and a few simulated patients; Keras is left as it was found."""
    work = tmp_path_factory.mktemp("training")
    (work / "recipe.json").write_text(json.dumps(RECIPE), encoding="utf-8")
    assert run("simulate", work / "data", "--patients", 6, "--slices", 2, "--size", 64).status == 0
    policy = keras.config.dtype_policy()
    yield work
    keras.config.set_dtype_policy(policy)


class Killed(BaseException):
    """Stands for kill -9, which `test_resume` sends: nobody catches it."""


@pytest.fixture(scope="module")
def killed(work: Path) -> Path:
    """A run that was killed, as by a power cut, after its first epoch."""

    def save_and_die(*arguments: Any) -> None:
        save_checkpoint(*arguments)
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        without_graphs(patch)  # for one epoch
        patch.setattr(stage_training, "save_checkpoint", save_and_die)
        with pytest.raises(Killed):
            run("train", work / "data", work / "run", "--recipe", work / "recipe.json")
    shutil.copytree(work / "run", work / "unfinished")
    return work / "unfinished"


@pytest.fixture(scope="module")
def resumed(work: Path, killed: Path) -> SimpleNamespace:
    """The same command again, to the end."""
    return run("train", work / "data", work / "run", "--recipe", work / "recipe.json")


@pytest.fixture(scope="module")
def finished(work: Path, resumed: SimpleNamespace) -> Path:
    assert resumed.status == 0, resumed.complained
    return work / "run"


@pytest.fixture(scope="module")
def bundle(work: Path, finished: Path) -> Path:
    """What is handed over: a network that answers with its mean over four views."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accuracy, "SIMULATED_PATIENTS", 1)
        patch.setattr(accuracy, "SIMULATED_SLICES", 1)
        views = ["--sizes", "64", "48", "--mirrored"]
        exported = run("export", work / "data", finished, work / "bundle", *views)
    assert exported.status == 0, exported.complained
    return work / "bundle"


def test_a_run_that_was_killed_is_not_exported(work: Path, killed: Path) -> None:
    refused = run("export", work / "data", killed, work / "none")
    assert refused.status == 1
    assert "is not finished" in refused.complained
    assert not (work / "none").exists()


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    killed: Path, resumed: SimpleNamespace
) -> None:
    assert kept_progress(killed).epoch == 1
    assert f"epochs 2 to {EPOCHS}" in resumed.said


def test_the_curve_of_a_killed_run_has_every_epoch_once(finished: Path) -> None:
    rows = (finished / "curve.csv").read_text().splitlines()[1:]
    assert [int(row.split(",")[1]) for row in rows] == list(range(1, EPOCHS + 1))


def test_a_run_keeps_all_that_it_came_from(finished: Path) -> None:
    kept = {path.name for path in finished.iterdir()}
    assert {"recipe.json", "folds.json", "data.json", "versions.json", "network.keras"} <= kept
    assert {"curve.csv", "curve.png", "tensorboard"} <= kept


def test_a_finished_run_is_not_trained_further(work: Path, finished: Path) -> None:
    before = (finished / "network.keras").read_bytes()
    again = run("train", work / "data", finished, "--recipe", work / "recipe.json")
    assert again.status == 0
    assert (finished / "network.keras").read_bytes() == before


def test_a_run_of_another_recipe_is_refused(work: Path, finished: Path) -> None:
    other = work / "other.json"
    other.write_text(json.dumps(RECIPE | {"dropout": 0.1}), encoding="utf-8")
    refused = run("train", work / "data", finished, "--recipe", other)
    assert refused.status == 1
    assert "holds a run of another recipe" in refused.complained


def test_the_network_finds_what_no_untrained_one_does(work: Path, finished: Path) -> None:
    recipe = Recipe.load(finished / "recipe.json")
    sides = sides_of_run(recipe, find_examples(work / "data"), finished)
    learnt, steps = [one.read() for one in sides.training], recipe.preprocessing(recipe.image_size)
    found = measure_slices(keras_runner(finished_network(recipe, finished)), steps, 0.5, learnt)
    untrained = keras_runner(build(recipe, recipe.image_size))
    everywhere = measure_slices(lambda image: np.ones(image.shape[:2]), steps, 0.5, learnt)
    by_chance = measure_slices(untrained, steps, 0.5, learnt)
    assert found["mean_dice"] > 0.3
    assert found["mean_dice"] > 2 * max(everywhere["mean_dice"], by_chance["mean_dice"])


def test_a_bundle_may_answer_with_its_mean_over_views(bundle: Path) -> None:
    card = read_card(bundle)
    assert card.preprocessing.size == 64
    said = "mean over the slice and its left-right mirror image at 48 and 64 px"
    assert said in card.architecture
    assert said in card.accuracy["method"]
    assert card.accuracy["held_out_without_views"]["slices"] == 4
    answer = onnx_runner(bundle / "model.onnx")
    image = np.random.default_rng(0).random((64, 64, len(card.preprocessing.channels)), np.float32)
    np.testing.assert_allclose(answer(image[:, ::-1].copy()), answer(image)[:, ::-1], atol=1e-4)


def test_an_export_that_fails_leaves_the_bundle_that_is_there(
    work: Path, finished: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> None:
        raise ValueError("it cannot be written")

    before = {path.name: path.read_bytes() for path in bundle.iterdir()}
    monkeypatch.setattr("model_training.bundles.bundle.save_onnx", fail)
    refused = run("export", work / "data", finished, bundle)
    assert refused.status == 1
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == before
    assert not list(bundle.parent.glob(".bundle-*"))


def test_a_size_that_the_network_cannot_halve_is_refused(work: Path, finished: Path) -> None:
    refused = run("export", work / "data", finished, work / "odd", "--sizes", "50")
    assert refused.status == 1
    assert "--sizes: 50 cannot be halved" in refused.complained


def test_the_card_names_nobody_and_knows_who_was_trained_on(work: Path, bundle: Path) -> None:
    card = read_card(bundle)
    patients = {one.patient for one in slices_in(work / "data")}
    trained_on = {patient for patient in patients if card.was_trained_on(patient)}
    assert len(trained_on) == 4
    assert set(card.training_patients) == {hash_patient(p, card.patient_salt) for p in trained_on}
    text = (bundle / "card.json").read_text(encoding="utf-8")
    assert not any(patient in text for patient in patients)


def test_the_card_says_how_the_network_was_made_and_measured(bundle: Path) -> None:
    card = read_card(bundle)
    assert card.recipe["feature_maps"] == RECIPE["feature_maps"]
    measured = card.accuracy["held_out"]
    assert (measured["slices"], measured["patients"]) == (4, 2)
    low, high = measured["interval_95"]
    assert low <= measured["mean_dice"] <= high
    assert card.accuracy["parity_keras_onnx"]["largest_difference"] <= 1e-3


def test_evaluate_prints_json_on_patients_that_were_not_trained_on(
    work: Path, bundle: Path
) -> None:
    evaluated = run("evaluate", work / "data", bundle)
    assert evaluated.status == 0
    measured = read_card(bundle).accuracy["held_out"]
    assert json.loads(evaluated.said) == {k: v for k, v in measured.items() if k != "details"}


def test_both_engines_give_the_same_mask(work: Path, bundle: Path) -> None:
    card = read_card(bundle)
    engines: list[Segmenter] = [
        OnnxSegmenter(bundle, card, "cpu"),
        KerasSegmenter(bundle, card, "cpu"),
    ]
    for slice_ in slices_in(work / "data")[:4]:
        one, other = (engine.probability(slice_.pixels) for engine in engines)
        np.testing.assert_allclose(one, other, atol=1e-3)
        np.testing.assert_array_equal(one >= card.threshold, other >= card.threshold)


def test_a_recipe_with_a_wrong_key_is_one_sentence(work: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text('{"name": "wrong", "epochs": 3}')
    refused = run("train", work / "data", tmp_path / "run", "--recipe", tmp_path / "wrong.json")
    assert refused.status == 1
    assert refused.complained == "brainseg-train: wrong.json: unknown setting epochs\n"


@pytest.mark.parametrize("part", ["network", "loss"])
def test_a_recipe_with_a_part_that_nobody_knows_is_one_sentence(
    work: Path, tmp_path: Path, part: str
) -> None:
    (tmp_path / "odd.json").write_text(json.dumps(RECIPE | {part: "odd"}))
    refused = run("train", work / "data", tmp_path / "run", "--recipe", tmp_path / "odd.json")
    assert refused.status == 1
    assert refused.complained.startswith(f"brainseg-train: odd.json: {part} must be one of ")


def test_a_fold_that_the_recipe_does_not_have_is_one_sentence(work: Path, tmp_path: Path) -> None:
    order = ["train", work / "data", tmp_path / "run", "--recipe", work / "recipe.json"]
    refused = run(*order, "--fold", 3)
    assert refused.status == 1
    assert "held_out_fold 3 is not one of 3 folds" in refused.complained


def test_folds_that_divide_a_patient_are_one_sentence(work: Path, tmp_path: Path) -> None:
    fold_of = {one.patient: 0 for one in slices_in(work / "data")}
    patient = min(fold_of)
    folds = {"kind": "patient", "seed": 0, "fold_of": fold_of | {f"{patient}B": 1}}
    (tmp_path / "folds.json").write_text(json.dumps(folds))
    refused = run("train", work / "data", tmp_path, "--recipe", work / "recipe.json")
    assert refused.status == 1
    assert f"patients on both sides of the split: {patient}" in refused.complained


def test_a_slice_without_a_mask_is_one_sentence_with_its_name(work: Path, tmp_path: Path) -> None:
    for number, one in enumerate(slices_in(work / "data")):
        reference = None if number == 4 else one.reference
        write_mat(tmp_path / f"{number}.mat", dataclasses.replace(one, reference=reference))
    refused = run("train", tmp_path, tmp_path / "run", "--recipe", work / "recipe.json")
    assert refused.status == 1
    assert "4.mat" in refused.complained
    assert "without a mask cannot be trained on" in refused.complained


@pytest.mark.parametrize("command", ["train", "evaluate", "export"])
def test_a_folder_without_slices_is_one_sentence(
    work: Path, bundle: Path, tmp_path: Path, command: str
) -> None:
    places: dict[str, list[Any]] = {
        "train": [tmp_path / "run", "--recipe", work / "recipe.json"],
        "evaluate": [bundle],
        "export": [work / "run", tmp_path / "bundle"],
    }
    (tmp_path / "nothing").mkdir()
    refused = run(command, tmp_path / "nothing", *places[command])
    assert refused.status == 1
    assert refused.complained.startswith(f"brainseg-train: no slices in {tmp_path / 'nothing'}: ")


def test_a_bundle_that_is_missing_is_one_sentence(work: Path, tmp_path: Path) -> None:
    refused = run("evaluate", work / "data", tmp_path)
    assert refused.status == 1
    assert refused.complained.startswith("brainseg-train: No network in ")


def test_a_slice_that_cannot_be_read_stops_the_training_by_its_name(
    work: Path, tmp_path: Path
) -> None:
    (tmp_path / "7.mat").write_bytes(b"")
    refused = run("train", tmp_path, tmp_path / "run", "--recipe", work / "recipe.json")
    assert refused.status == 1
    assert refused.complained.startswith("brainseg-train: 7.mat: ")


def test_fewer_patients_than_folds_are_one_sentence(work: Path, tmp_path: Path) -> None:
    write_mat(tmp_path / "1.mat", slices_in(work / "data")[0])
    refused = run("train", tmp_path, tmp_path / "run", "--recipe", work / "recipe.json")
    assert refused.status == 1
    assert "1 patient groups cannot be divided into 3 folds" in refused.complained


def test_an_interruption_by_the_keyboard_says_how_to_go_on(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "run_job", interrupt)
    stopped = run("train", work / "data", work / "run", "--recipe", work / "recipe.json")
    assert stopped.status == 130
    assert "goes on from the last epoch" in stopped.complained
    monkeypatch.setattr("model_training.data.reviewed.joining.find_examples", interrupt)
    stopped = run("evaluate", work / "data", work / "run")
    assert (stopped.status, stopped.complained) == (130, "stopped\n")
