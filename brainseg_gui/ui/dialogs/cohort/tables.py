"""The tables of the cohort: a row for each group of slices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from brainseg_gui.core.text import shown
from brainseg_gui.reports.pages.html import (
    CORRECTED,
    LESION_HEAD,
    NAMES,
    SHOWN,
    lesion_cells,
    number,
)
from brainseg_gui.reports.summaries.by_lesion import LesionRow
from brainseg_gui.reports.summaries.spread import Spread
from brainseg_gui.reports.summaries.summary import Summary

FIRST = ("", "slices", "patients", "missed")
PREDICTED = {name: digits for name, digits in SHOWN["prediction"].items() if name != "area_px"}
READ = {name: SHOWN["correction"][name] for name in ("dice", "shift_px", "seconds", "edits")}


class Table(QTableWidget):
    """Rows of text, of which nothing can be changed."""

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        super().__init__(0, len(columns))
        self.setHorizontalHeaderLabels(columns)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)

    def put(self, row: int, column: int, word: str, tip: str, *, left: bool) -> None:
        """Write a cell."""
        cell = QTableWidgetItem(word)
        cell.setToolTip(tip)
        cell.setTextAlignment((Qt.AlignLeft if left else Qt.AlignRight) | Qt.AlignVCenter)
        self.setItem(row, column, cell)


class LesionTable(Table):
    """Shows which lesions were found, by their size."""

    def __init__(self) -> None:
        super().__init__("By lesion", (*LESION_HEAD, ""))  # the last column takes the room left

    def show_rows(self, rows: Sequence[LesionRow]) -> None:
        """Show a row for each."""
        self.setRowCount(len(rows))
        for place, it in enumerate(rows):
            for column, word in enumerate(lesion_cells(it)):
                self.put(place, column, word, "", left=not column)


class SummaryTable(Table):
    """Shows summaries of groups of slices."""

    def __init__(self, name: str) -> None:
        columns = [*FIRST, *(NAMES[it] for it in PREDICTED), *(CORRECTED[it] for it in READ)]
        super().__init__(f"By {name}", [*columns, "verdicts"])

    def show_summaries(self, rows: Sequence[Summary], text: Callable[[str], str]) -> None:
        """Show a row for each summary; the intervals stand in the tooltips too."""
        self.setRowCount(len(rows))
        for place, it in enumerate(rows):
            patients = "–" if it.patients is None else str(it.patients)
            cells: list[tuple[str, str]] = [
                (shown(text(it.name)), ""),
                *((word, "") for word in (str(it.slices), patients, str(it.missed))),
                *(_cell(it.prediction[name], name, its) for name, its in PREDICTED.items()),
                *(_cell(it.correction[name], name, its) for name, its in READ.items()),
                (", ".join(f"{count} {word}" for word, count in sorted(it.verdicts.items())), ""),
            ]
            for column, (word, tip) in enumerate(cells):
                self.put(place, column, word, tip, left=column in {0, len(cells) - 1})


def _cell(spread: Spread | None, name: str, digits: int) -> tuple[str, str]:
    """Return what a cell says, and its tooltip; only the Dice has room for its interval."""
    if spread is None:
        return "–", ""
    mean = number(spread.mean, digits)
    rest = f"median {number(spread.median, digits)}, {spread.slices} slices"
    if spread.low is None:
        return mean, rest
    low, high = number(spread.low, digits), number(spread.high, digits)
    word = f"{mean} ({low} – {high})" if name == "dice" else mean
    return word, f"95 % over patients: {low} to {high}; {rest}"
