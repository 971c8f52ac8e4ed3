"""What readers keep fixing, as `fixes.json`: what training reads to do better."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from brainseg_gui.core.masks.levels import unpack_levels
from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.fixes.savings import Costs, Savings, savings
from brainseg_gui.reports.reading.holdings import Holdings
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.reports.summaries.columns import Columns
from brainseg_gui.reports.summaries.spread import Spread
from brainseg_gui.reports.summaries.summary import Summary, summaries, summary_of
from brainseg_gui.review.measured.kept import MeasuredContents
from brainseg_gui.review.values.verdict import ModelUse

FORMAT = "brainseg fixes 1"
FIXED = ("shift_px", "added_px", "removed_px", "removed_islands", "seconds", "edits")
KEYS = {
    "format": "which keys there are; another number means other keys",
    "network": "name, sum and threshold of the network whose predictions were fixed",
    "slices": "accepted or corrected slices with a prediction of it",
    "shift_px": "mean signed distance from the boundary of the prediction to that of the "
    "correction in pixels: positive where readers make it larger",
    "added_px": "pixels that readers added",
    "removed_px": "pixels that readers took away",
    "removed_islands": "pieces of the prediction of which readers left nothing",
    "seconds": "spent on a slice",
    "edits": "steps on a slice, undone ones too",
    "all, by_type, by_size": "mean, median, quartiles and 95 % interval over patients of these",
    "settings.threshold": "probability from which a pixel is tumour; null where the review does "
    "not hold what the network would have said at others",
    "settings.smallest_island": "share of the image below which a piece is left out, but never "
    "the largest",
    "settings.changed_px, would_be_px": "pixels that readers changed, and would have changed with "
    "these settings, on the slices that they were chosen on",
    "settings.new_patients_px": "the same where the settings for a fifth of the patients are "
    "chosen on the others; null with fewer than five patients",
}


@dataclass(frozen=True)
class Fixes:
    """What readers keep fixing in the predictions of one network.

    Attributes
    ----------
    network : ModelUse or None
    overall : Summary
    by_type, by_size : tuple of Summary
    settings : Savings or None
        None where no slice is accepted or corrected.
    """

    network: ModelUse | None
    overall: Summary
    by_type: tuple[Summary, ...]
    by_size: tuple[Summary, ...]
    settings: Savings | None

    @classmethod
    def of(cls, figures: Iterable[Figure], bands: Bands, costs: Sequence[Costs]) -> Fixes:
        """Look at the slices that readers accepted or corrected."""
        fixed = [it for it in figures if is_fixed(it)]
        columns = Columns.of(fixed)
        return cls(
            next((it.network for it in fixed), None),
            summary_of("all", columns),
            summaries("type", columns, bands),
            summaries("size", columns, bands),
            savings(costs),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; `KEYS` says what they are."""
        return {
            "format": FORMAT,
            "network": None if self.network is None else asdict(self.network),
            "slices": self.overall.slices,
            "all": _fixed(self.overall),
            "by_type": {it.name: _fixed(it) for it in self.by_type},
            "by_size": {it.name: _fixed(it) for it in self.by_size},
            "settings": None if self.settings is None else asdict(self.settings),
            "keys": KEYS,
        }

    def to_json(self) -> str:
        """Return indented JSON."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def is_fixed(figure: Figure) -> bool:
    """Tell whether a reader stands by a mask of a slice that was predicted."""
    return figure.predicted and any(it.is_final for it in figure.readings)


def costs_of(
    figures: Iterable[Figure], holdings: Holdings, measured: MeasuredContents
) -> Iterator[Costs]:
    """Yield what each reader changed on each of some slices, and would have had to otherwise.

    Takes some milliseconds for each; what is damaged in the review is left out.

    Raises
    ------
    StoreError
        If the review cannot be read.
    """
    for figure in filter(is_fixed, figures):
        label = holdings.labels.get(figure.digest)
        said = [
            it for it in holdings.predictions.get(figure.digest, ()) if it.model == figure.network
        ]
        if label is None or not said:
            continue
        packed = measured.levels(figure.digest, said[-1].model.sum)
        with suppress(ValueError, zlib.error):
            levels = None if packed is None else unpack_levels(packed, label.shape)
            predicted = unpack_mask(said[-1].packed, label.shape)
            for reading in figure.readings:
                correction = holdings.corrections.get((figure.digest, reading.reader))
                if reading.is_final and correction is not None:
                    corrected = unpack_mask(correction.packed, label.shape)
                    yield Costs.of(figure.person, predicted, corrected, levels)


def plain_spread(spread: Spread | None) -> dict[str, Any] | None:
    """Return a spread for JSON, in four decimals."""
    if spread is None:
        return None
    values = {key: None if it is None else round(it, 4) for key, it in asdict(spread).items()}
    low, high = values.pop("low"), values.pop("high")
    return values | {"interval_95": None if low is None else [low, high]}


def _fixed(summary: Summary) -> dict[str, Any]:
    found: Mapping[str, Spread | None] = summary.correction
    return {"slices": summary.slices, "patients": summary.patients} | {
        name: plain_spread(found[name]) for name in FIXED
    }
