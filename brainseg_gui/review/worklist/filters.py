"""Which slices the worklist shows; every criterion that is on must hold."""

from __future__ import annotations

from dataclasses import dataclass

from brainseg_gui.review.values.verdict import Difficulty, Grade
from brainseg_gui.review.worklist.entry import Entry, State


@dataclass(frozen=True)
class Span:
    """A range of numbers, both ends included; an end that is None is open."""

    low: float | None = None
    high: float | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether every value lies inside, a missing one too."""
        return self.low is None and self.high is None

    def holds(self, value: float | None) -> bool:
        """Tell whether a value lies inside; a missing one only does where nothing is asked."""
        if value is None:
            return self.is_open
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Filters:
    """What a slice must be like to be listed.

    Attributes
    ----------
    words : tuple of str
        Of the search, casefolded; each stands in name, patient or tumour type.
    states : frozenset of State
        One of these; empty for any, as in the next three.
    tumours : frozenset of str
    patient : str
    reader : str
        One of those who reviewed the slice.
    dice, area_px : Span
        Of the correction, else of the prediction.
    commented : bool
        Only slices with a comment.
    risk : Span
        Of the prediction.
    difficulties : frozenset of Difficulty
    grades : frozenset of Grade
    unusable : bool
        Only slices whose image is of no use.
    reason : str
        That was given.
    unseen : bool
        Only slices of patients that the network in use was not trained on, as far as that is known.
    lies_otherwise : bool
        Only slices whose mask lies otherwise than their border.
    """

    words: tuple[str, ...] = ()
    states: frozenset[State] = frozenset()
    tumours: frozenset[str] = frozenset()
    patient: str = ""
    reader: str = ""
    dice: Span = Span()
    area_px: Span = Span()
    commented: bool = False
    risk: Span = Span()
    difficulties: frozenset[Difficulty] = frozenset()
    grades: frozenset[Grade] = frozenset()
    unusable: bool = False
    reason: str = ""
    unseen: bool = False
    lies_otherwise: bool = False

    @property
    def count(self) -> int:
        """Return how many criteria are on, the search left out: it shows itself."""
        return sum(
            map(
                bool,
                (
                    self.states,
                    self.tumours,
                    self.patient,
                    self.reader,
                    not self.dice.is_open,
                    not self.area_px.is_open,
                    self.commented,
                    not self.risk.is_open,
                    self.difficulties,
                    self.grades,
                    self.unusable,
                    self.reason,
                    self.unseen,
                    self.lies_otherwise,
                ),
            )
        )

    @property
    def are_on(self) -> bool:
        """Tell whether anything is asked of a slice."""
        return bool(self.words) or self.count > 0

    def matches(self, entry: Entry) -> bool:
        """Tell whether a slice is to be listed."""
        return (
            (not self.states or entry.state in self.states)
            and (not self.tumours or entry.tumour in self.tumours)
            and (not self.patient or entry.patient == self.patient)
            and (not self.reader or self.reader in {entry.reader, *entry.readers})
            and (not self.commented or bool(entry.comment))
            and (not self.unseen or (bool(entry.patient) and not entry.trained_on))
            and (not self.lies_otherwise or bool(entry.lies))
            and self.dice.holds(entry.shown_dice)
            and self.area_px.holds(entry.area_px)
            and self.risk.holds(entry.risk)
            and self._holds_remarks(entry)
            and (not self.words or self._found_in(entry))
        )

    def _holds_remarks(self, entry: Entry) -> bool:
        return (
            (not self.difficulties or entry.difficulty in self.difficulties)
            and (not self.grades or entry.grade in self.grades)
            and (not self.unusable or entry.unusable)
            and (not self.reason or self.reason in entry.reasons)
        )

    def _found_in(self, entry: Entry) -> bool:
        text = f"{entry.name} {entry.patient} {entry.tumour}".casefold()
        return all(word in text for word in self.words)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a search as `Filters` wants them."""
    return tuple(text.casefold().split())
