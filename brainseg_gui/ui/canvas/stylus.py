"""A stylus as a mouse that knows how hard it presses; its other end is the right button."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QMouseEvent, QTabletEvent

KINDS = {
    QEvent.TabletPress: QEvent.MouseButtonPress,
    QEvent.TabletMove: QEvent.MouseMove,
    QEvent.TabletRelease: QEvent.MouseButtonRelease,
}


def as_mouse(event: QTabletEvent) -> QMouseEvent:
    """Return what a mouse would have said; where the eraser's end touches, by its right button."""
    erases = event.pointerType() == QTabletEvent.Eraser
    button, buttons = event.button(), event.buttons()
    if erases and button == Qt.LeftButton:
        button = Qt.RightButton
    if erases and buttons & Qt.LeftButton:
        buttons = (buttons & ~Qt.LeftButton) | Qt.RightButton
    return QMouseEvent(
        KINDS[event.type()],
        event.posF(),
        event.posF(),
        event.globalPosF(),
        button,
        Qt.MouseButtons(buttons),
        event.modifiers(),
    )
