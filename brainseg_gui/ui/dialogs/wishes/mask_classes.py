"""The dialog that asks which classes of masks belong to the tumour."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

QUESTION = (
    "The masks of this data set tell parts apart by numbers. Tick those that belong to the "
    "tumour: together they are the reference. It is kept with the review and can be changed."
)
NOTHING = "Tick at least one: with none, every reference would be empty."
HEADINGS = ("Belongs to the tumour", "Area", "Slices")
WIDTH = 460
MOST_ROWS = 12  # that are seen at once


class MaskClassesDialog(QDialog):
    """A row with a check mark for each class.

    Parameters
    ----------
    areas, slices : mapping of int to int
        Pixels of each class, and slices that have it.
    known : mapping of int to bool
        What was said before.
    """

    def __init__(
        self,
        parent: QWidget | None,
        areas: Mapping[int, int],
        slices: Mapping[int, int],
        known: Mapping[int, bool],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Classes of masks")
        self._elsewhere = any(is_tumour for it, is_tumour in known.items() if it not in areas)
        self.rows = QTreeWidget()
        self.rows.setHeaderLabels(HEADINGS)
        self.rows.setRootIsDecorated(False)
        self.rows.setUniformRowHeights(True)
        for value in sorted(areas):
            self.rows.addTopLevelItem(
                _row(value, areas[value], slices.get(value, 0), ticked=known.get(value, False))
            )
        header = self.rows.header()
        header.setSectionResizeMode(0, QHeaderView.Stretch)
        header.setStretchLastSection(False)
        self.remark = QLabel(wordWrap=True)
        self.remark.setObjectName("faint")
        self._how_far = ""
        self.buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._place()
        self.rows.itemChanged.connect(lambda *_: self._look())
        self._look()

    @property
    def chosen(self) -> dict[int, bool]:
        """Return of each class whether it has its check mark."""
        items = (self.rows.topLevelItem(row) for row in range(self.rows.topLevelItemCount()))
        return {it.data(0, Qt.UserRole): it.checkState(0) == Qt.Checked for it in items}

    def say_how_far(self, read: int, listed: int) -> None:
        """Say that not all masks were read yet."""
        self._how_far = f"Counted in {read} of {listed} slices so far; others may hold more."
        self._look()

    def _place(self) -> None:
        question = QLabel(QUESTION, wordWrap=True)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.setContentsMargins(16, 16, 16, 12)
        for widget in (question, self.rows, self.remark, self.buttons):
            layout.addWidget(widget)
        self.setFixedWidth(WIDTH)
        line = self.rows.sizeHintForRow(0)
        shown = min(self.rows.topLevelItemCount(), MOST_ROWS)
        self.rows.setFixedHeight(self.rows.header().sizeHint().height() + shown * line + 6)

    def _look(self) -> None:
        """Say what is missing before it can be used."""
        enough = self._elsewhere or any(self.chosen.values())
        self.buttons.button(QDialogButtonBox.Ok).setEnabled(enough)
        self.remark.setText(" ".join(filter(None, (self._how_far, "" if enough else NOTHING))))


def _row(value: int, area: int, slices: int, *, ticked: bool) -> QTreeWidgetItem:
    row = QTreeWidgetItem([f"Class {value}", f"{area} px²", str(slices)])
    row.setFlags(Qt.ItemIsEnabled | Qt.ItemIsSelectable | Qt.ItemIsUserCheckable)
    row.setCheckState(0, Qt.Checked if ticked else Qt.Unchecked)
    row.setData(0, Qt.UserRole, value)
    for column in (1, 2):
        row.setTextAlignment(column, Qt.AlignRight | Qt.AlignVCenter)
    return row
