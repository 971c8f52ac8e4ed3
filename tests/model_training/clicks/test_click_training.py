"""A corrector is trained by its recipe, killed, resumed, exported and measured."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.inference import Click, open_corrector
from brainseg_gui.inference.model_card import read_card
from model_training.__main__ import main
from model_training.clicks import stage
from model_training.clicks.initial import widen
from model_training.clicks.stage import ClickStage
from model_training.clicks.starts import load_starts
from model_training.data.folds import Folds
from model_training.data.sources import find_examples
from model_training.recipes.click_settings import ClickSettings
from model_training.recipes.parts import build
from model_training.recipes.recipe import Recipe, Stage
from model_training.runs.job import Job
from model_training.runs.network import load_network
from model_training.training.run import run_job
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import kept_checkpoint, kept_progress, small, write_slices

CLICKS = ClickSettings(slice_size=32, radius=1.5, rounds=(0.5, 0.5))
RECIPE = small(
    stages=(Stage(16, 3, 0.01),),
    batch_size=2,  # several in an epoch, for one to be killed within it
    clicks=CLICKS,
    validation_share=0.0,
    held_out_fold=0,
)
SHIPPED = Path("model_training/recipes/corrector.json")

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("keras_as_it_was", "quick_trainings")]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slices(tmp_path_factory.mktemp("slices"))


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return out-of-fold predictions of every second slice."""
    folder = tmp_path_factory.mktemp("starts")
    probability = np.zeros((6, 16, 16), np.uint8)
    probability[:, 4:8, 5:10] = 200
    np.savez(folder / "probability_0.npz", n=np.arange(1, 13, 2), probability=probability)
    return folder


def job(data: Path, run: Path, recipe: Recipe = RECIPE, **others: Any) -> Job:
    said: list[str] = []
    return Job(recipe, find_examples(data), run, say=said.append, **others)


@pytest.fixture(scope="module")
def unbroken(data: Path, starts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("unbroken")
    run_job(job(data, run, starts=starts))
    return run


class Killed(BaseException):
    """Stands for kill -9: nobody catches it."""


def test_a_training_that_is_killed_goes_on_as_if_it_had_not_been(
    data: Path, starts: Path, unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, batches = ClickStage._show, []

    def counted(self: ClickStage, *arguments: Any) -> None:
        batches.append(1)
        if len(batches) == 6:  # in the second epoch
            raise Killed
        whole(self, *arguments)

    monkeypatch.setattr(stage.ClickStage, "_show", counted)
    with pytest.raises(Killed):
        run_job(job(data, tmp_path, starts=starts))
    assert kept_progress(tmp_path).epoch == 1
    monkeypatch.undo()
    run_job(job(data, tmp_path, starts=starts))
    mine, theirs = kept_checkpoint(tmp_path), kept_checkpoint(unbroken)
    assert [row.loss for row in mine.progress.rows] == [row.loss for row in theirs.progress.rows]
    for one, other in zip(mine.state + mine.best, theirs.state + theirs.best, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_corrector_answers_as_its_segmenter_before_it_has_learnt_anything(
    float32_arithmetic: None,
) -> None:
    plain = build(dataclasses.replace(RECIPE, clicks=None), 16, dropout=False)
    corrector = build(RECIPE, 16, dropout=False)
    widen(plain, corrector)
    shown = np.random.default_rng(0).random((3, 16, 16, 5)).astype(np.float32)
    answer, wanted = corrector.predict_on_batch(shown), plain.predict_on_batch(shown[..., :1])
    np.testing.assert_allclose(answer, wanted, atol=1e-6)


@pytest.fixture(scope="module")
def folds(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cross-validation of segmenters of which the first fold is finished."""
    folder = tmp_path_factory.mktemp("study") / "folds"
    plain = dataclasses.replace(RECIPE, clicks=None, stages=(Stage(16, 1, 0.01),))
    run_job(job(data, folder / "fold_0", plain))
    (folder / "fold_0" / "choice.json").write_text("{}")
    (folder / "crossval.json").write_text("{}")
    return folder


def test_a_corrector_starts_from_the_segmenter_of_its_own_fold(
    data: Path, folds: Path, starts: Path, tmp_path: Path
) -> None:
    slow = dataclasses.replace(
        RECIPE, initial_weights="folds", stages=(Stage(16, 1, 1e-9),), averaging=0.0
    )
    run_job(job(data, tmp_path / "corrector", slow, base=folds.parent, starts=starts))
    before, after = load_network(folds / "fold_0"), load_network(tmp_path / "corrector")
    kernel = after.layers[2].get_weights()[0]
    first = before.layers[2].get_weights()[0]
    np.testing.assert_allclose(kernel[:, :, : first.shape[2]], first, atol=1e-6)
    np.testing.assert_allclose(kernel[:, :, first.shape[2] :], 0, atol=1e-6)
    other = dataclasses.replace(slow, held_out_fold=1, initial_weights="folds/fold_0")
    with pytest.raises(ValueError, match="trained on patients who are held out here"):
        run_job(job(data, tmp_path / "other", other, base=folds.parent))


def test_what_each_fold_says_of_its_unseen_slices_is_kept(
    data: Path, folds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["starts", str(data), str(folds), "--output", str(tmp_path)]) == 0
    source = find_examples(data)
    kept = load_starts(tmp_path, source.names)
    held_out = Folds.load(folds / "fold_0" / "folds.json").of(source.names, source.patients) == 0
    np.testing.assert_array_equal(kept.place >= 0, held_out)
    assert kept.probability.shape == (held_out.sum(), 256, 256)
    assert kept.probability.any()
    assert capsys.readouterr().out == f"fold 0: {held_out.sum()} slices\n"


def test_it_is_exported_with_a_card_that_says_how_good_its_clicks_are(
    data: Path, starts: Path, unbroken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "corrector"
    words = ["export", str(data), str(unbroken), str(bundle), "--starts", str(starts)]
    assert main(words) == 0
    card = read_card(bundle, "corrector")
    assert card.clicks == {"radius": 1.5}
    after = card.accuracy["clicks"]["centre"]["all"]["corrector"]["dice_after"]
    assert list(after) == ["0", "1", "2", "3", "5", "10"]
    assert card.accuracy["parity_keras_onnx"]["pixels_that_differ"] == 0
    slow = dataclasses.replace(
        RECIPE,
        initial_weights=str(bundle / "model.keras"),
        stages=(Stage(16, 1, 1e-9),),
        averaging=0.0,
    )
    run_job(job(data, tmp_path / "further", slow, starts=starts))
    shown = np.random.default_rng(0).random((1, 16, 16, 5)).astype(np.float32)
    before = keras.models.load_model(bundle / "model.keras").predict_on_batch(shown)
    after_it = load_network(tmp_path / "further").predict_on_batch(shown)
    np.testing.assert_allclose(after_it, before, atol=0.05)  # its normalisations saw others
    mask = np.zeros((24, 24), bool)
    corrected = open_corrector(bundle).correct(
        np.random.default_rng(0).random((24, 24), np.float32), mask, [Click(3, 4, True)]
    )
    assert corrected[3, 4]
    report = tmp_path / "report"
    words = ["evaluate-clicks", str(data), str(bundle), "--output", str(report)]
    assert main([*words, "--starts", str(starts)]) == 0
    found = json.loads((report / "report.json").read_text())
    assert found["left_out"] == {"trained_on": 8, "without_start": 2}
    again = found["robots"]["centre"]["all"]["corrector"]["dice_after"]
    assert again == after
    assert main([*words, "--starts", str(starts), "--refined"]) == 0
    found = json.loads((report / "report.json").read_text())
    assert found["start"].endswith("drawn once more by the corrector.")
    once_more = found["robots"]["centre"]["all"]["corrector"]["dice_after"]
    assert once_more["0"] != after["0"]
    page = (report / "report.html").read_text()
    assert str(once_more["3"]["mean"]) in page
    assert {path.name for path in report.iterdir()} == {
        *("report.json", "report.html", "curves.svg", "worst.png", "clicks.csv"),
    }
    capsys.readouterr()


@pytest.mark.parametrize("command", ["crossval", "ablate", "evaluate"])
def test_what_measures_proposals_refuses_a_corrector_before_anything_is_trained(
    data: Path, unbroken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    RECIPE.save(tmp_path / "clicks.json")
    recipe = [str(tmp_path / "out"), "--recipe", str(tmp_path / "clicks.json")]
    assert main([command, str(data), *([str(unbroken)] if command == "evaluate" else recipe)]) == 1
    assert "corrects masks by clicks" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_starts_of_a_network_that_corrects_nothing_are_refused(
    data: Path, starts: Path, folds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataclasses.replace(RECIPE, clicks=None).save(tmp_path / "plain.json")
    train = ["train", str(data), str(tmp_path / "run"), "--recipe", str(tmp_path / "plain.json")]
    export = ["export", str(data), str(folds / "fold_0"), str(tmp_path / "bundle")]
    for words in (train, export):
        assert main([*words, "--starts", str(starts)]) == 1
        assert "--starts is for networks that correct masks" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["plain.json"]


def test_the_recipe_that_comes_along_makes_a_corrector(tmp_path: Path) -> None:
    recipe = Recipe.load(SHIPPED)
    assert recipe.clicks is not None
    recipe.save(tmp_path / "again.json")
    assert Recipe.load(tmp_path / "again.json") == recipe
    assert build(recipe, recipe.image_size).input_shape[-1] == len(recipe.channels) + 4


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rounds": [0.5, 0.4]}, "add up to 1"),
        ({"radius": 0}, "radius must be above 0"),
        ({"click_weight": -1}, "click_weight must be 0 or more"),
        ({"empty_chance": 2}, "empty_chance must be from 0 to 1"),
        ({"clicked": 1}, "unknown setting clicked"),
        ({"slice_size": 33}, "slice_size must be even"),
    ],
)
def test_wrong_settings_of_clicks_are_named(
    tmp_path: Path, wrong: dict[str, Any], sentence: str
) -> None:
    values = json.loads(SHIPPED.read_text()) | {"clicks": wrong}
    (tmp_path / "r.json").write_text(json.dumps(values))
    with pytest.raises(ValueError, match=sentence):
        Recipe.load(tmp_path / "r.json")
