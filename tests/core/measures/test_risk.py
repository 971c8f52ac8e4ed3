"""How much a prediction deserves a look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.measures.risk import disagreement, doubt, joint_risk, risk
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Mask, Probability
from tests.strategies import masks, probabilities


def test_no_mask_is_the_first_to_look_at() -> None:
    assert risk(Probability(np.full((8, 8), 0.3, np.float32)), 0.5) == 1


@given(masks())
def test_a_network_without_a_doubt_has_no_risk(mask: Mask) -> None:
    if mask.any():
        assert risk(Probability(mask.astype(np.float32)), 0.5) == 0


@given(probabilities(), st.floats(0.01, 0.99))
def test_risk_lies_between_0_and_1(probability: Probability, threshold: float) -> None:
    assert 0 <= risk(probability, threshold) <= 1


def test_a_blurred_outline_is_riskier_than_a_sharp_one() -> None:
    sharp = np.zeros((20, 20), np.float32)
    sharp[5:15, 5:15] = 0.99
    blurred = sharp.copy()
    blurred[4, 5:15] = blurred[15, 5:15] = 0.4
    blurred[5, 5:15] = blurred[14, 5:15] = 0.6
    assert risk(Probability(blurred), 0.5) > risk(Probability(sharp), 0.5)


def test_risk_is_one_minus_the_dice_the_network_expects() -> None:
    probability = Probability(np.array([[0.9, 0.8, 0.2, 0.1]], np.float32))
    assert risk(probability, 0.5) == pytest.approx(1 - 2 * 1.7 / (2 + 2.0))


def test_a_pixel_at_the_threshold_belongs_to_the_mask() -> None:
    prediction = Prediction(Probability(np.array([[0.49, 0.5, 0.51]], np.float32)), 0.5)
    assert prediction.mask.tolist() == [[False, True, True]]
    assert prediction.risk == risk(prediction.probability, 0.5)


def test_a_prediction_cannot_be_changed() -> None:
    prediction = Prediction(Probability(np.zeros((4, 4), np.float32)), 0.5)
    for array in (prediction.probability, prediction.mask):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = True


def test_a_prediction_is_two_dimensional() -> None:
    with pytest.raises(ValueError, match=r"must be \(H, W\)"):
        Prediction(Probability(np.zeros((4, 4, 1), np.float32)), 0.5)


def test_masks_without_a_pixel_in_common_disagree_wholly() -> None:
    mask, other = np.eye(4, dtype=bool), np.zeros((4, 4), bool)
    assert disagreement(mask, mask) == 0
    assert disagreement(mask, other) == 1
    assert disagreement(other, other) == 1  # nobody found the tumour


def test_the_joint_risk_lies_between_both() -> None:
    assert joint_risk(0.04, 0.25) == pytest.approx(0.1)
    assert joint_risk(0.04, 0.25, 0.1) == pytest.approx(0.1)
    assert joint_risk(1, 1) == joint_risk(1, 1, 1) == 1
    assert joint_risk(0, 1, 1) == 0


def test_the_doubt_of_a_mask_is_that_of_whoever_is_asked() -> None:
    probability = Probability(np.array([[0.9, 0.8, 0.2, 0.1]], np.float32))
    assert doubt(probability >= 0.5, probability) == risk(probability, 0.5)
    assert doubt(probability < 0.5, probability) == pytest.approx(1 - 2 * 0.3 / (2 + 2.0))
    assert doubt(probability > 1, probability) == 1
