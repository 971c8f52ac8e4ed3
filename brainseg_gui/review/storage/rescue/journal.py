"""What this program wrote into a review since it opened it: the file alone is no proof of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from brainseg_gui.review.values.measured import KeptLevels, Measured, Vote
from brainseg_gui.review.values.record import Decision, Record
from brainseg_gui.review.values.verdict import KeptPrediction


@dataclass(frozen=True, eq=False)
class Edited:
    """A row of the ledger, and the number that it has there."""

    record: Record
    number: int


@dataclass(frozen=True, eq=False)
class Decided:
    """A version, and the number that it has."""

    decision: Decision
    number: int


@dataclass(frozen=True, eq=False)
class Withdrawn:
    """A verdict that was taken back; `at` is the moment, as the review tells it."""

    digest: str
    reader: str
    at: str


Entry = Edited | Decided | Withdrawn


@dataclass
class Journal:
    """Everything that was said to be on the disk, in its order; masks are packed.

    Attributes
    ----------
    before : dict of str to (int, int)
        How many rows edits and versions had when the review was opened, and the highest number
        among them, by table.
    entries : list of Entry
    settings : dict of str to str
        Values that were set, by name.
    predictions : list of (KeptPrediction, bytes)
    measured : list of Measured
    levels : list of KeptLevels
    votes : list of Vote
    """

    before: dict[str, tuple[int, int]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    predictions: list[tuple[KeptPrediction, bytes]] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    levels: list[KeptLevels] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
