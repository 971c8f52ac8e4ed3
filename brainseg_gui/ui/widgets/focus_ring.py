"""A ring around whatever has the keyboard: the same for every kind of field, and never missing."""

from __future__ import annotations

from PyQt5 import sip
from PyQt5.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PyQt5.QtWidgets import QApplication, QWidget

from brainseg_gui.ui.widgets.theme import ACCENT, FOCUS

WIDTH = 2  # pixels
LARGE = 60_000  # pixels; a field of that area needs no loud ring to be found


class FocusRing(QObject):
    """Follows the keyboard in a window and in what it opens.

    Style sheets know no ring for sliders and lists, and each would have its own for the rest.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._frame: _Frame | None = None
        self._around: QWidget | None = None
        QApplication.instance().focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow the widget where it goes."""
        if event is not None and event.type() in {
            QEvent.Move, QEvent.Resize, QEvent.Show, QEvent.Hide,
        }:  # fmt: skip
            self._place()
        return False

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._around is not None and not sip.isdeleted(self._around):
            self._around.removeEventFilter(self)
        if self._frame is not None and not sip.isdeleted(self._frame):
            self._frame.hide()
            self._frame.deleteLater()
        self._around = self._frame = None
        if new is not None and new.parentWidget() is not None and self._owns(new.window()):
            self._around, self._frame = new, _Frame(new.parentWidget())
            new.installEventFilter(self)
            self._place()

    def _owns(self, window: QWidget) -> bool:
        """Tell whether a window is this one, or was opened by it."""
        opener = window.parentWidget()
        return window is self._window or (opener is not None and self._owns(opener.window()))

    def _place(self) -> None:
        frame, around = self._frame, self._around
        if frame is None or around is None or sip.isdeleted(frame):
            return
        frame.surround(around.geometry() & around.parentWidget().rect())
        frame.setVisible(around.isVisible())


class _Frame(QWidget):
    """The ring itself; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.NoFocus)
        self._pen = QPen(QColor(FOCUS), WIDTH)

    def surround(self, rect: QRect) -> None:
        """Lie around a part of the parent, and over nothing else."""
        self.setGeometry(rect)
        large = rect.width() * rect.height() >= LARGE
        self._pen = QPen(QColor(ACCENT if large else FOCUS), 1 if large else WIDTH)
        width = self._pen.width()
        inside = self.rect().adjusted(width, width, -width, -width)
        self.setMask(QRegion(self.rect()) - QRegion(inside))
        self.raise_()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setPen(self._pen)
        half = self._pen.widthF() / 2
        painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))
