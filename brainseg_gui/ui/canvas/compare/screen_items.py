"""What lies over the slice in pixels of the window: the legend, and a ring around a place."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen
from PyQt5.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.compare.difference_item import COLOURS, hatching
from brainseg_gui.ui.canvas.mask_item import LayerStyle
from brainseg_gui.ui.canvas.overlay_item import LINES
from brainseg_gui.ui.canvas.scale_bar import draw_label
from brainseg_gui.ui.widgets.theme import FAINT, TEXT

PLATE = QColor(0, 0, 0, 165)
MARGIN, PAD, SIGN, GAP = 12, 8, 22, 8  # pixels of the window
LONGEST = 240  # of a text, which may name a reader
FILL = 200  # opacity of a sign in the legend
AROUND, SMALLEST = 7.0, 12.0  # of the ring: beside the piece, and its radius at least


class ScreenItem(QGraphicsItem):
    """Lies in the canvas's scene, whose unit is a pixel of the window; the mouse goes through."""

    def __init__(self, canvas: Canvas, z: float) -> None:
        super().__init__()
        self.canvas = canvas
        self.setAcceptedMouseButtons(Qt.NoButton)
        self.setZValue(z)
        canvas.scene().addItem(self)
        canvas.view.sigRangeChanged.connect(self.follow)
        canvas.view.sigResized.connect(self.follow)
        self.setVisible(False)

    def follow(self) -> None:
        """The slice lies elsewhere, or the canvas has another size."""
        self.prepareGeometryChange()
        self.update()


@dataclass(frozen=True)
class Entry:
    """A line of the legend.

    Attributes
    ----------
    text : str
    sign : Only or LayerStyle
        The tint of a part of the difference, or the line of a mask.
    faint : bool
        It is not what is shown now.
    """

    text: str
    sign: Only | LayerStyle
    faint: bool = False


class Legend(ScreenItem):
    """Names what is seen, in the lower right corner."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, 50)
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show other lines; without any, nothing."""
        if entries != self.entries:
            self.entries = entries
            self.setVisible(bool(entries))
            self.follow()

    def boundingRect(self) -> QRectF:
        """Return the plate."""
        if not self.entries:
            return QRectF()
        metrics = QFontMetrics(QApplication.font())
        texts = max(metrics.horizontalAdvance(entry.text) for entry in self.entries)
        width = min(texts, LONGEST) + SIGN + GAP + 2 * PAD
        height = len(self.entries) * self._line + PAD
        area = self.canvas.viewport().rect()
        return QRectF(area.width() - width - MARGIN, area.height() - height - MARGIN, width, height)

    @property
    def _line(self) -> int:
        return QFontMetrics(QApplication.font()).height() + 4

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw plate, signs and texts."""
        if painter is None:
            return
        plate = self.boundingRect()
        painter.setFont(QApplication.font())
        painter.fillRect(plate, PLATE)
        for number, entry in enumerate(self.entries):
            top = plate.top() + PAD / 2 + number * self._line
            place = QRectF(plate.left() + PAD, top, SIGN, self._line)
            _draw_sign(painter, place.adjusted(0, 4, 0, -4), entry)
            painter.setPen(QColor(FAINT if entry.faint else TEXT))
            text = QRectF(place.right() + GAP, top, plate.right() - place.right(), self._line)
            said = painter.fontMetrics().elidedText(entry.text, Qt.ElideMiddle, LONGEST)
            painter.drawText(text, Qt.AlignVCenter | Qt.AlignLeft, said)


def _draw_sign(painter: QPainter, place: QRectF, entry: Entry) -> None:
    painter.save()
    painter.setOpacity(0.45 if entry.faint else 1.0)
    if isinstance(entry.sign, LayerStyle):
        painter.setPen(QPen(QColor(entry.sign.colour), entry.sign.width, entry.sign.line))
        painter.drawLine(
            QPointF(place.left(), place.center().y()), QPointF(place.right(), place.center().y())
        )
    else:
        painter.fillRect(place, QBrush(QColor(*COLOURS[entry.sign], FILL)))
        if entry.sign is Only.B:
            painter.fillRect(place, hatching(painter))
    painter.restore()


class Ring(ScreenItem):
    """Goes around a piece of the difference, with its number."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, 49)
        self.box: Box | None = None
        self._number = ""

    def show_ring(self, box: Box | None, number: str = "") -> None:
        """Go around a box of the slice, or around nothing."""
        self.box, self._number = box, number
        self.setVisible(box is not None)
        self.follow()

    def boundingRect(self) -> QRectF:
        """Return the ring with its number."""
        return QRectF() if self.box is None else self._ring().adjusted(-4, -24, 60, 4)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it twice, the rim first, as the tools' lines."""
        if painter is None or self.box is None:
            return
        ring = self._ring()
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setBrush(Qt.NoBrush)
        for colour, width in LINES:
            painter.setPen(QPen(QColor(colour), width + 0.6))
            painter.drawRoundedRect(ring, SMALLEST, SMALLEST)
        painter.setFont(QApplication.font())
        draw_label(painter, round(ring.right() - 4), round(ring.top() - 4), self._number)

    def _ring(self) -> QRectF:
        """Return the rectangle around the box, in pixels of the window."""
        assert self.box is not None
        corners = [
            self.canvas.view.mapViewToScene(QPointF(column, row))
            for row, column in (
                (self.box.top, self.box.left),
                (self.box.bottom, self.box.right),
            )
        ]
        ring = QRectF(corners[0], corners[1]).normalized()
        ring.adjust(-AROUND, -AROUND, AROUND, AROUND)
        lacks_x = max(SMALLEST - ring.width() / 2, 0.0)
        lacks_y = max(SMALLEST - ring.height() / 2, 0.0)
        return ring.adjusted(-lacks_x, -lacks_y, lacks_x, lacks_y)
