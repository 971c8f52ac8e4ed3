"""The legend of the probability view: the ramp from 0 to 1, with the threshold on it."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QWidget

from brainseg_gui.ui.canvas.measuring.ramp import ramp
from brainseg_gui.ui.widgets.theme import TEXT

BAR = QSize(16, 160)
MARGIN, TITLE, TICK = 10, "Probability", 5


class Legend(QWidget):
    """A bar of the ramp's colours on a dark plate; takes no mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WA_TransparentForMouseEvents)
        self._threshold: float | None = None

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """Return what stands beside the bar, each a probability and its text."""
        ends: tuple[tuple[float, str], ...] = ((0.0, "0"), (1.0, "1"))
        if self._threshold is None:
            return ends
        return (*ends, (self._threshold, f"{self._threshold:g} threshold"))

    def show_threshold(self, threshold: float | None) -> None:
        """Mark where a pixel begins to belong to the mask."""
        self._threshold = threshold
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that bar and texts need."""
        metrics = self.fontMetrics()
        text = max(metrics.horizontalAdvance(said) for _, said in self.marks)
        width = max(BAR.width() + TICK + 6 + text, metrics.horizontalAdvance(TITLE))
        return QSize(width + 2 * MARGIN, BAR.height() + 2 * metrics.height() + 2 * MARGIN)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw plate, bar and marks."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 170))
        painter.setPen(QColor(TEXT))
        line = self.fontMetrics().height()
        painter.drawText(MARGIN, MARGIN + self.fontMetrics().ascent(), TITLE)
        bar = QRectF(MARGIN, MARGIN + 1.5 * line, BAR.width(), BAR.height())
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        for percent, colour in enumerate(ramp()):
            gradient.setColorAt(percent / 100, colour)
        painter.fillRect(bar, gradient)
        for value, text in self.marks:
            y = bar.bottom() - value * bar.height()
            painter.setPen(QPen(QColor(TEXT), 1.4))
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + TICK, y))
            if 0 < value < 1:  # across the bar: where inside begins
                painter.setPen(QPen(QColor("#ffffff"), 1.4))
                painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right(), y))
            painter.setPen(QColor(TEXT))
            place = QRect(round(bar.right()) + TICK + 6, round(y - line / 2), self.width(), line)
            painter.drawText(place, Qt.AlignLeft | Qt.AlignVCenter, text)
