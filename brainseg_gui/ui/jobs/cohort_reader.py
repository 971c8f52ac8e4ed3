"""Read the figures of a cohort beside the window's thread, and measure what was not yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.bundles import cards_of, list_bundles, seen_by
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.fixes.fixes import Fixes, costs_of
from brainseg_gui.reports.reading.holdings import Holdings
from brainseg_gui.reports.reading.measuring import measure_all, wanted, with_measured
from brainseg_gui.reports.reading.review import Choice, Known, SeenBy, figures
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.reports.summaries.columns import Columns
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.measured import Measured
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.jobs.job import Job, Work

AT_ONCE = 64  # slices that are measured between two times that they are kept
REST_S = 0.004  # between slices: the reader's own requests go first


@dataclass(frozen=True, eq=False)
class Cohort:
    """What the cohort page shows.

    Attributes
    ----------
    paths : tuple of Path
        File of each slice.
    figures, audit : tuple of Figure
        In the same order: about the network in use, and about one that is new to the patient.
    columns : Columns
        Of the first.
    bands : Bands
    holdings : Holdings
    """

    paths: tuple[Path, ...]
    figures: tuple[Figure, ...]
    audit: tuple[Figure, ...]
    columns: Columns
    bands: Bands
    holdings: Holdings


class CohortReader(Job):
    """Reads what is kept, then measures what is not, and reads that again.

    Signals
    -------
    read(Cohort)
        At once, and again when something was measured.
    measured(tuple of Measured)
        To be kept with the review.
    progressed(int done, int total)
    fixed(Fixes)
        What readers keep fixing.
    """

    read = pyqtSignal(object)
    measured = pyqtSignal(object)
    progressed = pyqtSignal(int, int)
    fixed = pyqtSignal(object)

    task = "The cohort"
    expected = (StoreError,)

    def __init__(
        self,
        review: Path | None,
        entries: Sequence[Entry],
        networks: Sequence[ModelUse],
        card: ModelCard | None,
        upright: Callable[[Slice], Slice],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._review, self._upright, self._card = review, upright, card
        self._entries = [it for it in entries if not it.problem]
        self._path_of = {it.digest: it.path for it in self._entries if it.digest}
        self._networks = tuple(dict.fromkeys((it.name, it.threshold) for it in networks))

    def work(self) -> Work:
        """Read, measure, read again."""
        cards = (*([self._card] if self._card else []), *cards_of(list_bundles()))
        seen, known = seen_by(cards), [known_of(it) for it in self._entries]
        if self._review is None:
            cohort = self._cohort(Holdings.of(Contents(None)), known, seen)
            yield self.read, cohort
            yield self.fixed, Fixes.of(cohort.figures, cohort.bands, [])
            return
        with closing(look_at(self._review)) as session:
            holdings = Holdings.of(session.contents)
            cohort = self._cohort(holdings, known, seen)
            yield self.read, cohort
            todo = wanted(holdings, known, self._choices, seen)
            found: list[Measured] = []
            told = 0
            for done, its in enumerate(measure_all(todo, holdings.labels, self._read), 1):
                found += its
                if done % AT_ONCE == 0 or done == len(todo):
                    yield self.measured, tuple(found[told:])
                    yield self.progressed, done, len(todo)
                    told = len(found)
                self.rest(REST_S)
                yield None
            if found:
                cohort = self._cohort(with_measured(holdings, found), known, seen)
                yield self.read, cohort
            costs = []
            for cost in costs_of(cohort.figures, cohort.holdings, session.contents.measured):
                costs.append(cost)
                self.rest(REST_S)
                yield None
        yield self.fixed, Fixes.of(cohort.figures, cohort.bands, costs)

    @property
    def _choices(self) -> tuple[Choice, Choice]:
        return Choice(self._networks), Choice((), new_to_patient=True)

    def _cohort(self, holdings: Holdings, known: Sequence[Known], seen: SeenBy) -> Cohort:
        mine, audit = (figures(holdings, known, choice, seen) for choice in self._choices)
        return Cohort(
            tuple(it.path for it in self._entries),
            mine,
            audit,
            Columns.of(mine),
            Bands.of(it.size_px for it in mine),
            holdings,
        )

    def _read(self, digest: str) -> Slice | None:
        path = self._path_of.get(digest)
        if path is None:
            return None
        try:
            slice_ = self._upright(read_slice(path))
        except SliceError:
            return None  # its row says why
        return slice_ if slice_.digest == digest else None


def known_of(entry: Entry) -> Known:
    """Return what a row of the worklist says of its slice."""
    return Known(
        entry.digest,
        entry.name,
        entry.patient,
        entry.tumour,
        entry.reference_px,
        None if not entry.digest else entry.reference_px is not None,
        entry.state,
        entry.blind,
    )
