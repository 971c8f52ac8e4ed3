"""The worklist: search, order, filter, rows, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import QModelIndex, QPoint, QTimer, pyqtSignal
from PyQt5.QtWidgets import QAbstractItemView, QLabel, QProgressBar, QVBoxLayout, QWidget

from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.filters import Filters, words_of
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.worklist.filter_bar import FilterBar
from brainseg_gui.ui.worklist.model import PATH_ROLE, WorklistModel
from brainseg_gui.ui.worklist.search_field import SearchField
from brainseg_gui.ui.worklist.thumbnails import Thumbnails
from brainseg_gui.ui.worklist.view import WorklistView
from brainseg_gui.ui.worklist.walk import Walk


class WorklistPanel(QWidget):
    """Shows the rows and says which one the reader wants.

    The list is filtered and sorted anew when the reader asks, when a slice was left, and while
    files are read; whatever moves, the slice on the screen stays chosen.

    Signals
    -------
    chosen(Path)
    ended(bool last)
        There is no further row that way.
    left()
        The reader is done with the search field.
    told(str)
        A sentence that is good to know.
    menu_wanted(Path, QPoint)
        Of a row, at a point of the whole screen.
    """

    chosen = pyqtSignal(object)
    ended = pyqtSignal(bool)
    left = pyqtSignal()
    told = pyqtSignal(str)
    menu_wanted = pyqtSignal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = WorklistModel(self)
        self.thumbnails = Thumbnails()
        self._walk = Walk(self.model)
        self.search = SearchField()
        self.bar = FilterBar(self.model)
        self._list = WorklistView(self.model, self.thumbnails)
        self._progress = QProgressBar(textVisible=False, accessibleName="Reviewed slices")
        self._progress.setObjectName("thin")
        self._counts = QLabel("No slices open", wordWrap=True)
        self._counts.setObjectName("faint")
        self._chosen: Path | None = None
        self._moving = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 8)
        layout.setSpacing(6)
        for widget in (self.search, self.bar, self._list, self._progress, self._counts):
            layout.addWidget(widget)
        self._connect()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.left.connect(self.left)
        self.bar.sorted.connect(self.sort)
        self.bar.filtered.connect(self.filter)
        self.bar.cleared.connect(self.show_all)
        self._list.heading_clicked.connect(self._fold)
        self._list.menu_wanted.connect(self.menu_wanted)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        # Thousands of rows change while a folder is read; they are counted once, a little later.
        self._count_soon = QTimer(self, singleShot=True, interval=80)
        self._count_soon.timeout.connect(self._count)
        self.model.counted.connect(lambda: _start(self._count_soon))
        self._tidy_soon = QTimer(self, singleShot=True, interval=200)
        self._tidy_soon.timeout.connect(self._tidy)

    # --- rows ---

    def clear(self) -> None:
        """Forget all rows, the search and the filters."""
        self._chosen = None
        self.model.clear()
        self.thumbnails.clear()
        self.search.clear()
        self.bar.show_state()

    def append(self, entries: list[Entry]) -> None:
        """Add rows; some may belong above what can be seen, which stays where it is."""
        with self._list.held(self._list.anchor()):
            self.model.append(entries)

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take what reading the files taught; the rows find their places a little later."""
        self.model.replace(*entries)
        if self.model.stale:
            _start(self._tidy_soon)

    # --- the chosen row ---

    @property
    def current(self) -> Path | None:
        """Return the path of the highlighted row."""
        path: Path | None = self._list.currentIndex().data(PATH_ROLE)
        return path

    def choose(self, path: Path) -> None:
        """Highlight the row of a path, which announces it."""
        self._unfold(path)
        index = self.model.index_of(path)
        if index.isValid():
            self._list.setCurrentIndex(index)
            self._list.show_row(index)

    def step(self, by: int) -> None:
        """Go to the next good row up or down; rows that cannot be read are passed over."""
        path = self._walk.readable_from(self._chosen, by)
        if path is None:
            self.ended.emit(by > 0)
        else:
            self.choose(path)

    def jump(self, *, to_end: bool) -> None:
        """Go to the first or the last good row."""
        path = self._walk.outermost(to_end=to_end)
        if path is not None:
            self.choose(path)

    def next_unreviewed(self) -> bool:
        """Go to the next listed slice without a verdict, from the top again after the last one.

        Returns
        -------
        bool
            False, and `told` says so, where no other slice waits.
        """
        path = self._walk.waiting_after(self._chosen)
        if path is None:
            self.told.emit(self._walk.nothing_waits())
        else:
            self.choose(path)
        return path is not None

    def neighbours(self) -> list[Path]:
        """Return the paths beside the current row, the likeliest next one first."""
        return self._walk.beside(self._chosen)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        path = current.data(PATH_ROLE)
        if path is not None and not self._moving:
            self._chosen = path
            self.chosen.emit(path)
            if self.model.stale:  # the slice before was left: once the new one is painted
                _start(self._tidy_soon)

    # --- order and filter ---

    def sort(self, key: SortKey, descending: bool) -> None:
        """Sort the list."""
        self._ask(key=key, descending=descending)

    def filter(self, filters: Filters) -> None:
        """List what matches; the words of the search stay."""
        words = self.model.arrangement.filters.words
        self._ask(filters=replace(filters, words=words))

    def show_all(self) -> None:
        """Take search and filters off."""
        self.search.clear()
        self._ask(filters=Filters())

    def _search(self, text: str) -> None:
        filters = replace(self.model.arrangement.filters, words=words_of(text))
        if filters != self.model.arrangement.filters:
            self._ask(filters=filters)

    def _ask(self, **changes: object) -> None:
        """Arrange the rows as the reader asks, and show where the chosen one is now."""
        self.model.arrangement = replace(self.model.arrangement, **changes)  # type: ignore[arg-type]
        self._rearrange(None)
        index = self._list.currentIndex()
        if index.isValid():
            self._list.scrollTo(index, QAbstractItemView.PositionAtCenter)
        else:
            self._list.scrollToTop()
        self.bar.show_state()
        self._count()

    def _tidy(self) -> None:
        """Give rows that changed their places; nothing that can be seen jumps, nothing is left."""
        if self.model.stale:
            with self._list.held(self._list.anchor()):
                self._rearrange(self._chosen if self.model.place(self._chosen) >= 0 else None)
            self._count()

    def _fold(self, patient: str) -> None:
        folded = self.model.arrangement.folded ^ {patient}
        self.model.arrangement = replace(self.model.arrangement, folded=folded)
        with self._list.held(self.model.index_of_heading(patient)):
            self._rearrange(self._chosen if self.model.place(self._chosen) >= 0 else None)

    def _unfold(self, path: Path) -> None:
        entry = self.model.entry(path)
        if entry and self.model.is_folded(entry.patient):
            self._fold(entry.patient)

    def _rearrange(self, keep: Path | None) -> None:
        self._moving = True
        self.model.rearrange(keep)
        self._moving = False
        self._highlight()

    def _highlight(self) -> None:
        self._moving = True
        self._list.setCurrentIndex(self.model.index_of(self._chosen))
        self._moving = False

    def _count(self) -> None:
        tally, shown = self.model.tally, len(self.model.order)
        text = tally.text if tally.total else "No slices open"
        if shown < tally.total:
            text = f"{shown} of {tally.total} slices match\n{text}"
        self._counts.setText(text)
        self._progress.setRange(0, max(tally.readable, 1))
        self._progress.setValue(tally.reviewed)


def _start(timer: QTimer) -> None:
    """Start a timer that is not running: it ends when it would have ended."""
    if not timer.isActive():
        timer.start()
