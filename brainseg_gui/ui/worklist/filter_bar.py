"""What stands over the worklist: order, filter, and one click that shows everything again."""

from __future__ import annotations

from functools import cached_property

from PyQt5.QtCore import QPoint, Qt, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.widgets.mnemonics import give_letters
from brainseg_gui.ui.widgets.theme import icon
from brainseg_gui.ui.worklist.filter_popup import FilterPopup
from brainseg_gui.ui.worklist.model import WorklistModel


class FilterBar(QWidget):
    """Says what the list is sorted by and how many filters are on.

    Signals
    -------
    sorted(SortKey, bool descending)
    filtered(Filters)
        Without the words of the search.
    cleared()
    """

    sorted = pyqtSignal(object, bool)
    filtered = pyqtSignal(object)
    cleared = pyqtSignal()

    def __init__(self, model: WorklistModel) -> None:
        super().__init__()
        self._model = model
        self.key = QComboBox(toolTip="Sort the list by", accessibleName="Sort by")
        for key in SortKey:
            self.key.addItem(key.value, key)
        self.direction = QToolButton(accessibleName="Turn the order round")
        self.filter = QToolButton(
            text="Filter",
            icon=icon("mdi6.filter-variant"),
            toolButtonStyle=Qt.ToolButtonTextBesideIcon,
            toolTip="Choose which slices are listed",
            checkable=True,
        )
        self.filter.setObjectName("filter")
        self.clear = QToolButton(
            icon=icon("mdi6.filter-remove-outline"),
            toolTip="Clear search and filters: list every slice",
            accessibleName="Clear search and filters",
        )
        self.worth = QLabel(wordWrap=True)
        self.worth.setObjectName("faint")
        self._arrange()
        self.key.activated.connect(self._choose_key)
        self.direction.clicked.connect(self._turn)
        self.filter.clicked.connect(self._open)
        self.clear.clicked.connect(self.cleared)
        self.show_state()

    @cached_property
    def popup(self) -> FilterPopup:
        """Return the criteria, made when they are asked for: they are many."""
        popup = FilterPopup(self)
        popup.changed.connect(self.filtered)
        return popup

    def _arrange(self) -> None:
        layout, row = QVBoxLayout(self), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.worth)
        row.setSpacing(4)
        for widget in (self.key, self.direction):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.filter, self.clear):
            row.addWidget(widget)
        for widget in (self.key, self.direction, self.filter, self.clear):
            widget.setFocusPolicy(Qt.TabFocus)  # letters are commands again after a click

    def show_worth(self, sentence: str) -> None:
        """Say what an order by risk is worth, wherever that is the order; "" where none can say."""
        self.worth.setText(sentence)
        self.show_state()

    def show_state(self) -> None:
        """Show how the list is arranged now."""
        asked = self._model.arrangement
        self.worth.setVisible(asked.key is SortKey.RISK and bool(self.worth.text()))
        self.key.setCurrentIndex(self.key.findData(asked.key))
        way = "descending" if asked.descending else "ascending"
        self.direction.setIcon(icon(f"mdi6.sort-{way}"))
        self.direction.setToolTip(f"Sorted {way}; click to turn the order round")
        count = asked.filters.count
        self.filter.setText(f"Filter · {count}" if count else "Filter")
        self.filter.setAccessibleName(f"Filter, {count} on")
        self.filter.setChecked(count > 0)
        self.clear.setVisible(asked.filters.are_on)

    def _choose_key(self) -> None:
        key = self.key.currentData()
        self.sorted.emit(key, key.descends)

    def _turn(self) -> None:
        asked = self._model.arrangement
        self.sorted.emit(asked.key, not asked.descending)

    def _open(self) -> None:
        """Show the criteria under the button, as they are."""
        self.show_state()
        self.popup.offer(self._model.entries(), self._model.arrangement.filters)
        give_letters(self.popup)
        self.popup.move_to(self.mapToGlobal(QPoint(0, self.height() + 2)))
        self.popup.show()
        self.popup.first.setFocus(Qt.PopupFocusReason)
