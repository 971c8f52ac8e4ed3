"""The open data set: its worklist, its review, and which slice is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.formats import openable, suffixes_text
from brainseg_gui.review.opening import data_set_folder, open_review
from brainseg_gui.review.predictions import PredictionShelf
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.review.worklist.entry import Entry, relative_name
from brainseg_gui.ui.canvas.slice_view import SliceView
from brainseg_gui.ui.jobs.indexer import Indexer
from brainseg_gui.ui.jobs.slice_reader import SliceReader
from brainseg_gui.ui.worklist.panel import WorklistPanel
from brainseg_gui.ui.worklist.rows import Rows


class DataSet(QObject):
    """Opens folders, walks the worklist, reads slices, and keeps the review that goes with them.

    Signals
    -------
    opened()
        Another data set, with a new session; no slice is on the screen yet.
    shown(OpenSlice, SliceView)
        Another slice, or another view of the same.
    broken(Path, str reason)
        The chosen row cannot be read.
    complained(str)
        One sentence for the reader.
    rows_changed()
    """

    opened = pyqtSignal()
    shown = pyqtSignal(object, object)
    broken = pyqtSignal(object, str)
    complained = pyqtSignal(str)
    rows_changed = pyqtSignal()

    def __init__(
        self,
        worklist: WorklistPanel,
        reader_name: str,
        leave_slice: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.worklist = worklist
        self.rows = Rows(worklist)
        self.shelf = PredictionShelf()
        self.session = ReviewSession(None, reader_name)
        self.folder: Path | None = None
        self.path: Path | None = None  # of the chosen row; its slice may still be on its way
        self.shown_path: Path | None = None  # of the slice on the screen
        self.view = "equalised"
        self._leave_slice = leave_slice
        self._network: ModelUse | None = None  # whose predictions are shown
        self._return_to = ""  # name of the slice where the reader was
        self.returns = True  # to that slice, when a data set is opened again
        self._began_with: Path | None = None  # what was shown until that one is found
        self._indexer: Indexer | None = None
        self._reader = SliceReader(self)
        self._reader.ready.connect(self._on_ready)
        self._reader.failed.connect(self._on_failed)
        self._reader.start()
        self._prefetch_soon = QTimer(self, singleShot=True, interval=20)
        self._prefetch_soon.timeout.connect(self._prefetch)
        worklist.chosen.connect(self.show)

    def open(self, paths: list[Path], review: Path | None = None) -> bool:
        """Open files and folders in place of what is open; False if the reader had to stay."""
        if not self._leave_slice():
            return False
        self._close_indexer()
        self.folder = data_set_folder(paths)
        self.session.close()
        self.session = open_review(self.folder, self.session.reader, review)
        self.path = self.shown_path = None
        self.shelf.clear()
        self._reader.forget()
        self.worklist.clear()
        try:
            self.rows.read_review(self.session)
        except StoreError as error:
            self.complained.emit(str(error))
        self.rows.read_predictions(self.session, self._network)
        self._return_to, self._began_with = self.session.last_slice, None
        self.opened.emit()
        if self.session.access.warning:
            self.complained.emit(self.session.access.warning)
        self._indexer = Indexer(paths, self.folder, self.worklist.thumbnails.put, self)
        self._indexer.found.connect(self._on_found)
        self._indexer.described.connect(self._on_described)
        self._indexer.completed.connect(self._on_completed)
        self._indexer.failed.connect(self.complained)
        self._indexer.start()
        return True

    @property
    def spacing_mm(self) -> float | None:
        """Return the side of a pixel as the reader declared it; None where unknown."""
        return self.session.spacing_mm

    def show(self, path: Path) -> None:
        """Bring a slice to the screen; the one before stays until it is ready."""
        if path == self.path:
            return
        if not self._leave_slice():
            self.worklist.stay(self.path)
            return
        self.path = path
        self._request()

    def set_view(self, view: str) -> None:
        """Show raw, equalised or CLAHE."""
        self.view = view
        if self.path:
            self._request()

    def change_reader(self, name: str) -> None:
        """Go on as another reader: that one's correction, and verdicts in every row.

        Raises
        ------
        StoreError
            If that reader's corrections cannot be read; the reader is then still the old one.
        """
        self.session.change_reader(name)
        self.rows.read_review(self.session)

    def declare_spacing(self, millimetres: float) -> None:
        """Remember the pixel size with the review; 0 is unknown.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        self.session.declare_spacing(millimetres)

    def use_network(self, network: ModelUse | None) -> None:
        """Show the predictions of this network, as far as the review keeps them, and no other's."""
        self._network = network
        self.shelf.clear()
        self.session.forget_predictions()
        self.rows.forget_predictions()
        self.rows.read_predictions(self.session, network)
        if self.session.current is not None:
            self._adopt_prediction(self.session.current.slice)

    def close(self) -> None:
        """Stop the threads and let go of the review."""
        self._close_indexer()
        self._reader.close()
        self.session.close()

    def _request(self) -> None:
        assert self.path is not None
        view = self._reader.take(self.path, self.view)
        if view is None:
            self._reader.request([self.path, *self.worklist.neighbours()], self.view)
        else:
            self._on_ready(self.path, self.view, view)
            self._prefetch_soon.start()  # once this one is painted: both want the processor

    def _prefetch(self) -> None:
        if self.path is not None:
            self._reader.request([self.path, *self.worklist.neighbours()], self.view)

    def _on_ready(self, path: Path, view: str, result: SliceView) -> None:
        """Show what was asked for; prefetched neighbours and late answers wait in the cache."""
        if path != self.path or view != self.view:
            return
        if path != self.shown_path and not self._bring(path, result.slice):
            return
        current = self.session.current
        assert current is not None
        corrected = current.correction.exists
        self.rows.note(path, digest=result.slice.digest, corrected=corrected, problem="")
        said = self.shelf.get(result.slice.digest)
        if said is not None:
            self.rows.note_prediction(path, result.slice.digest, said)
        self.shown.emit(current, result)

    def _bring(self, path: Path, slice_: Slice) -> bool:
        """Open a slice in place of the one before, which may have been painted on meanwhile."""
        assert self.folder is not None
        self._leave_slice()
        try:
            self.session.open(relative_name(path, self.folder), slice_)
        except StoreError as error:
            self.complained.emit(str(error))
            return False
        self.shown_path = path
        self._adopt_prediction(slice_)
        return True

    def _adopt_prediction(self, slice_: Slice) -> None:
        """Have what the review keeps of the prediction at hand, before any engine answers."""
        kept = self.rows.kept(slice_.digest)
        if kept is not None and slice_.digest not in self.shelf:
            mask = self.session.adopt_prediction(kept, slice_.shape)
            if mask is not None:
                self.shelf.put_kept(slice_, mask, kept.risk)

    def _on_failed(self, path: Path, reason: str) -> None:
        entry = self.worklist.model.entry(path)
        # What the search found says more: a link in a circle reads as a folder.
        reason = (entry.problem if entry else "") or reason
        self.rows.note(path, problem=reason)
        if path == self.path:
            self._leave_slice()
            self.session.close_slice()
            self.shown_path = None
            self.broken.emit(path, reason)

    def _on_found(self, entries: list[Entry]) -> None:
        entries = self.rows.add(entries)
        wanted = self._return_to if self.returns else ""
        last = next((entry for entry in entries if entry.name == wanted), None)
        if last is not None and self.path in (None, self._began_with):
            self.worklist.choose(last.path)
        elif self.path is None and entries:
            self.worklist.jump(to_end=False)
            self._began_with = self.path
        self.rows_changed.emit()

    def _on_described(self, entries: list[Entry]) -> None:
        self.rows.describe(entries)
        self.rows_changed.emit()

    def _on_completed(self, slices: int, broken: int) -> None:
        if slices == 0 and broken == 0:
            self.complained.emit(
                f"There are no {suffixes_text()} slices in {self.folder}; "
                f"what can be opened: {openable()}."
            )

    def _close_indexer(self) -> None:
        if self._indexer is not None:
            self._indexer.close()
            self._indexer.deleteLater()
            self._indexer = None
