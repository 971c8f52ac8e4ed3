"""Which lesions predictions found, by their size: beside the Dice, which large ones rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.measures.lesions import BANDS_PX, LesionCounts
from brainseg_gui.reports.summaries.columns import Columns
from brainseg_gui.reports.summaries.spread import ROUNDS, draws, ends

ALL = "all lesions"
Interval = tuple[float, float] | None


@dataclass(frozen=True)
class LesionRow:
    """The lesions of one range of sizes.

    Attributes
    ----------
    name : str
    counts : LesionCounts
    recall, f1 : (float, float) or None
        95 % interval over patients of what `counts` says.
    """

    name: str
    counts: LesionCounts
    recall: Interval = None
    f1: Interval = None


def by_lesion(
    columns: Columns, chosen: NDArray[np.bool_] | None = None, rounds: int = ROUNDS
) -> tuple[LesionRow, ...]:
    """Return a row for all lesions and one for each range of sizes; none where none were measured.

    A lesion is of the size that it has in the reference, an invented one of that in the prediction.

    Parameters
    ----------
    columns, chosen, rounds
        As of `summary_of`.
    """
    if chosen is None:
        chosen = np.ones(len(columns.people), bool)
    measured = columns.has_lesions & chosen
    if not measured.any():
        return ()
    names, member = np.unique(columns.people[measured], return_inverse=True)
    weights = draws(len(names), rounds) if rounds and len(names) > 1 and names[0] else None
    place = np.full(len(chosen), -1)
    place[measured] = member
    owner, own, there = columns.lesions[chosen[columns.lesions[:, 0]]].T
    kinds = np.stack([(own > 0) & (there > 0), own == 0, there == 0], axis=1)
    size = np.where(there > 0, there, own)
    edges = [(ALL, 0, np.inf), *((band_text(*it), *it) for it in pairwise((*BANDS_PX, np.inf)))]
    rows = []
    for name, low, high in edges:
        within = (low <= size) & (size < high)
        table = np.zeros((len(names), 3))
        np.add.at(table, place[owner[within]], kinds[within])
        rows.append(_row(name, table, weights))
    return tuple(rows)


def band_text(low: float, high: float) -> str:
    """Return a range of areas as a table names it.

    Examples
    --------
    >>> band_text(0, 100), band_text(100, 400), band_text(1600, np.inf)
    ('below 100 px', '100 to 399 px', '1600 px and more')
    """
    if not low:
        return f"below {high:.0f} px"
    return f"{low:.0f} px and more" if np.isinf(high) else f"{low:.0f} to {high - 1:.0f} px"


def plain_rows(rows: Sequence[LesionRow]) -> list[dict[str, object]]:
    """Return rows for JSON."""
    return [
        {
            "name": it.name,
            "found": it.counts.found,
            "missed": it.counts.missed,
            "false": it.counts.false,
            "recall": _rounded(it.counts.recall),
            "recall_interval_95": it.recall and [_rounded(end) for end in it.recall],
            "precision": _rounded(it.counts.precision),
            "f1": _rounded(it.counts.f1),
            "f1_interval_95": it.f1 and [_rounded(end) for end in it.f1],
        }
        for it in rows
    ]


def _row(name: str, table: NDArray[np.float64], weights: NDArray[np.float64] | None) -> LesionRow:
    """Sum up the (P, 3) found, missed and invented lesions of patients."""
    counts = LesionCounts(*map(int, table.sum(axis=0)))
    if weights is None:
        return LesionRow(name, counts)
    found, missed, false = (weights @ table).T
    return LesionRow(
        name,
        counts,
        _interval(found, found + missed),
        _interval(2 * found, 2 * found + missed + false),
    )


def _interval(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Interval:
    there = whole > 0
    return ends(part[there] / whole[there]) if there.any() else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
