"""The open data set: its folder, its review, its rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.slices import Slice
from brainseg_gui.files import reading
from brainseg_gui.files.formats import openable
from brainseg_gui.review.opening import data_set_folder, open_review
from brainseg_gui.review.prediction_cache import PredictionCache
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.review.worklist.entry import Entry, relative_name
from brainseg_gui.ui.controllers.on_screen import Screen
from brainseg_gui.ui.controllers.slices import Slices
from brainseg_gui.ui.jobs.indexer import Indexer
from brainseg_gui.ui.worklist.panel import WorklistPanel
from brainseg_gui.ui.worklist.rows import Rows


class DataSet(QObject):
    """Opens folders and the review that goes with them, and fills the worklist.

    Signals
    -------
    opened()
        Another data set, with a new session; no slice is on the screen yet.
    complained(str)
        One sentence for the reader.
    rows_changed()
    turned(list of Path)
        These slices are turned otherwise than before.
    """

    opened = pyqtSignal()
    complained = pyqtSignal(str)
    rows_changed = pyqtSignal()
    turned = pyqtSignal(list)

    def __init__(self, worklist: WorklistPanel, reader_name: str) -> None:
        super().__init__()
        self._worklist = worklist
        self.rows = Rows(worklist)
        self.predictions = PredictionCache()
        self.session = ReviewSession(None, reader_name)
        self.screen = Screen(self.session, self.predictions)
        self.slices = Slices(
            *(worklist, self.rows, self.predictions, self.screen), self.name_of, self.upright
        )
        self.folder: Path | None = None
        self.paths: list[Path] = []  # that were asked for
        self._networks: Sequence[ModelUse] = ()  # whose predictions are shown
        self._return_to = ""  # name of the slice where the reader was
        self.returns = True  # to that slice, when a data set is opened again
        self._began_with: Path | None = None  # what was shown until that one is found
        self._indexer: Indexer | None = None

    def name_of(self, path: Path) -> str:
        """Return a file's name relative to the data set."""
        assert self.folder is not None
        entry = self._worklist.model.entry(path)
        return entry.name if entry is not None else relative_name(path, self.folder)

    def open(self, paths: list[Path], review: Path | None = None) -> None:
        """Open files and folders in place of what is open."""
        self.screen.leaving.emit()
        self._close_indexer()
        self.paths, self.folder = paths, data_set_folder(paths)
        self._open_review(review)
        self._return_to, self._began_with = self.session.last_slice, None
        self.opened.emit()
        if self.session.access.warning:
            self.complained.emit(self.session.access.warning)
        self._indexer = Indexer(paths, self.folder, self._worklist.thumbnails.put, self)
        self._indexer.found.connect(self._on_found)
        self._indexer.described.connect(self._on_described)
        self._indexer.completed.connect(self._on_completed)
        self._indexer.failed.connect(self.complained)
        self._indexer.start()

    def change_reader(self, name: str) -> None:
        """Go on as another reader: that one's correction, and verdicts in every row.

        Raises
        ------
        StoreError
            If that reader's corrections cannot be read; the reader is then still the old one.
        """
        self.screen.leaving.emit()
        self.session.change_reader(name)
        self.rows.read_review(self.session)
        self.screen.refresh()

    def declare_spacing(self, millimetres: float) -> None:
        """Remember the pixel size with the review; 0 is unknown.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        self.session.declare_spacing(millimetres)
        self.screen.refresh()

    def upright(self, slice_: Slice) -> Slice:
        """Return a slice, as it was read, as the reader wants it turned; from any thread."""
        return self.session.turns.applied(slice_)

    def turn(self, stored: Collection[str], turn: Turn, *, made: bool) -> None:
        """Have slices turned, or take it back; see `ReviewSession.turn`.

        Raises
        ------
        StoreError
            If it cannot be written; then nothing is turned.
        """
        self.screen.leaving.emit()
        self.session.turn(stored, turn, made=made)
        paths = self.rows.turn(self.session.turns)
        self._read_review()
        self.turned.emit(paths)
        self.slices.read_anew()

    def hide_reference(self, on: bool) -> None:
        """Keep references hidden until the verdict, in rows and on the screen, or show them.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        self.session.hide_reference(on)
        self.rows.read_review(self.session)
        self.screen.refresh()

    @property
    def networks(self) -> Sequence[ModelUse]:
        """Return the networks whose predictions are shown: one for each engine that may run."""
        return self._networks

    def use_networks(self, networks: Sequence[ModelUse]) -> None:
        """Show what these networks said, as far as the review keeps it, and no other."""
        self._networks = networks
        self.predictions.clear()
        self.session.forget_predictions()
        self.rows.forget_predictions()
        self.rows.read_predictions(self.session, networks)
        if self.session.current is not None:
            self.slices.adopt_prediction(self.session.current.slice)
        self.screen.refresh()

    def close(self) -> None:
        """Stop the threads and let go of the review."""
        self._close_indexer()
        self.slices.close()
        self.session.close()

    def _open_review(self, review: Path | None) -> None:
        assert self.folder is not None
        self.session.close()
        self.session = open_review(self.folder, self.session.reader, review)
        self.screen.session = self.session
        self._read_wishes()
        self.predictions.clear()
        self.slices.forget()
        self._worklist.clear()
        self._read_review()

    def _read_wishes(self) -> None:
        """Have every file read as the review says from now on."""
        try:
            reading.wish_for(self.session.contents.wishes())
        except StoreError as error:
            self.complained.emit(str(error))

    def _read_review(self) -> None:
        """Say in the rows what the review says of their slices."""
        try:
            self.rows.read_review(self.session)
        except StoreError as error:
            self.complained.emit(str(error))
        self.rows.read_predictions(self.session, self._networks)

    def _on_found(self, entries: list[Entry]) -> None:
        entries = self.rows.add(entries)
        wanted = self._return_to if self.returns else ""
        last = next((entry for entry in entries if entry.name == wanted), None)
        if last is not None and self.slices.path in (None, self._began_with):
            self._worklist.choose(last.path)
        elif self.slices.path is None and entries:
            self._worklist.begin()
            self._began_with = self.slices.path
        self.rows_changed.emit()

    def _on_described(self, entries: list[Entry]) -> None:
        self.rows.describe(entries)
        self.rows_changed.emit()

    def _on_completed(self, slices: int, broken: int) -> None:
        if slices == 0 and broken == 0:
            self.complained.emit(
                f"There are no slices in {self.folder}; what can be opened: {openable()}."
            )

    def _close_indexer(self) -> None:
        if self._indexer is not None:
            self._indexer.close()
            self._indexer.deleteLater()
            self._indexer = None
