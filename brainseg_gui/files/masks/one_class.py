"""A correction is of one class: masks of several are refused, never merged without a word."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.masks.classes import classes_of, classes_text, mapped
from brainseg_gui.core.types import Mask
from brainseg_gui.files.wishes import Wishes

WAY_OUT = "a correction has one class: save the one that is meant as a mask of its own"


def tumour_classes(classes: tuple[int, ...], wishes: Wishes) -> tuple[int, ...]:
    """Return which values of a mask are tumour, as it was said for the data set.

    Raises
    ------
    ValueError
        With a sentence that names them, if nobody said it.
    """
    found = wishes.tumour_in(classes)
    if found is None:
        raise ValueError(f"it holds the classes {classes_text(classes)}; {WAY_OUT}")
    return found


def mask_of(values: np.ndarray, wishes: Wishes) -> Mask:
    """Return which pixels of an array of numbers are tumour; ValueError as `tumour_classes`."""
    return mapped(values, tumour_classes(classes_of(values), wishes))
