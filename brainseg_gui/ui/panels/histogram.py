"""Window and level: a histogram of what is shown, with a range slider under it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget
from superqt import QDoubleRangeSlider

from brainseg_gui.ui.widgets.theme import ACCENT, FAINT, FIELD


class Histogram(QWidget):
    """Draws how often each raw value occurs, and over it as how bright it is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(64)
        self._heights = np.zeros(2)
        self._transfer = np.linspace(0, 1, 2)
        self._window = (0.0, 1.0)

    def set_counts(self, counts: NDArray[np.intp], transfer: NDArray[np.floating]) -> None:
        """Show another slice.

        Parameters
        ----------
        counts : (N,) int
            How often each of evenly spaced raw values occurs.
        transfer : (N,) float
            What the view makes of each, 0 to 1, before the window is laid over it.
        """
        self._transfer = transfer.astype(float)
        # The square root lets a small tumour's grey values be seen beside the brain's.
        heights = np.sqrt(counts)
        self._heights = heights / max(heights.max(), 1)
        self.update()

    @property
    def brightness(self) -> NDArray[np.float64]:
        """Return (N,) as how bright each raw value is shown, 0 to 1: view and window together."""
        low, high = self._window
        return np.clip((self._transfer - low) / max(high - low, 1e-6), 0, 1)

    def set_window(self, low: float, high: float) -> None:
        """Show where the window lies."""
        self._window = (low, high)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw bars and curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        width, height = self.width(), self.height()
        painter.fillRect(self.rect(), QColor(FIELD))
        step = width / (len(self._heights) - 1)
        points = [QPointF(i * step, height - h * (height - 4)) for i, h in enumerate(self._heights)]
        outline = QPolygonF([QPointF(0, height), *points, QPointF(width, height)])
        painter.setPen(Qt.NoPen)
        painter.setBrush(QColor(FAINT))
        painter.drawPolygon(outline)
        bright = self.brightness
        step = width / (len(bright) - 1)
        painter.setRenderHint(QPainter.Antialiasing, False)  # or seams are seen between them
        painter.setBrush(QColor(0, 0, 0, 110))  # over what is all black, or all white
        for at in np.flatnonzero((bright <= 0) | (bright >= 1)):
            painter.drawRect(QRectF((at - 0.5) * step, 0, step, height))
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(QColor(ACCENT), 1.5))
        inside = height - 2
        curve = [QPointF(at * step, 1 + inside * (1 - value)) for at, value in enumerate(bright)]
        painter.drawPolyline(QPolygonF(curve))


class WindowControl(QWidget):
    """Histogram and range slider.

    Signals
    -------
    window_changed(float low, float high)
        Shares of the shown range, 0 to 1; moved by the reader.
    """

    window_changed = pyqtSignal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.histogram = Histogram()
        self._slider = QDoubleRangeSlider(Qt.Horizontal)
        self._slider.setRange(0, 1)
        self._slider.setValue((0.0, 1.0))
        self._slider.setToolTip(
            "Window and level; also Ctrl+Shift and drag over the slice, C fits them to it"
        )
        self._slider.valueChanged.connect(self._on_slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.histogram)
        layout.addWidget(self._slider)
        self._numbers = QLabel()
        self._numbers.setObjectName("faint")
        layout.addWidget(self._numbers)
        self._write_numbers()

    @property
    def limits(self) -> tuple[float, float]:
        """Return low and high, 0 to 1, never equal."""
        low, high = self._slider.value()
        return low, max(high, low + 0.005)

    def set_window(self, low: float, high: float) -> None:
        """Move the window, which announces it."""
        self._slider.setValue((low, high))

    def _on_slider(self, _value: object) -> None:
        self.histogram.set_window(*self.limits)
        self._write_numbers()
        self.window_changed.emit(*self.limits)

    def _write_numbers(self) -> None:
        low, high = self.limits
        middle, width = (low + high) / 2, high - low
        self._numbers.setText(f"window {100 * width:.0f} %  level {100 * middle:.0f} %")
