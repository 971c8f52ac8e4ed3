"""While a text field has the focus, the keys that decide belong to the field."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)


class TypingGuard(QObject):
    """Gives shortcuts to the text field in use.

    Qt itself keeps letters in a field, but neither Return nor function keys: Return at the end of
    a search would accept the slice. Only the field in use is watched, so the mouse costs nothing.

    Parameters
    ----------
    keys : iterable of QKeySequence
    parent : QObject
    """

    def __init__(self, keys: Iterable[QKeySequence], parent: QObject) -> None:
        super().__init__(parent)
        self._keys: set[int] = {sequence[0] for sequence in keys}
        QApplication.instance().focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Claim a key for the field before it becomes a command."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.ShortcutOverride:
            return False
        modifiers = event.modifiers() & ~Qt.KeypadModifier
        if event.key() | int(modifiers) not in self._keys:
            return False
        event.accept()
        return True

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and is_text_field(new):
            new.installEventFilter(self)


def is_text_field(widget: QWidget) -> bool:
    """Tell whether keys pressed in a widget are text."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QLineEdit | QAbstractSpinBox | QPlainTextEdit | QTextEdit)
