"""A cohort as one value: what every kind of report file is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.reports.figures import Counted, Figure, pseudonymous
from brainseg_gui.reports.fixes.fixes import Fixes
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.reports.summaries.by_lesion import LesionRow, by_lesion
from brainseg_gui.reports.summaries.columns import Columns
from brainseg_gui.reports.summaries.summary import GROUPS, Summary, summaries, summary_of

METHOD = (
    "Dice, IoU and HD95 of the prediction against the reference; where the reference has a tumour "
    "and the prediction none they are 0, 0 and the diagonal of the image, and the slice counts as "
    "missed. Slices without a tumour in both have no Dice and are counted. The boundary shift is "
    "the mean signed distance between the two boundaries, positive where the first mask is the "
    "larger one. By lesion: a piece of the prediction and one of the reference are the same lesion "
    "where they share more than a tenth of what both cover, the best pairs first; an invented one "
    "counts by its own size. "
    "Intervals: 95 %, 2000 bootstrap rounds over patients, not slices; none where a "
    "slice names no patient. Corrections are those that a reader accepted or called corrected; "
    "time and edits are those of every verdict."
)
NOTICE = "Research use, not for diagnosis."


@dataclass(frozen=True, eq=False)
class Report:
    """What is reported of a cohort.

    Attributes
    ----------
    title : str
    notes : tuple of str
        What limits the numbers, one sentence each.
    figures : tuple of Figure
        All, those that are left out of the summaries too.
    bands : Bands
    overall : Summary
    groups : mapping of str to sequence of Summary
        By the names in `GROUPS`.
    uncontested : Summary or None
        Without the slices whose reference somebody contests; None where nobody does.
    fixes : Fixes or None
        None where there are no corrections to look at.
    shown : tuple of Figure
        That entered the summaries.
    lesions : tuple of LesionRow
        Empty where none were measured.
    """

    title: str
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]
    bands: Bands
    overall: Summary
    groups: Mapping[str, Sequence[Summary]]
    uncontested: Summary | None
    fixes: Fixes | None = None
    shown: tuple[Figure, ...] = field(default=())
    lesions: tuple[LesionRow, ...] = ()

    @classmethod
    def of(
        cls,
        title: str,
        figures: Sequence[Figure],
        *,
        seen: bool = False,
        notes: Sequence[str] = (),
        fixes: Fixes | None = None,
    ) -> Report:
        """Summarise figures; with `seen` those too of patients that the network was trained on."""
        counted = Counted.of(figures, seen=seen)
        columns = Columns.of(counted.figures)
        bands = Bands.of(it.size_px for it in figures)
        agreed = [it for it in counted.figures if not it.contested]
        contested = len(agreed) < len(counted.figures)
        return cls(
            title,
            (*notes, *counted.sentences(), *_seen_note(counted.figures, seen)),
            tuple(figures),
            bands,
            summary_of("all slices", columns),
            {by: summaries(by, columns, bands) for by in GROUPS},
            summary_of("without contested", Columns.of(agreed)) if contested else None,
            fixes,
            counted.figures,
            by_lesion(columns),
        )

    def pseudonymous(self, pseudonyms: Pseudonyms) -> Report:
        """Return the same, naming neither patients nor slices."""
        return replace(
            self,
            figures=pseudonymous(self.figures, pseudonyms),
            shown=pseudonymous(self.shown, pseudonyms),
        )


def _seen_note(figures: Sequence[Figure], seen: bool) -> tuple[str, ...]:
    """Say what numbers are worth that slices from the training went into."""
    count = sum(it.predicted and it.seen is not False for it in figures)
    if not (seen and count):
        return ()
    return (
        f"{count} of {len(figures)} slices are, or may be, of patients that the network was "
        "trained on: the numbers of its predictions are no measure of accuracy.",
    )
