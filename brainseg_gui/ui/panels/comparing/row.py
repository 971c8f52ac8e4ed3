"""Which two masks are compared, and the ways to look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QWheelEvent
from PyQt5.QtWidgets import QAction, QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from brainseg_gui.ui.widgets.panel_parts import action_button

LOOKS = ("difference", "flicker", "swipe", "side_by_side")
AUTOMATIC = "Automatic"
WIDTH = 78  # of a list at least, in pixels


class Named(Protocol):
    """What a list shows: `Side` of the controllers."""

    @property
    def title(self) -> str:
        """Return it as a list names it."""


class SideList(QComboBox):
    """A list of masks, which asks for its rows just before it is used.

    Signals
    -------
    opening()
        The list is about to be opened, or has the keyboard.
    picked(Named or None)
        The reader chose; None: what fits by itself.
    """

    opening = pyqtSignal()
    picked = pyqtSignal(object)

    def __init__(self, place: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)
        self.setMinimumWidth(WIDTH)
        self.setSizeAdjustPolicy(QComboBox.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setFocusPolicy(Qt.StrongFocus)
        self.setAccessibleName(f"Mask {place} of two that are compared")
        self._sides: tuple[Named, ...] = ()
        self.activated.connect(self._on_activated)

    def show_sides(self, sides: Sequence[Named], shown: Named | None) -> None:
        """Offer masks, of which one is shown."""
        if self.view().isVisible():
            return  # nothing moves under a hand that is about to choose
        rows = tuple(sides) if shown is None or shown in sides else (*sides, shown)
        if rows != self._sides or not self.count():
            self._sides = rows
            self.clear()
            self.addItems([row.title for row in rows])
            self.addItem(AUTOMATIC)
            metrics, titles = self.fontMetrics(), [row.title for row in rows]
            widest = max(map(metrics.horizontalAdvance, [*titles, AUTOMATIC]))
            self.view().setMinimumWidth(widest + 24)
        self.setCurrentIndex(-1 if shown is None else rows.index(shown))
        self.setToolTip("Nothing to compare" if shown is None else shown.title)

    def showPopup(self) -> None:
        """Ask for the rows, and open."""
        self.opening.emit()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ask for the rows: the arrow keys choose without opening."""
        self.opening.emit()
        super().focusInEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the panel: what is compared is not chosen by chance."""
        event.ignore()

    def _on_activated(self, at: int) -> None:
        self.picked.emit(self._sides[at] if at < len(self._sides) else None)


class LookButtons(QWidget):
    """A button for each way to look at the two masks, for the line of the panel's heading."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch()
        for name in LOOKS:
            row.addWidget(action_button(actions[name]))


class CompareRow(QWidget):
    """Two lists, A and B.

    Signals
    -------
    opening()
        A list is about to be used: `show_sides` may say what else there is.
    chosen(str place, Named or None)
        For place "a" or "b".
    """

    opening = pyqtSignal()
    chosen = pyqtSignal(str, object)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.lists = {place: SideList(place.upper()) for place in ("a", "b")}
        for place, list_ in self.lists.items():
            label = QLabel(place.upper())
            label.setObjectName("faint")
            row.addWidget(label)
            row.addWidget(list_, 1)
            list_.opening.connect(self.opening)
            list_.picked.connect(lambda side, place=place: self.chosen.emit(place, side))

    def show_sides(self, sides: Sequence[Named], shown: tuple[Named, Named] | None) -> None:
        """Offer masks in both lists; two of them are shown, or none."""
        for list_, side in zip(self.lists.values(), shown or (None, None), strict=True):
            list_.show_sides(sides, side)
