"""What the review says, in the rows of the worklist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.values.verdict import SliceStatus, Verdict
from brainseg_gui.review.worklist.entry import Entry

_UNTOUCHED = SliceStatus.untouched("")


def with_status(entry: Entry, status: SliceStatus) -> Entry:
    """Return a row with what a reader made of its slice."""
    touched = status.verdict is not Verdict.UNREVIEWED
    return replace(
        entry,
        corrected=status.corrected,
        corrected_dice=status.dice,
        verdict=status.verdict,
        reader=status.reader if touched else "",
        comment=status.comment,
        difficulty=status.difficulty,
        grade=status.grade,
        unusable=status.unusable,
        reasons=status.reasons,
    )


def with_loaded(entry: Entry, reader: str, dice: float | None) -> Entry:
    """Return a row of a slice whose correction a reader loaded just now."""
    return replace(
        entry,
        corrected=True,
        corrected_dice=dice,
        verdict=Verdict.IN_PROGRESS,
        reader=reader,
        readers=entry.readers | {reader},
    )


@dataclass(frozen=True)
class Standing:
    """How the slices of a review stood when it was made.

    Attributes
    ----------
    statuses : mapping of str to SliceStatus
        Of the slices that the reader at work touched, by digest.
    readers : mapping of str to frozenset of str
        Everybody who touched a slice, by its digest.
    """

    statuses: Mapping[str, SliceStatus] = field(default_factory=dict)
    readers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: ReviewSession) -> Standing:
        """Return how the slices of a session's review stand now.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        readers: defaultdict[str, set[str]] = defaultdict(set)
        for reader in session.contents.readers():
            for digest in session.contents.statuses(reader):
                readers[digest].add(reader)
        by_digest = {digest: frozenset(names) for digest, names in readers.items()}
        return cls(session.statuses(), by_digest)

    def apply(self, entry: Entry) -> Entry:
        """Return a row that says what the review says of its slice, which may be nothing."""
        if entry.is_untouched and entry.digest not in self.readers:
            return entry  # as most are, of thousands
        status = self.statuses.get(entry.digest, _UNTOUCHED)
        readers = self.readers.get(entry.digest, frozenset())
        return replace(with_status(entry, status), readers=readers)
