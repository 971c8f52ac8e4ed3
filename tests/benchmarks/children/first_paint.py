"""Say when a window was painted for the first time, then close it."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, QTimer
from PyQt5.QtWidgets import QApplication, QWidget


def announce_first_paint(widget: QWidget) -> None:
    """Print `painted` once a widget was, then close all windows.

    The widget must not be covered by others: Qt does not paint what nobody would see.
    """
    widget.installEventFilter(_Watch(widget))


class _Watch(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Paint:
            watched.removeEventFilter(self)
            # The rest of the window is painted in the same pass, right after it.
            QTimer.singleShot(0, _announce)
        return False


def _announce() -> None:
    print("painted", flush=True)
    QApplication.closeAllWindows()
