"""What a table says of a group of slices, and the groups that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.reports.summaries.columns import CORRECTION, PREDICTION, Columns
from brainseg_gui.reports.summaries.spread import ROUNDS, Spread, spreads
from brainseg_gui.review.worklist.entry import State

GROUPS = ("type", "size", "reader", "state")
NO_TYPE, NO_READER, UNREAD = "type unknown", "nobody", "unread"


@dataclass(frozen=True)
class Summary:
    """A group of slices in numbers.

    Attributes
    ----------
    name : str
    slices : int
    patients : int or None
        None where a slice names none.
    missed : int
        The reference has a tumour and the prediction none: Dice 0, HD95 the image's diagonal.
    both_empty : int
        Neither has: no Dice, left out of the means.
    unmeasured : int
        Without a Dice for want of a prediction, of a reference, or of a measurement.
    prediction, correction : mapping of str to Spread or None
        By the names in `PREDICTION` and `CORRECTION`; the second only of masks that are accepted
        or corrected, time and edits of every verdict.
    verdicts : mapping of str to int
        How many readings have each.
    """

    name: str
    slices: int
    patients: int | None
    missed: int
    both_empty: int
    unmeasured: int
    prediction: Mapping[str, Spread | None]
    correction: Mapping[str, Spread | None]
    verdicts: Mapping[str, int]


def summary_of(
    name: str,
    columns: Columns,
    chosen: NDArray[np.bool_] | None = None,
    reader: str | None = None,
    rounds: int = ROUNDS,
) -> Summary:
    """Summarise slices; with a reader, only what that one made of them.

    Parameters
    ----------
    name : str
    columns : Columns
    chosen : (N,) bool, optional
        Which slices of the columns; all without it.
    reader : str, optional
    rounds : int
        Of the bootstrap; 0 leaves the intervals out.
    """
    if chosen is None:
        chosen = np.ones(len(columns.people), bool)
    people = columns.people[chosen]
    values = columns.prediction[chosen]
    read = chosen[columns.owner]
    if reader is not None:
        read = read & (columns.reader == reader)
    both_empty = int(np.count_nonzero(columns.both_empty & chosen))
    without = int(np.isnan(values[:, list(PREDICTION).index("dice")]).sum())
    found = spreads(values, people, rounds)
    theirs = spreads(columns.correction[read], columns.people[columns.owner][read], rounds)
    return Summary(
        name,
        int(np.count_nonzero(chosen)),
        None if (people == "").any() else len(set(people.tolist())),
        int(np.count_nonzero(columns.missed & chosen)),
        both_empty,
        without - both_empty,
        dict(zip(PREDICTION, found, strict=True)),
        dict(zip(CORRECTION, theirs, strict=True)),
        Counter(columns.verdict[read].tolist()),
    )


def summaries(
    by: str,
    columns: Columns,
    bands: Bands,
    chosen: NDArray[np.bool_] | None = None,
    rounds: int = ROUNDS,
) -> tuple[Summary, ...]:
    """Return a summary for each group of slices, in the order of a table.

    Parameters
    ----------
    by : str
        One of `GROUPS`.
    bands : Bands
        Of the whole cohort, whichever part of it is chosen.
    columns, chosen, rounds
        As of `summary_of`.
    """
    if chosen is None:
        chosen = np.ones(len(columns.people), bool)
    if by == "reader":
        return _by_reader(columns, chosen, rounds)
    names = np.array([_group(by, it, bands) for it in columns.figures], dtype=str)
    return tuple(
        summary_of(name, columns, chosen & (names == name), None, rounds)
        for name in _order(by, set(names[chosen].tolist()), bands)
    )


def _by_reader(columns: Columns, chosen: NDArray[np.bool_], rounds: int) -> tuple[Summary, ...]:
    found, alone = [], chosen.copy()
    for name in sorted(set(columns.reader.tolist())):
        own = np.zeros_like(chosen)
        own[columns.owner[columns.reader == name]] = True
        alone &= ~own
        if (own & chosen).any():
            found.append(summary_of(name, columns, own & chosen, name, rounds))
    if alone.any():
        found.append(summary_of(NO_READER, columns, alone, None, rounds))
    return tuple(found)


def _group(by: str, figure: Figure, bands: Bands) -> str:
    if by == "type":
        return figure.tumour or NO_TYPE
    return bands.name(figure.size_px) if by == "size" else figure.state.value or UNREAD


def _order(by: str, groups: Iterable[str], bands: Bands) -> list[str]:
    order: Sequence[str] = (*sorted(set(groups) - {NO_TYPE}), NO_TYPE)
    if by == "size":
        order = bands.order
    elif by == "state":
        order = tuple(state.value or UNREAD for state in State)
    return [name for name in order if name in groups]
