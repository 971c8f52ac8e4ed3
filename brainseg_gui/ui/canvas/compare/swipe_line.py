"""The line between two masks: what lies left of it is A's, what lies right of it B's."""

from __future__ import annotations

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF
from PyQt5.QtWidgets import QApplication, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.compare.screen_items import ScreenItem
from brainseg_gui.ui.canvas.overlay_item import LINES
from brainseg_gui.ui.canvas.scale_bar import draw_label

REACH = 7  # pixels of the window beside the line in which it is taken hold of
HANDLE = 13.0
BELOW = 74  # pixels of the window from the top to the names: below caption and buttons
BESIDE = 16


class SwipeLine(ScreenItem):
    """A vertical line that stays where it is in the window while the slice is moved under it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, 48)
        self._share = 0.5
        self._names = ("", "")

    @property
    def x(self) -> float:
        """Return where it is, in pixels of the window."""
        return self._share * float(self.canvas.viewport().width())

    @property
    def column(self) -> float:
        """Return where it is on the slice."""
        return float(self.canvas.view.mapSceneToView(QPointF(self.x, 0)).x())

    def is_near(self, x: float) -> bool:
        """Tell whether a place in the window is on it."""
        return abs(x - self.x) <= REACH

    def move_to(self, x: float) -> None:
        """Move it; it never leaves the window."""
        width = max(self.canvas.viewport().width(), 1)
        self._share = min(max(x / width, 0.01), 0.99)
        self.follow()

    def name(self, left: str, right: str) -> None:
        """Say what lies on its two sides."""
        self._names = left, right
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the line with handle and names."""
        area, metrics = self.canvas.viewport().rect(), QFontMetrics(QApplication.font())
        wide = max(map(metrics.horizontalAdvance, self._names)) + BESIDE + 10
        return QRectF(self.x - wide, 0, 2 * wide, area.height())

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it twice, the rim first, as the tools' lines."""
        if painter is None:
            return
        height, x = self.canvas.viewport().height(), self.x
        painter.setRenderHint(QPainter.Antialiasing)
        for colour, width in LINES:
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QLineF(x, 0, x, height))
        painter.setPen(QPen(QColor("#000000"), 1))
        painter.setBrush(QColor("#ffffff"))
        for side in (-1, 1):
            tip = QPointF(x + side * HANDLE, height / 2)
            base = QPointF(x + side * 4, height / 2)
            half = QPointF(0, 6)
            painter.drawPolygon(QPolygonF([tip, base - half, base + half]))
        painter.setBrush(Qt.NoBrush)
        painter.setFont(QApplication.font())
        left, right = self._names
        wide = painter.fontMetrics().horizontalAdvance(left)
        draw_label(painter, round(x - BESIDE - wide), BELOW, left)
        draw_label(painter, round(x + BESIDE), BELOW, right)
