"""The reference audit: where prediction and reference disagree most, and who is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.core.text import shown
from brainseg_gui.reports.audit.ranking import Ranking
from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.pages.html import number
from brainseg_gui.review.values.measured import Fault

COLUMNS = ("slice", "patient", "type", "Dice", "HD95, px", "area, px", "reference, px", "network")
VOTES = "votes"
WORDS = {
    Fault.REFERENCE: "&Reference wrong",
    Fault.NETWORK: "&Network wrong",
    Fault.AMBIGUOUS: "&Ambiguous",
    Fault.NONE: "&Take back",
}
_NO_INDEX = QModelIndex()


class RankedModel(QAbstractTableModel):
    """Slices, the strongest disagreement first."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: Sequence[Figure] = ()

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these in place of those before."""
        self.beginResetModel()
        self.figures = figures
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _NO_INDEX) -> int:
        """Return the number of slices."""
        return 0 if parent.isValid() else len(self.figures)

    def columnCount(self, parent: QModelIndex = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS) + 1

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        """Return the name of a column."""
        if role == Qt.DisplayRole and way == Qt.Horizontal:
            return (*COLUMNS, VOTES)[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """Return what a cell says."""
        if role == Qt.TextAlignmentRole:
            numeric = 3 <= index.column() <= 6
            return int((Qt.AlignRight if numeric else Qt.AlignLeft) | Qt.AlignVCenter)
        if role != Qt.DisplayRole:
            return None
        it = self.figures[index.row()]
        votes = ", ".join(f"{shown(reader)}: {fault.value}" for reader, fault in it.faults)
        return (
            *(shown(it.name), shown(it.patient), shown(it.tumour), number(it.dice, 3)),
            *(number(it.hd95_px, 1), number(it.area_px, 0), number(it.reference_px, 0)),
            *(shown(it.network.name) if it.network else "", votes),
        )[index.column()]


class Audit(QWidget):
    """The list with its votes.

    Signals
    -------
    chosen(str digest)
        A row was clicked or reached by the keys.
    voted(Figure, Fault)
    errata_wanted()
    """

    chosen = pyqtSignal(str)
    voted = pyqtSignal(object, object)
    errata_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.model, self.table = RankedModel(), QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Disagreements of network and reference")
        self.table.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.told = QLabel(wordWrap=True)
        self.told.setObjectName("faint")
        self.buttons = {fault: QPushButton(word) for fault, word in WORDS.items()}
        self.errata = QPushButton("Save the &errata…")
        row = QHBoxLayout()
        for fault, button in self.buttons.items():
            button.setEnabled(False)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on, fault=fault: self._vote(fault))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.errata)
        self.errata.clicked.connect(lambda: self.errata_wanted.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self.told)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)
        self.table.selectionModel().currentRowChanged.connect(self._on_current)

    def show_ranking(self, ranking: Ranking) -> None:
        """Show disagreements; the row that was chosen stays so."""
        before = self.current
        self.model.show_figures(ranking.figures)
        for button in self.buttons.values():
            button.setEnabled(False)
        self.told.setText(_told(ranking))
        digests = [it.digest for it in ranking.figures]
        if before is not None and before.digest in digests:
            selection = self.table.selectionModel()
            selection.blockSignals(True)
            self.table.selectRow(digests.index(before.digest))
            selection.blockSignals(False)
            self._enable()
        if not before:
            for column, width in enumerate((220, 90, 100, 60, 85, 85, 115, 180)):
                self.table.setColumnWidth(column, width)

    @property
    def current(self) -> Figure | None:
        """Return the slice that is chosen."""
        row = self.table.currentIndex().row()
        return self.model.figures[row] if 0 <= row < len(self.model.figures) else None

    def _on_current(self, *_: object) -> None:
        self._enable()
        if self.current is not None:
            self.chosen.emit(self.current.digest)

    def _enable(self) -> None:
        for button in self.buttons.values():
            button.setEnabled(self.current is not None)

    def _vote(self, fault: Fault) -> None:
        if self.current is not None:
            self.voted.emit(self.current, fault)


def _told(ranking: Ranking) -> str:
    said = [f"{len(ranking.figures)} slices, the strongest disagreement first"]
    if ranking.left_out:
        said.append(f"{ranking.left_out} left out: no prediction of a network new to their patient")
    if ranking.unmeasured:
        said.append(f"{ranking.unmeasured} without a reference, or not measured yet")
    if ranking.hidden:
        said.append(f"{ranking.hidden} still hide their reference")
    return "; ".join(said) + ". A vote changes no reference: it is kept for the errata."
