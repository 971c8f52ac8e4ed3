"""A few words beside the mouse, as large at every zoom."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QRectF
from PyQt5.QtGui import QFontMetrics, QPainter
from PyQt5.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.ui.canvas.scale_bar import draw_label

OFFSET = QPoint(10, 18)  # screen pixels from the point to the text
ROOM = 8.0  # of the plate around it


class LabelItem(QGraphicsItem):
    """Text on a plate, below and right of where it is put."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.ItemIgnoresTransformations)
        self._text = ""

    @property
    def text(self) -> str:
        """Return what it says."""
        return self._text

    def say(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self.prepareGeometryChange()
            self._text = text
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the plate, in screen pixels."""
        if not self._text:
            return QRectF()
        text = QFontMetrics(QApplication.font()).boundingRect(self._text).translated(OFFSET)
        return QRectF(text).adjusted(-ROOM, -ROOM, ROOM, ROOM)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the text in the application's font, which `boundingRect` counts with."""
        if painter is not None:
            painter.setFont(QApplication.font())
            draw_label(painter, OFFSET.x(), OFFSET.y(), self._text)
