"""The worklist: search, rows, counts."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QModelIndex, Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.review.worklist import State
from brainseg_gui.ui.worklist_model import PATH_ROLE, WorklistFilter, WorklistModel


class WorklistPanel(QWidget):
    """Shows the rows and says which one the reader wants.

    Signals
    -------
    chosen(Path)
    """

    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = WorklistModel(self)
        self._filter = WorklistFilter(self.model, self)
        self.search = QLineEdit(placeholderText="Search name, patient, type…")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter.search)
        self.search.returnPressed.connect(self._leave_search)
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
        row = self._list.currentIndex().row() + by
        while 0 <= row < self._filter.rowCount():
            if self._readable(row):
                self._go(self._filter.index(row, 0))
                return
            row += 1 if by > 0 else -1

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
        beside = [self._filter.index(row + by, 0) for by in (1, -1, 2, -2)]
        return [index.data(PATH_ROLE) for index in beside if index.isValid()]

    def _readable(self, row: int) -> bool:
        entry = self.model.entry(self._filter.index(row, 0).data(PATH_ROLE))
        return entry is not None and not entry.problem

    def _go(self, index: QModelIndex) -> None:
        self._list.setCurrentIndex(index)
        self._list.scrollTo(index, QAbstractItemView.EnsureVisible)

    def _leave_search(self) -> None:
        self._list.setFocus(Qt.ShortcutFocusReason)
        if not self._list.currentIndex().isValid():
            self.jump(to_end=False)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        path = current.data(PATH_ROLE)
        if path is not None:
            self.chosen.emit(path)

    def _count(self) -> None:
        entries = self.model.entries()
        shown, total = self._filter.rowCount(), len(entries)
        states = [entry.state for entry in entries]
        parts = [f"{total} slices" if shown == total else f"{shown} of {total} slices"]
        for state, word in (
            (State.CORRECTED, "corrected"),
            (State.BROKEN, "unreadable"),
        ):
            if states.count(state):
                parts.append(f"{states.count(state)} {word}")
        self._counts.setText(" · ".join(parts) if total else "No slices open")


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
    header.setSectionResizeMode(QHeaderView.Interactive)
    for column, width in enumerate((92, 74, 84)):
        header.resizeSection(column, width)
    header.setStretchLastSection(True)
    return view
