"""Ask what is exported, have it written, and say what was written.

What that needs is loaded when it is asked for: a start does without it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.jobs.job import Job
from brainseg_gui.ui.panels.model_panel import duration
from brainseg_gui.ui.worklist.panel import WorklistPanel

if TYPE_CHECKING:
    from brainseg_gui.ui.jobs.exporter import Exported, Exporter

UNDER_WAY = "An export is under way: wait for its end, or stop it with Escape."


class Exporting(QObject):
    """Runs one export at a time; slices are painted and walked meanwhile.

    Signals
    -------
    changed()
        An export began or ended.
    working(str)
        How far it is; empty when it ended.
    told(str)
        What was written.
    complained(str)
        One sentence on what was not.
    """

    changed = pyqtSignal()
    working = pyqtSignal(str)
    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(self, data_set: DataSet, worklist: WorklistPanel, asks: Canvas) -> None:
        super().__init__()
        self._data_set, self._worklist = data_set, worklist
        self._asks = asks  # beside which questions are asked, and which shows what is exported
        self._job: Exporter | None = None

    @property
    def busy(self) -> bool:
        """Tell whether masks are being written."""
        return self._job is not None

    def ask(self, scope: Scope) -> None:
        """Ask what is exported, first of all this, and write it."""
        from brainseg_gui.ui.controllers.exports.offering import exporter, offer_of, reads_whole
        from brainseg_gui.ui.dialogs.export_choice import chosen_last
        from brainseg_gui.ui.jobs.counter import Counter

        if self.busy:
            self.told.emit(UNDER_WAY)
            return
        offer = offer_of(self._data_set, self._worklist, scope)
        if not offer.digests:
            return
        whole = reads_whole(self._data_set)
        counter = Counter(whole, self)
        counter.finished.connect(counter.deleteLater)  # nobody waits for it: Return is quicker
        counter.start()
        low, high = self._asks.image.levels
        last = replace(chosen_last(scope, offer.folder), window=(float(low), float(high)))
        choice = dialogs.ask_export(self._asks.window(), offer, last, counter)
        if choice is None:
            return
        job = exporter(offer, choice, whole, self)
        if isinstance(job, str):
            self.complained.emit(job)
        else:
            self._start(job)

    def cancel(self) -> None:
        """Stop before the next mask; those that are written stay."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Stop, and wait until the mask under way is whole, though not for ever."""
        for job in self.findChildren(Job):  # the reading for a question that was given up, too
            job.close()
        self._job = None

    def _start(self, job: Exporter) -> None:
        self._job = job
        job.progressed.connect(self._on_progressed)
        job.exported.connect(self._on_exported)
        job.failed.connect(self._on_failed)
        job.finished.connect(self._end)
        self.working.emit("Exporting…")
        self.changed.emit()
        job.start()

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None
            self.working.emit("")
            self.changed.emit()

    def _on_progressed(self, done: int, total: int, per_second: float) -> None:
        pace = ""
        if per_second:
            left = duration((total - done) / per_second)
            pace = f" · {per_second:.0f} masks/s · {left} left"
        self.working.emit(f"Exporting {done} of {total}{pace} · Escape stops")

    def _on_exported(self, what: Exported) -> None:
        from brainseg_gui.ui.dialogs.export_words import was_written

        (self.complained if what.result.problems else self.told).emit(was_written(what))

    def _on_failed(self, sentence: str) -> None:
        from brainseg_gui.ui.dialogs.export_words import NOTHING_LOST

        self.complained.emit(f"{sentence.rstrip('.')}. {NOTHING_LOST}")
