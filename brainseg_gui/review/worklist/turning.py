"""Which slices a command to turn is about, and what that means for the work on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.review.worklist.entry import Entry


@dataclass(frozen=True)
class Proposal:
    """What can be turned, or turned back.

    Attributes
    ----------
    here : Entry
        The slice on the screen.
    alike : tuple of Entry
        All slices of the data set that lie in the same way, `here` among them.
    unread : int
        Slices of which it is not known yet how they lie.
    """

    here: Entry
    alike: tuple[Entry, ...]
    unread: int

    @classmethod
    def of(cls, entries: Iterable[Entry], here: Entry) -> Proposal | None:
        """Return what can be done about a slice; None where it lies as its border says.

        One that is turned is turned back. Nothing is turned whose own border does not ask for it:
        a border that fits, or none, says nothing for a turn.
        """
        if {here.fits_if, here.turn} == {Turn.NONE}:
            return None
        every = tuple(entries)
        alike = tuple(it for it in every if _lies_alike(it, here))
        return cls(here, alike, sum(not (it.digest or it.problem) for it in every))

    @property
    def turns_back(self) -> bool:
        """Tell whether the slice is turned, so that the turn is taken back."""
        return self.here.turn is not Turn.NONE

    @property
    def turn(self) -> Turn:
        """Return the turn that is made, or taken back."""
        return self.here.turn if self.turns_back else self.here.fits_if

    def slices(self, *, every: bool) -> tuple[Entry, ...]:
        """Return this slice, or every one that lies alike."""
        return self.alike if every else (self.here,)


def worked_on(entries: Iterable[Entry]) -> int:
    """Return how many slices have a correction, a verdict or a comment."""
    return sum(not it.is_untouched for it in entries)


def _lies_alike(entry: Entry, here: Entry) -> bool:
    if here.turn is not Turn.NONE:
        return entry.turn is here.turn
    return entry.turn is Turn.NONE and entry.fits_if is here.fits_if
