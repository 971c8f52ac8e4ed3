"""A cross-validation from slices to its report, killed on the way."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import importlib.util
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.core.slices import Slice, Tumour, patient_group
from brainseg_gui.files.writers.mat_writer import write_mat
from model_training.commands import crossval as crossval_command
from model_training.commands import evaluate as evaluate_command
from model_training.data.sources import find_examples
from model_training.evaluation import report as reporting
from model_training.evaluation.postprocess import Grid
from model_training.evaluation.predict import Predict
from model_training.evaluation.scores import from_csv
from model_training.recipes.recipe import Recipe, Stage
from model_training.runs.job import Job
from model_training.runs.network import load_network
from model_training.runs.origin import origin_of_run
from model_training.studies import crossval, fold_result
from model_training.studies.crossval import ALONE, FLIPPED, TOGETHER, Plan, cross_validate
from model_training.studies.fold_result import load_fold
from model_training.training.run import run_job
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2

RECIPE = Recipe(
    name="tiny",
    network="shallow",
    channels=("stretched",),
    feature_maps=2,
    max_feature_maps=2,
    depth=1,
    dropout=0.0,
    stages=(Stage(16, 1, 0.01),),
    batch_size=2,  # for the first steps of all folds are alike
    folds=2,
    validation_share=0.4,
    precision="float32",
)
GRID = Grid(thresholds=(0.4, 0.5, 0.6), islands=(0.0, 0.01), flips=("none", "left-right"))

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("keras_as_it_was", "quick_trainings")]


def write_slices(folder: Path, patients: Sequence[str]) -> Path:
    folder.mkdir()
    for number in range(2 * len(patients)):
        rng = np.random.default_rng(number)
        pixels = rng.integers(100, 600, (40, 40)).astype(np.float32)
        mask = np.zeros((40, 40), bool)
        mask[8 + number % 9 : 20 + number % 9, 10:24] = True
        tumour = list(Tumour)[number // 2 % 2]
        slice_ = Slice(pixels + 400 * mask, mask, patient=patients[number // 2], tumour=tumour)
        write_mat(folder / f"{number + 1}.mat", slice_)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    patients = ["MR100A", "101", "102", "103", "104", "105", "106", "107"]
    return write_slices(tmp_path_factory.mktemp("slices") / "data", patients)


def plan_of(
    data: Path, out: Path, *recipes: Recipe, said: list[str] | None = None, **changes: Any
) -> Plan:
    recipes = recipes or (RECIPE,)
    values: dict[str, Any] = {
        "recipes": recipes,
        "bases": (Path(),) * len(recipes),
        "source": find_examples(data),
        "out": out,
        "folds": tuple(range(RECIPE.folds)),
        "spacing_mm": 0.49,
        "say": (said if said is not None else []).append,
        "show": lambda text: None,
        "grid": GRID,
    }
    return Plan(**(values | changes))


@pytest.fixture(scope="module")
def out(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-validation that nothing has interrupted."""
    out = tmp_path_factory.mktemp("crossval") / "out"
    cross_validate(plan_of(data, out))
    return out


@pytest.mark.parametrize("wrong", [{"loss": "dise"}, {"frozen": ("nobody",)}])
def test_a_recipe_that_cannot_be_built_does_not_claim_the_folder(
    data: Path, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"dise|nobody"):
        cross_validate(plan_of(data, tmp_path / "out", dataclasses.replace(RECIPE, **wrong)))
    assert not (tmp_path / "out").exists()


def test_a_first_training_that_fails_does_not_claim_the_folder(data: Path, tmp_path: Path) -> None:
    lost = dataclasses.replace(RECIPE, initial_weights="none.keras")
    with pytest.raises(ValueError, match="there is no"):
        cross_validate(plan_of(data, tmp_path, lost))
    assert not [path for path in tmp_path.rglob("*.json") if path.name != "versions.json"]


@pytest.fixture(scope="module")
def killed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, str]:
    """One that was killed while it kept the first fold's scores, and before the second's training.

    Yields the folder and the report that was there then; then the same call goes on.
    """
    out = tmp_path_factory.mktemp("killed") / "out"
    plan = plan_of(data, out)
    with pytest.MonkeyPatch.context() as patch:

        def kill_at_scores(path: Path, content: bytes) -> None:
            if path.name == "scores.json":
                raise KeyboardInterrupt
            write(path, content)

        write = fold_result.write_atomically
        patch.setattr(fold_result, "write_atomically", kill_at_scores)
        with pytest.raises(KeyboardInterrupt):
            cross_validate(plan)
    assert (out / "fold_0" / "scores.csv").exists()
    assert load_fold(out / "fold_0", plan.settings) is None
    with pytest.MonkeyPatch.context() as patch:

        def kill_at_second(job: Job) -> keras.Model:
            if job.recipe.held_out_fold == 1:
                raise KeyboardInterrupt
            return run_job(job)

        run_job = crossval.run_job
        patch.setattr(crossval, "run_job", kill_at_second)
        with pytest.raises(KeyboardInterrupt):
            cross_validate(plan)
    return out, report_of(out), (out / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def resumed(data: Path, killed: tuple[Path, Any, str]) -> tuple[Path, list[str]]:
    said: list[str] = []
    cross_validate(plan_of(data, killed[0], said=said))
    return killed[0], said


@pytest.fixture
def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no figures for reports of which the numbers are looked at."""
    monkeypatch.setattr(reporting, "render", lambda *arguments: "")


def predict_nothing(flips: str) -> Predict:
    raise AssertionError("nobody is to ask it")


def report_of(out: Path) -> Any:
    return json.loads((out / "report.json").read_text(encoding="utf-8"))


def command(module: Any, *words: Any) -> int:
    parser = argparse.ArgumentParser()
    module.add_parser(parser.add_subparsers())
    args = parser.parse_args([str(word) for word in words])
    return args.run(args)


def test_every_slice_is_measured_once_by_a_network_that_has_not_seen_its_patient(
    data: Path, out: Path
) -> None:
    scores = from_csv((out / "scores.csv").read_text(encoding="utf-8"))
    assert sorted(score.name for score in scores) == sorted(find_examples(data).names)
    fold_of = json.loads((out / "folds.json").read_text(encoding="utf-8"))["fold_of"]
    assert all(score.fold == fold_of[score.patient] for score in scores)
    assert {score.fold for score in scores} == {0, 1}


def test_each_network_was_trained_with_the_folds_of_the_whole(out: Path) -> None:
    folds = [(out / place / "folds.json").read_bytes() for place in (".", "fold_0", "fold_1")]
    assert folds[0] == folds[1] == folds[2]
    held_out = [Recipe.load(out / f"fold_{k}" / "recipe.json").held_out_fold for k in range(2)]
    assert held_out == [0, 1]


def test_an_unfinished_report_says_so_plainly(killed: tuple[Path, Any, str]) -> None:
    _, report, page = killed
    assert report["folds"] == {"finished": [0], "planned": 2}
    assert report["unfinished"].startswith("1 of 2 folds (0)")
    assert "1 of 2 folds (0)" in page
    assert list(report["by_fold"]) == ["fold 0"]


def test_what_was_killed_goes_on_to_the_same_report(
    out: Path, resumed: tuple[Path, list[str]]
) -> None:
    for name in ("report.json", "report.html", "scores.csv", "scores_2.csv", "worst.png"):
        assert (resumed[0] / name).read_bytes() == (out / name).read_bytes(), name
    assert report_of(out)["unfinished"] == ""


def test_a_fold_that_was_measured_is_not_touched_again(resumed: tuple[Path, list[str]]) -> None:
    assert [line for line in resumed[1] if line.startswith("fold 0")] == []


@pytest.mark.usefixtures("without_pages")
def test_a_finished_cross_validation_only_writes_its_report_again(
    data: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossval, "run_job", None)
    before = (out / "report.json").read_bytes()
    (out / "report.json").unlink()
    cross_validate(plan_of(data, out))
    assert (out / "report.json").read_bytes() == before


def test_settings_are_chosen_on_patients_who_are_not_tested_and_recorded(
    data: Path, out: Path
) -> None:
    fold_of = json.loads((out / "folds.json").read_text(encoding="utf-8"))["fold_of"]
    asked = []
    for fold in range(2):
        chosen = json.loads((out / f"fold_{fold}" / "choice.json").read_text(encoding="utf-8"))
        recipe = dataclasses.replace(RECIPE, held_out_fold=fold)
        sides = crossval.sides_of_run(recipe, find_examples(data), out / f"fold_{fold}")
        validates = {patient_group(patient) for patient in sides.validation.patients}
        assert all(fold_of[group] != fold for group in validates)
        assert chosen["threshold"]["patients"] == len(validates)
        assert chosen["threshold"]["settings"]["threshold"] in chosen["grid"]["thresholds"]
        assert chosen["threshold"]["settings"]["flips"] == "none"
        assert chosen["postprocess"]["score"] >= chosen["threshold"]["score"]
        asked.append({ALONE: chosen["threshold"], FLIPPED: chosen["postprocess"]})
    assert report_of(out)["choices"]["of_fold"] == {"0": asked[0], "1": asked[1]}


@pytest.mark.usefixtures("without_pages")
def test_a_cross_validation_goes_on_from_the_networks_of_another_fold_by_fold(
    data: Path, out: Path, tmp_path: Path
) -> None:
    stages = (Stage(16, 1, 1e-9),)
    further = dataclasses.replace(RECIPE, stages=stages, initial_weights=out.name)
    cross_validate(plan_of(data, tmp_path, further, bases=(out.parent,)))
    first = [load_network(out / f"fold_{fold}").get_weights()[0] for fold in range(2)]
    assert np.abs(first[0] - first[1]).max() > 1e-4
    for fold in range(2):
        (kernel, *_) = load_network(tmp_path / f"fold_{fold}").get_weights()
        np.testing.assert_allclose(kernel, first[fold], atol=1e-6)
        said = origin_of_run(tmp_path / f"fold_{fold}").initial_weights
        assert said == f"went on from a network of the recipe {RECIPE.name}"


@pytest.mark.parametrize(
    ("fold", "sentence"), [(1, "fold 1 of .* is not trained"), (None, "name the run of one fold")]
)
def test_a_fold_from_which_nothing_can_go_on_is_named(
    data: Path, out: Path, tmp_path: Path, fold: int | None, sentence: str
) -> None:
    unfinished = tmp_path / "unfinished"
    shutil.copytree(out, unfinished)
    (unfinished / "fold_1" / "network.keras").unlink()
    recipe = dataclasses.replace(RECIPE, initial_weights="unfinished", held_out_fold=fold)
    with pytest.raises(ValueError, match=sentence):
        run_job(Job(recipe, find_examples(data), tmp_path / "run", print, base=tmp_path))


def test_a_cross_validation_measures_on_whole_folds(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^a cross-validation measures on whole folds"):
        dataclasses.replace(
            plan_of(data, tmp_path), recipes=(dataclasses.replace(RECIPE, held_out_share=0.5),)
        )


def test_choosing_sees_no_held_out_slice(
    data: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, Slice]] = []
    recipe = dataclasses.replace(RECIPE, held_out_fold=0)
    sides = crossval.sides_of_run(recipe, find_examples(data), out / "fold_0")
    monkeypatch.setattr(crossval, "choose_on", lambda *args: seen.extend(args[1]))
    crossval._choose(recipe, predict_nothing, sides, GRID)
    names = {name for name, _ in seen}
    assert names == set(sides.validation.names)
    assert not names & set(sides.held_out.names)


def test_without_validation_patients_the_settings_are_those_of_the_recipe(
    data: Path, out: Path
) -> None:
    recipe = dataclasses.replace(RECIPE, validation_share=0.0, threshold=0.37)
    source = find_examples(data)
    some, nobody = source.take(np.arange(16) < 8), source.take(np.arange(0))
    folds = crossval.folds_of_run(out, "patient", source, 2, 0)
    sides = crossval.Sides(some, nobody, nobody, folds)
    plain, flipped = crossval._choose(recipe, predict_nothing, sides, GRID)
    assert (plain.settings.threshold, flipped.settings.threshold) == (0.37, 0.37)
    assert (plain.score, plain.note) == (None, crossval.FIXED)


def test_the_headline_is_one_network_a_fold_without_tricks(out: Path) -> None:
    report = report_of(out)
    assert report["headline"] == ALONE
    assert list(report["ways"]) == [ALONE, FLIPPED]
    for chosen in report["choices"]["of_fold"].values():
        settings = chosen[ALONE]["settings"]
        assert (settings["flips"], settings["smallest_island"]) == ("none", 0.0)


@pytest.mark.usefixtures("without_pages")
def test_further_recipes_are_an_ensemble_beside_the_same_headline(
    data: Path, out: Path, tmp_path: Path
) -> None:
    wide = dataclasses.replace(RECIPE, name="wide", feature_maps=3, max_feature_maps=3)
    shutil.copytree(out, tmp_path / "out")
    both = cross_validate(plan_of(data, tmp_path / "out", RECIPE, wide, folds=(0,)))
    assert TOGETHER in both["ways"]
    alone = report_of(out)["by_fold"]["fold 0"]
    assert both["overall"]["dice"] == alone["dice"]
    assert (tmp_path / "out" / "fold_0" / "network_2" / "network.keras").exists()


def test_recipes_that_would_mix_the_folds_are_no_ensemble(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="seed is 0 in tiny and 1 in other"):
        plan_of(data, tmp_path, RECIPE, dataclasses.replace(RECIPE, name="other", seed=1))


def test_a_fold_that_does_not_exist_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fold 2 is not one of 2 folds"):
        plan_of(data, tmp_path, folds=(0, 2))


def test_the_folder_of_another_recipe_is_refused(data: Path, out: Path) -> None:
    other = dataclasses.replace(RECIPE, dropout=0.3)
    with pytest.raises(ValueError, match=r"another recipe: dropout is 0\.0 there and 0\.3 here"):
        cross_validate(plan_of(data, out, other))


def test_slices_that_came_later_would_mix_the_folds_and_are_refused(
    out: Path, tmp_path: Path
) -> None:
    other = write_slices(tmp_path / "data", ["1", "2", "3", "4"])
    with pytest.raises(ValueError, match="other data"):
        cross_validate(plan_of(other, out))


def test_a_table_that_was_changed_is_measured_again(data: Path, out: Path) -> None:
    plan = plan_of(data, out)
    path = out / "fold_1" / "scores.csv"
    content = path.read_text(encoding="utf-8")
    assert load_fold(out / "fold_1", plan.settings) is not None
    path.write_text(content.replace("glioma", "pituitary"), encoding="utf-8")
    assert load_fold(out / "fold_1", plan.settings) is None
    path.write_text(content, encoding="utf-8")


def test_a_run_is_evaluated_on_the_fold_that_it_was_not_trained_on(
    data: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(evaluate_command, "evaluate", data, out / "fold_1") == 0
    said = capsys.readouterr()
    alone = report_of(out)["by_fold"]["fold 1"]
    found = json.loads(said.out)
    assert (found["mean_dice"], found["slices"]) == (alone["dice"]["mean"], alone["slices"])
    assert f"{16 - alone['slices']} slices left out: their patients were trained on" in said.err


@pytest.mark.usefixtures("without_pages")
def test_the_folds_are_an_ensemble_for_patients_that_none_has_seen(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = write_slices(tmp_path / "new", ["MR100B", "201", "202"])
    assert command(evaluate_command, "evaluate", new, out, "--output", tmp_path / "report") == 0
    report = report_of(tmp_path / "report")
    assert list(report["ways"]) == ["ensemble", "1: fold_0", "2: fold_1"]
    assert (report["overall"]["slices"], report["left_out"]["trained_on"]) == (4, 2)


def test_no_ensemble_of_folds_is_measured_on_patients_they_were_trained_on(
    data: Path, out: Path
) -> None:
    with pytest.raises(ValueError, match="16 are of patients trained on"):
        command(evaluate_command, "evaluate", data, out)


@pytest.mark.usefixtures("without_pages")
def test_a_record_wise_cross_validation_marks_its_numbers(data: Path, tmp_path: Path) -> None:
    recipe = dataclasses.replace(RECIPE, split="record", validation_share=0.0)
    said: list[str] = []
    report = cross_validate(plan_of(data, tmp_path / "out", recipe, folds=(0,), said=said))
    assert report["overall"]["split"].startswith("record-wise")
    assert "†" in said[-1]


@pytest.mark.usefixtures("without_pages")
def test_the_command_takes_a_recipe_file_and_says_where_the_report_is(
    data: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RECIPE.save(tmp_path / "recipe.json")
    shutil.copytree(out, tmp_path / "out")
    words = ("crossval", data, tmp_path / "out", "--recipe", tmp_path / "recipe.json", "--folds", 1)
    assert command(crossval_command, *words) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-2].startswith("1 of 2 folds (1)")
    assert said[-1] == f"report in {tmp_path / 'out' / 'report.html'}"
    assert said[-3].startswith("tiny: cross-validation: mean Dice ")


@pytest.mark.parametrize("width", ["0", "-1", "nan", "wide", "100"])
def test_a_spacing_that_is_none_is_wrong_use(
    width: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command(evaluate_command, "evaluate", "data", "bundle", f"--spacing={width}")
    assert "above 0 mm and below 100 mm" in capsys.readouterr().err


def test_no_module_that_a_cross_validation_loads_names_an_engine_or_a_window() -> None:
    unwanted = {"tensorflow", "onnxruntime", "onnx", "tf2onnx", "PyQt5", "pyqtgraph", "sqlalchemy"}
    waiting, done = {"model_training.studies.crossval", "model_training.commands.evaluate"}, set()
    while waiting:
        name = waiting.pop()
        done.add(name)
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            continue
        for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
            found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                found = [str(node.module)]
            assert not {one.split(".")[0] for one in found} & unwanted, name
            ours = {one for one in found if one.split(".")[0] in ("model_training", "brainseg_gui")}
            waiting |= ours - done
    assert "model_training.training.run" in done
