"""What is kept for reports: measures between masks, a prediction's levels, and votes on it."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.verdict import ModelUse

REFERENCE = "reference"  # in place of the key of a mask: that of the slice's file


def mask_key(packed: bytes) -> str:
    """Return what a mask is known by: masks that are edited again have another key."""
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Measured:
    """One mask of a slice against another; never stale, for the masks are part of it.

    Attributes
    ----------
    label : SliceLabel
    one, other : str
        From `mask_key`; the other may be `REFERENCE`.
    values : Compared
    """

    label: SliceLabel
    one: str
    other: str
    values: Compared

    @property
    def key(self) -> tuple[str, str, str]:
        """Return slice and masks."""
        return self.label.digest, self.one, self.other


@dataclass(frozen=True)
class KeptLevels:
    """What a network would have said of a slice at other thresholds.

    Attributes
    ----------
    label : SliceLabel
    model_sum : str
    packed : bytes
        From `core.masks.levels.pack_levels`.
    """

    label: SliceLabel
    model_sum: str
    packed: bytes


@dataclass(frozen=True)
class Effort:
    """What a slice took a reader: steps of the ledger, undone ones too, and seconds."""

    edits: int = 0
    seconds: float = 0.0


class Fault(enum.Enum):
    """Who is wrong where prediction and reference disagree; the value is the text shown."""

    NONE = ""
    REFERENCE = "reference wrong"
    NETWORK = "network wrong"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Vote:
    """A reader's word on a disagreement; nothing of the slice is changed by it.

    Attributes
    ----------
    label : SliceLabel
    reader : str
    at : str
        As in `Version`.
    fault : Fault
        NONE takes an earlier word back.
    model : ModelUse or None
        Network of the prediction.
    dice : float or None
        Of that prediction against the reference.
    """

    label: SliceLabel
    reader: str
    at: str
    fault: Fault
    model: ModelUse | None = None
    dice: float | None = None


@dataclass(frozen=True)
class PackedPrediction:
    """What a network said about a slice.

    Attributes
    ----------
    digest : str
    model : ModelUse
    risk : float
    dice : float or None
    area : int
    packed : bytes
        The mask.
    """

    digest: str
    model: ModelUse
    risk: float
    dice: float | None
    area: int
    packed: bytes

    @property
    def key(self) -> str:
        """Return what the mask is known by."""
        return mask_key(self.packed)
