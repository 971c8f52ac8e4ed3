"""The figures of a cohort: one value for each slice, and in it one for each of its readers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.core.measures.lesions import Lesion
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.slices import patient_group
from brainseg_gui.review.handover.names import Hidden
from brainseg_gui.review.values.measured import Fault
from brainseg_gui.review.values.verdict import ModelUse, Verdict
from brainseg_gui.review.worklist.entry import State


@dataclass(frozen=True)
class Reading:
    """What one reader made of a slice.

    Attributes
    ----------
    reader : str
    verdict : Verdict
        That stands; UNREVIEWED and IN_PROGRESS among them.
    at : str
        Of the last edit or verdict, as in `Version`.
    seconds : float
        Spent on the slice.
    edits : int
        Steps of the ledger, undone ones too.
    against_reference, against_prediction : Compared or None
        Of the mask that the reader drew or accepted; None where there is none, nothing to compare
        it with, or it was not measured yet.
    """

    reader: str
    verdict: Verdict
    at: str
    seconds: float
    edits: int
    against_reference: Compared | None = None
    against_prediction: Compared | None = None

    @property
    def is_final(self) -> bool:
        """Tell whether the mask is one that the reader stands by."""
        return self.verdict in {Verdict.ACCEPTED, Verdict.CORRECTED}


@dataclass(frozen=True)
class Figure:
    """What is known of one slice.

    Attributes
    ----------
    digest, name, patient, tumour : str
        Empty where they are not known.
    state : State
        How far the slice has come.
    network : ModelUse or None
        Whose prediction it is about; None where there is none, or no word on it.
    seen : bool or None
        Whether that network was trained on this patient; None where nobody can say.
    risk : float or None
    area_px, reference_px : int or None
        Of prediction and reference.
    dice, iou, hd95_px, shift_px : float or None
        Of the prediction against the reference; the shift is positive where it is too large.
    predicted : bool
        There is a prediction, whether or not it was measured.
    hidden : bool
        The reader must not know of the reference yet: nothing that is measured by it is here.
    readings : tuple of Reading
        In the order of the readers' names.
    faults : tuple of (str, Fault)
        Who the readers say is wrong; those who took it back are not among them.
    lesions : tuple of Lesion or None
        Pieces of prediction and reference; None where they were not measured.
    """

    digest: str
    name: str
    patient: str = ""
    tumour: str = ""
    state: State = State.UNREAD
    network: ModelUse | None = None
    seen: bool | None = None
    risk: float | None = None
    area_px: int | None = None
    reference_px: int | None = None
    dice: float | None = None
    iou: float | None = None
    hd95_px: float | None = None
    shift_px: float | None = None
    predicted: bool = False
    hidden: bool = False
    readings: tuple[Reading, ...] = ()
    faults: tuple[tuple[str, Fault], ...] = ()
    lesions: tuple[Lesion, ...] | None = None

    @property
    def person(self) -> str:
        """Return whose slice it is, whichever scan; "" where the file does not say."""
        return patient_group(self.patient) if self.patient else ""

    @property
    def size_px(self) -> int | None:
        """Return the area that its size is judged by: of the reference, else of the prediction."""
        return self.area_px if self.reference_px is None else self.reference_px

    @property
    def both_empty(self) -> bool:
        """Tell whether neither prediction nor reference has a tumour: there is no Dice then."""
        return self.area_px == 0 and self.reference_px == 0

    @property
    def missed(self) -> bool:
        """Tell whether the reference has a tumour and the prediction none."""
        return self.area_px == 0 and bool(self.reference_px)

    @property
    def contested(self) -> bool:
        """Tell whether somebody says that the reference is wrong, or may be."""
        return any(fault in {Fault.REFERENCE, Fault.AMBIGUOUS} for _, fault in self.faults)

    def without_reference(self) -> Figure:
        """Return what may be known before the reference is shown."""
        readings = tuple(replace(it, against_reference=None) for it in self.readings)
        nothing = dict.fromkeys(("reference_px", "dice", "iou", "hd95_px", "shift_px", "lesions"))
        return replace(self, **nothing, readings=readings, hidden=True)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Counted:
    """Which figures enter a summary, and how many do not.

    Attributes
    ----------
    figures : tuple of Figure
    trained_on, unknown, hidden : int
        Left out: the network was trained on the patient, nobody can say whether it was, the
        reference is hidden from the reader.
    """

    figures: tuple[Figure, ...]
    trained_on: int
    unknown: int
    hidden: int

    @classmethod
    def of(cls, figures: Collection[Figure], *, seen: bool = False) -> Counted:
        """Leave out what says nothing of a network's accuracy; with `seen` nothing but the hidden.

        Without a prediction nothing can have been seen: such slices stay.
        """
        open_ = [it for it in figures if not it.hidden]
        about = [it for it in open_ if it.predicted and not seen]
        trained_on = sum(it.seen is True for it in about)
        unknown = sum(it.seen is None for it in about)
        kept = (it for it in open_ if seen or not it.predicted or it.seen is False)
        return cls(tuple(kept), trained_on, unknown, len(figures) - len(open_))

    def sentences(self) -> tuple[str, ...]:
        """Return a sentence for each reason why slices are left out."""
        said = (
            (self.trained_on, "are of patients that the network was trained on"),
            (self.unknown, "may be of patients that the network was trained on: nobody can say"),
            (self.hidden, "still hide their reference from the reader"),
        )
        return tuple(f"{count} slices left out: they {why}." for count, why in said if count)


def pseudonymous(figures: Sequence[Figure], pseudonyms: Pseudonyms) -> tuple[Figure, ...]:
    """Return figures that name neither patients nor slices; readers keep their names."""
    hidden = Hidden.of(pseudonyms, (it.patient for it in figures), (it.name for it in figures))
    return tuple(
        replace(
            it,
            digest=pseudonyms.content(it.digest) if it.digest else "",
            name=hidden.slice(it.name),
            patient=pseudonyms.patient(it.person),
        )
        for it in figures
    )
