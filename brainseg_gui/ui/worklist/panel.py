"""The worklist: search, order, filter, rows, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import QModelIndex, QPoint, Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import (
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.filters import Filters, words_of
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.worklist.filter_bar import FilterBar
from brainseg_gui.ui.worklist.model import PATH_ROLE, WorklistModel
from brainseg_gui.ui.worklist.order import Order, start
from brainseg_gui.ui.worklist.search_field import SearchField
from brainseg_gui.ui.worklist.selection_strip import SelectionStrip
from brainseg_gui.ui.worklist.thumbnails import Thumbnails
from brainseg_gui.ui.worklist.view import WorklistView
from brainseg_gui.ui.worklist.walk import Walk


class WorklistPanel(QWidget):
    """Shows the rows and says which one the reader wants.

    Signals
    -------
    chosen(Path)
    selected_others()
        Other rows are selected than before.
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
    selected_others = pyqtSignal()
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
        # Below the rows, where it moves none when it comes.
        self.anew = QToolButton(
            text="Values changed: sort anew",
            toolTip="The order of the list is held while you walk",
            focusPolicy=Qt.TabFocus,
        )
        self.anew.setObjectName("offer")
        self.anew.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self.anew.hide()
        self._progress = QProgressBar(textVisible=False, accessibleName="Reviewed slices")
        self._progress.setObjectName("thin")
        self._counts = QLabel("No slices open", wordWrap=True)
        self._counts.setObjectName("faint")
        self.order = Order(self.model, self._list)
        self._choosing = False  # the program, not the reader
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 8)
        layout.setSpacing(6)
        for widget in (self.search, self.bar, self._list, self.anew, self._progress, self._counts):
            layout.addWidget(widget)
        self._connect()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._open_first)
        self.search.left.connect(self.left)
        self.bar.sorted.connect(self.sort)
        self.bar.filtered.connect(self.filter)
        self.bar.cleared.connect(self.show_all)
        self.anew.clicked.connect(self.sort_anew)
        self.order.arranged.connect(self._on_arranged)
        self._list.heading_clicked.connect(self.order.fold)
        self._list.menu_wanted.connect(self.menu_wanted)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        self._list.selectionModel().selectionChanged.connect(lambda *_: self.selected_others.emit())
        # Thousands of rows change while a folder is read; they are counted once, a little later.
        self._count_soon = QTimer(self, singleShot=True, interval=80)
        self._count_soon.timeout.connect(self._count)
        self.model.counted.connect(lambda: start(self._count_soon))

    # --- rows ---

    def clear(self) -> None:
        """Forget all rows, the search and the filters."""
        self.order.forget()
        self.model.clear()
        self.thumbnails.clear()
        self.search.clear()
        self._on_arranged()

    def append(self, entries: list[Entry]) -> None:
        """Add rows; some may belong above what can be seen, which stays where it is."""
        with self._list.held(self._list.anchor()):
            self.model.append(entries, held=self.order.walked)

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take what reading the files taught; the rows find their places a little later."""
        self.model.replace(*entries)
        self.order.tidy_soon()

    # --- the chosen row ---

    @property
    def selected(self) -> tuple[Path, ...]:
        """Return the paths of all selected rows, in the order of the list."""
        rows = sorted(self._list.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return tuple(index.data(PATH_ROLE) for index in rows)

    def add_strip(self, strip: SelectionStrip) -> None:
        """Have what can be done with several rows stand below them."""
        layout = self.layout()
        layout.insertWidget(layout.indexOf(self._list) + 1, strip)
        self.selected_others.connect(lambda: strip.show_count(len(self.selected)))

    @property
    def current(self) -> Path | None:
        """Return the path of the highlighted row."""
        path: Path | None = self._list.currentIndex().data(PATH_ROLE)
        return path

    def choose(self, path: Path) -> None:
        """Highlight the row of a path, which announces it."""
        self.order.unfold(path)
        index = self.model.index_of(path)
        if index.isValid():
            self._choosing = True
            self._list.make_current(index, alone=True)
            self._choosing = False
            self._list.show_row(index)

    def begin(self) -> None:
        """Highlight the first good row, from which nobody walks yet."""
        path = self._walk.outermost(to_end=False)
        if path is not None:
            self.choose(path)

    def step(self, by: int) -> None:
        """Go to the next good row up or down; rows that cannot be read are passed over."""
        self.order.walked = True
        path = self._walk.readable_from(self.order.chosen, by)
        if path is None:
            self.ended.emit(by > 0)
        else:
            self.choose(path)

    def jump(self, *, to_end: bool) -> None:
        """Go to the first or the last good row."""
        self.order.walked = True
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
        self.order.walked = True
        path = self._walk.waiting_after(self.order.chosen)
        if path is None:
            self.told.emit(self._walk.nothing_waits())
        else:
            self.choose(path)
        return path is not None

    def neighbours(self) -> list[Path]:
        """Return the paths beside the current row, the likeliest next one first."""
        return self._walk.beside(self.order.chosen)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        path = current.data(PATH_ROLE)
        if path is not None and not self.order.moving:
            self.order.walked |= not self._choosing
            self.order.chosen = path
            self.chosen.emit(path)
            self.order.tidy_soon()  # the slice before was left: once the new one is painted

    # --- order and filter ---

    def sort(self, key: SortKey, descending: bool) -> None:
        """Sort the list."""
        self.order.ask(key=key, descending=descending)

    def sort_anew(self) -> None:
        """Sort the list as it is sorted, by the values of now."""
        self.order.sort_anew()

    def filter(self, filters: Filters) -> None:
        """List what matches; the words of the search stay."""
        words = self.model.arrangement.filters.words
        self.order.ask(filters=replace(filters, words=words))

    def show_all(self) -> None:
        """Take search and filters off."""
        self.search.clear()
        self.order.ask(filters=Filters())

    def _search(self, text: str) -> None:
        filters = replace(self.model.arrangement.filters, words=words_of(text))
        if filters != self.model.arrangement.filters:
            self.order.ask(filters=filters)

    def _open_first(self) -> None:
        """Open the first slice that was found; where nothing is sought, or found, stay."""
        if self.search.text().strip():
            self.jump(to_end=False)

    def _on_arranged(self) -> None:
        self.bar.show_state()
        self.anew.setVisible(self.model.aged)
        self._count()

    def _count(self) -> None:
        tally, shown = self.model.tally, len(self.model.order)
        text = tally.text if tally.total else "No slices open"
        if shown < tally.total:
            text = f"{shown} of {tally.total} slices match\n{text}"
        self._counts.setText(text)
        self._progress.setRange(0, max(tally.readable, 1))
        self._progress.setValue(tally.reviewed)
