"""The worklist as a Qt model; rows are changed one by one, never the whole list.

Filter and order live in the model itself, as a list of row numbers: a proxy model asks Python
about every row and every pair of rows, which ten thousand slices do not forgive. Patients are
rows of their own between their slices, so that the list is flat for Qt and a tree for the reader.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from brainseg_gui.core.text import shown
from brainseg_gui.review.worklist.entries import Entries
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.filters import Filters
from brainseg_gui.review.worklist.sorting import Arrangement, arrange, hold, with_headings
from brainseg_gui.ui.widgets.plain import plain
from brainseg_gui.ui.widgets.seen_mark import SEEN, SEEN_MEANS

PATH_ROLE = Qt.UserRole + 1
STATE_ROLE = Qt.UserRole + 2
_NO_INDEX = QModelIndex()
Row = int | str  # number of an entry, or the patient whose slices follow
LIES_OTHERWISE = "The border says that image and mask lie otherwise"
FEW = 4  # rows that change at once and are painted by themselves


class WorklistModel(QAbstractListModel, Entries):
    """Entries in the order in which they were found, and of them the rows that are shown.

    Rows move only in `append` and `rearrange`: a slice must not vanish under the reader's hand
    because its state changed. During a walk the order is held: see `rearrange`.

    Signals
    -------
    counted()
        The counts changed.

    Attributes
    ----------
    order : list of int
        Numbers of the slices that match, in order, those of folded patients too.
    stale : bool
        An entry changed in a way that may give it another place.
    aged : bool
        Sorted anew, the slices would stand in another order.
    """

    counted = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.arrangement = Arrangement()
        self._forget()

    def _forget(self) -> None:
        self.forget_entries()
        self._rows: list[Row] = []
        self._row_of: dict[Row, int] = {}
        self.order: list[int] = []
        self._place_of: dict[int, int] = {}
        self.stale = self.aged = False

    def clear(self) -> None:
        """Forget all rows, and how they were arranged."""
        self.beginResetModel()
        self._forget()
        self.arrangement = replace(self.arrangement, filters=Filters(), folded=frozenset())
        self.endResetModel()
        self.counted.emit()

    # --- entries ---

    def append(self, entries: list[Entry], *, held: bool = False) -> None:
        """Add slices, which follow those that are there in natural order; see `rearrange`."""
        self.add_entries(entries)
        self.rearrange(held=held)
        self.counted.emit()

    def replace(self, *entries: Entry) -> None:
        """Change slices where they stand, recognised by their paths."""
        changed = []
        for entry in entries:
            old = self.change_entry(entry)
            if old is None:
                continue
            number = self.number(entry.path)
            self.stale = self.stale or self._may_move(old, entry)
            heading = entry.patient if _counted(old) != _counted(entry) else number
            changed += [self._row_of.get(row, -1) for row in (number, heading)]
        if changed:
            self.counted.emit()
        for first, last in _painted_together({row for row in changed if row >= 0}):
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def _may_move(self, old: Entry, new: Entry) -> bool:
        asked = self.arrangement
        if asked.filters.are_on or not asked.key.grouped:
            return True
        return (old.patient, old.place) != (new.patient, new.place)

    # --- rows ---

    def rearrange(self, keep: Path | None = None, *, held: bool = False) -> None:
        """Filter and sort anew; a slice that is kept stays listed, whether it matches or not.

        Where the order is held, slices that go leave a gap, those that come stand last, and no
        other one moves; patients stay in the order of their names either way.
        """
        asked = self.arrangement
        number = self.number(keep)
        wanted = arrange(self._entries, asked, number)
        self.order = hold(self.order, wanted) if held and not asked.key.grouped else wanted
        self.aged = self.order != wanted
        self._place_of = {number: place for place, number in enumerate(self.order)}
        # One that is only kept goes as soon as it is left.
        self.stale = number >= 0 and not asked.filters.matches(self._entries[number])
        if asked.key.grouped:
            self._show(with_headings(self._entries, self.order, asked.folded))
        else:
            self._show(list(self.order))

    def notice_age(self) -> None:
        """Find out whether the order is still the one that was asked for; no row moves."""
        wanted = arrange(self._entries, self.arrangement)
        listed = set(wanted)
        own = [number for number in self.order if number in listed]
        self.aged = own != [number for number in wanted if number in self._place_of]

    def place(self, path: Path | None) -> int:
        """Return where in `order` a path is, -1 where it is not listed."""
        return self._place_of.get(self.number(path), -1)

    def place_if_listed(self, path: Path) -> int:
        """Return where in `order` a path that is not listed would be."""
        number = self.number(path)
        order = arrange(self._entries, self.arrangement, number)
        return order.index(number)

    def index_of(self, path: Path | None) -> QModelIndex:
        """Return the index of a path, an invalid one where it is not shown."""
        row = self._row_of.get(self.number(path), -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def index_of_heading(self, patient: str) -> QModelIndex:
        """Return the index of a patient's heading, an invalid one where it is not shown."""
        row = self._row_of.get(patient, -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def at(self, index: QModelIndex) -> Entry | str:
        """Return the entry of a row, or the patient whose heading it is."""
        row = self._rows[index.row()]
        return row if isinstance(row, str) else self._entries[row]

    def place_text(self, path: Path | None) -> str:
        """Return where in its stack a slice lies: "slice 42 of 155"; "" where it is of none."""
        stack = self.stack_of(path)
        number = next((at for at, it in enumerate(stack, start=1) if it.path == path), 0)
        return f"slice {number} of {len(stack)}" if len(stack) > 1 else ""

    def is_folded(self, patient: str) -> bool:
        """Tell whether a patient's slices are left out."""
        return patient in self.arrangement.folded

    def _show(self, rows: list[Row]) -> None:
        """Put rows in place of those that are shown; what stays keeps its selection.

        In the steps that Qt knows: what goes moves to the end and is removed, what is new comes in
        at the end and is moved from there.
        """
        shown, wanted = set(self._rows), set(rows)
        stay = [row for row in rows if row in shown]
        gone = [row for row in self._rows if row not in wanted]
        fresh = [row for row in rows if row not in shown]
        if gone:
            self._move([*stay, *gone])
            self.beginRemoveRows(QModelIndex(), len(stay), len(self._rows) - 1)
            self._set(stay)
            self.endRemoveRows()
        if fresh:
            self.beginInsertRows(QModelIndex(), len(stay), len(rows) - 1)
            self._set([*self._rows, *fresh])
            self.endInsertRows()
        self._move(rows)

    def _move(self, rows: list[Row]) -> None:
        if rows == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        moved = [self._rows[index.row()] for index in before]
        self._set(rows)
        self.changePersistentIndexList(before, [self.index(self._row_of[row], 0) for row in moved])
        self.layoutChanged.emit()

    def _set(self, rows: list[Row]) -> None:
        self._rows = rows
        self._row_of = {row: place for place, row in enumerate(rows)}

    # --- what Qt asks ---

    def rowCount(self, parent: QModelIndex = _NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """Return what can be done with a row; headings are passed over by the arrow keys."""
        if not index.isValid() or isinstance(self._rows[index.row()], str):
            return Qt.NoItemFlags
        return Qt.ItemIsEnabled | Qt.ItemIsSelectable | Qt.ItemNeverHasChildren

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """Return what a row says in words; its picture is the delegate's."""
        it = self.at(index)
        if isinstance(it, str):
            return _heading_data(it, role)
        if role == Qt.DisplayRole:
            return shown(it.name)
        if role == PATH_ROLE:
            return it.path
        if role == STATE_ROLE:
            return it.problem or it.state.value
        if role in (Qt.ToolTipRole, Qt.AccessibleTextRole):
            return _in_words(it, role, self.place_text(it.path))
        return None


def _heading_data(patient: str, role: int) -> str | None:
    return f"Patient {patient}" if role in (Qt.DisplayRole, Qt.AccessibleTextRole) else None


def _in_words(entry: Entry, role: int, place: str) -> str:
    said = shown("\n".join(filter(None, (_tip(entry), place))))
    return plain(said) if role == Qt.ToolTipRole else said


def _tip(entry: Entry) -> str:
    """Return everything that is known of a slice, one line for each kind of thing."""
    lines = [f"{entry.name}: {entry.problem or entry.state.value or 'not read yet'}"]
    if entry.patient or entry.tumour:
        patient = f"patient {entry.patient}" if entry.patient else ""
        lines.append(", ".join(filter(None, (patient, entry.tumour))))
    measures = [
        f"risk {entry.risk:.2f}" if entry.risk is not None else "",
        _dice_of(entry),
        f"{entry.area_px} px" if entry.area_px is not None else "",
        entry.difficulty.value,
        f"by {entry.reader}" if entry.reader else "",
    ]
    graded = [
        f"proposal: {entry.grade.value}" if entry.grade.value else "",
        "image unusable" if entry.unusable else "",
        *entry.reasons,
    ]
    said = (", ".join(filter(None, parts)) for parts in (measures, graded))
    trained = SEEN_MEANS if entry.trained_on else ""
    lies = f"{LIES_OTHERWISE}: it fits if both are {entry.fits_if.value}"
    lies = lies if entry.lies_otherwise else ""
    lines += filter(None, (*said, lies, trained, entry.comment))
    return "\n".join(lines)


def _dice_of(entry: Entry) -> str:
    """Return the Dice and of what it is."""
    if entry.shown_dice is None:
        return ""
    mark = f" {SEEN}" if entry.trained_on else ""
    of = "correction" if entry.corrected else "prediction"
    return f"Dice {entry.shown_dice:.2f}{mark} of the {of}"


def _counted(entry: Entry) -> tuple[object, ...]:
    """Return what of an entry its patient's heading counts."""
    return entry.verdict, bool(entry.problem)


def _painted_together(rows: set[int]) -> list[tuple[int, int]]:
    """Return ranges of rows to announce: of more than one row, a view paints all that it shows."""
    if len(rows) > FEW:
        return [(min(rows), max(rows))]
    return [(row, row) for row in sorted(rows)]
