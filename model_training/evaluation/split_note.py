"""What must be said of a split beside every number that was measured by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from model_training.data.folds import Folds
from model_training.data.sources import Source
from model_training.runs.origin import Origin


@dataclass(frozen=True)
class SplitNote:
    """Who was tested, and whether the numbers may be believed.

    Attributes
    ----------
    kind : str
        "patient", "authors", "record", or "unseen" for data beside the training set.
    text : str
        One sentence.
    """

    kind: str
    text: str

    @property
    def label(self) -> str:
        """Return the few words that stand beside every number."""
        if self.kind == "record":
            return "record-wise: patients on both sides"
        return {"authors": "authors' folds"}.get(self.kind, f"{self.kind}-wise")

    @property
    def mark(self) -> str:
        """Return the sign put behind every number that overstates the network."""
        return "†" if self.kind == "record" else ""

    @property
    def warning(self) -> str:
        """Return what a record-wise split means, empty for all others."""
        if self.kind != "record":
            return ""
        return (
            "† Record-wise split: slices of the same patients were trained on. These numbers "
            "overstate what the network does on new patients; they serve only to compare with "
            "publications that split in this way."
        )


def split_note(folds: Folds, text: str, origin: Origin | None = None) -> SplitNote:
    """Return what a report says of a split by folds, and of what a network had seen before it."""
    how = {
        "patient": f"Patient groups assigned to {folds.count} folds by type (seed {folds.seed})",
        "authors": f"The {folds.count} folds of the data set's authors",
        "record": f"Slices assigned to {folds.count} folds whatever their patient",
    }[folds.kind]
    if origin and not origin.complete:
        text += "; but nobody knows on whom its first weights were trained"
    extra = f" {folds.note[:1].upper()}{folds.note[1:]}." if folds.note else ""
    return SplitNote(folds.kind, f"{how}; {text}.{extra}")


def measured_on(note: SplitNote, source: Source) -> SplitNote:
    """Return what a report says where some masks that it measures against flatter."""
    return replace(note, text=f"{note.text} {source.flatters}.") if source.flatters else note
