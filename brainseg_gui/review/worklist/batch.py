"""Which of many chosen slices a verdict can be given to, and why not to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from brainseg_gui.core.text import shown
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.entry import Entry

NAMED = 4  # names of a kind that are told, of those that are left out


@dataclass(frozen=True)
class Plan:
    """What a verdict on many slices would do.

    Attributes
    ----------
    given : tuple of Entry
        That it is given to; one entry for each slice, however many files have its pixels.
    broken, unseen, bare, standing : tuple of Entry
        Left out: cannot be read, were not shown, have no mask, have that verdict already.
    """

    given: tuple[Entry, ...]
    broken: tuple[Entry, ...]
    unseen: tuple[Entry, ...]
    bare: tuple[Entry, ...]
    standing: tuple[Entry, ...]

    @property
    def left_out(self) -> str:
        """Return as half a sentence what is left out and why; "" where nothing is."""
        kinds = (
            (self.unseen, "not seen since the program started"),
            (self.bare, "without a mask"),
            (self.standing, "decided so already"),
            (self.broken, "that cannot be read"),
        )
        return "; ".join(f"{len(its)} {why} ({_names(its)})" for its, why in kinds if its)


def plan(
    entries: Sequence[Entry],
    verdict: Verdict,
    is_seen: Callable[[Entry], bool],
) -> Plan:
    """Sort chosen slices by what a verdict would do.

    Parameters
    ----------
    entries : sequence of Entry
    verdict : Verdict
        ACCEPTED needs a mask, the others do without.
    is_seen : callable
        Whether the reader saw what would be decided about.
    """
    sorts: dict[str, list[Entry]] = {
        name: [] for name in ("given", "broken", "unseen", "bare", "standing")
    }
    same = {verdict, Verdict.CORRECTED} if verdict is Verdict.ACCEPTED else {verdict}
    known: set[str] = set()
    for entry in entries:
        if entry.digest in known:
            continue  # another file of a slice that is there
        if entry.problem:
            sort = "broken"
        elif entry.verdict in same:
            sort = "standing"
        elif verdict is Verdict.ACCEPTED and not (entry.corrected or entry.predicted):
            sort = "bare"
        else:
            sort = "given" if is_seen(entry) else "unseen"
        sorts[sort].append(entry)
        known |= {entry.digest} - {""}
    return Plan(**{name: tuple(its) for name, its in sorts.items()})


def _names(entries: Sequence[Entry]) -> str:
    named = [shown(entry.name) for entry in entries[:NAMED]]
    more = len(entries) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
