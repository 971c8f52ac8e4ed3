"""The figures of a cohort side by side, so that a part of them is summarised at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.reports.figures import Figure, Reading

Number = float | int | None


def _of(name: str, what: str) -> Callable[[Reading], Number]:
    def number(reading: Reading) -> Number:
        found: Compared | None = getattr(reading, what)
        return None if found is None or not reading.is_final else getattr(found, name)

    return number


# What is summarised of predictions, and of what readers made of them, by the names in the JSON.
PREDICTION: Mapping[str, Callable[[Figure], Number]] = {
    "dice": lambda it: it.dice,
    "iou": lambda it: it.iou,
    "hd95_px": lambda it: it.hd95_px,
    "shift_px": lambda it: it.shift_px,
    "area_px": lambda it: it.area_px,
    "reference_px": lambda it: it.reference_px,
}
CORRECTION: Mapping[str, Callable[[Reading], Number]] = {
    "dice": _of("dice", "against_reference"),
    "iou": _of("iou", "against_reference"),
    "hd95_px": _of("hd95_px", "against_reference"),
    "area_px": _of("area_px", "against_reference"),
    "shift_px": _of("shift_px", "against_prediction"),
    "added_px": _of("added_px", "against_prediction"),
    "removed_px": _of("removed_px", "against_prediction"),
    "removed_islands": _of("removed_islands", "against_prediction"),
    "seconds": lambda it: it.seconds if it.verdict.is_decision else None,
    "edits": lambda it: it.edits if it.verdict.is_decision else None,
}


@dataclass(frozen=True, eq=False)
class Columns:
    """What is summarised of N slices and K readings; NaN where there is no number.

    Attributes
    ----------
    figures : tuple of N Figure
    people : (N,) str
        Patients; "" where a slice names none.
    prediction : (N, `len(PREDICTION)`) float
    missed, both_empty : (N,) bool
    owner : (K,) int
        Which slice a reading is of.
    reader, verdict : (K,) str
    correction : (K, `len(CORRECTION)`) float
    has_lesions : (N,) bool
        The lesions of a slice were measured.
    lesions : (L, 3) int
        Which slice a lesion is of, its area in the prediction and in the reference; 0 for none.
    """

    figures: tuple[Figure, ...]
    people: NDArray[np.str_]
    prediction: NDArray[np.float64]
    missed: NDArray[np.bool_]
    both_empty: NDArray[np.bool_]
    owner: NDArray[np.int_]
    reader: NDArray[np.str_]
    verdict: NDArray[np.str_]
    correction: NDArray[np.float64]
    has_lesions: NDArray[np.bool_]
    lesions: NDArray[np.int_]

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> Columns:
        """Put figures side by side."""
        lesions = [
            (number, each.area_px or 0, each.reference_px or 0)
            for number, it in enumerate(figures)
            for each in it.lesions or ()
        ]
        readings = [(number, it) for number, own in enumerate(figures) for it in own.readings]
        return cls(
            tuple(figures),
            np.array([it.person for it in figures], dtype=str),
            _matrix([[number(it) for number in PREDICTION.values()] for it in figures], PREDICTION),
            np.array([it.missed for it in figures], dtype=bool),
            np.array([it.both_empty for it in figures], dtype=bool),
            np.array([number for number, _ in readings], dtype=int),
            np.array([it.reader for _, it in readings], dtype=str),
            np.array([it.verdict.value for _, it in readings], dtype=str),
            _matrix(
                [[number(it) for number in CORRECTION.values()] for _, it in readings], CORRECTION
            ),
            np.array([it.lesions is not None for it in figures], dtype=bool),
            np.array(lesions, dtype=int).reshape(-1, 3),
        )


def _matrix(rows: list[list[Number]], names: Mapping[str, object]) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))
