"""Which of many slices a verdict can be given to."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.batch import plan
from brainseg_gui.review.worklist.entry import Entry


def entry(name: str, **what: object) -> Entry:
    return Entry(Path(f"/{name}"), name, digest=name[0], **what)  # type: ignore[arg-type]


ENTRIES = [
    entry("a.mat", predicted=True),
    entry("a-copy.mat", predicted=True),
    entry("b.mat", corrected=True),
    entry("c.mat"),
    entry("d.mat", predicted=True, verdict=Verdict.ACCEPTED),
    entry("e.mat", corrected=True, verdict=Verdict.CORRECTED),
    entry("f.mat", predicted=True, verdict=Verdict.REJECTED),
    entry("g.mat", problem="the file is empty"),
    *(entry(f"{letter}.mat", predicted=True) for letter in "uvwxyz"),
]


def is_seen(entry: Entry) -> bool:
    return entry.name < "u"


def test_only_what_was_seen_and_has_a_mask_is_accepted_each_slice_once() -> None:
    what = plan(ENTRIES, Verdict.ACCEPTED, is_seen)
    assert [it.name for it in what.given] == ["a.mat", "b.mat", "f.mat"]
    assert what.left_out == (
        "6 not seen since the program started (u.mat, v.mat, w.mat, x.mat and 2 more); "
        "1 without a mask (c.mat); 2 decided so already (d.mat, e.mat); "
        "1 that cannot be read (g.mat)"
    )


def test_rejecting_needs_no_mask_and_changes_other_verdicts() -> None:
    what = plan(ENTRIES[:8], Verdict.REJECTED, is_seen)
    assert [it.name for it in what.given] == ["a.mat", "b.mat", "c.mat", "d.mat", "e.mat"]
    assert plan(ENTRIES[:3], Verdict.FLAGGED, is_seen).left_out == ""
