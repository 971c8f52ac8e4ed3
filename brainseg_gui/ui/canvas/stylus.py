"""A stylus as a mouse that knows how hard it presses; its other end holds Ctrl down."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QMouseEvent, QTabletEvent

KINDS = {
    QEvent.TabletPress: QEvent.MouseButtonPress,
    QEvent.TabletMove: QEvent.MouseMove,
    QEvent.TabletRelease: QEvent.MouseButtonRelease,
}


def as_mouse(event: QTabletEvent) -> QMouseEvent:
    """Return what a mouse would have said; the eraser's end takes away, whatever the tool is.

    A right button would open a menu where the tool does not hear it.
    """
    modifiers = event.modifiers()
    if event.pointerType() == QTabletEvent.Eraser:
        modifiers |= Qt.ControlModifier
    return QMouseEvent(
        KINDS[event.type()],
        event.posF(),
        event.posF(),
        event.globalPosF(),
        event.button(),
        event.buttons(),
        modifiers,
    )
