"""Summaries say what counting by hand and a plain bootstrap say, and leave out what they must."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.measures.lesions import lesions_in
from brainseg_gui.reports.figures import Counted
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.reports.summaries.by_lesion import by_lesion
from brainseg_gui.reports.summaries.columns import Columns
from brainseg_gui.reports.summaries.spread import intervals, spreads
from brainseg_gui.reports.summaries.summary import GROUPS, summaries, summary_of
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.entry import State
from tests.reports.cohort_factory import figure, reading


def test_mean_quartiles_and_sd_are_numpys() -> None:
    values = np.random.default_rng(0).random((31, 2))
    values[::4, 1] = np.nan
    found = spreads(values, np.array([str(n // 4) for n in range(31)]))
    for column, spread in zip(values.T, found, strict=True):
        kept = column[~np.isnan(column)]
        assert spread is not None
        expected = (*np.percentile(kept, [25, 50, 75]), kept.mean(), kept.std(ddof=1), len(kept))
        told = spread.first, spread.median, spread.third, spread.mean, spread.sd, spread.slices
        assert told == pytest.approx(expected)


def test_the_interval_is_that_of_drawing_patients_one_by_one() -> None:
    rng = np.random.default_rng(1)
    values, patients = rng.random(60), np.array([f"P{n}" for n in rng.integers(0, 13, 60)])
    low, high = intervals(values[:, None], patients)
    own = [values[patients == name] for name in sorted(set(patients.tolist()))]
    drawn = np.random.default_rng(0).integers(len(own), size=(2000, len(own)))
    means = [np.concatenate([own[it] for it in draw]).mean() for draw in drawn]
    assert (low[0], high[0]) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])))


@pytest.mark.parametrize("patients", [["P1", ""], ["P1", "P1"]])
def test_without_two_patients_who_are_known_there_is_no_interval(patients: list[str]) -> None:
    (spread,) = spreads(np.array([[0.2], [0.8]]), np.array(patients))
    assert spread is not None
    assert (spread.mean, spread.low, spread.high) == (0.5, None, None)


def test_slices_seen_in_training_enter_nothing_unless_asked_for_and_are_counted() -> None:
    its = [figure(0), figure(1, seen=True), figure(2, seen=None), figure(3, hidden=True)]
    counted = Counted.of(its)
    assert [it.name for it in counted.figures] == ["0.mat"]
    assert (counted.trained_on, counted.unknown, counted.hidden) == (1, 1, 1)
    assert len(counted.sentences()) == 3
    assert [it.name for it in Counted.of(its, seen=True).figures] == ["0.mat", "1.mat", "2.mat"]


def test_a_slice_without_a_prediction_cannot_have_been_seen() -> None:
    (kept,) = Counted.of([figure(seen=None, predicted=False)]).figures
    assert kept.name == "0.mat"


def test_missed_tumours_count_as_such_and_empty_pairs_are_left_out_of_the_mean() -> None:
    missed = figure(0, area_px=0, dice=0.0, hd95_px=90.5)
    both = figure(1, area_px=0, reference_px=0, dice=None, hd95_px=None)
    unmeasured = figure(2, dice=None, reference_px=None)
    good = figure(3, dice=0.9)
    found = summary_of("all", Columns.of([missed, both, unmeasured, good]))
    assert (found.missed, found.both_empty, found.unmeasured) == (1, 1, 1)
    dice = found.prediction["dice"]
    assert dice is not None
    assert (dice.mean, dice.slices) == (0.45, 2)


def test_every_slice_is_in_one_group_of_each_kind_and_a_reader_has_what_is_his() -> None:
    its = [
        figure(0, readings=(reading("Ada", n=1), reading("Bob", Verdict.REJECTED, 5))),
        figure(1, readings=(reading("Ada", Verdict.ACCEPTED, 3),), state=State.ACCEPTED),
        figure(2, tumour=""),
    ]
    columns, bands = Columns.of(its), Bands.of(it.size_px for it in its)
    for by in ("type", "size", "state"):
        assert sum(it.slices for it in summaries(by, columns, bands)) == 3, by
    ada, bob, nobody = summaries("reader", columns, bands)
    assert (ada.name, ada.slices, dict(ada.verdicts)) == ("Ada", 2, {"corrected": 1, "accepted": 1})
    assert (bob.slices, nobody.slices) == (1, 1)
    shift, seconds = bob.correction["shift_px"], bob.correction["seconds"]
    assert shift is None, "a mask that was rejected is nothing that the reader stands by"
    assert seconds is not None
    assert seconds.mean == 35
    assert ada.correction["shift_px"] is not None
    assert ada.correction["shift_px"].mean == 2.5


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.integers(0, 2**40 - 1))
def test_a_part_of_a_cohort_has_the_numbers_of_that_part_alone(areas: list[int], bits: int) -> None:
    its = [figure(n, reference_px=area, readings=(reading(n=n),)) for n, area in enumerate(areas)]
    bands = Bands.of(areas)
    chosen = np.array([bool(bits >> n & 1) for n in range(len(its))])
    part = Columns.of([it for it, wanted in zip(its, chosen, strict=True) if wanted])
    for by in GROUPS:
        of_part = summaries(by, part, bands, None, 20)
        assert summaries(by, Columns.of(its), bands, chosen, 20) == of_part


def test_lesions_are_counted_by_size_and_their_intervals_are_over_patients() -> None:
    texts = ("90|81 500|0", "0|120", "1700|1600 30|0", "50|60", "")
    its = [
        figure(n, patient=f"P{n // 2}", lesions=lesions_in(text)) for n, text in enumerate(texts)
    ]
    unmeasured = figure(9, lesions=None)
    rows = by_lesion(Columns.of([*its, unmeasured]), rounds=400)
    told = {it.name: (it.counts.found, it.counts.missed, it.counts.false) for it in rows}
    assert told == {
        "all lesions": (3, 1, 2),
        "below 100 px": (2, 0, 1),
        "100 to 399 px": (0, 1, 0),
        "400 to 1599 px": (0, 0, 1),
        "1600 px and more": (1, 0, 0),
    }
    assert (rows[0].counts.recall, rows[0].counts.f1) == (0.75, 2 / 3)
    assert rows[0].recall is not None
    assert rows[0].recall[0] < 0.75 < rows[0].recall[1] == 1
    assert by_lesion(Columns.of([unmeasured])) == ()


def test_quarters_of_sizes_hold_a_quarter_each() -> None:
    bands = Bands.of([*range(1, 101), None, 0])
    names = [bands.name(area) for area in range(1, 101)]
    assert [names.count(name) for name in bands.order[1:5]] == [25, 25, 25, 25]
    assert bands.text(bands.order[2]) == "second quarter (above 26 up to 50 px)"
