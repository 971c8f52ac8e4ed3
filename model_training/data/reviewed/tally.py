"""How many slices of reviews are taken, and why others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

TAKEN = ("corrected", "accepted")
REJECTED, FLAGGED, UNUSABLE = "rejected", "flagged", "of an image that is of no use"
UNFINISHED, TURNED = "without a verdict", "turned since the verdict"
MISSING, COPIES = "not found", "of the same pixels as another"
LEFT_OUT = (REJECTED, FLAGGED, UNUSABLE, UNFINISHED, TURNED, MISSING, COPIES)
NAMED = {MISSING, TURNED}  # what somebody may want to look for
SHOWN = 3  # names in a sentence


@dataclass(frozen=True)
class Tally:
    """The names of slices by what became of them.

    Attributes
    ----------
    reviews : int
    names : dict from a key of `TAKEN` or `LEFT_OUT` to list of str
    """

    reviews: int
    names: dict[str, list[str]] = field(default_factory=dict)

    def note(self, what: str, *names: str) -> None:
        """Count slices."""
        self.names.setdefault(what, []).extend(names)

    def count(self, *what: str) -> int:
        """Return how many there are of some keys together."""
        return sum(len(self.names.get(key, ())) for key in what)

    @property
    def sentence(self) -> str:
        """Return one line, for example "3 slices from 1 review: 2 corrected, 1 accepted"."""
        said = f"{_some(self.count(*TAKEN), 'slice')} from {_some(self.reviews, 'review')}"
        if taken := self._parts(TAKEN):
            said += f": {', '.join(taken)}"
        left = self._parts(LEFT_OUT)
        return f"{said}; left out: {', '.join(left)}" if left else said

    def _parts(self, keys: Sequence[str]) -> list[str]:
        parts = []
        for key in keys:
            if names := self.names.get(key):
                named = f" ({_first(names)})" if key in NAMED else ""
                parts.append(f"{len(names)} {key}{named}")
        return parts


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
