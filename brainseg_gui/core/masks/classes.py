"""Label maps: masks of which each value is a class, such as BraTS's 1, 2 and 4."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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
    found = _different(values)
    if values.dtype.kind == "f":
        finite = found[np.isfinite(found)]
        if not (finite == np.rint(finite)).all() or len(finite) != len(found):
            raise ValueError("the mask holds values between its classes: it is no map of classes")
    if len(found) > MOST_CLASSES + 1:
        raise ValueError(f"the mask holds {len(found)} values; at most {MOST_CLASSES} classes")
    if len(found) and max(abs(float(found[0])), abs(float(found[-1]))) > LARGEST:
        raise ValueError("the mask holds values that are no classes")
    return tuple(int(value) for value in found if value != 0)


def _different(values: np.ndarray) -> np.ndarray:
    """Return the values that occur, rising; bytes are counted, which is ten times as fast."""
    if values.dtype == np.uint8:
        return np.flatnonzero(np.bincount(values.ravel(), minlength=1))
    return np.unique(values)


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


def tumour_of(classes: Collection[int], said: Mapping[int, bool]) -> tuple[int, ...] | None:
    """Return which classes of a mask are tumour; None where that is not said of each of them.

    Of a single class of which nothing is said there is no doubt.

    Parameters
    ----------
    classes : collection of int
        As `classes_of` returns.
    said : mapping of int to bool
        What somebody said of classes: whether they are tumour.

    Examples
    --------
    >>> brats = {1: True, 2: False, 4: True}
    >>> tumour_of((1, 2), brats), tumour_of((2,), brats), tumour_of((255,), brats)
    ((1,), (), (255,))
    >>> tumour_of((1, 3), brats) is None
    True
    """
    if all(value in said for value in classes):
        return tuple(value for value in classes if said[value])
    return tuple(classes) if is_plain(classes) else None


def areas_of(values: np.ndarray) -> tuple[tuple[int, int], ...]:
    """Return the classes of a label map, each with how many pixels have it.

    Raises
    ------
    ValueError
        As `classes_of`.

    Examples
    --------
    >>> areas_of(np.array([[0, 1], [2, 1]]))
    ((1, 2), (2, 1))
    """
    return tuple((value, int(np.count_nonzero(values == value))) for value in classes_of(values))


def classes_text(classes: Collection[int]) -> str:
    """Return classes as a sentence names them: "1, 2 and 4"."""
    *first, last = (str(value) for value in sorted(classes))
    return f"{', '.join(first)} and {last}" if first else last
