"""How many slices there are, and how far they have come; kept up row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from brainseg_gui.review.worklist.entry import Entry, State

DECIDED = (State.ACCEPTED, State.CORRECTED, State.REJECTED, State.FLAGGED)


@dataclass
class Tally:
    """Counts of slices by state.

    Attributes
    ----------
    states : Counter of State
    """

    states: Counter[State] = field(default_factory=Counter)

    def count(self, entry: Entry, by: int = 1) -> None:
        """Add a slice, or with `by` -1 take it away."""
        self.states[entry.state] += by

    @property
    def total(self) -> int:
        """Return how many there are, unreadable ones included."""
        return self.states.total()

    @property
    def readable(self) -> int:
        """Return how many can be reviewed."""
        return self.total - self.states[State.BROKEN]

    @property
    def reviewed(self) -> int:
        """Return how many have a verdict."""
        return sum(self.states[state] for state in DECIDED)

    @property
    def text(self) -> str:
        """Return the counts as one line.

        Examples
        --------
        >>> Tally(Counter({State.FLAGGED: 1, State.BROKEN: 2, State.READY: 4})).text
        '1 of 5 slices reviewed · 1 flagged · 2 unreadable'
        """
        parts = [f"{self.reviewed} of {self.readable} slices reviewed"]
        for state in (*DECIDED, State.IN_PROGRESS):
            if self.states[state]:
                parts.append(f"{self.states[state]} {state.value}")
        if self.states[State.BROKEN]:
            parts.append(f"{self.states[State.BROKEN]} unreadable")
        return " · ".join(parts)
