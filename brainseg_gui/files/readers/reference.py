"""What the numbers of a mask mean, and whether the outline beside it stands the same way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.orientation import Turn, turn_that_fits
from brainseg_gui.core.masks.classes import LARGEST, areas_of, classes_text, mapped
from brainseg_gui.core.slices import MISMATCH, lying_note
from brainseg_gui.core.types import Mask
from brainseg_gui.files.wishes import NONE, Wishes

EDGE = 0.1  # of the range: within it a value is one of the two, blurred
MAX_CLASSES = 16
MUCH = 0.25
NO_NUMBER = "The mask holds NaN or infinite values, which count as no tumour."


@dataclass(frozen=True, eq=False)
class Reference:
    """What the numbers of a mask mean.

    Attributes
    ----------
    mask : (H, W) bool or None
        Where there is tumour; None where nobody said which of several classes are that.
    notes : tuple of str
        A sentence for each thing that is not beyond doubt.
    classes : tuple of (int, int)
        As of a `Slice`.
    """

    mask: Mask | None
    notes: tuple[str, ...] = ()
    classes: tuple[tuple[int, int], ...] = ()


def reference_of(values: np.ndarray, wishes: Wishes = NONE) -> Reference:
    """Return which pixels are tumour.

    Of two values the higher one is tumour, whichever it is, unless something else was said of it.
    Soft edges, as resizing and JPEG make them, are cut at half of the range.

    Parameters
    ----------
    values : (H, W) array of numbers
    wishes : Wishes
        What was said of classes.
    """
    if values.dtype == bool:
        return Reference(values, classes=areas_of(values))
    notes: tuple[str, ...] = ()
    if values.dtype.kind == "f" and not (finite := np.isfinite(values)).all():
        values, notes = np.where(finite, values, 0), (NO_NUMBER,)
    low, high = float(values.min(initial=0)), float(values.max(initial=0))
    above = values > 0
    if low == 0 and (values[above] == high).all():
        return _plain(above, high, notes, wishes)
    if _holds_classes(values, low, high):
        return _of_classes(values, notes, wishes)
    half = _half(low, high)
    soft = (
        f"The mask is soft: it holds values between {low:g} and {high:g}; tumour is what is above "
        f"{half:g}."
    )
    return Reference(values > half, (*notes, soft))


def _plain(mask: Mask, value: float, notes: tuple[str, ...], wishes: Wishes) -> Reference:
    """Return a mask of two values."""
    if not mask.any() or value != round(value) or value > LARGEST:
        return Reference(mask, notes)
    classes = ((int(value), int(np.count_nonzero(mask))),)
    counts = wishes.tumour_in([int(value)]) != ()
    return Reference(mask if counts else np.zeros_like(mask), notes, classes)


def _of_classes(values: np.ndarray, notes: tuple[str, ...], wishes: Wishes) -> Reference:
    classes = areas_of(values)
    found = [value for value, _ in classes]
    tumour = wishes.tumour_in(found)
    if tumour is None:
        return Reference(None, (*notes, unsaid(found)), classes)
    return Reference(mapped(values, tumour), notes, classes)


def unsaid(classes: Collection[int], name: str = "") -> str:
    """Return the sentence on a mask of which nobody said which classes are tumour."""
    whose = f"The mask {name}" if name else "The mask"
    return (
        f"{whose} holds the classes {classes_text(classes)}; it is not shown until it is said "
        "which of them are tumour."
    )


def compared_with_border(
    reference: Mask | None, border: NDArray[np.float64] | None
) -> tuple[Turn, tuple[str, ...]]:
    """Return what makes a mask fit its outline, and what must be said; nothing is turned for it."""
    if reference is None or border is None:
        return Turn.NONE, ()
    turn = turn_that_fits(reference, border)
    if turn is None:
        return Turn.NONE, (MISMATCH,)
    return turn, () if turn is Turn.NONE else (lying_note(turn),)


def _holds_classes(values: np.ndarray, low: float, high: float) -> bool:
    """Tell whether a mask is a label map, and its values not those of soft edges."""
    inside = values[(values > low + EDGE * (high - low)) & (values < high - EDGE * (high - low))]
    if low == 0 and not inside.size:
        return False
    found = np.unique(values)
    whole = values.dtype.kind in "iu" or (found == np.rint(found)).all()
    if not whole or len(found) > MAX_CLASSES or max(-low, high) > LARGEST:
        return False
    # Numbers as high as greys are classes if there is much of them: soft edges are thin.
    return bool(high <= MAX_CLASSES or inside.size >= MUCH * np.count_nonzero(values > 0))


def _half(low: float, high: float) -> float:
    """Return half of the range: that of a probability, of eight bits, or of what is there."""
    if low >= 0 and high <= 1:
        return 0.5
    if low >= 0 and 127 < high <= 255:
        return 127.5
    return (low + high) / 2
