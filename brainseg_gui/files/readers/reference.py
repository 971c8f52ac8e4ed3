"""What the numbers of a mask mean, and whether the outline beside it stands the same way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.orientation import Turn, turn_that_fits
from brainseg_gui.core.slices import lying_note
from brainseg_gui.core.types import Mask

EDGE = 0.1  # of the range: within it a value is one of the two, blurred
MAX_CLASSES = 16
MUCH = 0.25
NO_NUMBER = "The mask holds NaN or infinite values, which count as no tumour."


def mask_of(values: np.ndarray) -> tuple[Mask, tuple[str, ...]]:
    """Return which pixels are tumour, and a sentence for each thing that is not beyond doubt.

    Of two values the higher one is tumour, whichever it is. Soft edges, as resizing and JPEG make
    them, are cut at half of the range. Several classes all count as tumour.

    Parameters
    ----------
    values : (H, W) array of numbers
    """
    if values.dtype == bool:
        return values, ()
    notes: tuple[str, ...] = ()
    if values.dtype.kind == "f" and not (finite := np.isfinite(values)).all():
        values, notes = np.where(finite, values, 0), (NO_NUMBER,)
    low, high = values.min(initial=0), values.max(initial=0)
    above = values > 0
    if low == 0 and (values[above] == high).all():
        return above, notes
    if classes := _classes(values, float(low), float(high)):
        named = ", ".join(f"{value:g}" for value in classes)
        return above, (*notes, f"The mask holds several classes ({named}); all count as tumour.")
    half = _half(float(low), float(high))
    return values > half, (
        *notes,
        f"The mask is soft: it holds values between {low:g} and {high:g}; tumour is what is above "
        f"{half:g}.",
    )


def compared_with_border(
    reference: Mask | None, border: NDArray[np.float64] | None
) -> tuple[Turn, tuple[str, ...]]:
    """Return what makes a mask fit its outline, and what must be said; nothing is turned for it."""
    if reference is None or border is None:
        return Turn.NONE, ()
    turn = turn_that_fits(reference, border)
    if turn is None:
        return Turn.NONE, ("The border and the mask of this file do not match.",)
    return turn, () if turn is Turn.NONE else (lying_note(turn),)


def _classes(values: np.ndarray, low: float, high: float) -> list[float]:
    """Return the classes of a label map, none where the values are those of soft edges."""
    inside = values[(values > low + EDGE * (high - low)) & (values < high - EDGE * (high - low))]
    if low == 0 and not inside.size:
        return []
    found = np.unique(values)
    whole = values.dtype.kind in "iu" or (found == np.rint(found)).all()
    if not whole or len(found) > MAX_CLASSES:
        return []
    # Numbers as high as greys are classes if there is much of them: soft edges are thin.
    if high > MAX_CLASSES and inside.size < MUCH * np.count_nonzero(values > 0):
        return []
    return [float(value) for value in found if value > 0]


def _half(low: float, high: float) -> float:
    """Return half of the range: that of a probability, of eight bits, or of what is there."""
    if low >= 0 and high <= 1:
        return 0.5
    if low >= 0 and 127 < high <= 255:
        return 127.5
    return (low + high) / 2
