"""Why a proposal had to be changed: ticked in a small window that stays until it is left."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QPoint, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import QAction, QCheckBox, QFrame, QPushButton, QToolButton, QVBoxLayout

from brainseg_gui.ui.widgets.panel_parts import check_box
from brainseg_gui.ui.widgets.plain import plain


class ReasonsButton(QToolButton):
    """Says how many reasons are given, and opens the list to choose from.

    Signals
    -------
    chosen()
    change_wanted()
        The list itself is to be another one.
    """

    chosen = pyqtSignal()
    change_wanted = pyqtSignal()

    def __init__(self, action: QAction) -> None:
        super().__init__(toolButtonStyle=Qt.ToolButtonTextOnly)
        self._action = action
        self._offered: tuple[str, ...] = ()
        self.boxes: dict[str, QCheckBox] = {}
        self.popup = QFrame(self, Qt.Popup)
        self.popup.setObjectName("popup")
        self.popup.setAccessibleName("Reasons")
        self._column = QVBoxLayout(self.popup)
        self._column.setContentsMargins(14, 12, 14, 12)
        self.change = QPushButton("Change the list…")
        self.change.setToolTip("The reasons to choose from belong to this data set")
        self._column.addWidget(self.change)
        self.change.clicked.connect(self._want_change)
        self.clicked.connect(self.open)
        action.changed.connect(self._follow)
        self._follow()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return which reasons are ticked, in the order of the list."""
        return tuple(reason for reason, box in self.boxes.items() if box.isChecked())

    def offer(self, reasons: Sequence[str]) -> None:
        """Offer a list to choose from; nothing is ticked then."""
        self._offered = tuple(reasons)
        self._list(self._offered, ())

    def show_reasons(self, reasons: Sequence[str]) -> None:
        """Tick these; one that the list does not hold any more is listed too, as it was said."""
        if reasons != self.reasons:
            self._list(tuple(dict.fromkeys((*self._offered, *reasons))), reasons)

    def open(self) -> None:
        """Show the list above the button; the keyboard begins at its first reason."""
        self.popup.adjustSize()
        self.popup.move(self.mapToGlobal(QPoint(0, -self.popup.height() - 2)))
        self.popup.show()
        next(iter(self.boxes.values()), self.change).setFocus()

    def _list(self, listed: Sequence[str], ticked: Sequence[str]) -> None:
        if tuple(self.boxes) != tuple(listed):
            for box in self.boxes.values():
                self._column.removeWidget(box)
                box.deleteLater()
            self.boxes = {reason: check_box(plain_label(reason)) for reason in listed}
            for place, box in enumerate(self.boxes.values()):
                self._column.insertWidget(place, box)
                box.toggled.connect(self._on_toggled)
        for reason, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(reason in ticked)
        self._follow()

    def _on_toggled(self) -> None:
        self._follow()
        self.chosen.emit()

    def _want_change(self) -> None:
        self.popup.close()
        self.change_wanted.emit()

    def _follow(self) -> None:
        """Say what is ticked, and whether anything can be."""
        ticked = self.reasons
        self.setText(f"Reasons · {len(ticked)}" if ticked else "Reasons")
        self.setEnabled(self._action.isEnabled())
        tip = self._action.toolTip()
        self.setToolTip(plain("\n".join((tip, *ticked))) if ticked else tip)


def plain_label(text: str) -> str:
    """Return a text as a button shows it: an ampersand would be taken for a mnemonic."""
    return text.replace("&", "&&")
