"""The ring that shows what the brush will touch."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget


class BrushRing(QGraphicsItem):
    """A circle of the brush's size in image pixels; the eraser's is crossed out.

    Shape, not only colour, tells painting from erasing.
    """

    def __init__(self) -> None:
        super().__init__()
        self._diameter = 1.0
        self._erasing = False
        self.setAcceptedMouseButtons(Qt.NoButton)
        self.hide()

    @property
    def erasing(self) -> bool:
        """Tell whether the ring shows the eraser."""
        return self._erasing

    @erasing.setter
    def erasing(self, value: bool) -> None:
        if value != self._erasing:
            self._erasing = value
            self.update()

    def set_diameter(self, diameter: float) -> None:
        """Set the brush's width in image pixels."""
        self.prepareGeometryChange()
        self._diameter = diameter

    def boundingRect(self) -> QRectF:
        """Return the circle and room for the pen."""
        reach = self._diameter / 2 + 1
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw a light ring with a dark rim: visible on bright fat and on dark air."""
        if painter is None:
            return
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setBrush(Qt.NoBrush)
        radius = self._diameter / 2
        for colour, width in (("#000000", 3.0), ("#ffffff", 1.2)):
            pen = QPen(QColor(colour), width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), radius, radius)
            if self._erasing:
                half = radius * 0.7071
                painter.drawLine(QPointF(-half, -half), QPointF(half, half))
