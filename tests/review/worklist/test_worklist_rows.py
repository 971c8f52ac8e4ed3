"""Which rows the worklist shows, in which order, and how they are counted."""

from __future__ import annotations

import dataclasses
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainseg_gui.review.values.verdict import Difficulty, Grade, Verdict
from brainseg_gui.review.worklist.counts import Tally
from brainseg_gui.review.worklist.entry import Entry, State
from brainseg_gui.review.worklist.filters import Filters, Span, words_of
from brainseg_gui.review.worklist.sorting import Arrangement, SortKey, arrange, with_headings

PATIENTS = ("", "7", "9", "10", "MR1B")
TUMOURS = ("", "glioma", "meningioma")
READERS = ("", "Ada", "Bo")
shares = st.none() | st.floats(0, 1)
areas = st.none() | st.integers(0, 500)


def _pool(size: int) -> list[Entry]:
    """Return rows of every kind; hypothesis takes long to think up so many fields one by one."""
    luck = random.Random(0)

    def entry() -> Entry:
        share = lambda: luck.choice((None, 0.0, 0.5, 1.0, luck.random()))  # noqa: E731
        area = lambda: luck.choice((None, 0, 100, luck.randrange(500)))  # noqa: E731
        return Entry(
            Path(),
            "",
            patient=luck.choice(PATIENTS),
            tumour=luck.choice(TUMOURS),
            digest=luck.choice(("", "d")),
            problem=luck.choice(("", "", "", "empty")),
            predicted=luck.random() < 0.5,
            corrected=luck.random() < 0.5,
            risk=share(),
            dice=share(),
            corrected_dice=share(),
            predicted_px=area(),
            reference_px=area(),
            verdict=luck.choice(list(Verdict)),
            reader=luck.choice(READERS),
            comment=luck.choice(("", "odd")),
            difficulty=luck.choice(list(Difficulty)),
            grade=luck.choice(list(Grade)),
            unusable=luck.random() < 0.3,
            reasons=luck.choice(((), ("too large",), ("too large", "part missed"))),
        )

    return [entry() for _ in range(size)]


def _numbered(found: list[Entry]) -> list[Entry]:
    """Return rows as an indexer would find them, in natural order."""
    return [
        dataclasses.replace(it, path=Path(f"/{n}.mat"), name=f"{n}.mat")
        for n, it in enumerate(found)
    ]


entries_found = st.lists(st.sampled_from(_pool(200)), max_size=12).map(_numbered)


spans = st.builds(Span, shares, shares)
some_filters = st.builds(
    Filters,
    words=st.lists(st.sampled_from(("1", "mat", "glioma")), max_size=2).map(tuple),
    states=st.frozensets(st.sampled_from(State), max_size=3),
    tumours=st.frozensets(st.sampled_from(TUMOURS[1:])),
    patient=st.sampled_from(PATIENTS),
    reader=st.sampled_from(READERS),
    dice=spans,
    area_px=st.builds(Span, areas, areas),
    commented=st.booleans(),
    risk=spans,
    difficulties=st.frozensets(st.sampled_from(Difficulty), max_size=2),
    grades=st.frozensets(st.sampled_from(Grade), max_size=2),
    unusable=st.booleans(),
    reason=st.sampled_from(("", "part missed")),
)
arrangements = st.builds(
    Arrangement, filters=some_filters, key=st.sampled_from(SortKey), descending=st.booleans()
)


def only(filters: Filters) -> list[Filters]:
    """Return every criterion of some filters alone."""
    fields = [field.name for field in dataclasses.fields(Filters)]
    return [dataclasses.replace(Filters(), **{name: getattr(filters, name)}) for name in fields]


@given(entries_found, some_filters)
def test_a_slice_is_listed_when_every_criterion_holds(
    entries: list[Entry], filters: Filters
) -> None:
    for entry in entries:
        assert filters.matches(entry) == all(one.matches(entry) for one in only(filters))


@given(entries_found)
def test_without_a_filter_every_slice_is_listed(entries: list[Entry]) -> None:
    assert not Filters().are_on
    assert all(map(Filters().matches, entries))


@given(some_filters)
def test_as_many_filters_are_counted_as_are_on_and_the_search_is_none(filters: Filters) -> None:
    on = [one for one in only(filters) if one.are_on and not one.words]
    assert filters.count == len(on)
    assert filters.are_on == bool(on or filters.words)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(states=frozenset({State.FLAGGED, State.BROKEN})), ["2.mat", "3.mat"]),
        (Filters(tumours=frozenset({"glioma"})), ["1.mat", "2.mat"]),
        (Filters(patient="8"), ["2.mat"]),
        (Filters(dice=Span(0.5, 0.7)), ["1.mat"]),
        (Filters(dice=Span(high=0.7)), ["1.mat", "2.mat"]),
        (Filters(area_px=Span(low=100)), ["1.mat", "2.mat"]),
        (Filters(area_px=Span(100, 100)), ["1.mat"]),
        (Filters(reader="Bo"), ["1.mat", "2.mat"]),
        (Filters(commented=True), ["2.mat"]),
        (Filters(words=words_of(" GLIO 8 ")), ["2.mat"]),
        (Filters(tumours=frozenset({"glioma"}), commented=True, patient="7"), []),
    ],
)  # fmt: skip
def test_each_filter_lists_what_it_says(filters: Filters, names: list[str]) -> None:
    entries = [
        Entry(Path("1"), "1.mat", "7", "glioma", "d", dice=0.7, reference_px=9, predicted_px=100,
              verdict=Verdict.ACCEPTED, reader="Ada", readers=frozenset({"Ada", "Bo"})),
        Entry(Path("2"), "2.mat", "8", "glioma", "d", dice=0.2, reference_px=150,
              verdict=Verdict.FLAGGED, reader="Bo", comment="odd"),
        Entry(Path("3"), "3.mat", problem="the file is empty"),
    ]  # fmt: skip
    assert [entry.name for entry in entries if filters.matches(entry)] == names


def value(entry: Entry, key: SortKey) -> float | None:
    """Return what a row is sorted by, where that is a number."""
    of_key = {
        SortKey.RISK: entry.risk,
        SortKey.DICE: entry.shown_dice,
        SortKey.AREA: entry.area_px,
        SortKey.STATE: list(State).index(entry.state),
    }
    return of_key[key]


@given(entries_found, arrangements)
def test_the_order_holds_every_slice_that_matches_once(
    entries: list[Entry], asked: Arrangement
) -> None:
    matching = [n for n, entry in enumerate(entries) if asked.filters.matches(entry)]
    assert sorted(arrange(entries, asked)) == matching


@given(entries_found, arrangements, st.integers(0, 11))
def test_a_slice_that_is_kept_is_listed_whatever_the_filter_says(
    entries: list[Entry], asked: Arrangement, keep: int
) -> None:
    if keep < len(entries):
        kept = arrange(entries, asked, keep)
        assert keep in kept
        assert {*kept} - {keep} == {*arrange(entries, asked)} - {keep}


@given(
    entries_found,
    st.sampled_from([SortKey.RISK, SortKey.DICE, SortKey.AREA, SortKey.STATE]),
    st.booleans(),
)
def test_slices_stand_by_value_then_by_name_and_those_without_one_come_last(
    entries: list[Entry], key: SortKey, descending: bool
) -> None:
    order = arrange(entries, Arrangement(key=key, descending=descending))
    values = [value(entries[n], key) for n in order]
    known = [it for it in values if it is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=descending)
    equals = [(a, b) for a, b in pairwise(order)
              if value(entries[a], key) == value(entries[b], key)]  # fmt: skip
    assert all(a < b for a, b in equals)


@given(entries_found, st.sampled_from([SortKey.NAME, SortKey.PATIENT]), st.booleans())
def test_the_slices_of_a_patient_stand_together(
    entries: list[Entry], key: SortKey, descending: bool
) -> None:
    order = arrange(entries, Arrangement(key=key, descending=descending))
    headings = [row for row in with_headings(entries, order) if isinstance(row, str)]
    assert sorted(headings) == sorted({entry.patient for entry in entries} - {""})


@given(entries_found)
def test_by_name_patients_follow_their_first_slices(entries: list[Entry]) -> None:
    order = arrange(entries, Arrangement())
    first = {n: next(m for m, it in enumerate(entries) if it.patient == entries[n].patient)
             if entries[n].patient else n for n in order}  # fmt: skip
    assert [first[n] for n in order] == sorted(first.values())
    assert arrange(entries, Arrangement(descending=True)) == order[::-1]


def test_patients_stand_as_people_count() -> None:
    entries = [Entry(Path(name), name, name) for name in ("10", "", "9", "MR2", "MR10")]
    order = arrange(entries, Arrangement(key=SortKey.PATIENT))
    assert [entries[n].patient for n in order] == ["9", "10", "MR2", "MR10", ""]


def test_the_slices_of_a_folded_patient_are_left_out_and_its_heading_stays() -> None:
    entries = [Entry(Path(str(n)), str(n), patient) for n, patient in enumerate("aab")]
    assert with_headings(entries, [0, 1, 2], {"a"}) == ["a", "b", 2]


def test_a_slice_of_no_known_patient_has_no_heading() -> None:
    entries = [Entry(Path(str(n)), str(n), patient) for n, patient in enumerate(("a", "", "b"))]
    assert with_headings(entries, [0, 1, 2]) == ["a", 0, 1, "b", 2]


@given(entries_found, entries_found)
def test_counts_kept_up_row_by_row_are_those_of_a_fresh_count(
    before: list[Entry], after: list[Entry]
) -> None:
    kept, fresh = Tally(), Tally()
    for entry in before:
        kept.count(entry)
    for entry in after:
        kept.count(entry)
        fresh.count(entry)
    for entry in before:
        kept.count(entry, -1)
    assert (kept.total, kept.text) == (fresh.total, fresh.text)
    assert fresh.reviewed == sum(not it.problem and it.verdict.is_decision for it in after)
    waiting = sum(it.waits for it in after)
    assert fresh.readable == fresh.reviewed + waiting


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (Entry(Path(), ""), State.UNREAD),
        (Entry(Path(), "", digest="d"), State.READY),
        (Entry(Path(), "", digest="d", predicted=True), State.PREDICTED),
        (Entry(Path(), "", digest="d", predicted=True, corrected=True), State.IN_PROGRESS),
        (Entry(Path(), "", corrected=True, verdict=Verdict.REJECTED), State.REJECTED),
        (Entry(Path(), "", verdict=Verdict.ACCEPTED, problem="gone"), State.BROKEN),
    ],
)
def test_a_row_says_the_state_that_matters_most(entry: Entry, state: State) -> None:
    assert entry.state is state


def test_every_verdict_has_its_state_and_text() -> None:
    for verdict in Verdict:
        if verdict is not Verdict.UNREVIEWED:
            assert Entry(Path(), "", verdict=verdict).state.value == verdict.value
