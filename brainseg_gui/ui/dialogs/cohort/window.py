"""The cohort in a window of its own: filters, pictures, tables, audit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.reports.audit.ranking import Ranking
from brainseg_gui.reports.figures import Counted
from brainseg_gui.reports.fixes.fixes import Fixes
from brainseg_gui.reports.pages.cohort import NOTICE
from brainseg_gui.reports.summaries.by_lesion import by_lesion
from brainseg_gui.reports.summaries.summary import GROUPS, Summary, summaries
from brainseg_gui.ui.dialogs.cohort.audit import Audit
from brainseg_gui.ui.dialogs.cohort.filters import CohortFilters
from brainseg_gui.ui.dialogs.cohort.fixes_text import fixes_text
from brainseg_gui.ui.dialogs.cohort.plots import Distribution, Points, show_areas
from brainseg_gui.ui.dialogs.cohort.tables import LesionTable, SummaryTable
from brainseg_gui.ui.jobs.answers import Answers
from brainseg_gui.ui.jobs.cohort_reader import Cohort
from brainseg_gui.ui.widgets.panel_parts import on_screen

INTERVALS = "intervals"  # only those of what was asked last are wanted
Listed = Callable[[], NDArray[np.bool_]]


class CohortWindow(QWidget):
    """Shows a cohort; the window beside it works on.

    Signals
    -------
    opened(int)
        The number of a slice in the cohort that is wanted on the screen.
    report_wanted()
    closed()
    """

    opened = pyqtSignal(int)
    report_wanted = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, parent: QWidget, listed: Listed) -> None:
        super().__init__(parent, Qt.Window)
        self.setWindowTitle("Cohort – brainseg")
        self.resize(on_screen(self, 1240, 720))
        self._listed = listed
        self.cohort: Cohort | None = None
        self.filters, self.audit = CohortFilters(), Audit()
        self.counts, self.state = QLabel(wordWrap=True), QLabel("Reading the review…")
        self.save = QPushButton("Save the re&port…")
        self._plots = QSplitter()
        self.tables = {by: SummaryTable(by) for by in GROUPS}
        self.lesions = LesionTable()
        self.fixes = QTextBrowser()
        self.tabs = QTabWidget(documentMode=True)
        self._answers = Answers(self)
        self._arrange()
        self.filters.changed.connect(self.refresh)
        self.tabs.currentChanged.connect(lambda *_: self._show_table())
        self.audit.chosen.connect(self._open_digest)
        self.save.clicked.connect(lambda: self.report_wanted.emit())
        self._answers.answered.connect(self._on_intervals)
        QTimer.singleShot(0, self._add_plots)  # while the review is read: they take their time

    def _arrange(self) -> None:
        for label in (self.counts, self.state):
            label.setObjectName("faint")
        for by, table in self.tables.items():
            self.tabs.addTab(table, f"By {by}")
        self.tabs.addTab(self.lesions, "By lesion")
        self.tabs.addTab(self.fixes, "What readers fix")
        self.tabs.addTab(self.audit, "Reference audit")
        head = QHBoxLayout()
        head.addWidget(self.filters, 1)
        head.addWidget(self.state)
        head.addWidget(self.save)
        splitter = QSplitter(Qt.Vertical)
        splitter.addWidget(self._plots)
        splitter.addWidget(self.tabs)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([self.height() // 2] * 2)  # the plots come a moment later
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.addLayout(head)
        layout.addWidget(self.counts)
        layout.addWidget(splitter, 1)

    def _add_plots(self) -> None:
        if self._plots.count():
            return
        self.distribution = Distribution()
        self.scatter = Points("Area", "reference, px", "prediction, px")
        told = "mean of both, px", "difference, px"
        self.bland_altman = Points("Bland-Altman", *told, legend=False)  # its neighbour has one
        for place, plot in enumerate((self.distribution, self.scatter, self.bland_altman)):
            self._plots.addWidget(plot)
            self._plots.setStretchFactor(place, 1)
        for points in (self.scatter, self.bland_altman):
            points.clicked.connect(self.opened)

    def show_cohort(self, cohort: Cohort) -> None:
        """Show figures in place of those before; the filters stay."""
        self._add_plots()
        self.cohort = cohort
        self.filters.offer(cohort.figures, cohort.bands)
        self.audit.show_ranking(Ranking.of(cohort.audit))
        self.refresh()

    def show_progress(self, done: int, total: int) -> None:
        """Say how many slices are measured that were not; `show_fixes` ends it."""
        self.state.setText(f"Measuring {done} of {total}…")  # until it is read anew

    def show_fixes(self, fixes: Fixes) -> None:
        """Say what readers keep fixing, in all slices of the cohort."""
        self.state.clear()
        self.fixes.setHtml(fixes_text(fixes))

    def refresh(self) -> None:
        """Show what matches the filters of the worklist and of this window."""
        if self.cohort is None:
            return
        its = self.cohort.figures
        wanted = self._listed() & self.filters.chosen(its, self.cohort.bands)
        matching = [it for it, is_ in zip(its, wanted, strict=True) if is_]
        counted = Counted.of(matching, seen=self.filters.seen.isChecked())
        kept = {id(it) for it in counted.figures}
        self._chosen = np.array([id(it) in kept for it in its], bool)
        self.counts.setText(
            f"{len(counted.figures)} of {len(its)} slices. "
            + " ".join((*counted.sentences(), NOTICE))
        )
        self.distribution.show_figures(counted.figures)
        show_areas(self.scatter, self.bland_altman, its, self._chosen)
        self._show_table()

    def closeEvent(self, event: object) -> None:
        """Tell that nobody looks any more."""
        self._answers.forget()
        self.closed.emit()

    def stop(self) -> None:
        """Wait for the intervals under way."""
        self._answers.close()

    def _show_table(self) -> None:
        """Show the table in front, at once without intervals and a little later with them."""
        if self.cohort is None:
            return
        cohort, chosen, front = self.cohort, self._chosen, self.tabs.currentWidget()
        if front is self.lesions:
            self.lesions.show_rows(by_lesion(cohort.columns, chosen, rounds=0))
            work = partial(by_lesion, cohort.columns, chosen)
            self._answers.ask(INTERVALS, lambda: (None, work()))
            return
        by = next((it for it in GROUPS if self.tables[it] is front), None)
        if by is None:
            return
        said = by, cohort.columns, cohort.bands, chosen
        self._put(by, summaries(*said, rounds=0))
        self._answers.ask(INTERVALS, partial(_with_intervals, *said))

    def _on_intervals(self, _key: str, found: tuple[str | None, tuple[Any, ...]]) -> None:
        by, rows = found
        if by is None:
            self.lesions.show_rows(rows)
        else:
            self._put(by, rows)

    def _put(self, by: str, rows: tuple[Summary, ...]) -> None:
        assert self.cohort is not None
        text = self.cohort.bands.text if by == "size" else str
        self.tables[by].show_summaries(rows, text)

    def _open_digest(self, digest: str) -> None:
        assert self.cohort is not None
        digests = [it.digest for it in self.cohort.figures]
        self.opened.emit(digests.index(digest))


def _with_intervals(by: str, *said: object) -> tuple[str, tuple[Summary, ...]]:
    return by, summaries(by, *said)  # type: ignore[arg-type]
