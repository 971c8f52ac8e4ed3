"""What readers decide about slices, as plain values."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.values.edit_kind import EditKind


class Verdict(enum.Enum):
    """What a reader made of a slice; the value is the text shown."""

    UNREVIEWED = "unreviewed"
    IN_PROGRESS = "in progress"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    FLAGGED = "flagged"

    @property
    def is_decision(self) -> bool:
        """Tell whether a reader decides this; the others come about by themselves."""
        return self not in {Verdict.UNREVIEWED, Verdict.IN_PROGRESS}


class Difficulty(enum.Enum):
    """How hard a slice was to read; the value is the text shown."""

    NONE = ""
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Grade(enum.Enum):
    """How much of the proposal had to be changed; the value is the text shown.

    Of the proposal, not of the slice: a slice can be hard to read and its proposal right.
    """

    NONE = ""
    NO_CHANGE = "no change"
    MINOR = "minor change"
    MAJOR = "major change"
    WRONG_PLACE = "wrong place"


@dataclass(frozen=True)
class Remarks:
    """What a reader says of a slice beside the verdict, or before there is one.

    Attributes
    ----------
    comment : str
    difficulty : Difficulty
        Of the slice.
    grade : Grade
        Of the proposal.
    unusable : bool
        The image itself is of no use, whatever was proposed.
    reasons : tuple of str
        Of the grade or of the image being of no use; from the review's own short list.
    """

    comment: str = ""
    difficulty: Difficulty = Difficulty.NONE
    grade: Grade = Grade.NONE
    unusable: bool = False
    reasons: tuple[str, ...] = ()


NO_REMARKS = Remarks()


@dataclass(frozen=True)
class ModelUse:
    """The network behind a prediction.

    Attributes
    ----------
    name : str
        As its card calls it.
    sum : str
        SHA-256 of its weights.
    threshold : float
        Probability from which a pixel was tumour.
    """

    name: str
    sum: str
    threshold: float


@dataclass(frozen=True)
class Version:
    """A mask that was given a verdict, with where it came from; never changed afterwards.

    Attributes
    ----------
    id : int
    digest : str
        `Slice.digest`.
    reader : str
    at : str
        ISO 8601, UTC, milliseconds. Told, never used to order anything: clocks are set back.
    verdict : Verdict
    comment : str
    difficulty : Difficulty
    start : Layer
        That the mask started from.
    model, model_sum : str
        Network of the prediction that it started from or accepts; empty where there is none.
    threshold : float or None
    edited_pixels : int
        Pixels unlike the layer it started from.
    seconds : float
        Time spent on the slice since the parent version.
    parent : int or None
        The reader's version of this slice before it.
    withdrawn : bool
        Taken back by its reader.
    grade, unusable, reasons
        As of `Remarks`.
    reference_hidden : bool
        The reader had not seen the reference when this was decided.
    """

    id: int
    digest: str
    reader: str
    at: str
    verdict: Verdict
    comment: str
    difficulty: Difficulty
    start: Layer
    model: str
    model_sum: str
    threshold: float | None
    edited_pixels: int
    seconds: float
    parent: int | None
    withdrawn: bool
    grade: Grade = Grade.NONE
    unusable: bool = False
    reasons: tuple[str, ...] = ()
    reference_hidden: bool = False

    @property
    def remarks(self) -> Remarks:
        """Return what was said beside the verdict."""
        return _remarks(self)

    @property
    def network(self) -> ModelUse | None:
        """Return the network of the prediction that it started from or accepts."""
        if not self.model or self.threshold is None:
            return None
        return ModelUse(self.model, self.model_sum, self.threshold)


@dataclass(frozen=True)
class Step:
    """One row of a slice's time line.

    Attributes
    ----------
    id : int
        Steps are in the order of their ids.
    at : str
        As in `Version`.
    reader : str
    text : str
        What was done, as the undo button names it.
    kind : EditKind
    in_effect : bool
        Part of the mask as it is now; never so for an undo or redo, which only moves.
    """

    id: int
    at: str
    reader: str
    text: str
    kind: EditKind
    in_effect: bool


@dataclass(frozen=True)
class SliceStatus:
    """What a row of the worklist says about a slice, for one reader.

    Attributes
    ----------
    verdict : Verdict
    reader : str
    comment : str
    difficulty : Difficulty
        Of the verdict that stands, or stood before the slice was edited again.
    corrected : bool
        There is a correction.
    at : str
        Of the last edit or verdict, as in `Version`.
    grade, unusable, reasons
        As of `Remarks`, and of the same verdict as the difficulty.
    dice : float or None
        Of the correction against the reference; None where there is none of either.
    """

    verdict: Verdict
    reader: str
    comment: str
    difficulty: Difficulty
    corrected: bool
    at: str
    grade: Grade = Grade.NONE
    unusable: bool = False
    reasons: tuple[str, ...] = ()
    dice: float | None = None

    @property
    def remarks(self) -> Remarks:
        """Return what was said beside the verdict."""
        return _remarks(self)

    @classmethod
    def untouched(cls, reader: str) -> SliceStatus:
        """Return what a reader made of a slice that it did not touch."""
        return cls(Verdict.UNREVIEWED, reader, "", Difficulty.NONE, corrected=False, at="")


@dataclass(frozen=True)
class KeptPrediction:
    """What a network said about a slice, without its mask.

    Attributes
    ----------
    digest : str
    model : ModelUse
    risk : float
    dice : float or None
        Against the reference, where there is one.
    area : int
        Pixels.
    """

    digest: str
    model: ModelUse
    risk: float
    dice: float | None
    area: int


def _remarks(it: Version | SliceStatus) -> Remarks:
    return Remarks(it.comment, it.difficulty, it.grade, it.unusable, it.reasons)
