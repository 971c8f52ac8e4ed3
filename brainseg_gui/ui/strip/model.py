"""The slices of one patient as a Qt model; tiles change one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QAbstractListModel, QModelIndex, Qt

from brainseg_gui.core.text import shown
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.jobs.sketcher import Tile
from brainseg_gui.ui.widgets.plain import plain

_NO_INDEX = QModelIndex()


@dataclass(frozen=True)
class Item:
    """One slice of the strip.

    Attributes
    ----------
    entry : Entry
    tile : Tile or None
        None until it is drawn.
    warnings : tuple of str
        What about it breaks with the patient's other slices, a sentence each.
    current : bool
        It is on the screen, or on its way there.
    """

    entry: Entry
    tile: Tile | None = None
    warnings: tuple[str, ...] = ()
    current: bool = False

    @property
    def words(self) -> str:
        """Return what there is to say of it, a line each."""
        entry = self.entry
        state = entry.problem or entry.state.value or "not read yet"
        return "\n".join((f"{shown(entry.name)}: {state}", *self.warnings))


class StripModel(QAbstractListModel):
    """Items in the order of their names."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Item] = []
        self._row_of: dict[Path, int] = {}

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return the slices in their order."""
        return tuple(self._row_of)

    def show(self, entries: Sequence[Entry], tiles: dict[Path, Tile] | None = None) -> None:
        """Show a patient's slices in place of those that are shown."""
        known = tiles or {}
        self.beginResetModel()
        self._items = [Item(entry, known.get(entry.path)) for entry in entries]
        self._row_of = {entry.path: row for row, entry in enumerate(entries)}
        self.endResetModel()

    def item(self, path: Path) -> Item | None:
        """Return what is shown of a slice, None where it is not one of them."""
        row = self._row_of.get(path)
        return None if row is None else self._items[row]

    def at(self, index: QModelIndex) -> Item:
        """Return what an index stands for."""
        return self._items[index.row()]

    def change(self, path: Path, **what: Any) -> None:
        """Change fields of an item; only what looks otherwise then is painted."""
        row = self._row_of.get(path)
        if row is None or (new := replace(self._items[row], **what)) == self._items[row]:
            return
        self._items[row] = new
        self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def index_of(self, path: Path | None) -> QModelIndex:
        """Return the index of a slice, an invalid one where it is not shown."""
        row = -1 if path is None else self._row_of.get(path, -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def rowCount(self, parent: QModelIndex = _NO_INDEX) -> int:
        """Return the number of slices."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """Return what a tile says in words; its picture is the delegate's."""
        item = self.at(index)
        if role == Qt.DisplayRole:
            return shown(item.entry.name)
        if role == Qt.ToolTipRole:
            return plain(item.words)
        return item.words if role == Qt.AccessibleTextRole else None
