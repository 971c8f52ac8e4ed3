"""While a text field or an open list has the focus, the keys that decide belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)


class TypingGuard(QObject):
    """Gives shortcuts to the text field in use, or to the list of a combo box that is open.

    Qt itself keeps letters in a field, but neither Return nor function keys: Return at the end of
    a search would accept the slice, and so would Return on the chosen row of a combo box, which
    closes its list before the key is looked up. Only what is in use is watched, so the mouse costs
    nothing.

    Parameters
    ----------
    keys : function
        Returns the key sequences as they are now: the reader may choose others.
    parent : QObject
    """

    def __init__(self, keys: Callable[[], Iterable[QKeySequence]], parent: QObject) -> None:
        super().__init__(parent)
        self._keys = keys
        QApplication.instance().focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Claim a key for the field before it becomes a command."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.ShortcutOverride:
            return False
        modifiers = event.modifiers() & ~Qt.KeypadModifier
        if event.key() | int(modifiers) not in {sequence[0] for sequence in self._keys()}:
            return False
        event.accept()
        return is_text_field(watched)  # a list closes itself on this very event

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and (is_text_field(new) or is_open_list(new)):
            new.installEventFilter(self)


def is_text_field(widget: QObject | None) -> bool:
    """Tell whether keys pressed in a widget are text."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QLineEdit | QAbstractSpinBox | QPlainTextEdit | QTextEdit)


def is_open_list(widget: QWidget) -> bool:
    """Tell whether a widget is a list that closes at the next choice."""
    return isinstance(widget, QAbstractItemView) and widget.window().windowType() == Qt.Popup
