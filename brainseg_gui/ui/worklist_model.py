"""The worklist as a Qt model; rows are changed one by one, never the whole list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt5.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PyQt5.QtGui import QBrush, QColor

from brainseg_gui.review.worklist import Entry, State
from brainseg_gui.ui.theme import FAINT, TEXT, WARNING, icon

COLUMNS = ("Slice", "Patient", "Type", "State")
SEARCHED = 3
PATH_ROLE = Qt.UserRole + 1
_NO_INDEX = QModelIndex()
_ICONS = {
    State.UNREAD: ("mdi6.circle-outline", "#4a4d53"),
    State.READY: ("mdi6.circle-outline", FAINT),
    State.PREDICTED: ("mdi6.circle-slice-4", "#E69F00"),
    State.CORRECTED: ("mdi6.check-circle", "#009E73"),
    State.BROKEN: ("mdi6.alert", WARNING),
}


class WorklistModel(QAbstractTableModel):
    """Entries in the order in which they were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._row_of: dict[Path, int] = {}

    def clear(self) -> None:
        """Forget all rows."""
        self.beginResetModel()
        self._entries, self._row_of = [], {}
        self.endResetModel()

    def append(self, entries: list[Entry]) -> None:
        """Add rows at the end."""
        if not entries:
            return
        first = len(self._entries)
        self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
        for row, entry in enumerate(entries, start=first):
            self._row_of[entry.path] = row
        self._entries.extend(entries)
        self.endInsertRows()

    def replace(self, entry: Entry) -> None:
        """Change one row, recognised by its path."""
        row = self._row_of.get(entry.path)
        if row is not None and self._entries[row] != entry:
            self._entries[row] = entry
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def entry(self, path: Path) -> Entry | None:
        """Return the row of a path."""
        row = self._row_of.get(path)
        return None if row is None else self._entries[row]

    def entries(self) -> list[Entry]:
        """Return all rows."""
        return list(self._entries)

    def row(self, path: Path) -> int:
        """Return the row number of a path, -1 where there is none."""
        return self._row_of.get(path, -1)

    def rowCount(self, parent: QModelIndex = _NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: QModelIndex = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title."""
        if orientation == Qt.Horizontal and role == Qt.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """Return what a cell shows: state as icon and as text, never as colour alone."""
        entry = self._entries[index.row()]
        column = index.column()
        if role == Qt.DisplayRole:
            return (entry.name, entry.patient, entry.tumour, entry.problem or entry.state.value)[
                column
            ]
        if role == Qt.DecorationRole and column == 0:
            return icon(*_ICONS[entry.state])
        if role == Qt.ToolTipRole:
            return f"{entry.name}: {entry.problem or entry.state.value or 'not read yet'}"
        if role == Qt.ForegroundRole:
            quiet = column > 0 or entry.problem
            return QBrush(QColor(FAINT if quiet else TEXT))
        if role == PATH_ROLE:
            return entry.path
        if role == Qt.SizeHintRole:
            return QSize(0, 26)
        return None


class WorklistFilter(QSortFilterProxyModel):
    """Rows in which every word of the search stands in name, patient or type.

    The state is left out: it changes under the reader's hand, and a row must not vanish then.
    """

    def __init__(self, model: WorklistModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: list[str] = []
        self.setSourceModel(model)

    def search(self, text: str) -> None:
        """Show only rows that hold all words of `text`."""
        self._words = text.casefold().split()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        """Tell whether a row holds every word."""
        if not self._words:
            return True
        cells = " ".join(
            str(self._model.index(row, column).data() or "") for column in range(SEARCHED)
        ).casefold()
        return all(word in cells for word in self._words)
