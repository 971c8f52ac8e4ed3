"""The worklist: search, rows, counts."""

from __future__ import annotations

import bisect
from pathlib import Path

from PyQt5.QtCore import QEvent, QModelIndex, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.review.worklist import State
from brainseg_gui.ui.worklist_model import PATH_ROLE, WorklistFilter, WorklistModel


class SearchField(QLineEdit):
    """Escape clears it, then leaves it, as Return does; until then every letter is a letter.

    Signals
    -------
    left()
    """

    left = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(placeholderText="Search name, patient, type…")
        self.setClearButtonEnabled(True)
        self.returnPressed.connect(self.left)

    def event(self, event: QEvent) -> bool:
        """Keep Escape for itself: it is a command's key as well."""
        if event.type() == QEvent.ShortcutOverride and event.key() == Qt.Key_Escape:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear Escape."""
        if event.key() != Qt.Key_Escape:
            super().keyPressEvent(event)
        elif self.text():
            self.clear()
        else:
            self.left.emit()


class WorklistPanel(QWidget):
    """Shows the rows and says which one the reader wants.

    Signals
    -------
    chosen(Path)
    ended(bool last)
        There is no further row that way.
    left()
        The reader is done with the search field.
    """

    chosen = pyqtSignal(object)
    ended = pyqtSignal(bool)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = WorklistModel(self)
        self._filter = WorklistFilter(self.model, self)
        self.search = SearchField()
        self.search.textChanged.connect(self._search)
        self.search.left.connect(self.left)
        self._chosen: Path | None = None
        self._filtering = False
        self._list = _make_view(self._filter)
        self._counts = QLabel("No slices open")
        self._counts.setObjectName("faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 8)
        layout.setSpacing(6)
        for widget in (self.search, self._list, self._counts):
            layout.addWidget(widget)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        # Thousands of rows change while a folder is read; they are counted once, a little later.
        self._soon = QTimer(self, singleShot=True, interval=80)
        self._soon.timeout.connect(self._count)
        for signal in (
            self.model.dataChanged,
            self.model.modelReset,
            self._filter.rowsInserted,
            self._filter.rowsRemoved,
        ):
            signal.connect(lambda *_: self._soon.isActive() or self._soon.start())

    @property
    def current(self) -> Path | None:
        """Return the path of the highlighted row."""
        path: Path | None = self._list.currentIndex().data(PATH_ROLE)
        return path

    def choose(self, path: Path) -> None:
        """Highlight the row of a path, which announces it."""
        index = self._filter.mapFromSource(self.model.index(self.model.row(path), 0))
        if index.isValid():
            self._go(index)

    def step(self, by: int) -> None:
        """Go to the next good row up or down; rows that cannot be read are passed over."""
        row = self._place(by)
        while 0 <= row < self._filter.rowCount():
            if self._readable(row):
                self._go(self._filter.index(row, 0))
                return
            row += by
        self.ended.emit(by > 0)

    def _place(self, by: int) -> int:
        """Return the row after (by 1) or before (by -1) the chosen one, be it listed or not."""
        current = self._list.currentIndex()
        if current.isValid() or self._chosen is None:
            return current.row() + by
        chosen = self.model.row(self._chosen)
        rows = [
            self._filter.mapToSource(self._filter.index(row, 0)).row()
            for row in range(self._filter.rowCount())
        ]
        after = bisect.bisect(rows, chosen)
        return after if by > 0 else after - 1

    def jump(self, *, to_end: bool) -> None:
        """Go to the first or the last good row."""
        rows = range(self._filter.rowCount())
        for row in reversed(rows) if to_end else rows:
            if self._readable(row):
                self._go(self._filter.index(row, 0))
                return

    def neighbours(self) -> list[Path]:
        """Return the paths beside the current row, the likeliest next one first."""
        row = self._list.currentIndex().row()
        beside = [row + by for by in (1, -1, 2, -2) if 0 <= row + by < self._filter.rowCount()]
        return [self._filter.index(at, 0).data(PATH_ROLE) for at in beside if self._readable(at)]

    def _readable(self, row: int) -> bool:
        entry = self.model.entry(self._filter.index(row, 0).data(PATH_ROLE))
        return entry is not None and not entry.problem

    def _go(self, index: QModelIndex) -> None:
        self._list.setCurrentIndex(index)
        self._list.scrollTo(index, QAbstractItemView.EnsureVisible)

    def _search(self, text: str) -> None:
        """Filter the rows; the slice on the screen stays, and is highlighted where it is listed."""
        self._filtering = True
        self._filter.search(text)
        row = self.model.row(self._chosen) if self._chosen else -1
        index = self._filter.mapFromSource(self.model.index(row, 0))
        self._list.setCurrentIndex(index)
        if index.isValid():
            self._list.scrollTo(index, QAbstractItemView.PositionAtCenter)
        self._filtering = False

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        path = current.data(PATH_ROLE)
        if path is not None and not self._filtering:
            self._chosen = path
            self.chosen.emit(path)

    def _count(self) -> None:
        entries = self.model.entries()
        shown, total = self._filter.rowCount(), len(entries)
        states = [entry.state for entry in entries]
        parts = [f"{total} slices" if shown == total else f"{shown} of {total} slices match"]
        for state, word in (
            (State.CORRECTED, "corrected"),
            (State.BROKEN, "unreadable"),
        ):
            if states.count(state):
                parts.append(f"{states.count(state)} {word}")
        self._counts.setText(" · ".join(parts) if total else "No slices open")


class _NameDelegate(QStyledItemDelegate):
    """Cuts a long path at its beginning: the slice's own name is at its end."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Set where the text is cut."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.ElideLeft


def _make_view(model: WorklistFilter) -> QTreeView:
    view = QTreeView()
    view.setModel(model)
    view.setObjectName("worklist")
    view.setRootIsDecorated(False)
    view.setUniformRowHeights(True)
    view.setAllColumnsShowFocus(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    view.setEditTriggers(QAbstractItemView.NoEditTriggers)
    header = view.header()
    header.setMinimumSectionSize(40)
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.Interactive)
    header.setSectionResizeMode(0, QHeaderView.Stretch)
    for column, width in ((1, 72), (2, 72), (3, 72)):
        header.resizeSection(column, width)
    view.setItemDelegateForColumn(0, _NameDelegate(view))
    return view
