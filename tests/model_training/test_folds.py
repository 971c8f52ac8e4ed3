"""Folds in which no person stands on both sides."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.core.slices import patient_group
from model_training.folds import deal_folds, refuse_shared_patients

KINDS = ("meningioma", "glioma", "pituitary")


@st.composite
def data_sets(draw):
    """(patient, kind) of each slice: a few scans for each person, told apart by a letter."""
    people = draw(st.lists(st.integers(100, 140), min_size=5, max_size=25, unique=True))
    slices = []
    for person in people:
        kind = draw(st.sampled_from(KINDS))
        for suffix in draw(st.lists(st.sampled_from(["", "A", "B"]), min_size=1, max_size=6)):
            slices.append((f"MR{person}{suffix}", kind))
    return draw(st.permutations(slices))


def deal(slices, folds, seed=0):
    patients, kinds = zip(*slices, strict=True)
    return deal_folds(patients, kinds, folds, seed)


@given(data_sets(), st.integers(2, 5))
def test_every_slice_has_one_fold_and_no_person_stands_on_both_sides(slices, folds) -> None:
    fold_of = deal(slices, folds)
    for fold in range(folds):
        held_out = [p for p, _ in slices if fold_of[patient_group(p)] == fold]
        training = [p for p, _ in slices if fold_of[patient_group(p)] != fold]
        assert len(held_out) + len(training) == len(slices)
        refuse_shared_patients(training, held_out)


def test_scans_of_one_person_that_differ_in_a_letter_stay_together() -> None:
    patients = ["MR049453", "MR049453A", "MR049453B", "100360", "112649"]
    assert deal_folds(patients, ["glioma"] * 5, 3, 0).keys() == {"MR049453", "100360", "112649"}


@given(data_sets(), st.integers(2, 5), st.integers(0, 99))
def test_the_same_seed_deals_the_same_folds_whatever_the_order_of_the_slices(
    slices, folds, seed
) -> None:
    assert deal(slices, folds, seed) == deal(sorted(slices), folds, seed)


def test_another_seed_deals_other_folds() -> None:
    slices = [(str(number), KINDS[number % 3]) for number in range(60)]
    assert deal(slices, 5, seed=0) != deal(slices, 5, seed=1)


@given(data_sets(), st.integers(2, 5))
def test_no_fold_is_empty(slices, folds) -> None:
    assert set(deal(slices, folds).values()) == set(range(folds))


@given(data_sets(), st.integers(2, 5))
def test_folds_differ_in_slices_of_a_kind_by_no_more_than_one_person_has(slices, folds) -> None:
    fold_of = deal(slices, folds)
    dealt, largest = defaultdict(Counter), Counter()
    for person, kind in {(patient_group(patient), kind) for patient, kind in slices}:
        count = sum(patient_group(patient) == person for patient, _ in slices)
        dealt[kind][fold_of[person]] += count
        largest[kind] = max(largest[kind], count)
    for kind, counts in dealt.items():
        sizes = [counts[fold] for fold in range(folds)]
        assert max(sizes) - min(sizes) <= largest[kind]


def test_folds_of_a_real_size_hold_equally_many_slices_of_each_kind_but_for_a_few() -> None:
    rng = np.random.default_rng(0)
    slices = [
        (str(person), KINDS[person % 3])
        for person in range(233)
        for _ in range(rng.integers(1, 25))
    ]
    fold_of = deal(slices, 8)
    for kind in KINDS:
        sizes = Counter(fold_of[person] for person, kind_of in slices if kind_of == kind)
        assert max(sizes.values()) - min(sizes.values()) <= 2


def test_slices_are_balanced_not_people() -> None:
    slices = [("100", "glioma")] * 12 + [(str(person), "glioma") for person in range(101, 113)]
    fold_of = deal(slices, 2)
    assert Counter(fold_of[person] for person, _ in slices) == {0: 12, 1: 12}


def test_fewer_people_than_folds_are_refused() -> None:
    with pytest.raises(ValueError, match="2 patient groups cannot be dealt into 3 folds"):
        deal_folds(["1", "2A", "2B"], ["glioma"] * 3, 3, 0)


def test_a_person_on_both_sides_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"both sides of the split: MR049453$"):
        refuse_shared_patients(["MR049453A", "100360"], ["MR049453B", "112649"])
