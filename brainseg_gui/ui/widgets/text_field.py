"""A line of text that one leaves by Return or Escape."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QLineEdit


class TextField(QLineEdit):
    """Return and Escape leave it, and neither is a command meanwhile.

    Signals
    -------
    left()
    """

    left = pyqtSignal()

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholderText=placeholder)
        self.returnPressed.connect(self.left)

    def escape(self) -> None:
        """Do what Escape does here."""
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        """Keep Escape for itself: it is a command's key as well."""
        if event.type() == QEvent.ShortcutOverride and event.key() == Qt.Key_Escape:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear Escape."""
        if event.key() == Qt.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)
