"""The measures of the mask on the screen: one line, or a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from brainseg_gui.ui.widgets.panel_parts import OneLine
from brainseg_gui.ui.widgets.plain import plain
from brainseg_gui.ui.widgets.settings import MEASURES_OPEN, settings

if TYPE_CHECKING:
    from brainseg_gui.ui.panels.measuring.words import Line

ROWS = 6  # of the table, which has two columns


class MeasuresPanel(QWidget):
    """A heading that opens and folds the table, and beside it what the table would say in short."""

    def __init__(self) -> None:
        super().__init__()
        self._fold = QToolButton(text="MEASURES", checkable=True)
        self._fold.setObjectName("fold")
        self._fold.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        self._fold.setToolTip("Show all measures, or one line")
        self.summary = OneLine()
        self.summary.setObjectName("faint")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._fold)
        head.addWidget(self.summary, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        self._table: MeasuresTable | None = None
        self._what = self._short = ""
        self._lines: Sequence[Line] = ()
        self._fold.setChecked(settings.get(MEASURES_OPEN))
        self._open(self.is_open)
        self._fold.toggled.connect(self._open)
        self._fold.toggled.connect(partial(settings.put, MEASURES_OPEN))

    @property
    def is_open(self) -> bool:
        """Tell whether the table is shown."""
        return bool(self._fold.isChecked())

    def open_table(self) -> None:
        """Show the table."""
        self._fold.setChecked(True)

    def show_measures(self, what: str, short: str, lines: Sequence[Line]) -> None:
        """Show what was measured; of no lines there is nothing to show.

        Parameters
        ----------
        what : str
            Of what and against what; stands beside the heading while the table is open.
        short : str
            The measures in short; stands there while it is folded.
        lines : sequence of Line
        """
        self._what, self._short, self._lines = what, short, lines
        self._write()

    def _write(self) -> None:
        self.summary.setText(self._what if self.is_open else self._short)
        if self._table is not None and self.is_open:
            self._table.show_lines(self._lines)

    def _open(self, on: bool) -> None:
        self._fold.setArrowType(Qt.DownArrow if on else Qt.RightArrow)
        if on and self._table is None:
            self._table = MeasuresTable()
            self.layout().addWidget(self._table)
        if self._table is not None:
            self._table.setVisible(on)
        self._write()


class MeasuresTable(QWidget):
    """Names and values in two columns: bare numbers, and longer ones."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("table")
        grid = QGridLayout(self)
        grid.setContentsMargins(4, 0, 0, 2)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(1)
        self._cells: list[tuple[QLabel, OneLine]] = []
        for number in range(2 * ROWS):
            column, row = divmod(number, ROWS)
            name, value = QLabel(), OneLine()
            name.setObjectName("faint")
            grid.addWidget(name, row, 2 * column)
            grid.addWidget(value, row, 2 * column + 1)
            self._cells.append((name, value))
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(3, 7)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these; what there is none for is empty, and no row moves."""
        for number, (name, value) in enumerate(self._cells):
            line = lines[number] if number < len(lines) else None
            name.setText(line.name if line else "")
            value.setText(line.value if line else "")
            for label in (name, value):
                label.setToolTip(plain(line.meaning) if line else "")
