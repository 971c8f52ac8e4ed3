"""The order of the worklist: pure, and quick for ten thousand slices."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from brainseg_gui.files.find import natural_key
from brainseg_gui.review.worklist.entry import Entry, State
from brainseg_gui.review.worklist.filters import Filters
from brainseg_gui.review.worklist.stacks import in_stacks

_STATE_RANKS = {state: rank for rank, state in enumerate(State)}


class SortKey(enum.Enum):
    """What the worklist is sorted by; the text is what the reader chooses."""

    NAME = "Name"
    PATIENT = "Patient"
    RISK = "Risk"
    DICE = "Dice"
    AREA = "Area"
    STATE = "State"

    @property
    def grouped(self) -> bool:
        """Tell whether a patient's slices stay together, under a heading."""
        return self in {SortKey.NAME, SortKey.PATIENT}

    @property
    def descends(self) -> bool:
        """Tell whether what deserves a look first has the largest value."""
        return self in {SortKey.RISK, SortKey.AREA}


@dataclass(frozen=True)
class Arrangement:
    """How the reader wants the list.

    Attributes
    ----------
    filters : Filters
    key : SortKey
        By name, patients stand in the order of their first slices, and a patient's slices
        together. A slice without the value that is sorted by comes last either way.
    descending : bool
    folded : frozenset of str
        Patients whose slices are left out.
    """

    filters: Filters = field(default_factory=Filters)
    key: SortKey = SortKey.NAME
    descending: bool = False
    folded: frozenset[str] = frozenset()


def arrange(entries: Sequence[Entry], asked: Arrangement, keep: int = -1) -> list[int]:
    """Return the numbers of the slices that match, in order, those of folded patients too.

    Parameters
    ----------
    entries : sequence of Entry
        In natural order of their names, which decides between equals.
    asked : Arrangement
    keep : int
        Number of a slice that is listed whether it matches or not; -1 for none.
    """
    if asked.filters.are_on:
        matches = asked.filters.matches
        listed = [n for n, entry in enumerate(entries) if n == keep or matches(entry)]
        numbers = np.array(listed, int)
    else:
        numbers = np.arange(len(entries))
    ranks = np.array(_ranks(entries, asked.key), float)[numbers]
    ties = np.array(in_stacks(entries), float)[numbers]
    if asked.descending:
        ranks = np.where(np.isinf(ranks), ranks, -ranks)
        ties = -ties if asked.key is SortKey.NAME else ties
    order: list[int] = numbers[np.lexsort((ties, ranks))].tolist()
    return order


def hold(order: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """Return what is wanted in the order that is there; what is new stands last.

    Examples
    --------
    >>> hold([3, 1, 2], [1, 2, 4, 5])
    [1, 2, 4, 5]
    >>> hold([3, 2, 1], [1, 2, 4, 3])
    [3, 2, 1, 4]
    """
    listed, known = set(wanted), set(order)
    stay = (number for number in order if number in listed)
    return [*stay, *(number for number in wanted if number not in known)]


def with_headings(
    entries: Sequence[Entry], order: Sequence[int], folded: Collection[str] = ()
) -> list[int | str]:
    """Return slices by number, and before those of a patient its name.

    Parameters
    ----------
    entries : sequence of Entry
    order : sequence of int
        Numbers of slices, those of a patient together.
    folded : collection of str
        Patients whose slices are left out. Slices of no known patient have no heading.
    """
    rows: list[int | str] = []
    before = ""
    for number in order:
        patient = entries[number].patient
        if patient != before and patient:
            rows.append(patient)
        before = patient
        if patient not in folded:
            rows.append(number)
    return rows


def _ranks(entries: Sequence[Entry], key: SortKey) -> list[float]:
    """Return a number to sort by for each slice; infinite where there is no value."""
    if key is SortKey.NAME:
        first: dict[str, float] = {}
        places = in_stacks(entries)
        return [
            first.setdefault(entry.patient, n) if entry.patient else places[n]
            for n, entry in enumerate(entries)
        ]
    if key is SortKey.PATIENT:
        patients = sorted({entry.patient for entry in entries} - {""}, key=_patient_key)
        rank = {patient: n for n, patient in enumerate(patients)}
        return [rank.get(entry.patient, np.inf) for entry in entries]
    if key is SortKey.STATE:
        return [_STATE_RANKS[entry.state] for entry in entries]
    values = {
        SortKey.RISK: lambda entry: entry.risk,
        SortKey.DICE: lambda entry: entry.shown_dice,
        SortKey.AREA: lambda entry: entry.area_px,
    }[key]
    return [np.inf if (value := values(entry)) is None else value for entry in entries]


def _patient_key(patient: str) -> tuple[list[tuple[int, int | str]], str]:
    return natural_key(patient), patient
