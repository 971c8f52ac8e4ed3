"""The open data set: its worklist, its review, and which slice is on the screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.slices import Slice
from brainseg_gui.review.location import data_set_folder, elsewhere, review_path
from brainseg_gui.review.lock import ReviewLock
from brainseg_gui.review.predictions import PredictionShelf
from brainseg_gui.review.rows import Standing
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.stored import DamagedError, StoreError
from brainseg_gui.review.worklist import Entry, relative_name
from brainseg_gui.ui.indexer import Indexer
from brainseg_gui.ui.slice_reader import SliceReader, SliceView
from brainseg_gui.ui.worklist_panel import WorklistPanel

if TYPE_CHECKING:
    from brainseg_gui.review.store import ReviewStore


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
        self.shelf = PredictionShelf()
        self.session = ReviewSession(None, reader_name)
        self.folder: Path | None = None
        self.path: Path | None = None  # of the chosen row; its slice may still be on its way
        self.shown_path: Path | None = None  # of the slice on the screen
        self.view = "equalised"
        self.spacing_mm: float | None = None  # declared by the reader, unknown otherwise
        self._leave_slice = leave_slice
        self._lock = ReviewLock()
        self._warning = self._holder = ""
        self._standing = Standing()  # as the reader found it
        self.damaged: Path | None = None  # the review that belongs here, where it cannot be read
        self.trouble = ""  # why there is no review
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
        self._close_store()
        store = self._open_store(review)
        self.session = ReviewSession(store, self.session.reader, self._holder)
        self._standing = Standing.of(self.session)
        self.spacing_mm = _declared_spacing(store)
        self.path = self.shown_path = None
        self.shelf.clear()
        self._reader.forget()
        self.worklist.clear()
        self._return_to, self._began_with = self.session.last_slice, None
        self.opened.emit()
        if self._warning:
            self.complained.emit(self._warning)
        self._indexer = Indexer(paths, self.folder, self.worklist.thumbnails.put, self)
        self._indexer.found.connect(self._on_found)
        self._indexer.described.connect(self._on_described)
        self._indexer.completed.connect(self._on_completed)
        self._indexer.start()
        return True

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
        self._standing = Standing.of(self.session)
        model = self.worklist.model
        model.replace(*(self._standing.apply(entry) for entry in model.entries()))

    def declare_spacing(self, millimetres: float) -> None:
        """Remember the pixel size with the review; 0 is unknown.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        if self.session.store is None:
            raise StoreError("There is no review file to keep the pixel size in.")
        self.session.store.set_setting("pixel_size_mm", str(millimetres))
        self.spacing_mm = millimetres or None

    def note(self, path: Path, **what: object) -> None:
        """Change fields of a row, for example `predicted=True`."""
        entry = self.worklist.model.entry(path)
        if entry is not None:
            self.worklist.model.replace(dataclasses.replace(entry, **what))  # type: ignore[arg-type]

    def unpredicted(self) -> list[Path]:
        """Return the slices that have no prediction yet, in the order of the worklist."""
        return [
            entry.path
            for entry in self.worklist.model.entries()
            if not entry.predicted and not entry.problem
        ]

    def forget_predictions(self) -> None:
        """Take all predictions away, because another network was chosen."""
        self.shelf.clear()
        self.session.forget_predictions()
        model = self.worklist.model
        model.replace(*(entry.without_prediction() for entry in model.entries()))

    def close(self) -> None:
        """Stop the threads and let go of the review."""
        self._close_indexer()
        self._reader.close()
        self._close_store()

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
        self.note(path, digest=result.slice.digest, corrected=corrected, problem="")
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
        return True

    def _on_failed(self, path: Path, reason: str) -> None:
        entry = self.worklist.model.entry(path)
        # What the search found says more: a link in a circle reads as a folder.
        reason = (entry.problem if entry else "") or reason
        self.note(path, problem=reason)
        if path == self.path:
            self._leave_slice()
            self.session.close_slice()
            self.shown_path = None
            self.broken.emit(path, reason)

    def _on_found(self, entries: list[Entry]) -> None:
        entries = [self._standing.apply(entry) for entry in entries]
        self.worklist.model.append(entries)
        wanted = self._return_to if self.returns else ""
        last = next((entry for entry in entries if entry.name == wanted), None)
        if last is not None and self.path in (None, self._began_with):
            self.worklist.choose(last.path)
        elif self.path is None and entries:
            self.worklist.jump(to_end=False)
            self._began_with = self.path
        self.rows_changed.emit()

    def _on_described(self, entries: list[Entry]) -> None:
        """Take what the indexer learned, and keep what this session learned meanwhile."""
        merged = []
        for new, old in self._with_old(entries):
            described = dataclasses.replace(
                old,
                patient=new.patient,
                tumour=new.tumour,
                digest=new.digest or old.digest,
                problem=new.problem or old.problem,
                reference_px=new.reference_px,
            )
            learned = described.digest != old.digest
            merged.append(self._standing.apply(described) if learned else described)
        self.worklist.learn(merged)
        self.rows_changed.emit()

    def _with_old(self, entries: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
        for new in entries:
            if (old := self.worklist.model.entry(new.path)) is not None:
                yield new, old

    def _on_completed(self, slices: int, broken: int) -> None:
        if slices == 0 and broken == 0:
            self.complained.emit(f"There are no .mat slices in {self.folder}.")

    def _open_store(self, review: Path | None) -> ReviewStore | None:
        """Open the review, or say why it cannot be."""
        # SQLAlchemy takes a fifth of a second to import: the window stands before that.
        from brainseg_gui.review.store import ReviewStore

        assert self.folder is not None
        self._holder = self.trouble = ""
        self.damaged = None
        try:
            path = review or review_path(self.folder)
            self._holder = self._lock.take(path, self.session.reader)
            store = ReviewStore(path, read_only=bool(self._holder))
        except (StoreError, OSError) as error:
            self._lock.release()
            self._holder = ""
            self.damaged = path if isinstance(error, DamagedError) else None
            self.trouble = f"{error} Corrections cannot be saved until this is mended."
            self._warning = self.trouble
            return None
        self._warning = self._holder or elsewhere(self.folder, path, review)
        return store

    def _close_store(self) -> None:
        self.session.close()
        self._lock.release()

    def _close_indexer(self) -> None:
        if self._indexer is not None:
            self._indexer.close()
            # Batches that are still queued belong to the data set that was left.
            for signal in (self._indexer.found, self._indexer.described, self._indexer.completed):
                signal.disconnect()
            self._indexer.deleteLater()
            self._indexer = None


def _declared_spacing(store: ReviewStore | None) -> float | None:
    """Return the pixel size in mm that was declared for this review; 0 was "unknown"."""
    declared = _setting(store, "pixel_size_mm")
    return float(declared) or None if declared else None


def _setting(store: ReviewStore | None, name: str) -> str:
    return (store.setting(name) if store else None) or ""
