"""What is said of clicks is what happened at them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.types import Mask
from model_training.clicks.measure import CORRECTOR, DAB, Tried, clicks_to, harm, summarise
from model_training.clicks.trial import CAP, SHOWN, Trial, dabbed, try_clicks

REFERENCE = np.zeros((40, 40), bool)
REFERENCE[10:30, 10:30] = True


def trial(dice: list[float], clicks: int | None = None) -> Trial:
    filled = np.array(dice + dice[-1:] * (CAP + 1 - len(dice)))
    return Trial(filled, len(dice) - 1 if clicks is None else clicks, (0.01,), REFERENCE)


def test_the_mask_is_measured_before_the_first_click_and_after_each() -> None:
    seen: list[int] = []

    def row_by_row(mask: Mask, clicks: Sequence[Click]) -> Mask:
        seen.append(len(clicks))
        better = mask.copy()
        better[9 + len(clicks)] = REFERENCE[9 + len(clicks)]
        return better

    found = try_clicks("a", np.zeros((40, 40), bool), REFERENCE, row_by_row, "centre")
    enough = 19  # rows of 20, a Dice of 0.974
    assert seen == list(range(1, enough + 1))
    wanted = [2 * rows / (rows + 20) for rows in [*range(enough + 1), enough]]
    np.testing.assert_allclose(found.dice, wanted)
    assert np.count_nonzero(found.mask) == 3 * 20


def test_no_click_is_made_where_nothing_is_wrong() -> None:
    found = try_clicks("a", REFERENCE, REFERENCE, dabbed(REFERENCE), "jittered")
    assert found.clicks == 0
    assert (found.dice == 1).all()


def test_after_ten_clicks_a_mask_that_is_good_enough_is_left_alone() -> None:
    start = REFERENCE.copy()
    start[10, 10] = False
    found = try_clicks("a", start, REFERENCE, lambda mask, clicks: mask, "centre")
    assert found.clicks == SHOWN


def test_clicks_to_a_dice_count_the_first_time_and_failure_as_the_cap() -> None:
    dice = np.stack([trial(one).dice for one in ([0.5, 0.9, 0.8], [0.95], [0.1, 0.2])])
    assert clicks_to(dice, 0.9) == {
        "mean": pytest.approx((1 + 0 + CAP) / 3, abs=1e-4),
        "failed": pytest.approx(1 / 3, abs=1e-4),
    }


def test_a_click_harms_if_dice_falls_by_more_than_two_hundredths() -> None:
    assert harm([trial([0.5, 0.49, 0.6, 0.5])]) == {"clicks": 3, "share": 0.3333}
    assert harm([trial([0.9], 0)]) == {"clicks": 0, "share": 0.0}


def test_no_cell_of_the_table_of_clicks_is_a_formula() -> None:
    ways = {CORRECTOR: trial([0.5]), DAB: trial([0.5])}
    row = Tried("=1+1.mat", "-7+1", "glioma", 100, ways).row("centre", DAB)
    assert (row["name"], row["patient"]) == ("'=1+1.mat", "'-7+1")


def test_the_corrector_is_compared_with_the_dab_slice_by_slice() -> None:
    tried = [
        Tried(
            f"{number}.mat",
            f"p{number // 2}",
            "glioma" if number % 2 else "meningioma",
            100 * (number + 1),
            {CORRECTOR: trial([0.5, 0.8 + number / 100]), DAB: trial([0.5, 0.7])},
        )
        for number in range(8)
    ]
    found = summarise(tried)
    assert found["all"]["slices"] == 8
    assert found["all"]["patients"] == 4
    apart = found["all"]["corrector_minus_dab"]["1"]
    assert apart["mean"] == pytest.approx(0.135)
    assert apart["interval_95"][0] > 0.1
    assert found["by_kind"]["glioma"]["corrector"]["dice_after"]["1"]["mean"] == 0.84
    assert [group["slices"] for group in found["by_size"].values()] == [2, 2, 2, 2]
    assert found["milliseconds"]["p95"] == 10.0
    with pytest.raises(ValueError, match="no slice"):
        summarise([])
