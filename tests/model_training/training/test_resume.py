"""A training that is killed goes on as if it had not been."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.files.errors import WriteError
from brainseg_gui.inference.model_card import KERAS_FILE, ONNX_FILE, hash_patient
from model_training.__main__ import main
from model_training.augment import AugmentSettings
from model_training.bundles.card import draft_card
from model_training.data.examples import Examples
from model_training.data.folds import FOLDS, Folds, make_folds
from model_training.data.sources import find_examples
from model_training.evaluation.candidate import TRAINED_ON, open_candidates
from model_training.evaluation.postprocess import Choice, Postprocess
from model_training.networks.views import Views, with_views
from model_training.recipes.recipe import Recipe, Stage
from model_training.runs.checkpoint import load_checkpoint
from model_training.runs.in_use import in_use
from model_training.runs.job import Job
from model_training.runs.network import finished_network, load_network
from model_training.runs.origin import origin_of_run
from model_training.runs.run_folder import is_finished
from model_training.training import batches, stage_training
from model_training.training import initial_weights as initial
from model_training.training import run as training
from model_training.training.run import run_job
from model_training.weights.imagenet import ATTRIBUTION
from tests.bundle_factory import SALT, write_card
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import (
    SMALL,
    kept_checkpoint,
    kept_progress,
    small,
    write_slices,
)

STAGES = (Stage(16, 2, 0.01), Stage(24, 2, 0.005))
RECIPE = small(stages=STAGES)

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("keras_as_it_was")]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slices(tmp_path_factory.mktemp("slices"))


def job(data: Path, run: Path, recipe: Recipe = RECIPE, **circumstances: Any) -> Job:
    said = circumstances.setdefault("say", [].append)
    return Job(recipe, find_examples(data), run, **({"say": said} | circumstances))


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
    run_job(job(data, run))
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
            run_job(job(data, tmp_path, say=said.append))
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


def test_kill_9_in_the_middle_of_an_epoch_costs_that_epoch_only(data: Path, tmp_path: Path) -> None:
    recipe = small(stages=(Stage(16, 60, 0.01),))
    (tmp_path / "recipe.json").write_text(json.dumps(recipe.to_dict()), encoding="utf-8")
    run = tmp_path / "run"
    program = [sys.executable, "-m", "model_training", "train", str(data), str(run)]
    process = subprocess.Popen(
        [*program, "--recipe", str(tmp_path / "recipe.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if "epoch 2:" in line:
                break
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    done = kept_progress(run).epoch
    assert 2 <= done < 60
    rows = (run / "curve.csv").read_text().splitlines()[1:]
    assert abs(len(rows) - done) <= 1  # the curve is made again when the run goes on
    with pytest.MonkeyPatch.context() as patch:
        kill_at(patch, stage_training, "save_checkpoint", 2)
        with pytest.raises(Killed):
            run_job(job(data, run, recipe))
    rows = [line.split(",")[1] for line in (run / "curve.csv").read_text().splitlines()[1:]]
    assert rows == [str(number) for number in range(1, done + 2)]


def test_two_processes_do_not_train_one_run(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with in_use(run):
        with pytest.raises(
            ValueError, match=rf"process {os.getpid()} on .*, since \d\d:\d\d; wait"
        ):
            run_job(job(data, run))
        assert sorted(path.name for path in run.iterdir()) == ["in-use.lock"]
    with in_use(run):
        pass
    assert list(run.iterdir()) == []


def test_a_finished_run_is_not_trained_further(data: Path, unbroken: Path) -> None:
    before = (unbroken / "network.keras").read_bytes()
    run_job(job(data, unbroken))
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
    finished, trained = finished_network(RECIPE, unbroken), load_network(unbroken)
    kinds = {type(layer) for layer in finished.layers}
    assert keras.layers.BatchNormalization not in kinds
    image = np.random.default_rng(0).random((1, 24, 24, 1), np.float32)
    one, other = (
        keras.ops.convert_to_numpy(m.predict_on_batch(image)) for m in (finished, trained)
    )
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_run_that_is_not_finished_is_not_handed_over(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not finished; train goes on where it stopped"):
        finished_network(RECIPE, tmp_path)


def test_a_loss_that_is_no_number_is_a_sentence_and_what_was_before_stays(
    data: Path, tmp_path: Path
) -> None:
    recipe = small(stages=(Stage(16, 1, 0.01), Stage(16, 3, 1e38)), averaging=0.0)
    with pytest.raises(ValueError, match=r"the loss became nan in epoch \d of stage 2; the epochs"):
        run_job(job(data, tmp_path, recipe))
    kept = kept_checkpoint(tmp_path)
    assert all(math.isfinite(row.loss) for row in kept.progress.rows)
    assert kept.progress.rows[0].stage == 1


def test_early_stopping_ends_a_stage_and_keeps_its_best_epoch(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = iter([0.1, 0.5, 0.4, 0.3, 0.2])
    monkeypatch.setattr(stage_training, "mean_dice", lambda *arguments: next(dice))
    recipe = small(stages=(Stage(16, 5, 0.01),), early_stopping=2)
    run_job(job(data, tmp_path, recipe))
    progress = kept_progress(tmp_path)
    assert (progress.epoch, progress.best_epoch) == (4, 2)
    assert is_finished(tmp_path)


def test_each_stage_varies_its_slices_in_its_own_way(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    whole = batches.augment

    def noted(
        images: np.ndarray, masks: np.ndarray, rng: np.random.Generator, settings: AugmentSettings
    ) -> Any:
        seen.append(settings.paste_chance)
        return whole(images, masks, rng, settings)

    monkeypatch.setattr(batches, "augment", noted)
    second = Stage(16, 1, 0.01, augmentation={"paste_chance": 0.0})
    stages = (Stage(16, 1, 0.01), second)
    run_job(job(data, tmp_path, small(stages=stages, augmentation={"paste_chance": 0.4})))
    assert [chance for chance, _ in itertools.groupby(seen)] == [0.4, 0.0]


def test_nobody_who_is_held_out_is_looked_at_while_training(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = set()
    whole = stage_training.mean_dice

    def noted(model: keras.Model, examples: Examples, threshold: float) -> Any:
        looked_at.update(examples.patients.tolist())
        return whole(model, examples, threshold)

    monkeypatch.setattr(stage_training, "mean_dice", noted)
    recipe = small(stages=(Stage(16, 1, 0.01),))
    sides = training.sides_of_run(recipe, find_examples(data), tmp_path)
    run_job(job(data, tmp_path, recipe))
    assert looked_at == set(sides.validation.patients)


def test_a_run_starts_from_the_network_of_another(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    start = small(stages=(Stage(16, 1, 1e-9),), averaging=0.0, initial_weights=unbroken.name)
    run_job(job(data, tmp_path, start, base=unbroken.parent))
    before, after = load_network(unbroken).get_weights(), load_network(tmp_path).get_weights()
    np.testing.assert_allclose(after[0], before[0], atol=1e-6)
    assert origin_of_run(unbroken).initial_weights == ""
    said = origin_of_run(tmp_path).initial_weights
    assert said == f"went on from a network of the recipe {RECIPE.name}"


def test_where_the_first_weights_came_from_is_known_of_every_run_after(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(unbroken, first)
    dataclasses.replace(RECIPE, initial_weights="imagenet").save(first / "recipe.json")
    assert origin_of_run(first).initial_weights == ATTRIBUTION
    start = small(stages=(Stage(16, 1, 1e-9),), averaging=0.0, initial_weights="first")
    run_job(job(data, second, start, base=tmp_path))
    said = origin_of_run(second).initial_weights
    assert said.endswith(f"recipe {RECIPE.name}; {ATTRIBUTION}")


def test_weights_of_a_run_that_saw_the_held_out_patients_are_refused(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    recipe = small(held_out_fold=1, initial_weights=str(unbroken))
    with pytest.raises(ValueError, match="was trained on patients who are held out here: 1"):
        run_job(job(data, tmp_path, recipe))


def handed_over(run: Path, folder: Path, views: Views | None = None, **card: Any) -> Path:
    """Put a run's network into a folder as it is handed over: fused, and with a card."""
    folder.mkdir()
    model = finished_network(RECIPE, run)
    (with_views(model, views) if views else model).save(folder / KERAS_FILE)
    (folder / ONNX_FILE).write_bytes(b"not asked for")
    steps = RECIPE.preprocessing(RECIPE.image_size)
    write_card(folder, **({"preprocessing": steps, "training_patients": ()} | card))
    return folder


@pytest.mark.parametrize("views", [None, Views((24,), mirrored=True)])
def test_a_run_goes_on_from_a_bundle_and_remembers_whom_it_has_seen(
    data: Path, unbroken: Path, tmp_path: Path, views: Views | None
) -> None:
    stranger = hash_patient("999", SALT)
    facts = {"training_patients": (stranger,), "data": {"initial_weights": "x"}}
    handed_over(unbroken, tmp_path / "bundle", views, **facts)
    start = small(
        stages=(Stage(24, 1, 1e-9),), averaging=0.0, initial_weights="bundle", frozen=("*norm*",)
    )
    run_job(job(data, tmp_path / "run", start, base=tmp_path))
    source = find_examples(data)
    entry = source.entries[0]
    image = start.preprocessing(start.image_size).apply(entry.read().pixels)[None]
    before = finished_network(RECIPE, unbroken).predict_on_batch(image)
    after = finished_network(start, tmp_path / "run").predict_on_batch(image)
    np.testing.assert_allclose(after, before, atol=1e-4)
    origin = origin_of_run(tmp_path / "run")
    assert origin.initial_weights == "went on from a network of the recipe bundle; x"
    assert origin.knows("999")
    assert not origin.knows(entry.patient)
    # Whoever measures the run, or hands it over, counts those patients as known.
    knows = open_candidates([tmp_path / "run"])[0].knows
    assert knows(dataclasses.replace(entry, patient="999")) == TRAINED_ON
    sides = training.sides_of_run(start, source, tmp_path / "run")
    choice = Choice(Postprocess(0.5), None, 0, 0, "")
    card = draft_card(start, source, sides, choice, origin, Views((24,)))
    assert card.was_trained_on("999")
    assert card.was_trained_on(sides.training.patients[0])
    assert not card.was_trained_on(sides.held_out.patients[0])


@pytest.mark.parametrize(
    ("side", "what"), [("held_out", "are held out"), ("validation", "validate")]
)
def test_a_bundle_that_has_seen_those_who_measure_is_refused(
    data: Path, unbroken: Path, tmp_path: Path, side: str, what: str
) -> None:
    sides = training.sides_of_run(RECIPE, find_examples(data), tmp_path)
    patient = getattr(sides, side).patients[0]
    handed_over(unbroken, tmp_path / "bundle", training_patients=(hash_patient(patient, SALT),))
    recipe = small(initial_weights="bundle")
    with pytest.raises(ValueError, match=f"was trained on patients who {what} here: {patient}"):
        run_job(job(data, tmp_path / "run", recipe, base=tmp_path))


def test_the_network_of_a_run_is_known_as_the_run_under_its_own_name_too(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    recipe = small(held_out_fold=1, initial_weights=str(unbroken / "network.keras"))
    with pytest.raises(ValueError, match="was trained on patients who are held out here: 1"):
        run_job(job(data, tmp_path, recipe))


def test_a_file_of_which_nobody_knows_whom_it_has_seen_is_remembered_as_such(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    shutil.copy(unbroken / "network.keras", tmp_path / "found.keras")
    recipe = small(stages=(Stage(16, 1, 0.01),), initial_weights="found.keras")
    run_job(job(data, tmp_path / "run", recipe, base=tmp_path))
    origin = origin_of_run(tmp_path / "run")
    assert (origin.initial_weights, origin.complete) == ("went on from found.keras", False)
    assert not origin.after("next").complete
    said = open_candidates([tmp_path / "run"])[0].split.text
    assert "nobody knows on whom its first weights were trained" in said


def test_an_attempt_that_came_to_nothing_leaves_no_origin(
    data: Path, unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stage_training.StageTraining, "run", stopped)
        with pytest.raises(KeyboardInterrupt):
            run_job(job(data, tmp_path, small(initial_weights=str(unbroken))))
    assert origin_of_run(tmp_path).initial_weights
    run_job(job(data, tmp_path, small(stages=(Stage(16, 1, 0.01),))))
    assert origin_of_run(tmp_path).initial_weights == ""


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
        run_job(job(data, run))


@pytest.mark.parametrize("left", [0, 200, -200])
def test_a_damaged_network_is_named(data: Path, unbroken: Path, tmp_path: Path, left: int) -> None:
    first = tmp_path / "first"
    shutil.copytree(unbroken, first)
    content = (first / "network.keras").read_bytes()
    (first / "network.keras").write_bytes(content[:left])
    recipe = small(initial_weights="first")
    with pytest.raises(ValueError, match=r"network\.keras is damaged and cannot be read"):
        run_job(job(data, tmp_path / "run", recipe, base=tmp_path))


def test_a_folder_that_is_neither_run_nor_bundle_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(ValueError, match="other is neither a run nor a bundle"):
        run_job(job(data, tmp_path / "run", small(initial_weights="other"), base=tmp_path))


def test_an_epoch_whose_last_step_broke_the_weights_is_not_kept(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = stage_training.StageTraining._fit

    def fit_and_break(self: Any, *arguments: Any) -> float:
        loss = fit(self, *arguments)
        first, *others = self._model.get_weights()
        self._model.set_weights([np.full_like(first, np.inf), *others])
        return loss

    monkeypatch.setattr(stage_training.StageTraining, "_fit", fit_and_break)
    with pytest.raises(ValueError, match=r"a weight became no number in epoch 1 .* lower the lear"):
        run_job(job(data, tmp_path))
    assert load_checkpoint(tmp_path) is None


def test_a_network_of_a_record_wise_split_is_not_handed_over(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = small(stages=(Stage(16, 1, 0.01),), split="record")
    run_job(job(data, tmp_path / "run", recipe))
    names = [str(data), str(tmp_path / "run"), str(tmp_path / "bundle")]
    assert main(["export", *names]) == 1
    assert "slices of one patient on both sides of its split" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()


def test_early_stopping_waits_for_the_next_look(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = iter([0.1, 0.5, 0.4, 0.3])
    monkeypatch.setattr(stage_training, "mean_dice", lambda *arguments: next(dice))
    recipe = small(stages=(Stage(16, 8, 0.01),), early_stopping=1, validate_every=2)
    run_job(job(data, tmp_path, recipe))
    progress = kept_progress(tmp_path)
    assert (progress.epoch, progress.best_epoch) == (6, 4)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"normalisation": "instance"}, "instance normalisation is written out in a bundle"),
        ({"feature_maps": 4}, "is of another network"),
        ({"depth": 2}, "is of another network than the recipe's: layer .* only one"),
        ({"channels": ("equalised",)}, "sees stretched, and the recipe's channels are equalised"),
    ],
)
def test_a_bundle_of_another_network_is_refused(
    data: Path, unbroken: Path, tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    handed_over(unbroken, tmp_path / "bundle")
    recipe = small(initial_weights="bundle", **changes)
    with pytest.raises(ValueError, match=sentence):
        run_job(job(data, tmp_path / "run", recipe, base=tmp_path))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("none.keras", r"there is no .*none\.keras"), ("other.keras", "is of another network")],
)
def test_initial_weights_that_do_not_fit_are_refused(
    data: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    inputs = keras.Input((8, 8, 1))
    keras.Model(inputs, keras.layers.Conv2D(1, 1)(inputs)).save(tmp_path / "other.keras")
    recipe = small(initial_weights=name)
    with pytest.raises(ValueError, match=sentence):
        run_job(job(data, tmp_path / "run", recipe, base=tmp_path))


def test_a_network_without_published_weights_does_not_start_from_imagenet(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"only .* can start from imagenet, not unet"):
        run_job(job(data, tmp_path, small(initial_weights="imagenet")))


def test_an_encoder_starts_from_published_weights_where_the_recipe_says_so(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(model: keras.Model, arrays: dict[str, Any]) -> None:
        model.set_weights([np.full(w.shape, arrays["value"], w.dtype) for w in model.weights])

    monkeypatch.setattr(initial, "published_weights", lambda network: {"value": 0.25})
    monkeypatch.setattr(initial, "start_encoder", start)
    recipe = small(stages=(Stage(16, 1, 1e-9),), averaging=0.0, initial_weights="imagenet")
    run_job(job(data, tmp_path, recipe))
    np.testing.assert_allclose(load_network(tmp_path).get_weights()[0], 0.25, atol=1e-6)


def test_an_attempt_that_failed_before_its_first_epoch_does_not_claim_the_folder(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="there is no"):
        run_job(job(data, tmp_path, small(initial_weights="none.keras")))
    recipe = small(stages=(Stage(16, 1, 0.01),), folds=2)
    run_job(job(data, tmp_path, recipe))
    assert is_finished(tmp_path)


def test_folds_of_somebodys_own_survive_an_attempt_that_failed(data: Path, tmp_path: Path) -> None:
    own = make_folds("patient", find_examples(data), RECIPE.folds, RECIPE.seed)
    own.save(tmp_path / FOLDS)
    with pytest.raises(ValueError, match="there is no"):
        run_job(job(data, tmp_path, small(initial_weights="none.keras")))
    assert Folds.load(tmp_path / FOLDS) == own


def test_a_recipe_of_an_unknown_network_is_refused_before_a_folder_is_made(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="network must be one of unet"):
        run_job(job(data, tmp_path / "run", small(network="transformer")))
    assert not (tmp_path / "run").exists()


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
    assert finished_network(RECIPE, kept).count_params() > 0
    curve = (kept / "curve.csv").read_text()
    (kept / "curve.csv").write_text(curve.rsplit("\n", 2)[0] + "\n")
    assert not is_finished(kept)
    (kept / "curve.csv").write_text(curve.replace("1,1,", "1,one,", 1))
    with pytest.raises(ValueError, match=r"curve\.csv is damaged"):
        is_finished(kept)
