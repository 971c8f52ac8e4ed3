"""A bar of a round length: millimetres where the pixel size is known, pixels where it is not."""

from __future__ import annotations

import math

from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from brainseg_gui.ui.widgets.theme import ON_WARNING, WARNING

MARGIN = 14
BELOW_BUTTONS = 46


def draw_scale_bar(
    painter: QPainter, area: QRect, screen_per_pixel: float, spacing_mm: float | None
) -> None:
    """Draw the bar in the lower left corner of `area`, in screen coordinates."""
    unit = spacing_mm or 1.0
    length = round_length(area.width() * 0.18 / screen_per_pixel * unit)
    width = length / unit * screen_per_pixel
    y = area.bottom() - MARGIN
    x0, x1 = area.left() + MARGIN, round(area.left() + MARGIN + width)
    for colour, thickness in (("#000000", 4), ("#d6d7d9", 2)):
        painter.setPen(QPen(QColor(colour), thickness))
        painter.drawLine(x0, y, x1, y)
    draw_label(painter, x0, y - 8, f"{length:g} {'mm' if spacing_mm else 'px'}")


def draw_label(painter: QPainter, x: int, y: int, text: str) -> None:
    """Draw text on a dark plate: legible over bright fat too."""
    plate = painter.fontMetrics().boundingRect(text).translated(x, y).adjusted(-5, -2, 5, 2)
    if text:
        painter.fillRect(plate, QColor(0, 0, 0, 150))
        painter.setPen(QColor("#d6d7d9"))
        painter.drawText(x, y, text)


def draw_warning(painter: QPainter, area: QRect, text: str) -> None:
    """Draw what must not be missed in the middle, below the names and the buttons."""
    if text:
        width, height = (
            painter.fontMetrics().horizontalAdvance(text),
            painter.fontMetrics().height(),
        )
        left = area.center().x() - width // 2 - 12
        plate = QRect(left, area.top() + BELOW_BUTTONS, width + 24, height + 10)
        painter.fillRect(plate, QColor(WARNING))
        painter.setPen(QColor(ON_WARNING))
        painter.drawText(plate, Qt.AlignCenter, text)


def round_length(longest: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50 … that is not longer.

    Examples
    --------
    >>> round_length(49.0), round_length(0.3)
    (20.0, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(max(longest, 1e-9)))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= longest)
