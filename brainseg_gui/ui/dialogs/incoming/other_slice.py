"""Choose a slice of the patient, whose mask is looked at before it is copied."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QIcon, QKeyEvent
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.ui.controllers.looking.neighbours import Other
from brainseg_gui.ui.widgets.panel_parts import on_screen

SIZE = (320, 460)  # pixels
FEW = 8  # slices among which nobody needs to search
TO_LIST = (Qt.Key_Up, Qt.Key_Down, Qt.Key_PageUp, Qt.Key_PageDown)


class OtherSliceDialog(QDialog):
    """A list, the nearest slice first, that grows shorter with every word.

    It lies at the window's left, so that the slice can be seen.

    Signals
    -------
    looked_at(Other or None)
        Another row is in use, or none.

    Attributes
    ----------
    search : QLineEdit
        Arrows in it go along the list.
    rows : QListWidget
    said : QLabel
    buttons : QDialogButtonBox
    """

    looked_at = pyqtSignal(object)

    def __init__(self, parent: QWidget, others: Sequence[Other]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Copy from another slice")
        self.search = QLineEdit(placeholderText="Search a name, or “corrected”…")
        self.search.setVisible(len(others) > FEW)
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.rows = QListWidget()
        self.rows.setAccessibleName("Slices of the patient that have a mask")
        for other in others:
            item = QListWidgetItem(_text(other), self.rows)
            item.setData(Qt.UserRole, other)
            item.setToolTip(other.entry.name)
        self.rows.currentItemChanged.connect(lambda item, _before: self._look(item))
        self.rows.itemDoubleClicked.connect(lambda _item: self.accept())
        self.said = QLabel(textFormat=Qt.PlainText, wordWrap=True)
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing())
        self.said.setAlignment(Qt.AlignLeft | Qt.AlignTop)
        self.buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        self.buttons.button(QDialogButtonBox.Ok).setText("Copy")
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.search, self.rows, self.said, self.buttons):
            layout.addWidget(widget)
        self.resize(on_screen(self, *SIZE))
        self._may_copy = False

    def begin(self) -> None:
        """Look at the nearest slice, and lie beside the image."""
        window = self.parentWidget().rect()
        low = self.parentWidget().mapToGlobal(QPoint(0, window.height() - self.height()))
        self.move(low.x() + 8, low.y() - 36)
        self.rows.setCurrentRow(0)
        (self.rows if self.search.isHidden() else self.search).setFocus()

    def say(self, text: str, *, may_copy: bool) -> None:
        """Say what copying would do, or why there is nothing to copy."""
        self.said.setText(text)
        self._may_copy = may_copy
        self.buttons.button(QDialogButtonBox.Ok).setEnabled(may_copy)

    def accept(self) -> None:
        """Copy what was seen; what was not seen yet is not copied."""
        if self._may_copy:
            super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows in the search go along the list."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.KeyPress
        if pressed and event.key() in TO_LIST:
            QApplication.sendEvent(self.rows, event)
            return True
        return super().eventFilter(watched, event)

    def _look(self, item: QListWidgetItem | None) -> None:
        self.say("", may_copy=False)
        self.looked_at.emit(None if item is None else item.data(Qt.UserRole))

    def _search(self, text: str) -> None:
        """List what has every word, and look at the first of it unless the row in use stays."""
        words = text.casefold().split()
        stay = []
        for row in range(self.rows.count()):
            item = self.rows.item(row)
            found = f"{item.toolTip()} {item.text()}".casefold()
            item.setHidden(not all(word in found for word in words))
            if not item.isHidden():
                stay.append(item)
        if self.rows.currentItem() not in stay:
            self.rows.setCurrentItem(stay[0] if stay else None)
        if not stay:
            self.say("No slice with a mask is called so.", may_copy=False)


def _text(other: Other) -> str:
    kind = "corrected" if other.entry.corrected else "predicted"
    return f"{other.name}  ·  {other.place}  ·  {kind}"
