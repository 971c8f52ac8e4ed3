"""All slices of a data set, found by path, number and content, and counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from brainseg_gui.review.worklist.counts import Tally
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.stacks import StackKey, ordered, stack_key


class Entries:
    """Entries in the order in which they were found; each has a number, which it keeps.

    Attributes
    ----------
    tally : Tally
        Of all slices.
    """

    def forget_entries(self) -> None:
        """Begin with none."""
        self._entries: list[Entry] = []
        self._number_of: dict[Path, int] = {}
        self._numbers_of: defaultdict[str, set[int]] = defaultdict(set)  # by digest
        self._stacks: defaultdict[StackKey, set[int]] = defaultdict(set)
        self._numbers_of_patient: defaultdict[str, set[int]] = defaultdict(set)
        self._patients: defaultdict[str, Tally] = defaultdict(Tally)
        self.tally = Tally()

    def add_entries(self, entries: Sequence[Entry]) -> None:
        """Add slices behind those that are there."""
        for number, entry in enumerate(entries, start=len(self._entries)):
            self._number_of[entry.path] = number
            self._numbers_of[entry.digest].add(number)
            self._note_stack(entry, number)
            self._numbers_of_patient[entry.patient].add(number)
            self._count(entry, 1)
        self._entries.extend(entries)

    def change_entry(self, entry: Entry) -> Entry | None:
        """Put an entry in place of that of its path; return the old one, None if none changed."""
        number = self._number_of.get(entry.path)
        if number is None or (old := self._entries[number]) == entry:
            return None
        self._entries[number] = entry
        self._numbers_of[old.digest].discard(number)
        self._numbers_of[entry.digest].add(number)
        if old.place != entry.place:
            self._forget_stack(old, number)
            self._note_stack(entry, number)
        if old.patient != entry.patient:
            self._numbers_of_patient[old.patient].discard(number)
            self._numbers_of_patient[entry.patient].add(number)
        self._count(old, -1)
        self._count(entry, 1)
        return old

    def entry(self, path: Path) -> Entry | None:
        """Return the entry of a path."""
        number = self._number_of.get(path)
        return None if number is None else self._entries[number]

    def entries(self) -> list[Entry]:
        """Return all entries, listed or not."""
        return list(self._entries)

    def with_digest(self, digest: str) -> list[Entry]:
        """Return the entries of one slice: there may be two files with the same pixels."""
        return [self._entries[number] for number in self._numbers_of[digest]] if digest else []

    def stack_of(self, path: Path | None) -> list[Entry]:
        """Return the slices of the stack that a slice lies in, in their order; [] for none."""
        entry = None if path is None else self.entry(path)
        key = None if entry is None else stack_key(entry)
        if key is None:
            return []
        return ordered([self._entries[number] for number in sorted(self._stacks[key])])

    def _note_stack(self, entry: Entry, number: int) -> None:
        if (key := stack_key(entry)) is not None:
            self._stacks[key].add(number)

    def _forget_stack(self, entry: Entry, number: int) -> None:
        if (key := stack_key(entry)) is not None:
            self._stacks[key].discard(number)

    def of_patient(self, patient: str) -> list[Entry]:
        """Return the entries of a patient's slices, in the order of their numbers; "" has none."""
        numbers = self._numbers_of_patient[patient] if patient else ()
        return [self._entries[number] for number in sorted(numbers)]

    def number(self, path: Path | None) -> int:
        """Return the number of a path's entry, -1 where there is none."""
        return -1 if path is None else self._number_of.get(path, -1)

    def numbered(self, number: int) -> Entry:
        """Return an entry by its number; IndexError if there are not so many."""
        return self._entries[number]

    def patient_tally(self, patient: str) -> Tally:
        """Return the counts of one patient's slices."""
        return self._patients[patient]

    def _count(self, entry: Entry, by: int) -> None:
        self.tally.count(entry, by)
        if entry.patient:
            self._patients[entry.patient].count(entry, by)
