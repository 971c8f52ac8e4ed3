"""The dialogs that ask which classes of masks belong to the tumour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.review.incoming.classes import FoundClasses
from brainseg_gui.ui.widgets.panel_parts import scrolled

QUESTION = (
    "The masks of this data set tell parts apart by numbers. Tick those that belong to the "
    "tumour: together they are the reference. It is kept with the review and can be changed."
)
NOTHING = "Tick at least one: with none, every reference would be empty."
HEADINGS = ("Belongs to the tumour", "Area", "Slices")
OF_LOADED = (
    "These masks tell several parts apart. Tick those that belong to the tumour: together they "
    "become the correction, the others are passed over. It is kept with the review."
)
NOTHING_LOADED = "Tick at least one: with none, there is nothing to load."
HEADINGS_LOADED = ("Belongs to the tumour", "Found in")
WIDTH = 460
MOST_HEIGHT = 320  # of the classes; more are scrolled
Key = TypeVar("Key", int, str)


class ClassesDialog(QDialog, Generic[Key]):
    """A row with a check mark for each class.

    Parameters
    ----------
    question, nothing : str
        What is asked, and what is said while no class is ticked.
    headings : sequence of str
    rows : mapping of class to sequence of str
        Its name, then what is said of it.
    known : mapping of class to bool
        What was said before.

    Attributes
    ----------
    boxes : dict of class to QCheckBox
    """

    def __init__(
        self,
        parent: QWidget | None,
        question: str,
        nothing: str,
        headings: Sequence[str],
        rows: Mapping[Key, Sequence[str]],
        known: Mapping[Key, bool],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Classes of masks")
        self._nothing, self._how_far = nothing, ""
        self._enough_elsewhere = False
        self.boxes: dict[Key, QCheckBox] = {}
        for key, (name, *_) in rows.items():
            box = self.boxes[key] = QCheckBox(name.replace("&", "&&"))
            box.setChecked(known.get(key, False))
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
        inside = self._table(headings, rows)
        table = scrolled(inside)
        table.setFixedHeight(min(inside.sizeHint().height(), MOST_HEIGHT))
        for widget in (QLabel(question, wordWrap=True), table, self.remark, self.buttons):
            layout.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self._look()

    @property
    def chosen(self) -> dict[Key, bool]:
        """Return of each class whether it has its check mark."""
        return {key: box.isChecked() for key, box in self.boxes.items()}

    def say_how_far(self, read: int, listed: int) -> None:
        """Say that not all masks were read yet."""
        self._how_far = f"Counted in {read} of {listed} slices so far; others may hold more."
        self._look()

    def _table(self, headings: Sequence[str], rows: Mapping[Key, Sequence[str]]) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(24)
        for column, heading in enumerate(headings):
            label = QLabel(heading)
            label.setObjectName("faint")
            grid.addWidget(label, 0, column, Qt.AlignRight if column else Qt.AlignLeft)
        for row, (key, (_, *cells)) in enumerate(rows.items(), start=1):
            grid.addWidget(self.boxes[key], row, 0)
            for column, text in enumerate(cells, start=1):
                grid.addWidget(QLabel(text), row, column, Qt.AlignRight)
        return table

    def _look(self) -> None:
        """Say what is missing before it can be used."""
        enough = self._enough_elsewhere or any(self.chosen.values())
        self.buttons.button(QDialogButtonBox.Ok).setEnabled(enough)
        self.remark.setText(
            " ".join(filter(None, (self._how_far, "" if enough else self._nothing)))
        )


class MaskClassesDialog(ClassesDialog[int]):
    """Asks which classes of the data set's own masks are the reference.

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
        rows = {it: (f"Class {it}", f"{areas[it]} px²", str(slices[it])) for it in sorted(areas)}
        super().__init__(parent, QUESTION, NOTHING, HEADINGS, rows, known)
        self._enough_elsewhere = any(known[it] for it in known if it not in areas)
        self._look()


class LoadedClassesDialog(ClassesDialog[str]):
    """Asks which classes of masks made elsewhere become corrections."""

    def __init__(self, parent: QWidget | None, found: FoundClasses) -> None:
        names = {it: f"Class {it}" if it.isdecimal() else it for it in found.labels}
        rows = {it: (name, found.where(it)) for it, name in names.items()}
        known = {it: found.counts(it) for it in found.labels}
        super().__init__(parent, OF_LOADED, NOTHING_LOADED, HEADINGS_LOADED, rows, known)
