"""Where the search of the worklist is typed."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QLineEdit


class SearchField(QLineEdit):
    """Escape clears it, then leaves it, as Return does; until then every letter is a letter.

    Signals
    -------
    left()
    """

    left = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(placeholderText="Search name, patient, type…")
        self.setClearButtonEnabled(True)
        self.returnPressed.connect(self.left)

    def event(self, event: QEvent) -> bool:
        """Keep Escape for itself: it is a command's key as well."""
        if event.type() == QEvent.ShortcutOverride and event.key() == Qt.Key_Escape:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear Escape."""
        if event.key() != Qt.Key_Escape:
            super().keyPressEvent(event)
        elif self.text():
            self.clear()
        else:
            self.left.emit()
