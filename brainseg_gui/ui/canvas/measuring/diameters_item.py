"""The two diameters of a mask over the slice, each with its length."""

from __future__ import annotations

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QPainter
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.measures.diameters import Diameter, Diameters
from brainseg_gui.ui.canvas.label_item import LabelItem
from brainseg_gui.ui.canvas.pens import pen

# Each twice, the rim first: seen on bright tissue and on dark.
LONGEST = (("#000000", 3.4), ("#ffffff", 1.6))
ACROSS = (("#000000", 3.4), ("#F0E442", 1.6))  # yellow of Okabe and Ito
TICK = 0.06  # half of the line across an end, as a share of the longest
ROOM = 4.0  # image pixels around it for the pen


class DiametersItem(QGraphicsItem):
    """Draws the longest diameter white, the one across it yellow; texts stand at their ends."""

    def __init__(self) -> None:
        super().__init__()
        self._found: Diameters | None = None
        self._labels = LabelItem(self), LabelItem(self)
        self.setAcceptedMouseButtons(Qt.NoButton)
        self.setZValue(50)

    @property
    def texts(self) -> tuple[str, str]:
        """Return what stands at the longest diameter and at the other."""
        return self._labels[0].text, self._labels[1].text

    def show_diameters(self, found: Diameters | None, texts: tuple[str, str] = ("", "")) -> None:
        """Draw these with their lengths, or nothing."""
        self.prepareGeometryChange()
        self._found = found
        for label, text in zip(self._labels, texts, strict=True):
            label.say(text if found is not None else "")
            label.setVisible(found is not None)
        if found is not None:
            for label, of in zip(self._labels, (found.longest, found.perpendicular), strict=True):
                label.setPos(_at(of.end))
        self.update()

    def boundingRect(self) -> QRectF:
        """Return what both lines cover and room for the pen."""
        if self._found is None:
            return QRectF()
        found, drawn = self._found, QRectF()
        for line in (*_lines(found.longest, found), *_lines(found.perpendicular, found)):
            drawn = drawn.united(QRectF(line.p1(), line.p2()).normalized())
        return drawn.adjusted(-ROOM, -ROOM, ROOM, ROOM)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw both."""
        if painter is None or self._found is None:
            return
        painter.setRenderHint(QPainter.Antialiasing)
        for of, strokes in ((self._found.perpendicular, ACROSS), (self._found.longest, LONGEST)):
            drawn = _lines(of, self._found)
            for colour, width in strokes:
                painter.setPen(pen(painter, colour, width))
                painter.drawLines(drawn)


def _lines(diameter: Diameter, both: Diameters) -> list[QLineF]:
    """Return a diameter and the short lines across its ends."""
    line = QLineF(_at(diameter.start), _at(diameter.end))
    if not line.length():
        return [line]
    across = line.normalVector()
    across.setLength(TICK * both.longest.length)
    step = QPointF(across.dx(), across.dy())
    return [line, *(QLineF(end - step, end + step) for end in (line.p1(), line.p2()))]


def _at(point: Point) -> QPointF:
    return QPointF(point[1], point[0])
