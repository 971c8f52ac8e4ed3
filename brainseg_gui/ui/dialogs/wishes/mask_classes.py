"""The dialog that asks which classes of masks belong to the tumour."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
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
MOST_HEIGHT = 320  # of the classes; more are scrolled


class MaskClassesDialog(QDialog):
    """A row with a check mark for each class.

    Parameters
    ----------
    areas, slices : mapping of int to int
        Pixels of each class, and slices that have it.
    known : mapping of int to bool
        What was said before.

    Attributes
    ----------
    boxes : dict of int to QCheckBox
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
        self._how_far = ""
        self.boxes = {value: QCheckBox(f"Class {value}") for value in sorted(areas)}
        for value, box in self.boxes.items():
            box.setChecked(known.get(value, False))
            box.toggled.connect(self._look)
        self.remark = QLabel(wordWrap=True)
        self.remark.setObjectName("faint")
        self.buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.setContentsMargins(16, 16, 16, 12)
        rows = _scrolled(self._rows(areas, slices))
        for widget in (QLabel(QUESTION, wordWrap=True), rows, self.remark, self.buttons):
            layout.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self._look()

    @property
    def chosen(self) -> dict[int, bool]:
        """Return of each class whether it has its check mark."""
        return {value: box.isChecked() for value, box in self.boxes.items()}

    def say_how_far(self, read: int, listed: int) -> None:
        """Say that not all masks were read yet."""
        self._how_far = f"Counted in {read} of {listed} slices so far; others may hold more."
        self._look()

    def _rows(self, areas: Mapping[int, int], slices: Mapping[int, int]) -> QWidget:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(24)
        for column, heading in enumerate(HEADINGS):
            label = QLabel(heading)
            label.setObjectName("faint")
            grid.addWidget(label, 0, column, Qt.AlignRight if column else Qt.AlignLeft)
        for row, (value, box) in enumerate(self.boxes.items(), start=1):
            grid.addWidget(box, row, 0)
            for column, text in enumerate((f"{areas[value]} px²", str(slices[value])), start=1):
                grid.addWidget(QLabel(text), row, column, Qt.AlignRight)
        return rows

    def _look(self) -> None:
        """Say what is missing before it can be used."""
        enough = self._elsewhere or any(self.chosen.values())
        self.buttons.button(QDialogButtonBox.Ok).setEnabled(enough)
        self.remark.setText(" ".join(filter(None, (self._how_far, "" if enough else NOTHING))))


def _scrolled(rows: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.NoFrame)
    area.setFocusPolicy(Qt.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(rows)
    area.setFixedHeight(min(rows.sizeHint().height(), MOST_HEIGHT))
    return area
