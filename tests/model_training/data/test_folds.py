"""Folds in which no person stands on both sides."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brainseg_gui.core.slices import Slice, patient_group
from model_training.data.assignment import assign_folds, choose_validation
from model_training.data.folds import FOLDS, Folds, folds_of_run, make_folds, refuse_shared_patients
from model_training.data.sources import Entry, Source, find_examples

KINDS = ("meningioma", "glioma", "pituitary")
FIGSHARE = Path(__file__).resolve().parents[4] / "shared" / "figshare"


@st.composite
def data_sets(draw: st.DrawFn) -> list[tuple[str, str]]:
    """(patient, kind) of each slice: a few scans for each person, told apart by a letter."""
    people = draw(st.lists(st.integers(100, 140), min_size=5, max_size=12, unique=True))
    slices = []
    for person in people:
        kind = draw(st.sampled_from(KINDS))
        for suffix in draw(st.lists(st.sampled_from(["", "A", "B"]), min_size=1, max_size=4)):
            slices.append((f"MR{person}{suffix}", kind))
    return draw(st.permutations(slices))


def assign(slices: Sequence[tuple[str, str]], folds: int, seed: int = 0) -> dict[str, int]:
    patients, kinds = zip(*slices, strict=True)
    return assign_folds(patients, kinds, folds, seed)


@given(data_sets(), st.integers(2, 5))
def test_every_slice_has_one_fold_and_no_person_stands_on_both_sides(
    slices: Sequence[tuple[str, str]], folds: int
) -> None:
    fold_of = assign(slices, folds)
    for fold in range(folds):
        held_out = [p for p, _ in slices if fold_of[patient_group(p)] == fold]
        training = [p for p, _ in slices if fold_of[patient_group(p)] != fold]
        assert len(held_out) + len(training) == len(slices)
        refuse_shared_patients(training, held_out)


def test_scans_of_one_person_that_differ_in_a_letter_stay_together() -> None:
    patients = ["MR049453", "MR049453A", "MR049453B", "100360", "112649"]
    assert assign_folds(patients, ["glioma"] * 5, 3, 0).keys() == {"MR049453", "100360", "112649"}


@given(data_sets(), st.integers(2, 5), st.integers(0, 99))
def test_the_same_seed_makes_the_same_folds_whatever_the_order_of_the_slices(
    slices: Sequence[tuple[str, str]], folds: int, seed: int
) -> None:
    assert assign(slices, folds, seed) == assign(sorted(slices), folds, seed)


def test_another_seed_makes_other_folds() -> None:
    slices = [(str(number), KINDS[number % 3]) for number in range(60)]
    assert assign(slices, 5, seed=0) != assign(slices, 5, seed=1)


@given(data_sets(), st.integers(2, 5))
def test_no_fold_is_empty(slices: Sequence[tuple[str, str]], folds: int) -> None:
    assert set(assign(slices, folds).values()) == set(range(folds))


@given(data_sets(), st.integers(2, 5))
def test_folds_differ_in_slices_of_a_kind_by_no_more_than_one_person_has(
    slices: Sequence[tuple[str, str]], folds: int
) -> None:
    fold_of = assign(slices, folds)
    slices_in: dict[str, Counter[int]] = defaultdict(Counter)
    largest: Counter[str] = Counter()
    for person, kind in {(patient_group(patient), kind) for patient, kind in slices}:
        count = sum(patient_group(patient) == person for patient, _ in slices)
        slices_in[kind][fold_of[person]] += count
        largest[kind] = max(largest[kind], count)
    for kind, counts in slices_in.items():
        sizes = [counts[fold] for fold in range(folds)]
        assert max(sizes) - min(sizes) <= largest[kind]


def test_folds_of_a_real_size_hold_equally_many_slices_of_each_kind_but_for_a_few() -> None:
    rng = np.random.default_rng(0)
    slices = [
        (str(person), KINDS[person % 3])
        for person in range(233)
        for _ in range(rng.integers(1, 25))
    ]
    fold_of = assign(slices, 8)
    for kind in KINDS:
        sizes = Counter(fold_of[person] for person, kind_of in slices if kind_of == kind)
        assert max(sizes.values()) - min(sizes.values()) <= 2


def test_slices_are_balanced_not_people() -> None:
    slices = [("100", "glioma")] * 12 + [(str(person), "glioma") for person in range(101, 113)]
    fold_of = assign(slices, 2)
    assert Counter(fold_of[person] for person, _ in slices) == {0: 12, 1: 12}


def test_fewer_people_than_folds_are_refused() -> None:
    with pytest.raises(ValueError, match="2 patient groups cannot be divided into 3 folds"):
        assign_folds(["1", "2A", "2B"], ["glioma"] * 3, 3, 0)


def test_a_person_on_both_sides_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"both sides of the split: MR049453$"):
        refuse_shared_patients(["MR049453A", "100360"], ["MR049453B", "112649"])


def refuse_to_read() -> Slice:
    raise AssertionError("nobody can read it")


def source_of(*slices: tuple[str, str, int | None]) -> Source:
    """A source of (patient, kind, author fold) slices, which nobody can read."""
    return Source(
        tuple(
            Entry(f"{number}.mat", patient, kind, True, fold, (), refuse_to_read)
            for number, (patient, kind, fold) in enumerate(slices, 1)
        )
    )


PEOPLE = source_of(
    *(
        (f"MR{person}{suffix}", KINDS[person % 3], 1 + person % 5)
        for person in range(100, 120)
        for suffix in ("", "B")
    )
)


@given(data_sets(), st.floats(0.01, 0.9), st.integers(0, 9))
def test_validation_is_some_whole_people_and_never_all(
    slices: Sequence[tuple[str, str]], share: float, seed: int
) -> None:
    patients, kinds = zip(*slices, strict=True)
    chosen = choose_validation(patients, kinds, share, seed)
    everybody = {patient_group(patient) for patient in patients}
    assert chosen
    assert chosen < everybody


@given(data_sets(), st.integers(0, 9))
def test_validation_depends_on_the_seed_alone(slices: Sequence[tuple[str, str]], seed: int) -> None:
    patients, kinds = zip(*slices, strict=True)
    in_order, their_kinds = zip(*sorted(slices), strict=True)
    ordered = choose_validation(in_order, their_kinds, 0.3, seed)
    assert choose_validation(patients, kinds, 0.3, seed) == ordered


def test_another_seed_chooses_other_people_for_validation() -> None:
    patients, kinds = PEOPLE.patients, PEOPLE.kinds
    chosen = {choose_validation(patients, kinds, 0.2, seed) for seed in range(5)}
    assert len(chosen) > 1


@pytest.mark.parametrize("share", [0.05, 0.1, 0.15, 0.3, 0.4])
def test_validation_has_its_share_of_the_slices_of_each_kind(share: float) -> None:
    rng = np.random.default_rng(0)
    slices = [
        (str(person), KINDS[person % 3])
        for person in range(180)
        for _ in range(rng.integers(1, 25))
    ]
    patients, kinds = zip(*slices, strict=True)
    chosen = choose_validation(patients, kinds, share, 0)
    of_kind = Counter(kinds)
    taken = Counter(kind for patient, kind in slices if patient in chosen)
    for kind in KINDS:
        assert abs(taken[kind] - share * of_kind[kind]) <= 13


def test_no_share_is_nobody_and_a_wrong_one_is_refused() -> None:
    assert choose_validation(["1", "2"], ["glioma"] * 2, 0, 0) == frozenset()
    for share in (1, -0.1):
        with pytest.raises(ValueError, match=f"validation share {share} is not from 0 to below 1"):
            choose_validation(["1", "2"], ["glioma"] * 2, share, 0)
    with pytest.raises(ValueError, match="at least two patient groups"):
        choose_validation(["1", "1B"], ["glioma"] * 2, 0.1, 0)


@pytest.mark.parametrize("split", ["patient", "authors"])
def test_a_split_by_people_has_nobody_on_both_sides(split: str) -> None:
    folds = make_folds(split, PEOPLE, 5, seed=3)
    assert (folds.kind, folds.seed, folds.count) == (split, 3, 5)
    for fold in range(5):
        training, held_out = folds.sides(PEOPLE, fold)
        assert len(training) + len(held_out) == len(PEOPLE)
        refuse_shared_patients(training.patients, held_out.patients)
    assert folds.note == ""


def test_a_record_wise_split_deals_slices_one_by_one_and_marks_itself() -> None:
    folds = make_folds("record", PEOPLE, 4, seed=0)
    training, held_out = folds.sides(PEOPLE, 0)
    assert set(folds.fold_of) == set(PEOPLE.names)
    assert len(held_out) == 10
    with pytest.raises(ValueError, match="both sides"):
        refuse_shared_patients(training.patients, held_out.patients)
    assert folds.note.startswith("record-wise split: slices of one patient stand on both sides")


def test_the_authors_folds_are_taken_as_they_are() -> None:
    folds = make_folds("authors", PEOPLE, 5, seed=0)
    assert folds.of(PEOPLE.names, PEOPLE.patients).tolist() == [
        entry.author_fold - 1 for entry in PEOPLE if entry.author_fold is not None
    ]


def test_a_person_whom_the_authors_divided_goes_where_most_of_the_slices_are_and_is_named() -> None:
    scans = [("MR7", 1), ("MR7B", 2), ("MR7B", 2), ("8", 1)]
    source = source_of(*[(patient, "glioma", fold) for patient, fold in scans])
    folds = make_folds("authors", source, 2, seed=0)
    assert folds.fold_of == {"MR7": 1, "8": 0}
    assert folds.note.startswith("the authors' folds, but 1 patient groups that stood in several")
    assert folds.note.endswith(": MR7")


def test_a_slice_without_a_fold_of_the_authors_is_refused_by_name() -> None:
    source = source_of(("7", "glioma", 1), ("8", "glioma", None))
    with pytest.raises(ValueError, match=r"^2\.mat has no fold of the authors; cvind\.mat or"):
        make_folds("authors", source, 2, 0)


def test_another_number_of_folds_than_the_authors_made_is_refused() -> None:
    with pytest.raises(ValueError, match="the authors made 5 folds, the recipe asks for 4"):
        make_folds("authors", PEOPLE, 4, 0)


def test_slices_that_name_no_patient_cannot_be_split_by_patient() -> None:
    source = source_of(*[("7", "glioma", 1)] * 2, *[("", "glioma", 1)] * 5)
    with pytest.raises(ValueError, match=r"3\.mat, 4\.mat, 5\.mat and 2 more names none$"):
        make_folds("patient", source, 2, 0)
    assert make_folds("record", source, 2, 0).count == 2


def test_a_run_keeps_its_folds_and_finds_them_again(tmp_path: Path) -> None:
    first = folds_of_run(tmp_path, "patient", PEOPLE, 5, 1)
    content = json.loads((tmp_path / FOLDS).read_text(encoding="utf-8"))
    assert content == {"kind": "patient", "seed": 1, "fold_of": dict(first.fold_of), "note": ""}
    content["fold_of"]["MR100"] = (first.fold_of["MR100"] + 1) % 5
    (tmp_path / FOLDS).write_text(json.dumps(content), encoding="utf-8")
    again = folds_of_run(tmp_path, "patient", PEOPLE, 5, 1)
    assert again.fold_of["MR100"] == content["fold_of"]["MR100"]


@given(slices=data_sets(), share=st.floats(0.05, 0.95), fold=st.integers(0, 1))
def test_of_a_fold_that_is_partly_held_out_whole_people_stay_and_the_others_are_trained_on(
    slices: Sequence[tuple[str, str]], share: float, fold: int
) -> None:
    source = source_of(*((patient, kind, None) for patient, kind in slices))
    whole = make_folds("patient", source, 2, 0)
    assume(list(whole.fold_of.values()).count(fold) > 1)
    part = whole.keep_held_out(source, fold, share)
    before = {key for key, its in whole.fold_of.items() if its == fold}
    after = {key for key, its in part.fold_of.items() if its == fold}
    assert after < before
    assert part.fold_of.keys() == whole.fold_of.keys()
    training, held_out = part.sides(source, fold)
    assert len(training) + len(held_out) == len(source)


def test_a_run_keeps_the_folds_of_which_a_part_is_held_out(tmp_path: Path) -> None:
    first = folds_of_run(tmp_path, "patient", PEOPLE, 5, 1, (2, 0.5))
    assert folds_of_run(tmp_path, "patient", PEOPLE, 5, 1, (2, 0.5)) == first
    whole = make_folds("patient", PEOPLE, 5, 1)
    moved = {key for key, fold in whole.fold_of.items() if fold != first.fold_of[key]}
    assert {whole.fold_of[key] for key in moved} == {2}
    assert {first.fold_of[key] for key in moved} == {3}


def test_of_one_person_no_part_is_held_out() -> None:
    two = source_of(("100", "glioma", None), ("101", "glioma", None))
    with pytest.raises(ValueError, match=r"^fold 1 is one patient group: no share of it can be"):
        make_folds("patient", two, 2, 0).keep_held_out(two, 1, 0.5)


def test_a_record_wise_split_has_no_people_to_hold_out_a_part_of() -> None:
    with pytest.raises(ValueError, match=r"^held_out_share needs a split by patient$"):
        make_folds("record", PEOPLE, 5, 0).keep_held_out(PEOPLE, 0, 0.5)


@pytest.mark.parametrize("split", ["patient", "record"])
def test_slices_that_came_later_have_no_fold_and_are_named(tmp_path: Path, split: str) -> None:
    fewer = PEOPLE.take(np.arange(len(PEOPLE)) < 36)
    folds_of_run(tmp_path, split, fewer, 5, 0)
    names = {"patient": "MR118, MR119", "record": r"37\.mat, 38\.mat, 39\.mat and 1 more"}[split]
    with pytest.raises(ValueError, match=rf"folds\.json: the split knows nothing of {names}: it"):
        folds_of_run(tmp_path, split, PEOPLE, 5, 0)


@pytest.mark.parametrize("other", [("record", 5, 0), ("patient", 4, 0), ("patient", 5, 1)])
def test_folds_of_another_recipe_are_refused(tmp_path: Path, other: tuple[str, int, int]) -> None:
    folds_of_run(tmp_path, "patient", PEOPLE, 5, 0)
    split, folds, seed = other
    with pytest.raises(ValueError, match=r"holds 5 folds by patient \(seed 0\), the recipe asks"):
        folds_of_run(tmp_path, split, PEOPLE, folds, seed)


def stored(tmp_path: Path, **changes: Any) -> Path:
    content = {"kind": "patient", "seed": 0, "fold_of": {"100": 0, "101": 1}} | changes
    (tmp_path / FOLDS).write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / FOLDS


def test_stored_folds_that_divide_a_person_are_refused_by_name(tmp_path: Path) -> None:
    path = stored(tmp_path, fold_of={"MR049453": 0, "MR049453B": 1, "100": 1})
    with pytest.raises(ValueError, match=r"json: patients on both sides of the split: MR049453$"):
        Folds.load(path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "random"}, "a split is patient or authors or record, found random"),
        ({"fold_of": {}}, "a split without a single patient"),
        ({"fold_of": [1]}, "fold_of must give a fold to each patient"),
        ({"fold_of": {"100": -1}}, "the fold of 100 must be a whole number from 0, found -1"),
        ({"fold_of": {"100": True}}, "the fold of 100 must be a whole number"),
        ({"fold_of": {"MR1B": 0}}, "MR1B is one scan; a fold is given to MR1"),
        ({"weather": "fine"}, "unknown setting weather"),
    ],
)
def test_a_file_that_holds_no_folds_is_refused_with_its_reason(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=rf"folds\.json: {sentence}"):
        Folds.load(stored(tmp_path, **changes))


def test_a_file_of_folds_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path)
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(ValueError, match=r"folds\.json: "):
        Folds.load(path)


def test_a_side_without_slices_is_refused() -> None:
    folds = make_folds("patient", PEOPLE, 5, 0)
    with pytest.raises(ValueError, match="no slice is left for fold 7"):
        folds.sides(PEOPLE, 7)
    _, fold = folds.sides(PEOPLE, 2)
    with pytest.raises(ValueError, match="no slice is left for training"):
        folds.sides(fold, 2)


@pytest.mark.real
@pytest.mark.skipif(not FIGSHARE.exists(), reason="the real slices are not there")
def test_the_authors_divided_13_people_of_the_real_slices() -> None:
    source = find_examples(FIGSHARE)
    folds = make_folds("authors", source, 5, 0)
    assert folds.note.startswith("the authors' folds, but 13 patient groups")
