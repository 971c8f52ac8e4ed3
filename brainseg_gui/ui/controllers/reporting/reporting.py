"""The cohort page, the audit and the case sheets: opened, filled, and their files written."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.review.values.record import now as moment
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.networks.network import Network
from brainseg_gui.ui.controllers.reporting.keeping import Keeping
from brainseg_gui.ui.controllers.reporting.papers import Papers
from brainseg_gui.ui.widgets.settings import EXPORT_FOLDER, settings
from brainseg_gui.ui.worklist.panel import WorklistPanel

if TYPE_CHECKING:
    from brainseg_gui.reports.figures import Figure
    from brainseg_gui.review.values.measured import Fault, Measured
    from brainseg_gui.review.worklist.entry import Entry
    from brainseg_gui.ui.dialogs.cohort.window import CohortWindow
    from brainseg_gui.ui.jobs.cohort_reader import Cohort, CohortReader


class Reporting(QObject):
    """One cohort window, one job that reads for it, and one that writes files: `papers`.

    Signals
    -------
    told(str)
    complained(str)
    working(str)
        What is being written; empty when it ended.
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)
    working = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, network: Network, worklist: WorklistPanel, asks: QWidget
    ) -> None:
        super().__init__()
        self._data_set, self._network = data_set, network
        self._worklist, self._asks = worklist, asks
        self.keeping = Keeping(data_set)
        self.window: CohortWindow | None = None
        self._entries: list[Entry] = []
        self._reader: CohortReader | None = None
        self.papers = Papers(data_set, network, worklist, asks)
        for signal in ("told", "complained", "working"):
            getattr(self.papers, signal).connect(getattr(self, signal))
        network.measured.connect(self.keeping.keep)
        data_set.opened.connect(self._on_opened)
        worklist.order.arranged.connect(self._on_arranged)

    # --- the cohort ---

    def show_cohort(self) -> None:
        """Open the cohort of what is open, or read it anew."""
        import brainseg_gui.ui.dialogs.cohort.window  # noqa: F401  not at the start

        QTimer.singleShot(0, self._show_cohort)  # the first time, both take their time

    def _show_cohort(self) -> None:
        from brainseg_gui.ui.dialogs.cohort.window import CohortWindow

        if self.window is None:
            self.window = CohortWindow(self._asks.window(), self._listed)
            self.window.opened.connect(self._open)
            self.window.audit.voted.connect(self._vote)
            self.window.audit.errata_wanted.connect(self.save_errata)
            self.window.report_wanted.connect(self.save_report)
            self.window.closed.connect(self._stop_reading)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._read()

    def _read(self) -> None:
        from brainseg_gui.ui.jobs.cohort_reader import CohortReader

        self._stop_reading()
        session, network = self._data_set.session, self._network
        self.papers.write_measures()
        self._entries = [it for it in self._worklist.model.entries() if not it.problem]
        said = self._data_set.networks, network.card, self._data_set.upright, self
        reader = self._reader = CohortReader(session.path, self._entries, *said)
        assert self.window is not None
        reader.read.connect(self._on_read)
        reader.measured.connect(self._keep)
        reader.progressed.connect(self.window.show_progress)
        reader.fixed.connect(self.window.show_fixes)
        reader.failed.connect(self.complained)
        reader.start()

    def _on_read(self, cohort: Cohort) -> None:
        if self.window is not None:
            self.window.show_cohort(cohort)

    def _keep(self, measured: tuple[Measured, ...]) -> None:
        self._data_set.session.measured.keep(*measured)

    def _listed(self) -> np.ndarray:
        filters = self._worklist.model.arrangement.filters
        entry = self._worklist.model.entry
        now = (entry(it.path) or it for it in self._entries)
        return np.array([filters.matches(it) for it in now], bool)

    def _on_arranged(self) -> None:
        if self.window is not None and self.window.isVisible():
            self.window.refresh()

    def _on_opened(self) -> None:
        """Another data set: its cohort is another one."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window.stop()
            self.window = None

    def _open(self, number: int) -> None:
        assert self.window is not None
        assert self.window.cohort is not None
        self._worklist.choose(self.window.cohort.paths[number])

    def _stop_reading(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader.deleteLater()
            self._reader = None

    # --- the audit ---

    def _vote(self, figure: Figure, fault: Fault) -> None:
        from brainseg_gui.review.values.measured import Vote

        window, session = self.window, self._data_set.session
        assert window is not None
        assert window.cohort is not None
        label = window.cohort.holdings.labels.get(figure.digest)
        try:
            if label is None:
                raise StoreError("The review does not know this slice yet: predict it first.")
            said = label, session.reader, moment(), fault, figure.network, figure.dice
            session.measured.vote(Vote(*said))
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._read()

    def save_errata(self) -> None:
        """Ask where to, and write what readers voted."""
        from brainseg_gui.reports.audit.errata import TABLE
        from brainseg_gui.ui.dialogs.paper import ask_errata_file

        assert self.window is not None
        path = ask_errata_file(self.window, self.papers.folder / TABLE)
        if path:
            self.papers.write(partial(_write_errata, self._data_set.session.path, path))

    def save_report(self) -> None:
        """Ask for a folder, and write the report on what the page shows."""
        from brainseg_gui.ui.dialogs import dialogs

        window = self.window
        if window is None or window.cohort is None:
            return
        folder = dialogs.ask_folder(window, "Save the report", str(self.papers.folder))
        if folder:
            settings.put(EXPORT_FOLDER, str(folder))
            listed = self._listed() & window.filters.chosen(
                window.cohort.figures, window.cohort.bands
            )
            its = [it for it, wanted in zip(window.cohort.figures, listed, strict=True) if wanted]
            self.papers.write(
                partial(_write_report, its, folder, seen=window.filters.seen.isChecked())
            )

    def close(self) -> None:
        """Stop, and wait until what is being written is whole, though not for ever."""
        self._on_opened()
        self._stop_reading()
        self.keeping.close()
        self.papers.close()


def _write_errata(review: Path | None, path: Path) -> str:
    from contextlib import closing

    from brainseg_gui.files.atomic import write_atomically
    from brainseg_gui.reports.audit.errata import errata
    from brainseg_gui.review.opening import look_at

    if review is None:
        raise StoreError("There is no review file that could hold a vote.")
    with closing(look_at(review)) as session:
        table = errata(session.contents.measured.votes(), {})
    write_atomically(path, table)
    return f"Errata written: {path}."


def _write_report(figures: list[Figure], folder: Path, *, seen: bool) -> str:
    from brainseg_gui.reports.pages.cohort import Report
    from brainseg_gui.reports.pages.write import write_report

    write_report(Report.of("Cohort", figures, seen=seen), folder, pdf=True)
    return f"Report written into {folder}."
