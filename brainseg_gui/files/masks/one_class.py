"""A correction has one class: of masks with several, somebody has to say which are tumour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainseg_gui.core.masks.classes import classes_of, mapped
from brainseg_gui.core.types import Mask
from brainseg_gui.files.wishes import BINARY, Wishes

WAY_OUT = "choose which of them are tumour"
SHOWN = 6  # names in a sentence


def taken(labels: Sequence[str], wishes: Wishes) -> tuple[str, ...]:
    """Return which classes of a mask are tumour, as it was said; there may be none.

    Raises
    ------
    ValueError
        With a sentence that names them, if nobody said it.
    """
    found = wishes.taken(labels)
    if found is None:
        raise ValueError(unsaid(labels))
    return found


def tumour_labels(labels: Sequence[str], wishes: Wishes) -> tuple[str, ...]:
    """Return which parts of what was drawn are tumour: where none is, nothing was said of that.

    Raises
    ------
    ValueError
        As `taken`, and if none is.
    """
    found = taken(labels, wishes)
    if labels and not found:
        raise ValueError(f"nothing is in it but {', '.join(labels[:SHOWN])}")
    return found


def unsaid(labels: Sequence[str]) -> str:
    """Return the sentence on classes of which nobody said whether they are tumour."""
    *first, last = labels[:SHOWN]
    named = f"{', '.join(first)} and {last}" if first else last
    more = ", …" if len(labels) > SHOWN else ""
    return f"it holds the {'classes' if first else 'class'} {named}{more}; {WAY_OUT}"


def labels_of(classes: Sequence[int]) -> tuple[str, ...]:
    """Return what classes are called that have numbers alone; nothing of a plain mask."""
    return () if set(classes) <= BINARY else tuple(map(str, classes))


def tumour_classes(classes: Sequence[int], wishes: Wishes) -> tuple[int, ...]:
    """Return which values of a mask are tumour: as it was said of masks, else of the data set.

    Raises
    ------
    ValueError
        As `taken`.
    """
    known = wishes.tumour_in(classes)
    if known is not None and not set(map(str, classes)) <= dict(wishes.labels).keys():
        return known
    return tuple(map(int, taken([str(it) for it in classes], wishes)))


def mask_of(values: np.ndarray, wishes: Wishes) -> Mask:
    """Return which pixels of an array of numbers are tumour; ValueError as `tumour_classes`."""
    return mapped(values, tumour_classes(classes_of(values), wishes))
