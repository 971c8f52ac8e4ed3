"""Label maps: masks of which each value is a class, such as BraTS's 1, 2 and 4."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from brainseg_gui.core.types import Mask

MOST_CLASSES = 64  # of a label map; what holds more is no map of classes
LARGEST = 1 << 24  # up to here floating point numbers are whole numbers without doubt


def classes_of(values: np.ndarray) -> tuple[int, ...]:
    """Return the values of a label map other than 0, rising; none where nothing is labelled.

    Parameters
    ----------
    values : array of numbers, of any shape

    Raises
    ------
    ValueError
        With a sentence, if it is no label map: its values are not whole, or too many.
    """
    if values.dtype == bool:
        return (1,) if values.any() else ()
    found = np.unique(values)
    if values.dtype.kind == "f":
        finite = found[np.isfinite(found)]
        if not (finite == np.rint(finite)).all() or len(finite) != len(found):
            raise ValueError("the mask holds values between its classes: it is no map of classes")
    if len(found) > MOST_CLASSES + 1:
        raise ValueError(f"the mask holds {len(found)} values; at most {MOST_CLASSES} classes")
    if len(found) and max(abs(float(found[0])), abs(float(found[-1]))) > LARGEST:
        raise ValueError("the mask holds values that are no classes")
    return tuple(int(value) for value in found if value != 0)


def is_plain(classes: Collection[int]) -> bool:
    """Tell whether a mask with these classes says by itself what is tumour: there is one at most.

    Examples
    --------
    >>> is_plain((1,)), is_plain((255,)), is_plain((1, 2, 4))
    (True, True, False)
    """
    return len(classes) <= 1


def mapped(values: np.ndarray, tumour: Collection[int]) -> Mask:
    """Return which pixels have one of the classes that count as tumour.

    Examples
    --------
    >>> mapped(np.array([[0, 1], [2, 4]]), (1, 4)).tolist()
    [[False, True], [False, True]]
    """
    return np.isin(values, sorted(tumour))


def classes_text(classes: Collection[int]) -> str:
    """Return classes as a sentence names them: "1, 2 and 4"."""
    *first, last = (str(value) for value in sorted(classes))
    return f"{', '.join(first)} and {last}" if first else last
