"""Thin dotted lines over the slice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QPainter, QPainterPath
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.ui.canvas.pens import pen

WIDTH, ROOM = 1.2, 2.0


class LinesItem(QGraphicsItem):
    """Draws outlines as thin as they can be seen, dotted."""

    def __init__(self) -> None:
        super().__init__()
        self._path, self._colour = QPainterPath(), "#ffffff"
        self.setAcceptedMouseButtons(Qt.NoButton)
        self.setZValue(13)

    def show_lines(self, lines: Sequence[NDArray[np.float64]], colour: str = "#ffffff") -> None:
        """Draw (N, 2) lines of (row, column) in place of those that were drawn."""
        self.prepareGeometryChange()
        self._path, self._colour = QPainterPath(), colour
        for line in lines:
            self._path.addPath(pg.arrayToQPath(line[:, 1], line[:, 0]))
        self.update()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return bool(self._path.isEmpty())

    def boundingRect(self) -> QRectF:
        """Return what the lines cover and room for the pen."""
        if self._path.isEmpty():
            return QRectF()
        return self._path.boundingRect().adjusted(-ROOM, -ROOM, ROOM, ROOM)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw them."""
        if painter is not None and not self._path.isEmpty():
            painter.setRenderHint(QPainter.Antialiasing)
            painter.setPen(pen(painter, self._colour, WIDTH, Qt.DotLine))
            painter.setBrush(Qt.NoBrush)
            painter.drawPath(self._path)
