"""What a review holds and how it fails; without SQLAlchemy, for which a window need not wait."""

from __future__ import annotations

from dataclasses import dataclass

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask


class StoreError(Exception):
    """The review file cannot be used; the message is one sentence for the reader."""


class DamagedError(StoreError):
    """The review file is damaged; something of it may still be read into a new one."""


class UnfitError(StoreError):
    """One record that the file takes no more than before, whatever becomes of the others."""


class StoreConflictError(UnfitError):
    """The file holds other edits of a slice than those that this program made its own on."""


@dataclass(frozen=True, eq=False)
class StoredCorrection:
    """A correction as it lies in the review.

    Attributes
    ----------
    digest : str
        `Slice.digest`: the slice is known by content, so a moved folder keeps its corrections.
    name : str
        Path of the slice when it was corrected, relative to its data set where possible.
    patient : str
    mask : (H, W) bool
    start : Layer
        That the correction started from.
    reader : str
    """

    digest: str
    name: str
    patient: str
    mask: Mask
    start: Layer
    reader: str
