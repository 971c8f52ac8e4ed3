"""What risks are worth: the Dice that slices had which no network had seen, and its spread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.measures.compare import dice
from brainseg_gui.core.measures.expectation import RiskTable
from brainseg_gui.core.measures.risk import risk
from brainseg_gui.core.slices import Slice, patient_group
from brainseg_gui.core.types import Probability
from model_training.evaluation.predict import Predict
from model_training.evaluation.runners import BATCH

HELD = 0.9  # share of slices whose Dice the interval is to hold
ROWS = 21
SPREAD = 0.06  # of a neighbourhood, in shares of all slices ordered by risk
PARTS = 5
USUAL = 0.01, 0.99  # which shares of a type's tumours are smaller than the usual range's ends
POOR = 0.7  # a Dice below this wants a reader


@dataclass(frozen=True)
class Outcomes:
    """What a network said of slices that it had not seen, and what was so.

    Attributes
    ----------
    risk, dice : (N,) float64
    patient : (N,) str
    kind : (N,) str
        Tumour type, "unknown" where the file has none.
    share : (N,) float64
        Of the image that is tumour by the reference.
    """

    risk: NDArray[np.float64]
    dice: NDArray[np.float64]
    patient: NDArray[np.str_]
    kind: NDArray[np.str_]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, predict: Predict, threshold: float, slices: Iterable[Slice]) -> Outcomes:
        """Predict slices; those without a reference, or with an empty one, are left out."""
        rows: list[tuple[float, float, str, str, float]] = []
        wanted = (one for one in slices if one.reference is not None and one.reference.any())
        while some := list(islice(wanted, BATCH)):
            answers = map(Probability, predict([one.pixels for one in some]))
            for one, probability in zip(some, answers, strict=True):
                assert one.reference is not None
                mask = probability >= threshold
                found = dice(mask, one.reference) or 0.0
                kind = one.tumour.text if one.tumour else "unknown"
                patient, share = patient_group(one.patient), float(one.reference.mean())
                rows.append((risk(probability, threshold), found, patient, kind, share))
        columns = zip(*rows, strict=True) if rows else [()] * len(fields(cls))
        types = float, float, str, str, float
        return cls(*(np.array(column, type_) for column, type_ in zip(columns, types, strict=True)))

    def __add__(self, other: Outcomes) -> Outcomes:
        pairs = ((getattr(self, it.name), getattr(other, it.name)) for it in fields(self))
        return Outcomes(*map(np.concatenate, pairs))

    def where(self, chosen: NDArray[np.bool_]) -> Outcomes:
        """Return some of them."""
        return Outcomes(*(getattr(self, it.name)[chosen] for it in fields(self)))

    def parts(self, seed: int) -> NDArray[np.int64]:
        """Return in which of `PARTS` each slice is; a patient is in one."""
        patients, numbers = np.unique(self.patient, return_inverse=True)
        return (np.random.default_rng(seed).permutation(len(patients)) % PARTS)[numbers]


def make_table(found: Outcomes) -> RiskTable:
    """Return what to expect at each risk, with an interval that holds on patients left out.

    Raises
    ------
    ValueError
        If there are too few patients to tell, or all have one risk.

    References
    ----------
    Romano, Patterson & Candès, "Conformalized quantile regression", 2019, arXiv:1905.03222; the
    excess is measured on parts of the patients that the bands were not made from. The bands are
    shortest intervals (Hyndman, "Computing and graphing highest density regions", 1996,
    doi:10.1080/00031305.1996.10474359): Dice has a long tail to one side, and equal tails would
    make an interval a third wider for nothing.
    """
    if len(set(found.patient)) < 2 * PARTS:
        raise ValueError(f"a table of risks needs {2 * PARTS} patients or more")
    part = found.parts(0)
    excess, weights = np.empty(len(part)), np.empty(len(part))
    counts = dict(zip(*np.unique(found.patient, return_counts=True), strict=True))
    for number in range(PARTS):
        out = part == number
        low, _, high = _interpolated(_bands(found.where(~out)), found.risk[out])
        excess[out] = np.maximum(low - found.dice[out], found.dice[out] - high)
        weights[out] = [1 / counts[patient] for patient in found.patient[out]]
    margin = _quantile(excess, weights)
    risks, low, mean, high = _bands(found)
    low, high = np.minimum(low - margin, mean), np.maximum(high + margin, mean)
    columns = (np.clip(column, 0, 1).round(4) for column in (mean, low, high))
    return RiskTable(tuple(map(float, risks)), *(tuple(map(float, row)) for row in columns))


def describe(found: Outcomes) -> dict[str, Any]:
    """Return the table, and what it is worth on patients that were left out of it."""
    part, inside, widths = found.parts(1), np.empty(len(found.risk), bool), []
    for number in range(PARTS):
        out = part == number
        table = make_table(found.where(~out))
        for place in np.flatnonzero(out):
            told = table.expected(found.risk[place])
            inside[place] = told.low <= found.dice[place] <= told.high
            widths.append(told.high - told.low)
    return {
        "table": asdict(make_table(found)),
        "slices": len(found.risk),
        "patients": len(set(found.patient)),
        "held": HELD,
        "usual": usual_shares(found),
        "measured": {
            "inside": round(float(inside.mean()), 3),
            "median_width": round(float(np.median(widths)), 3),
            **ranking(found.risk, found.dice),
        },
    }


def usual_shares(found: Outcomes) -> dict[str, list[float]]:
    """Return by tumour type between which shares of the image nearly all of its tumours are."""
    kinds = set(found.kind) - {"unknown"}
    bounds = {kind: np.quantile(found.share[found.kind == kind], USUAL) for kind in sorted(kinds)}
    return {str(kind): [float(f"{it:.3g}") for it in pair] for kind, pair in bounds.items()}


def ranking(risks: NDArray[np.float64], scores: NDArray[np.float64]) -> dict[str, float]:
    """Return how well risks put slices in order.

    Returns
    -------
    dict
        `auroc_below_0.7`: how often a slice with a Dice below 0.7 has the higher risk of a pair;
        `riskiest_fifth_holds`: which share of them is among the riskiest 20 %; `aurc` and
        `aurc_perfect`: 100 times the area under risk and coverage (Geifman & El-Yaniv 2017,
        arXiv:1705.08500), as it is and for a perfect order.
    """
    from scipy.stats import rankdata  # here, for commands that rank nothing to start without it

    poor, order = scores < POOR, np.argsort(-risks, kind="stable")
    bad, good = int(poor.sum()), int((~poor).sum())
    won = rankdata(risks)[poor].sum() - bad * (bad + 1) / 2
    fifth = order[: len(order) // 5]
    return {
        "auroc_below_0.7": round(float(won / max(bad * good, 1)), 3),
        "riskiest_fifth_holds": round(float(poor[fifth].sum() / max(bad, 1)), 3),
        "aurc": round(_aurc(scores[order[::-1]]), 2),
        "aurc_perfect": round(_aurc(np.sort(scores)[::-1]), 2),
    }


def _aurc(scores: NDArray[np.float64]) -> float:
    """Return the mean loss, in hundredths, over all shares of slices that are trusted."""
    return float(np.mean(np.cumsum(1 - scores) / np.arange(1, len(scores) + 1)) * 100)


Bands = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _bands(found: Outcomes) -> Bands:
    """Return risks, and low, mean and high Dice of the slices around each; never rising.

    A prediction without any tumour has risk 1, and a Dice of 0: that is the last row.
    """
    order = np.argsort(found.risk, kind="stable")
    risks, scores = found.risk[order], found.dice[order]
    places = np.linspace(0, 1, len(risks))
    rows = []
    for place in np.linspace(0, 1, ROWS):
        weights = np.exp(-0.5 * ((places - place) / SPREAD) ** 2)
        mean, (low, high) = np.average(scores, weights=weights), _shortest(scores, weights)
        rows.append((np.quantile(risks, place), min(low, mean), mean, max(high, mean)))
    below = [row for row, after in zip(rows, [*rows[1:], (1.0,)], strict=True) if row[0] < after[0]]
    bands = np.array([*below, (1.0, 0.0, 0.0, 0.0)]).T
    bands[1:] = np.minimum.accumulate(bands[1:], axis=1)
    return bands[0], bands[1], bands[2], bands[3]


def _interpolated(bands: Bands, risks: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [np.interp(risks, bands[0], band) for band in bands[1:]]


def _shortest(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Return the shortest interval that holds `HELD` of the weight."""
    order = np.argsort(values, kind="stable")
    values, before = values[order], np.cumsum(weights[order]) - weights[order]
    after = before + weights[order]
    last = np.searchsorted(after, before + HELD * weights.sum() - 1e-9)
    first = np.flatnonzero(last < len(values))
    best = first[np.argmin(values[last[first]] - values[first])]
    return float(values[best]), float(values[last[best]])


def _quantile(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values, kind="stable")
    place = np.searchsorted(np.cumsum(weights[order]) / weights.sum(), HELD)
    return float(values[order[min(int(place), len(values) - 1)]])
