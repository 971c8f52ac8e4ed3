"""What is measured on a slice, and what is said of many."""

from __future__ import annotations

import csv
import dataclasses
import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainseg_gui.core.slices import Slice, Tumour
from model_training.evaluation.calibration import BINS, Calibration
from model_training.evaluation.scores import SliceScore, from_csv, score_slice, to_csv
from model_training.evaluation.summary import by_fold, by_kind, by_patient, by_size, summary_of

LABEL = "patient-wise"


def mask_of(
    top: int, left: int, height: int, width: int, shape: tuple[int, int] = (20, 20)
) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[top : top + height, left : left + width] = True
    return mask


def slice_of(reference: np.ndarray, **facts: Any) -> Slice:
    pixels = np.zeros(reference.shape, np.float32)
    known: dict[str, Any] = {"patient": "MR7B", "tumour": Tumour.GLIOMA}
    return Slice(pixels, reference, **(known | facts))


def scored(slice_: Slice, mask: np.ndarray, spacing_mm: float | None = None) -> SliceScore:
    """The score of a slice that has one."""
    score = score_slice("a", slice_, mask, spacing_mm)
    assert score is not None
    return score


def made(dice: float = 0.5, patient: str = "1", **changes: Any) -> SliceScore:
    values: dict[str, Any] = {
        "name": f"{patient}-{dice}.mat",
        "kind": "glioma",
        "height": 20,
        "width": 20,
        "reference_px": 40,
        "prediction_px": 30,
        "iou": dice / (2 - dice),
        "sensitivity": dice,
        "precision": dice,
        "hd95_px": 3.0,
        "hd95_mm": None,
        "fold": 0,
    }
    return SliceScore(**(values | {"dice": dice, "patient": patient} | changes))


scores = st.builds(
    made,
    dice=st.floats(0, 1),
    patient=st.sampled_from(["1", "2", "3", "MR4"]),
    kind=st.sampled_from(["glioma", "pituitary"]),
    reference_px=st.integers(1, 300),
    precision=st.none() | st.floats(0, 1),
    hd95_mm=st.none() | st.floats(0, 99),
)
some_scores = st.lists(scores, min_size=1, max_size=25)


def test_a_slice_is_measured_as_by_pencil_and_paper() -> None:
    # 4 x 4 = 16 and 4 x 6 = 24 pixels, 4 x 4 of them common; two columns too many on one side.
    found = scored(slice_of(mask_of(4, 4, 4, 4)), mask_of(4, 4, 4, 6), spacing_mm=0.5)
    assert (found.reference_px, found.prediction_px) == (16, 24)
    assert (found.dice, found.iou) == (32 / 40, 16 / 24)
    assert (found.sensitivity, found.precision) == (1, 16 / 24)
    assert (found.hd95_px, found.hd95_mm) == (2, 1)
    assert (found.patient, found.kind) == ("MR7", "glioma")


def test_a_missed_tumour_scores_0_at_the_distance_of_the_diagonal() -> None:
    found = scored(slice_of(mask_of(4, 4, 4, 4, (30, 40))), np.zeros((30, 40), bool))
    assert (found.dice, found.iou, found.sensitivity, found.hd95_px) == (0, 0, 0, 50)
    assert found.precision is None


def test_a_prediction_where_there_is_no_tumour_scores_0_and_has_no_sensitivity() -> None:
    found = scored(slice_of(mask_of(0, 0, 0, 0)), mask_of(4, 4, 4, 4))
    assert (found.dice, found.precision, found.sensitivity) == (0, 0, None)


def test_two_empty_masks_have_no_score() -> None:
    assert score_slice("a", slice_of(mask_of(0, 0, 0, 0)), mask_of(0, 0, 0, 0)) is None


def test_there_are_no_millimetres_without_a_spacing() -> None:
    assert scored(slice_of(mask_of(4, 4, 4, 4)), mask_of(4, 4, 4, 6)).hd95_mm is None


def test_what_the_file_says_of_the_spacing_goes_before_what_the_user_says() -> None:
    slice_ = slice_of(mask_of(4, 4, 4, 4), spacing_mm=2.0)
    assert scored(slice_, mask_of(4, 4, 4, 6), spacing_mm=0.5).hd95_mm == 4


@given(some_scores)
def test_a_table_read_again_is_the_table_to_the_last_digit(slices: list[SliceScore]) -> None:
    assert from_csv(to_csv(slices, LABEL)) == slices


def test_no_cell_of_a_table_is_a_formula_and_each_is_read_again_as_it_was() -> None:
    slices = [made(name='=HYPERLINK("x").mat', patient="-7+1"), made(name="'quoted'", patient="@a")]
    table = to_csv(slices, LABEL)
    for row in csv.reader(table.splitlines()):
        assert not any(cell.startswith(("=", "-7", "@")) for cell in row)
    assert from_csv(table) == slices


def test_every_row_of_a_table_says_how_was_split() -> None:
    lines = to_csv([made(), made()], "record-wise").splitlines()
    assert [line.rsplit(",", 1)[1] for line in lines] == ["split", "record-wise", "record-wise"]


def test_a_set_of_slices_is_summarised_as_by_pencil_and_paper() -> None:
    found = summary_of([made(0.0), made(0.2), made(0.6), made(0.8)], LABEL)
    assert (found["slices"], found["patients"], found["share_missed"]) == (4, 1, 0.25)
    dice = found["dice"]
    assert (dice["mean"], dice["median"]) == (0.4, 0.4)
    assert dice["sd"] == round(math.sqrt((0.16 + 0.04 + 0.04 + 0.16) / 3), 4)
    assert dice["iqr"] == [0.15, 0.65]
    assert dice["interval_95"] == [0.4, 0.4]


def test_slices_without_a_measure_are_left_out_of_its_mean_and_counted() -> None:
    found = summary_of([made(precision=None), made(precision=0.4), made(precision=0.8)], LABEL)
    assert (found["precision"]["mean"], found["precision"]["slices"]) == (0.6, 2)
    assert found["hd95_mm"] is None


def test_each_type_and_each_fold_is_summarised_for_itself() -> None:
    slices = [made(0.2, kind="glioma", fold=0), made(0.8, kind="pituitary", fold=1)]
    assert {k: v["dice"]["mean"] for k, v in by_kind(slices, LABEL).items()} == {
        "glioma": 0.2,
        "pituitary": 0.8,
    }
    assert {k: v["dice"]["mean"] for k, v in by_fold(slices, LABEL).items()} == {
        "fold 0": 0.2,
        "fold 1": 0.8,
    }


def test_quarters_by_size_are_those_of_all_slices() -> None:
    slices = [made(area / 100, reference_px=area) for area in (10, 20, 30, 40, 50, 60, 70, 80)]
    found = by_size(slices, LABEL)
    assert [(g["from_px"], g["to_px"]) for g in found.values()] == [
        (10, 20),
        (30, 40),
        (50, 60),
        (70, 80),
    ]
    assert [g["dice"]["mean"] for g in found.values()] == [0.15, 0.35, 0.55, 0.75]


def test_a_slice_without_tumour_has_no_size() -> None:
    slices = [made(0.0, reference_px=0), made(0.5, reference_px=9)]
    assert sum(group["slices"] for group in by_size(slices, LABEL).values()) == 1


@settings(max_examples=12)
@given(some_scores)
def test_every_slice_is_in_one_quarter(slices: list[SliceScore]) -> None:
    groups = by_size(slices, LABEL).values()
    assert sum(group["slices"] for group in groups) == len(slices)
    edges = [edge for group in groups for edge in (group["from_px"], group["to_px"])]
    assert edges == sorted(edges)


def test_each_patient_weighs_the_same_among_patients() -> None:
    found = by_patient([made(0.2, "1"), made(0.4, "1"), made(0.9, "2")], LABEL)
    assert found["dice"]["mean"] == 0.6
    first = found["rows"][0]
    assert (first["patient"], first["slices"], first["mean_dice"]) == ("1", 2, 0.3)
    assert (first["lowest_dice"], first["missed"]) == (0.2, 0)


@settings(max_examples=8)
@given(some_scores, st.randoms())
def test_the_order_of_the_slices_changes_nothing(slices: list[SliceScore], random: Random) -> None:
    shuffled = random.sample(slices, len(slices))
    for summary in (summary_of, by_kind, by_size, by_patient):
        assert summary(shuffled, LABEL) == summary(slices, LABEL)


@settings(max_examples=12)
@given(some_scores)
def test_the_same_patients_twice_change_no_mean_and_make_no_interval_wider(
    slices: list[SliceScore],
) -> None:
    again = [dataclasses.replace(score, patient=score.patient + "'") for score in slices]
    once, twice = (summary_of(s, LABEL)["dice"] for s in (slices, slices + again))
    assert twice["mean"] == pytest.approx(once["mean"], abs=1e-4)
    assert twice["iqr"][0] <= twice["median"] <= twice["iqr"][1]
    width_once, width_twice = (s["interval_95"][1] - s["interval_95"][0] for s in (once, twice))
    assert width_twice <= width_once + 0.05


def test_calibration_is_what_pencil_and_paper_say() -> None:
    probability = np.array([[0.0, 0.0, 0.72, 0.73]])
    found = Calibration.of(probability, np.array([[False, True, True, False]]))
    # Bin 0: mean 0, half inside. Bin 14: mean 0.725, half inside.
    assert found.expected_error() == pytest.approx((2 * 0.5 + 2 * 0.225) / 4)
    assert found.expected_error(first_bin=1) == pytest.approx(0.225)
    assert found.brier == pytest.approx((0 + 1 + 0.28**2 + 0.73**2) / 4)


def test_probabilities_that_hold_have_no_error() -> None:
    probability = np.repeat([0.25, 0.75], 4)[None]
    reference = np.array([[1, 0, 0, 0, 1, 1, 1, 0]], bool)
    assert Calibration.of(probability, reference).expected_error() == 0


def test_certainty_is_in_the_last_bin() -> None:
    assert Calibration.of(np.ones((1, 3)), np.ones((1, 3), bool)).pixels[BINS - 1] == 3


def test_folds_counted_apart_and_added_are_counted_together() -> None:
    rng = np.random.default_rng(0)
    probability, reference = rng.random((2, 8, 8)), rng.random((2, 8, 8)) < 0.3
    parts = [Calibration.of(p, r) for p, r in zip(probability, reference, strict=True)]
    both = Calibration.of(probability, reference)
    total = Calibration.from_dict((parts[0] + parts[1]).to_dict())
    assert total.summary(LABEL) == both.summary(LABEL)
    assert total.pixels.sum() == 128
