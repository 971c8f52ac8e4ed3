"""Slices that lie in one stack, in their order: of one file, or of one series in a folder."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence

from brainseg_gui.review.worklist.entry import Entry

StackKey = tuple[str, str]  # where the slices lie, and what they have in common there


def stack_key(entry: Entry) -> StackKey | None:
    """Return what the slices of a stack share, None for a slice of none."""
    return None if entry.place is None else (os.path.dirname(entry.path), entry.place.stack)


def in_stacks(entries: Sequence[Entry]) -> list[float]:
    """Return a number to sort each slice by: a stack stands where its first slice does.

    Parameters
    ----------
    entries : sequence of Entry
        In natural order of their names; files of a series may be called in any other order.
    """
    places = [float(number) for number in range(len(entries))]
    stacks: defaultdict[StackKey, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        if (key := stack_key(entry)) is not None:
            stacks[key].append(number)
    for numbers in stacks.values():
        ordered = sorted(numbers, key=lambda number: (_at(entries[number]), number))
        for rank, number in enumerate(ordered):
            places[number] = numbers[0] + rank / len(numbers)
    return places


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """Return the slices of one stack in their order."""
    return sorted(entries, key=_at)


def stack_ends(entries: Sequence[Entry]) -> dict[str, tuple[str, str]]:
    """Return of each slice that lies in a stack the names of the first and the last of that."""
    stacks: defaultdict[StackKey, list[Entry]] = defaultdict(list)
    for entry in entries:
        if (key := stack_key(entry)) is not None:
            stacks[key].append(entry)
    found: dict[str, tuple[str, str]] = {}
    for its in stacks.values():
        ends = min(its, key=_at).name, max(its, key=_at).name
        found |= {it.name: ends for it in its}
    return found


def _at(entry: Entry) -> float:
    return 0.0 if entry.place is None else entry.place.at
