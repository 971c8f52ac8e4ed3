"""What risks are worth, measured on patients that were left out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.inference.model_card import CARD, CORRECTOR, read_card
from model_training.__main__ import main
from model_training.evaluation.risk_table import Outcomes, describe, make_table, ranking
from tests.bundle_factory import write_card


def outcomes(patients: int = 60, seed: int = 0) -> Outcomes:
    """Five slices a patient, worse with rising risk, of patients who are hard or easy."""
    rng = np.random.default_rng(seed)
    risks = rng.beta(1, 12, 5 * patients)
    hard = np.repeat(rng.normal(0, 0.05, patients), 5)
    scores = (0.95 - 3 * risks + hard + rng.normal(0, 0.05, len(risks))).clip(0, 1)
    patient, kind = np.repeat(np.arange(patients).astype(str), 5), np.full(len(risks), "glioma")
    return Outcomes(risks, scores, patient, kind, np.linspace(0, 1, len(risks)))


def test_the_interval_holds_on_other_patients() -> None:
    table, others = make_table(outcomes()), outcomes(200, seed=1)
    told = [table.expected(risk) for risk in others.risk]
    inside = [it.low <= dice <= it.high for it, dice in zip(told, others.dice, strict=True)]
    assert 0.85 < np.mean(inside) < 0.96
    gaps = [it.mean - dice for it, dice in zip(told, others.dice, strict=True)]
    assert abs(np.mean(gaps)) < 0.02


def test_an_interval_is_no_longer_than_it_must_be() -> None:
    """Where Dice has a long tail below, the interval leaves that out and not the best slices."""
    rng = np.random.default_rng(3)
    scores = 1 - rng.gamma(1, 0.05, 2000).clip(0, 1)  # the same at all risks
    names = np.arange(2000).astype(str)
    kind = np.full(2000, "glioma")
    table = make_table(Outcomes(rng.uniform(0, 1, 2000), scores, names, kind, scores))
    told = table.expected(0.5)
    low, high = np.quantile(scores, [0.05, 0.95])
    assert told.high - told.low < 0.85 * (high - low)
    assert told.high > 0.99


def test_what_it_is_worth_is_said_of_patients_left_out() -> None:
    said = describe(outcomes())
    assert (said["slices"], said["patients"]) == (300, 60)
    assert 0.85 < said["measured"]["inside"] < 0.96
    assert said["usual"] == {"glioma": [0.01, 0.99]}
    assert said["measured"]["aurc_perfect"] <= said["measured"]["aurc"]


def test_too_few_patients_tell_nothing() -> None:
    with pytest.raises(ValueError, match="needs 10 patients or more"):
        make_table(outcomes(9))


def test_an_order_is_measured_as_it_is_defined() -> None:
    dice = np.array([0.9, 0.8, 0.6, 0.5, 0.95])
    perfect = ranking(1 - dice, dice)
    assert (perfect["auroc_below_0.7"], perfect["riskiest_fifth_holds"]) == (1.0, 0.5)
    assert perfect["aurc"] == perfect["aurc_perfect"]
    losses = [0.05, 0.15 / 2, 0.35 / 3, 0.75 / 4, 1.25 / 5]
    assert perfect["aurc"] == pytest.approx(100 * np.mean(losses), abs=0.01)
    assert ranking(dice, dice)["auroc_below_0.7"] == 0.0
    assert ranking(np.full(5, 0.5), dice)["auroc_below_0.7"] == 0.5


Capture = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder of thirty slices of as many patients."""
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(30):
        pixels = np.random.default_rng(number).integers(200, 400, (48, 48)).astype(np.float32)
        reference = np.zeros(pixels.shape, bool)
        reference[10:30, 12 : 16 + number % 20] = True
        pixels[reference] += 40 * (number % 9)
        write_mat(folder / f"{number}.mat", Slice(pixels, reference, patient=f"P{number}"))
    return folder


def test_the_command_writes_it_into_the_card(bundle: Path, data: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(bundle, tmp_path / "bundle")
    assert main(["calibrate", str(data), str(mine), str(bundle)]) == 0
    card = read_card(mine)
    assert card.risk["slices"] == 30
    expected = card.expected(0.05, card.threshold)
    assert expected is not None
    assert 0 <= expected.low <= expected.mean <= expected.high <= 1
    assert card.expected(0.05, 0.3) is None


def test_a_second_network_is_measured_and_no_card_is_written(
    bundle: Path, data: Path, tmp_path: Path, capsys: Capture
) -> None:
    mine, other = (shutil.copytree(bundle, tmp_path / name) for name in ("mine", "other"))
    before = (mine / CARD).read_bytes()
    write_card(other, threshold=0.4)
    words = ["calibrate", str(data), str(mine), str(mine), "--second"]
    assert main([*words, str(other)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["slices"], said["patients"]) == (30, 30)
    assert main([*words, str(mine)]) == 0  # which says the same as itself
    alike = json.loads(capsys.readouterr().out)
    assert alike["risk"] == said["risk"]
    assert alike["disagreement"] != said["disagreement"]
    assert (mine / CARD).read_bytes() == before


def test_a_partner_that_was_measured_goes_into_the_card_and_stays_there(
    bundle: Path, data: Path, tmp_path: Path, capsys: Capture
) -> None:
    mine, other = (shutil.copytree(bundle, tmp_path / name) for name in ("mine", "other"))
    write_card(other, threshold=0.4)
    alone = ["calibrate", str(data), str(mine), str(mine)]
    words = [*alone, "--second", str(other), "--partner", str(other)]
    assert main(words) != 0
    assert "is to be calibrated alone first" in capsys.readouterr().err
    assert main(alone) == 0
    assert main([*words, "--view", "nowhere"]) != 0
    assert "no step before the last one makes nowhere" in capsys.readouterr().err
    assert not read_card(mine).judges
    assert main([*words, "--view", "functional_1/mask_1/Sigmoid:0"]) == 0
    (second,) = read_card(mine).judges
    assert (second.name, second.view) == ("other", "one_view")
    assert second.sum == read_card(other).sum_of("onnxruntime")
    assert main(alone) == 0
    assert read_card(mine).judges == (second,)


def test_a_corrector_is_measured_beside_them_and_goes_into_the_card(
    bundle: Path, corrector_bundle: Path, data: Path, tmp_path: Path, capsys: Capture
) -> None:
    mine, other = (shutil.copytree(bundle, tmp_path / name) for name in ("mine", "other"))
    write_card(other, threshold=0.4)
    words = ["calibrate", str(data), str(mine), str(mine)]
    assert main(words) == 0
    assert main([*words, "--corrector", str(corrector_bundle)]) != 0
    assert "name one by --second" in capsys.readouterr().err
    words += ["--second", str(other), "--partner", str(other), "--corrector", str(corrector_bundle)]
    assert main(words) != 0
    assert "no corrector was measured" in capsys.readouterr().err
    assert main([*words, "--correctors", str(corrector_bundle)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["all"] not in (said["both"], said["doubt"])
    second, third = read_card(mine).judges
    assert (second.name, third.name) == ("other", "fixer")
    assert third.sum == read_card(corrector_bundle, CORRECTOR).sum_of("onnxruntime")
    assert second.table != third.table
    worth = read_card(mine).risk_worth(2)
    assert worth.endswith("by the risk of small, other and fixer, on 30 slices of 30 new patients.")


def test_masks_that_are_drawn_once_more_are_measured_and_calibrated_as_such(
    bundle: Path, corrector_bundle: Path, data: Path, tmp_path: Path, capsys: Capture
) -> None:
    mine, other = (shutil.copytree(bundle, tmp_path / name) for name in ("mine", "other"))
    shutil.copytree(corrector_bundle, tmp_path / "fixer")
    words = ["calibrate", str(data), str(mine), str(bundle)]
    assert main(words) == 0
    alone = read_card(mine).risk["table"]
    capsys.readouterr()
    assert main(["refine", str(data), str(mine), str(tmp_path / "fixer")]) == 0
    said = json.loads(capsys.readouterr().out)
    dice = said["mean_dice"]
    assert said["slices"] == 30
    assert said["gain"]["mean"] == pytest.approx(dice["refined"] - dice["before"], abs=1e-4)
    assert dice["refined"] != dice["before"]
    assert read_card(mine).refined["name"] == "fixer"
    assert read_card(mine).refined_worth == (
        f"Its masks are drawn once more by fixer: mean Dice {dice['before']:.3f} before and "
        f"{dice['refined']:.3f} after, on 30 slices of 30 new patients."
    )
    assert main(words) != 0
    assert "name siblings of that by --correctors" in capsys.readouterr().err
    words += ["--correctors", str(corrector_bundle)]
    assert main(words) == 0
    assert read_card(mine).risk["table"] != alone
    write_card(other, threshold=0.4)
    assert main([*words, "--second", str(other)]) == 0
