"""What a run starts from: chance, another run, a bundle, published weights; and whom those saw."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.inference.model_card import KERAS_FILE, ONNX_FILE, hash_patient
from model_training.bundles.card import draft_card
from model_training.data.sources import find_examples
from model_training.evaluation.candidate import TRAINED_ON, open_candidates
from model_training.evaluation.postprocess import Choice, Postprocess
from model_training.networks.views import Views, with_views
from model_training.recipes.recipe import Stage
from model_training.runs.network import finished_network, load_network
from model_training.runs.origin import origin_of_run
from model_training.training import initial_weights as initial
from model_training.training import run as training
from model_training.training import stage_training
from model_training.training.run import run_job
from model_training.weights.imagenet import ATTRIBUTION
from tests.bundle_factory import SALT, write_card
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.model_training.run_factory import job_of, small

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("keras_as_it_was", "quick_trainings")]
FIRST = small(stages=(Stage(24, 1, 0.01),))


@pytest.fixture(scope="module")
def unbroken(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("unbroken")
    run_job(job_of(data, run, FIRST))
    return run


def test_a_run_starts_from_the_network_of_another(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    start = small(stages=(Stage(16, 1, 1e-9),), averaging=0.0, initial_weights=unbroken.name)
    run_job(job_of(data, tmp_path, start, base=unbroken.parent))
    before, after = load_network(unbroken).get_weights(), load_network(tmp_path).get_weights()
    np.testing.assert_allclose(after[0], before[0], atol=1e-6)
    assert origin_of_run(unbroken).initial_weights == ""
    said = origin_of_run(tmp_path).initial_weights
    assert said == f"went on from a network of the recipe {FIRST.name}"


def test_where_the_first_weights_came_from_is_known_of_every_run_after(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(unbroken, first)
    dataclasses.replace(FIRST, initial_weights="imagenet").save(first / "recipe.json")
    assert origin_of_run(first).initial_weights == ATTRIBUTION
    start = small(stages=(Stage(16, 1, 1e-9),), averaging=0.0, initial_weights="first")
    run_job(job_of(data, second, start, base=tmp_path))
    said = origin_of_run(second).initial_weights
    assert said.endswith(f"recipe {FIRST.name}; {ATTRIBUTION}")


def test_weights_of_a_run_that_saw_the_held_out_patients_are_refused(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    recipe = small(held_out_fold=1, initial_weights=str(unbroken))
    with pytest.raises(ValueError, match="was trained on patients who are held out here: 1"):
        run_job(job_of(data, tmp_path, recipe))


def handed_over(run: Path, folder: Path, views: Views | None = None, **card: Any) -> Path:
    """Put a run's network into a folder as it is handed over: fused, and with a card."""
    folder.mkdir()
    model = finished_network(FIRST, run)
    (with_views(model, views) if views else model).save(folder / KERAS_FILE)
    (folder / ONNX_FILE).write_bytes(b"not asked for")
    steps = FIRST.preprocessing(FIRST.image_size)
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
    run_job(job_of(data, tmp_path / "run", start, base=tmp_path))
    source = find_examples(data)
    entry = source.entries[0]
    image = start.preprocessing(start.image_size).apply(entry.read().pixels)[None]
    before = finished_network(FIRST, unbroken).predict_on_batch(image)
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
    sides = training.sides_of_run(FIRST, find_examples(data), tmp_path)
    patient = getattr(sides, side).patients[0]
    handed_over(unbroken, tmp_path / "bundle", training_patients=(hash_patient(patient, SALT),))
    recipe = small(initial_weights="bundle")
    with pytest.raises(ValueError, match=f"was trained on patients who {what} here: {patient}"):
        run_job(job_of(data, tmp_path / "run", recipe, base=tmp_path))


def test_the_network_of_a_run_is_known_as_the_run_under_its_own_name_too(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    recipe = small(held_out_fold=1, initial_weights=str(unbroken / "network.keras"))
    with pytest.raises(ValueError, match="was trained on patients who are held out here: 1"):
        run_job(job_of(data, tmp_path, recipe))


def test_a_file_of_which_nobody_knows_whom_it_has_seen_is_remembered_as_such(
    data: Path, unbroken: Path, tmp_path: Path
) -> None:
    shutil.copy(unbroken / "network.keras", tmp_path / "found.keras")
    recipe = small(stages=(Stage(16, 1, 0.01),), initial_weights="found.keras")
    run_job(job_of(data, tmp_path / "run", recipe, base=tmp_path))
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
            run_job(job_of(data, tmp_path, small(initial_weights=str(unbroken))))
    assert origin_of_run(tmp_path).initial_weights
    run_job(job_of(data, tmp_path, small(stages=(Stage(16, 1, 0.01),))))
    assert origin_of_run(tmp_path).initial_weights == ""


@pytest.mark.parametrize("left", [0, 200, -200])
def test_a_damaged_network_is_named(data: Path, unbroken: Path, tmp_path: Path, left: int) -> None:
    first = tmp_path / "first"
    shutil.copytree(unbroken, first)
    content = (first / "network.keras").read_bytes()
    (first / "network.keras").write_bytes(content[:left])
    recipe = small(initial_weights="first")
    with pytest.raises(ValueError, match=r"network\.keras is damaged and cannot be read"):
        run_job(job_of(data, tmp_path / "run", recipe, base=tmp_path))


def test_a_folder_that_is_neither_run_nor_bundle_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(ValueError, match="other is neither a run nor a bundle"):
        run_job(job_of(data, tmp_path / "run", small(initial_weights="other"), base=tmp_path))


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
        run_job(job_of(data, tmp_path / "run", recipe, base=tmp_path))


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
        run_job(job_of(data, tmp_path / "run", recipe, base=tmp_path))


def test_a_network_without_published_weights_does_not_start_from_imagenet(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"only .* can start from imagenet, not shallow"):
        run_job(job_of(data, tmp_path, small(initial_weights="imagenet")))


def test_an_encoder_starts_from_published_weights_where_the_recipe_says_so(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(model: keras.Model, arrays: dict[str, Any]) -> None:
        model.set_weights([np.full(w.shape, arrays["value"], w.dtype) for w in model.weights])

    monkeypatch.setattr(initial, "published_weights", lambda network: {"value": 0.25})
    monkeypatch.setattr(initial, "start_encoder", start)
    recipe = small(stages=(Stage(16, 1, 1e-9),), averaging=0.0, initial_weights="imagenet")
    run_job(job_of(data, tmp_path, recipe))
    np.testing.assert_allclose(load_network(tmp_path).get_weights()[0], 0.25, atol=1e-6)
