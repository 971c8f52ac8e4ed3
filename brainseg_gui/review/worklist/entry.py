"""One row of the worklist: what files, review and network say of a slice."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from pathlib import Path

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.place import Place
from brainseg_gui.files.members import source_of
from brainseg_gui.review.values.verdict import Difficulty, Grade, Verdict


class State(enum.Enum):
    """How far a slice has come, from what waits to what is done; the text is what the row says."""

    UNREAD = ""
    READY = "new"
    PREDICTED = "predicted"
    IN_PROGRESS = "in progress"
    FLAGGED = "flagged"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    BROKEN = "cannot be read"


@dataclass(frozen=True)
class Entry:
    """One slice of the data set, or one file that is none.

    Attributes
    ----------
    path : Path
    name : str
        Path relative to the data set.
    patient, tumour : str
        Empty where the file does not say.
    digest : str
        `Slice.digest`; empty until the pixels were read.
    problem : str
        Why the file cannot be read; empty for a good one.
    predicted, corrected : bool
    risk : float or None
        Of the prediction.
    dice : float or None
        Of the prediction against the reference.
    predicted_px, reference_px : int or None
        Areas of the prediction and of the reference.
    verdict : Verdict
    reader : str
        Whose verdict or edit that is; empty where there is none.
    readers : frozenset of str
        Everybody who reviewed the slice.
    comment : str
    difficulty : Difficulty
    fits_if, turn : Turn
        As of its `Slice`.
    corrected_dice : float or None
        Of the correction against the reference.
    blind : bool
        The reader must not see the reference yet, nor what is known by it.
    trained_on : bool
        The network in use was trained on this patient.
    grade, unusable, reasons
        What the reader said of the proposal and of the image; see `Remarks`.
    place : Place or None
    classes : tuple of (int, int)
        As of its `Slice`.
    """

    path: Path
    name: str
    patient: str = ""
    tumour: str = ""
    digest: str = ""
    problem: str = ""
    predicted: bool = False
    corrected: bool = False
    risk: float | None = None
    dice: float | None = None
    predicted_px: int | None = None
    reference_px: int | None = None
    verdict: Verdict = Verdict.UNREVIEWED
    reader: str = ""
    readers: frozenset[str] = frozenset()
    comment: str = ""
    difficulty: Difficulty = Difficulty.NONE
    fits_if: Turn = Turn.NONE
    turn: Turn = Turn.NONE
    corrected_dice: float | None = None
    blind: bool = False
    grade: Grade = Grade.NONE
    unusable: bool = False
    reasons: tuple[str, ...] = ()
    trained_on: bool = False
    place: Place | None = None
    classes: tuple[tuple[int, int], ...] = ()

    @property
    def state(self) -> State:
        """Return the state that matters most to the reader."""
        if self.problem:
            return State.BROKEN
        if self.verdict is not Verdict.UNREVIEWED:
            return State[self.verdict.name]
        if self.corrected:
            return State.IN_PROGRESS
        if self.predicted:
            return State.PREDICTED
        return State.READY if self.digest else State.UNREAD

    @property
    def shown_dice(self) -> float | None:
        """Return the Dice of the mask that the row stands for: the correction, where there is one.

        The other file of a slice may have the reference that a correction was measured against.
        """
        if self.blind:
            return None
        if not self.corrected:
            return self.dice
        return None if self.reference_px is None else self.corrected_dice

    @property
    def area_px(self) -> int | None:
        """Return the area of the prediction, else of the reference."""
        if self.predicted_px is not None or self.blind:
            return self.predicted_px
        return self.reference_px

    @property
    def lies_otherwise(self) -> bool:
        """Tell whether its border says that the mask lies otherwise, and nobody turned it."""
        return self.fits_if is not Turn.NONE and self.turn is Turn.NONE

    @property
    def waits(self) -> bool:
        """Tell whether it can be reviewed and nobody has decided on it yet."""
        return not self.problem and not self.verdict.is_decision

    @property
    def is_untouched(self) -> bool:
        """Tell whether nobody edited it or said anything of it."""
        return not (self.corrected or self.reader or self.readers or self.comment)

    def without_prediction(self) -> Entry:
        """Return the entry as it would be if no network had been asked."""
        return replace(self, predicted=False, risk=None, dice=None, predicted_px=None)

    def as_file(self, digest: str) -> Entry:
        """Return the entry of the slice as its file has it, of which nothing else is known yet."""
        return Entry(
            self.path,
            self.name,
            self.patient,
            self.tumour,
            digest,
            self.problem,
            reference_px=self.reference_px,
            fits_if=self.fits_if,
            trained_on=self.trained_on,
            place=self.place,
            classes=self.classes,
        )


def relative_name(path: Path, folder: Path) -> str:
    """Return a path as the worklist shows it: relative to the data set, with forward slashes.

    A link keeps its own name; only the folders before it are followed, as `folder` was.
    """
    try:
        file, member = source_of(path)
        inside = file.parent.resolve() / file.name / member
        return inside.relative_to(folder).as_posix()
    except (ValueError, OSError, RuntimeError):
        return path.name
