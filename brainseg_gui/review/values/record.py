"""What one row of the ledger is made of, before it is a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import Slice
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Edit
from brainseg_gui.review.values.verdict import ModelUse, Remarks, Verdict

# Names of the settings of a review: where the reader was, how large a pixel is, what a grade may be
# given for, and whether the reference is kept hidden until the verdict.
LAST_SLICE = "last_slice"
SPACING = "pixel_size_mm"
REASONS = "reasons"
HIDES_REFERENCE = "hides_reference"


@dataclass(frozen=True)
class SliceLabel:
    """What the review knows of a slice without its pixels."""

    digest: str
    name: str
    patient: str
    tumour: str
    shape: tuple[int, int]

    @classmethod
    def of(cls, name: str, slice_: Slice) -> SliceLabel:
        """Return the label of a slice that is known by a name."""
        tumour = slice_.tumour.text if slice_.tumour else ""
        return cls(slice_.digest, name, slice_.patient, tumour, slice_.shape)


@dataclass(frozen=True, eq=False)
class Record:
    """A step, an undo or a redo, with what it leads to.

    Attributes
    ----------
    label : SliceLabel
    reader : str
    at : str
        ISO 8601, UTC, milliseconds.
    kind : EditKind
        Of the step, or of a move over it.
    edit : Edit
        The step, or the one moved over.
    before, after : Edit or None
        Last step in effect before and after; None for an untouched slice.
    mask : bytes
        The packed mask that it leads to.
    seconds : float
        Spent since the step before.
    dice : float or None
        Of that mask against the reference, where there is one.
    """

    label: SliceLabel
    reader: str
    at: str
    kind: EditKind
    edit: Edit
    before: Edit | None
    after: Edit | None
    mask: bytes
    seconds: float
    dice: float | None = None

    @property
    def moves(self) -> bool:
        """Tell whether this moves over a step that is in the ledger, in place of adding one."""
        return self.kind.moves

    @property
    def start(self) -> Layer | None:
        """Return the layer that the correction started from, after this row."""
        return self.edit.start_before if self.kind is EditKind.UNDO else self.edit.start_after

    @property
    def model(self) -> ModelUse | None:
        """Return the network of the prediction that it started from, after this row."""
        return self.edit.model_before if self.kind is EditKind.UNDO else self.edit.model_after


@dataclass(frozen=True, eq=False)
class Decision:
    """A verdict with what it is about, before it is a version.

    Attributes
    ----------
    label, reader, at
        As in `Record`.
    verdict : Verdict
    remarks : Remarks
    start : Layer
    model : ModelUse or None
    edited_pixels : int
    mask : bytes
    seconds : float
        Spent since the last step or verdict.
    reference_hidden : bool
        The reader had not seen the reference.
    """

    label: SliceLabel
    reader: str
    at: str
    verdict: Verdict
    remarks: Remarks
    start: Layer
    model: ModelUse | None
    edited_pixels: int
    mask: bytes
    seconds: float
    reference_hidden: bool = False


def now() -> str:
    """Return the time as the review tells it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
