"""Preprocessings compared on the same people."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from brainseg_gui.core.slices import Tumour
from model_training.__main__ import main
from model_training.data.sources import Source, find_examples
from model_training.data.split import Sides
from model_training.evaluation.scores import SliceScore
from model_training.evaluation.split_note import SplitNote
from model_training.evaluation.summary import bootstrap_interval
from model_training.recipes.recipe import Recipe, Stage
from model_training.studies import ablation
from model_training.studies.ablation import Ablation, Outcome, ablate, row_of, write_tables
from tests.model_training.marks import KERAS_BEFORE_NUMPY_2
from tests.picture_factory import make_slice, write_pictures

RECIPE = Recipe(
    name="short",
    network="shallow",
    feature_maps=2,
    depth=1,
    dropout=0.0,
    stages=(Stage(16, 1, 0.01),),
    batch_size=2,
    folds=2,
    precision="float32",
)
CHOICES = (("stretched",), ("zscore:3", "percentile"))

pytestmark = [KERAS_BEFORE_NUMPY_2, pytest.mark.usefixtures("quick_trainings")]


def score(name: str, dice: float, patient: str, kind: str = "glioma") -> SliceScore:
    return SliceScore(name, patient, kind, 40, 48, 180, 180, dice, dice, dice, dice, 1.0, None, 0)


FIRST = Outcome(
    ("stretched",),
    0.5,
    tuple(score(str(n), 0.5 + 0.1 * (n % 2), f"MR{n // 2}") for n in range(8)),
)
BETTER = Outcome(
    ("percentile:2", "equalised"),
    0.4,
    tuple(dataclasses.replace(one, dice=one.dice + 0.2) for one in FIRST.scores),
)
BY_PATIENT = SplitNote("patient", "Patient groups assigned to 2 folds.")


NOTHING = Source(())


def plan(out: Path, source: Source = NOTHING, **changes: Any) -> Ablation:
    settings: dict[str, Any] = {"recipe": RECIPE, "choices": CHOICES, "base": Path()} | changes
    return Ablation(source=source, out=out, say=print, show=lambda text: None, **settings)


def test_a_row_holds_dice_with_its_interval_over_patients() -> None:
    row = row_of(FIRST, FIRST, BY_PATIENT)
    dice = np.array([one.dice for one in FIRST.scores])
    low, high = bootstrap_interval(dice, np.array([one.patient for one in FIRST.scores]))
    assert (row["mean_dice"], row["low_95"], row["high_95"]) == (
        0.55,
        round(low, 4),
        round(high, 4),
    )
    assert (row["slices"], row["patients"], row["mean_dice_glioma"]) == (8, 4, 0.55)
    assert (row["gain"], row["split"], row["threshold"]) == (0, "patient-wise", 0.5)


def test_a_gain_is_measured_slice_by_slice() -> None:
    row = row_of(BETTER, FIRST, BY_PATIENT)
    assert (row["gain"], row["gain_low_95"], row["gain_high_95"]) == (0.2, 0.2, 0.2)


def test_a_row_spells_every_parameter_given_or_not() -> None:
    row = row_of(BETTER, FIRST, BY_PATIENT)
    assert row["channels"] == "percentile:2, equalised"
    assert row["parameters"] == "percentile (low 2, high 99.5); equalised"


def test_the_tables_say_who_was_measured_and_what_that_is_worth(tmp_path: Path) -> None:
    write_tables(plan(tmp_path), [FIRST, BETTER], BY_PATIENT)
    text = (tmp_path / "ablation.md").read_text(encoding="utf-8")
    assert "| percentile (low 2, high 99.5); equalised | 0.750 (0.750 to 0.750) | +0.200 (" in text
    assert (
        "2 of 2 choices, measured on 8 slices of 4 patient groups. Patient groups assigned" in text
    )
    assert "has used these patients up" in text
    assert "†" not in text
    with open(tmp_path / "ablation.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["mean_dice"] for row in rows] == ["0.55", "0.75"]


def test_a_record_wise_split_marks_every_dice(tmp_path: Path) -> None:
    write_tables(plan(tmp_path), [FIRST], SplitNote("record", "Slices assigned."))
    text = (tmp_path / "ablation.md").read_text(encoding="utf-8")
    assert "| 0.550† (" in text
    assert "† Record-wise split" in text
    assert "record-wise: patients on both sides" in (tmp_path / "ablation.csv").read_text()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"choices": (("clahe",),)}, "two choices of channels or more, all different"),
        ({"choices": (("clahe",), ("clahe",))}, "two choices of channels or more"),
        ({"choices": (("clahe",), ("sharp",))}, "must be among .* found sharp"),
        ({"recipe": dataclasses.replace(RECIPE, held_out_fold=None)}, "needs a held-out fold"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused_before_training(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        plan(tmp_path, **changes)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kinds = [Tumour.GLIOMA, Tumour.MENINGIOMA]
    slices = {
        str(n): make_slice(n, patient=str(100 + n // 2), tumour=kinds[n // 2 % 2]) for n in range(8)
    }
    return write_pictures(tmp_path_factory.mktemp("data"), slices)


@pytest.fixture(scope="module")
def compared(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, int, str]]:
    """A comparison that the command has made; Keras is left as it was found."""
    out = tmp_path_factory.mktemp("ablation")
    RECIPE.save(out / "recipe.json")
    policy = keras.config.dtype_policy()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = main(
            ["ablate", str(data), str(out), "--recipe", str(out / "recipe.json")]
            + [f"--channels={','.join(choice)}" for choice in CHOICES]
        )
    yield out, status, said.getvalue()
    keras.config.set_dtype_policy(policy)


def test_the_command_trains_each_choice_on_the_same_fold_and_shows_the_table(
    compared: tuple[Path, int, str],
) -> None:
    out, status, said = compared
    assert status == 0
    assert "| stretched (low 1, high 99.5) | 0." in said
    assert "| zscore (clip 3); percentile (low 0.5, high 99.5) | 0." in said
    runs = [out / "stretched", out / "zscore_3+percentile"]
    folds = [json.loads((run / "folds.json").read_text()) for run in runs]
    assert folds[0] == folds[1]
    assert [Recipe.load(run / "recipe.json").channels for run in runs] == list(CHOICES)


def test_what_was_measured_is_kept_and_what_is_missing_is_made_up(
    compared: tuple[Path, int, str], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _, _ = compared
    table = (out / "ablation.csv").read_bytes()
    (out / "zscore_3+percentile" / "measured.json").unlink()
    (out / "ablation.csv").unlink()
    measured = []
    measure = ablation._measured

    def counted(recipe: Recipe, run: Path, sides: Sides) -> Outcome:
        measured.append(recipe.channels)
        return measure(recipe, run, sides)

    monkeypatch.setattr(ablation, "_measured", counted)
    networks = [path.stat().st_mtime_ns for path in sorted(out.glob("*/network.keras"))]
    ablate(plan(out, find_examples(data)))
    assert measured == [CHOICES[1]]
    assert [path.stat().st_mtime_ns for path in sorted(out.glob("*/network.keras"))] == networks
    assert (out / "ablation.csv").read_bytes() == table
