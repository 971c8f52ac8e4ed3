"""The slice that is worked on."""

from __future__ import annotations

from dataclasses import dataclass

from brainseg_gui.core.slices import Slice
from brainseg_gui.review.values.history import Correction


@dataclass(frozen=True, eq=False)
class OpenSlice:
    """The slice on the screen.

    Attributes
    ----------
    name : str
        Path relative to the data set.
    slice : Slice
    correction : Correction
    reader : str
        Whose correction it is.
    """

    name: str
    slice: Slice
    correction: Correction
    reader: str


def dice_of(opened: OpenSlice) -> float | None:
    """Return the Dice of a correction; None where there is none, or no reference."""
    against = opened.slice.against_reference
    if against is None or not opened.correction.exists:
        return None
    return against.dice(opened.correction.mask)
