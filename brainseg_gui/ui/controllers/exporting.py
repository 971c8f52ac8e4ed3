"""Ask what is exported, have it written, and say what was written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from PyQt5 import sip
from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.files.key_file import KeyFileError
from brainseg_gui.review.exports import ALL, Export, Wanted, read_export
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import PackedCorrection, StoreError
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.dialogs.export_choice import (
    ExportChoice,
    Offer,
    Scope,
    chosen_last,
    export_folder,
)
from brainseg_gui.ui.dialogs.export_words import NOTHING_LOST, was_written
from brainseg_gui.ui.jobs.counter import Counter
from brainseg_gui.ui.jobs.exporter import Exported, Exporter
from brainseg_gui.ui.panels.model_panel import duration
from brainseg_gui.ui.worklist.panel import WorklistPanel

UNDER_WAY = "An export is under way: wait for its end, or stop it with Escape."
Read = Callable[[], Export]


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

    def __init__(self, data_set: DataSet, worklist: WorklistPanel, asks: QWidget) -> None:
        super().__init__()
        self._data_set, self._worklist = data_set, worklist
        self._asks = asks  # beside which questions are asked
        self._job: Exporter | None = None
        self._counter: Counter | None = None

    @property
    def busy(self) -> bool:
        """Tell whether masks are being written."""
        return self._job is not None

    def ask(self, scope: Scope) -> None:
        """Ask what is exported, first of all this, and write it."""
        if self.busy:
            self.told.emit(UNDER_WAY)
            return
        offer = self._offer(scope)
        if not offer.digests:
            return
        whole = self._whole()
        counter = self._counter = Counter(whole, self)
        counter.finished.connect(counter.deleteLater)  # nobody waits for it: Return is quicker
        counter.start()
        last = chosen_last(scope, offer.folder)
        choice = dialogs.ask_export(self._asks.window(), offer, last, counter)
        if choice is not None:
            self._export(offer, choice, whole)

    def cancel(self) -> None:
        """Stop before the next mask; those that are written stay."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Stop, and wait until the mask under way is whole, though not for ever."""
        if self._counter is not None and not sip.isdeleted(self._counter):
            self._counter.close()
        if self._job is not None:
            self._job.close()
            self._job = None

    def _export(self, offer: Offer, choice: ExportChoice, whole: Read) -> None:
        try:
            options = choice.options()
        except KeyFileError as error:
            self.complained.emit(str(error))
            return
        choice.remember()
        review, this = self._data_set.session.path, offer.this
        if choice.scope is Scope.SLICE and this is not None:
            read: Read = lambda: _with_verdicts(this, review)  # noqa: E731
        else:
            read = lambda: offer.of(choice.scope, whole())  # noqa: E731
        self._start(Exporter(read, choice.folder, options, self))

    def _offer(self, scope: Scope) -> Offer:
        """Return what can be exported now, as it is listed and chosen."""
        entries = self._worklist.model.entries()
        model = self._worklist.model
        digests: dict[Scope, frozenset[str] | None] = {}
        this = self._this()
        if this is not None:
            digests[Scope.SLICE] = frozenset()
        if self._data_set.session.path is not None:
            paths = self._worklist.selected
            chosen = [entry for path in paths if (entry := model.entry(path)) is not None]
            if len(chosen) > 1:
                digests[Scope.CHOSEN] = frozenset(it.digest for it in chosen) - {""}
            if model.arrangement.filters.are_on:
                listed = (entries[number] for number in model.order)
                digests[Scope.FILTERED] = frozenset(it.digest for it in listed) - {""}
            digests[Scope.ALL] = None
        return Offer(scope, digests, this, export_folder(self._data_set.folder))

    def _this(self) -> Export | None:
        """Return the mask on the screen, with every edit, whether it could be written or not."""
        now, folder = self._data_set.screen.now, self._data_set.folder
        if now is None or now.correction is None or folder is None:
            return None
        session = self._data_set.session
        status = now.status.verdict
        verdict = status if status.is_decision else Verdict.IN_PROGRESS
        mask = PackedCorrection(
            digest=now.slice.digest,
            name=now.name,
            patient=now.slice.patient,
            packed=pack_mask(now.correction),
            shape=now.slice.shape,
            start=now.start or Layer.NOTHING,
            reader=now.reader,
            review="",
            verdict=verdict,
            turn=now.slice.turn,
        )
        where = Whereabouts(folder, {mask.digest: (now.name,)}, session.turns)
        leaves = verdict is not Verdict.REJECTED
        return Export(
            *((mask,) if leaves else (), () if leaves else (mask,), (), False, (), where),
            spacing_mm=now.spacing_mm,
            review="" if session.path is None else session.path.name,
            partial=True,
        )

    def _whole(self) -> Read:
        """Return what reads all that the review hands over, in whatever thread."""
        session, slices = self._data_set.session, self._data_set.folder
        review, spacing_mm = session.path, session.spacing_mm
        output = export_folder(slices)

        def read() -> Export:
            if review is None:
                raise StoreError("There is no review to export from.")
            with closing(look_at(review)) as found:
                return read_export(
                    found.contents,
                    ALL,
                    slices=slices,
                    output=output,
                    spacing_mm=spacing_mm,
                    review=review.name,
                )

        return read

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
        (self.complained if what.result.problems else self.told).emit(was_written(what))

    def _on_failed(self, sentence: str) -> None:
        self.complained.emit(f"{sentence.rstrip('.')}. {NOTHING_LOST}")


def _with_verdicts(this: Export, review: Path | None) -> Export:
    """Return the mask on the screen with what the review says of it, where that can be read."""
    digests = {it.digest for it in (*this.corrections, *this.others)}
    with suppress(StoreError):
        if review is not None:
            with closing(look_at(review)) as found:
                decided = read_export(found.contents, Wanted(only=digests)).decided
            return replace(this, decided=decided)
    return this
