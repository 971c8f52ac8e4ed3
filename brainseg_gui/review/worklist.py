"""The rows of the worklist."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path


class State(enum.Enum):
    """How far a slice has come; the text is what the row says."""

    UNREAD = ""
    READY = "new"
    PREDICTED = "predicted"
    CORRECTED = "corrected"
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

    @property
    def state(self) -> State:
        """Return the state that matters most to the reader."""
        if self.problem:
            return State.BROKEN
        if self.corrected:
            return State.CORRECTED
        if self.predicted:
            return State.PREDICTED
        return State.READY if self.digest else State.UNREAD


def relative_name(path: Path, folder: Path) -> str:
    """Return a path as the worklist shows it: relative to the data set, with forward slashes.

    A link keeps its own name; only the folders before it are followed, as `folder` was.
    """
    try:
        return (path.parent.resolve() / path.name).relative_to(folder).as_posix()
    except (ValueError, OSError, RuntimeError):
        return path.name
