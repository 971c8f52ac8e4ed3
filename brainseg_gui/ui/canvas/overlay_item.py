"""What a tool draws over the slice: a ring under the mouse, and lines."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.ui.canvas.label_item import LabelItem
from brainseg_gui.ui.canvas.pens import pen
from brainseg_gui.ui.tools.tool import Overlay

# A light line with a dark rim: visible on bright fat and on dark air.
LINES = (("#000000", 3.0), ("#ffffff", 1.2))
MARKS = (("#000000", 9.0), ("#ffffff", 6.0))
ARM = 5.0  # of a cross, in screen pixels
ROOM, MARK_ROOM = 1.0, 40.0  # image pixels around what is drawn, for the pen
CROSSING = 0.7071  # of the radius: where a line through the middle meets the ring


class OverlayItem(QGraphicsItem):
    """Paints an `Overlay`; shape, not only colour, tells painting from erasing."""

    def __init__(self) -> None:
        super().__init__()
        self._overlay = Overlay()
        self._path = QPainterPath()
        self._ring_shown = False
        self.label = LabelItem(self)
        self.label.setVisible(False)
        self.setAcceptedMouseButtons(Qt.NoButton)
        self.setZValue(100)

    @property
    def overlay(self) -> Overlay:
        """Return what is drawn."""
        return self._overlay

    def show_overlay(self, overlay: Overlay) -> None:
        """Draw this in place of what was drawn."""
        if overlay == self._overlay:
            return
        self.prepareGeometryChange()
        self._overlay = overlay
        self._path = _path(overlay)
        ring = overlay.ring
        self.label.say("" if ring is None else ring.label)
        if ring is not None and ring.label:
            corner = ring.diameter / 2 * (1 if ring.square else CROSSING)
            self.label.setPos(ring.centre[1] + corner, ring.centre[0] + corner)
        self._show_label()
        self.update()

    def show_ring(self, shown: bool) -> None:
        """Draw the ring, or leave it out: the mouse is elsewhere, or moves the slice."""
        if shown != self._ring_shown:
            self._ring_shown = shown
            self._show_label()
            self.update()

    def _show_label(self) -> None:
        """Show the label where it says something: an empty one has all around it painted too."""
        self.label.setVisible(self._ring_shown and bool(self.label.text))

    @property
    def ring_shown(self) -> bool:
        """Tell whether a ring is to be seen."""
        return self._ring_shown and self._overlay.ring is not None

    def boundingRect(self) -> QRectF:
        """Return what is drawn and room for the pen."""
        drawn = self._path.boundingRect()
        places = self._overlay.marks + self._overlay.crosses
        if not places:
            return drawn.adjusted(-ROOM, -ROOM, ROOM, ROOM)
        around = QPolygonF([QPointF(column, row) for row, column in places]).boundingRect()
        room = MARK_ROOM
        return drawn.united(around.adjusted(-room, -room, room, room))

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw every line twice, the rim first."""
        if painter is None:
            return
        path = self._path
        if self._overlay.ring is not None and not self._ring_shown:
            path = _lines(self._overlay)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setBrush(Qt.NoBrush)
        for colour, width in LINES:
            painter.setPen(pen(painter, colour, width))
            painter.drawPath(path)
        marks = QPolygonF([QPointF(column, row) for row, column in self._overlay.marks])
        for colour, width in MARKS:
            painter.setPen(pen(painter, colour, width))
            painter.drawPoints(marks)
        self._draw_crosses(painter)

    def _draw_crosses(self, painter: QPainter) -> None:
        """Draw the crosses in screen pixels."""
        centres = [
            painter.transform().map(QPointF(column, row)) for row, column in self._overlay.crosses
        ]
        if not centres:
            return
        painter.save()
        painter.resetTransform()
        for colour, width in LINES:
            painter.setPen(QPen(QColor(colour), width))
            for at in centres:
                for arm in (QPointF(ARM, ARM), QPointF(ARM, -ARM)):
                    painter.drawLine(at - arm, at + arm)
        painter.restore()


def _path(overlay: Overlay) -> QPainterPath:
    path = _lines(overlay)
    if overlay.ring is not None:
        row, column = overlay.ring.centre
        radius = overlay.ring.diameter / 2
        if overlay.ring.square:
            path.addRect(column - radius, row - radius, 2 * radius, 2 * radius)
        else:
            path.addEllipse(QPointF(column, row), radius, radius)
        if overlay.ring.erases:
            half = radius * (1 if overlay.ring.square else CROSSING)
            path.moveTo(column - half, row - half)
            path.lineTo(column + half, row + half)
    return path


def _lines(overlay: Overlay) -> QPainterPath:
    path = QPainterPath()
    for line in overlay.lines:
        for number, (row, column) in enumerate(line):
            (path.lineTo if number else path.moveTo)(column, row)
    return path
