"""What the review says, in the rows of the worklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from brainseg_gui.review.verdict import Difficulty, SliceStatus, Verdict
from brainseg_gui.review.worklist import Entry

_UNTOUCHED = SliceStatus(Verdict.UNREVIEWED, "", "", Difficulty.NONE, corrected=False, at="")


def with_status(entry: Entry, status: SliceStatus) -> Entry:
    """Return a row with what a reader made of its slice."""
    touched = status.verdict is not Verdict.UNREVIEWED
    return replace(
        entry,
        corrected=status.corrected,
        verdict=status.verdict,
        reader=status.reader if touched else "",
        comment=status.comment,
        difficulty=status.difficulty,
    )


def as_reviewed(entry: Entry, statuses: Mapping[str, SliceStatus]) -> Entry:
    """Return a row with what `statuses` say of its slice, which may be nothing."""
    return with_status(entry, statuses.get(entry.digest, _UNTOUCHED))
