"""The slice on the screen: image, layers, zoom and pan, and the mouse that paints."""

from __future__ import annotations

import enum

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PyQt5.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from brainseg_gui.ui.canvas.mask_item import MaskItem
from brainseg_gui.ui.canvas.scale_bar import draw_label, draw_scale_bar
from brainseg_gui.ui.tools.brush_ring import BrushRing
from brainseg_gui.ui.widgets.theme import FAINT

ZOOM_STEP = 1.2
SMALLEST_SCALE, LARGEST_SCALE = 0.02, 200.0  # screen pixels per image pixel
Point = tuple[float, float]


class Tool(enum.Enum):
    """What the left mouse button does."""

    PAN = "pan"
    BRUSH = "brush"
    ERASER = "eraser"


class Canvas(pg.GraphicsView):
    """Shows one slice with its layers and turns the mouse into strokes in image pixels.

    Signals
    -------
    stroke_began(bool erase)
    stroke_moved(tuple start, tuple end)
        Line from (row, column) to (row, column); equal points for the first dab.
    stroke_ended()
    pointed_at(object)
        (row, column) of the pixel under the mouse, or None outside the image.
    zoomed(float)
        Screen pixels per image pixel.
    refused()
        The reader wanted to paint where that is off.
    brush_resized(int steps)
    opacity_turned(int steps)
    """

    stroke_began = pyqtSignal(bool)
    stroke_moved = pyqtSignal(object, object)
    stroke_ended = pyqtSignal()
    pointed_at = pyqtSignal(object)
    zoomed = pyqtSignal(float)
    refused = pyqtSignal()
    brush_resized = pyqtSignal(int)
    opacity_turned = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background="#000000")
        self.setObjectName("canvas")
        self.setFocusPolicy(Qt.StrongFocus)
        self.setMouseTracking(True)
        self.view = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self.view.setDefaultPadding(0.02)
        self.setCentralItem(self.view)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.view.addItem(self.image)
        self._ring = BrushRing()
        self.view.addItem(self._ring, ignoreBounds=True)
        self._ring.setZValue(100)
        self.tool = Tool.BRUSH
        self.can_paint = False
        self.spacing_mm: float | None = None
        self.caption = ""
        self.pixel: tuple[int, int] | None = None
        self._shape: tuple[int, int] | None = None
        self._fitted: tuple[int, int] | None = None  # size of the slice that zoom and position suit
        self._last: Point | None = None
        self._painting_button = Qt.NoButton
        self._pan_from: QPointF | None = None
        self._space = False
        self.view.sigRangeChanged.connect(self._on_range)

    def add_layer(self, layer: MaskItem, z: float) -> None:
        """Put a mask layer over the image; a larger z lies higher."""
        layer.setZValue(z)
        self.view.addItem(layer, ignoreBounds=True)

    def show_image(self, pixels: np.ndarray, levels: tuple[float, float]) -> None:
        """Show (H, W) float32 pixels; zoom and position stay, also where the size changes."""
        self._shape = pixels.shape  # type: ignore[assignment]
        before, self._fitted = self._fitted, self._shape
        self.image.setImage(pixels, levels=levels, autoLevels=False)
        self.zoomed.emit(self._scale())
        if before is None:
            self.fit()
        elif before != pixels.shape:
            factor = max(pixels.shape) / max(before)
            old = self.view.viewRect()
            self.view.setRange(
                QRectF(
                    old.x() * factor,
                    old.y() * factor,
                    old.width() * factor,
                    old.height() * factor,
                ),
                padding=0,
            )

    def clear(self) -> None:
        """Show nothing; zoom and position wait for the next slice."""
        self._shape = None
        self.image.clear()
        self.can_paint = False
        self._ring.hide()

    def forget_view(self) -> None:
        """Show the next slice whole."""
        self._fitted = None

    def fit(self) -> None:
        """Show the whole slice."""
        if self._shape:
            height, width = self._shape
            self.view.setRange(QRectF(0, 0, width, height), padding=0.02)

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom by a factor about a point in image coordinates, else about the middle."""
        scale = self._scale()
        factor = min(max(scale * factor, SMALLEST_SCALE), LARGEST_SCALE) / scale
        centre = about or self.view.viewRect().center()
        self.view.scaleBy((1 / factor, 1 / factor), center=centre)

    def set_tool(self, tool: Tool) -> None:
        """Choose what the left button does."""
        self.tool = tool
        self._ring.erasing = tool is Tool.ERASER
        self._show_ring()

    def set_brush(self, diameter: float) -> None:
        """Show a brush of this many image pixels at the cursor."""
        self._ring.set_diameter(diameter)

    @property
    def painting(self) -> bool:
        """Tell whether a stroke is under way."""
        return self._last is not None

    def end_stroke(self) -> None:
        """End a stroke that is under way, as if the button had come up."""
        if self._last is not None:
            self._last = None
            self.stroke_ended.emit()

    def to_pixels(self, position: QPointF) -> Point:
        """Return widget coordinates as (row, column); pixel (i, j) covers [i, i+1) x [j, j+1)."""
        point = self.view.mapSceneToView(self.mapToScene(position.toPoint()))
        return point.y(), point.x()

    # --- mouse and keys; pyqtgraph's own handling is bypassed, it waits for a drag threshold ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke or a pan."""
        self.setFocus(Qt.MouseFocusReason)
        button = event.button()
        if self.painting or self._pan_from is not None:
            return
        wants = self._shape is not None and self.tool is not Tool.PAN and not self._space
        paints = wants and self.can_paint
        if wants and not paints and button != Qt.MiddleButton:
            self.refused.emit()
        if paints and button in (Qt.LeftButton, Qt.RightButton):
            self._painting_button = button
            self._last = self.to_pixels(event.localPos())
            self.stroke_began.emit(self._erases(event))
            self.stroke_moved.emit(self._last, self._last)
        elif button in (Qt.MiddleButton, Qt.LeftButton):
            self._pan_from = event.localPos()
            self.viewport().setCursor(Qt.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke or the pan, and say where the mouse is."""
        point = self.to_pixels(event.localPos())
        if self.painting and not event.buttons() & self._painting_button:
            self.end_stroke()  # a dialog swallowed the release
        if self._last is not None:
            start, self._last = self._last, point
            self.stroke_moved.emit(start, point)
        elif self._pan_from is not None:
            self._pan_to(event.localPos())
        self._ring.erasing = self._erases(event)
        self._ring.setPos(point[1], point[0])
        self._show_ring()
        self.pixel = self._pixel(point)
        self.pointed_at.emit(self.pixel)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke or the pan."""
        if event.button() == self._painting_button:
            self.end_stroke()
        if self._pan_from is not None and not event.buttons():
            self._pan_from = None
            self._show_ring()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick dabs are two dabs."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor; with Shift change the brush, with Ctrl the opacity."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta == 0:
            return
        steps = 1 if delta > 0 else -1
        if event.modifiers() & Qt.ShiftModifier:
            self.brush_resized.emit(steps)
        elif event.modifiers() & Qt.ControlModifier:
            self.opacity_turned.emit(steps)
        elif self._shape:
            row, column = self.to_pixels(event.position())
            self.zoom(ZOOM_STEP ** (delta / 120), QPointF(column, row))
        event.accept()

    def enterEvent(self, event: object) -> None:
        """Take the keys, for Space and Ctrl, unless a text is being typed."""
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self.setFocus(Qt.MouseFocusReason)

    def leaveEvent(self, event: object) -> None:
        """Take ring and read-out away."""
        self._ring.hide()
        self.pixel = None
        self.pointed_at.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold Space to pan; everything else is a shortcut."""
        if event.key() == Qt.Key_Space and not event.isAutoRepeat():
            self._space = True
            self._show_ring()
        elif event.key() == Qt.Key_Control:
            self._ring.erasing = self.tool is not Tool.PAN
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Release Space or Ctrl."""
        if event.key() == Qt.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._show_ring()
        elif event.key() == Qt.Key_Control:
            self._ring.erasing = self.tool is Tool.ERASER
        else:
            event.ignore()

    def focusOutEvent(self, event: object) -> None:
        """A key released elsewhere is never heard of."""
        self._space = False
        super().focusOutEvent(event)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw caption and scale bar in screen pixels, over everything."""
        painter.save()
        painter.resetTransform()
        area = self.viewport().rect()
        if self._shape is None:
            painter.setPen(QColor(FAINT))
            painter.drawText(area, Qt.AlignCenter | Qt.TextWordWrap, self.caption)
        else:
            draw_label(painter, 12, 12 + painter.fontMetrics().ascent(), self.caption)
            draw_scale_bar(painter, area, self._scale(), self.spacing_mm)
        painter.restore()

    def _erases(self, event: QMouseEvent) -> bool:
        """The eraser, the right button and Ctrl each turn painting into erasing."""
        right = event.button() == Qt.RightButton or bool(event.buttons() & Qt.RightButton)
        control = bool(event.modifiers() & Qt.ControlModifier)
        return self.tool is Tool.ERASER or right or control

    def _pan_to(self, position: QPointF) -> None:
        assert self._pan_from is not None
        row0, column0 = self.to_pixels(self._pan_from)
        row, column = self.to_pixels(position)
        self._pan_from = position
        self.view.translateBy(x=column0 - column, y=row0 - row)

    def _pixel(self, point: Point) -> tuple[int, int] | None:
        row, column = int(np.floor(point[0])), int(np.floor(point[1]))
        if self._shape and 0 <= row < self._shape[0] and 0 <= column < self._shape[1]:
            return row, column
        return None

    def _show_ring(self) -> None:
        painting = self.can_paint and self.tool is not Tool.PAN and not self._space
        self._ring.setVisible(painting and self.underMouse() and self._pan_from is None)
        free = Qt.ArrowCursor if not self.can_paint else Qt.OpenHandCursor
        self.viewport().setCursor(Qt.CrossCursor if painting else free)

    def _scale(self) -> float:
        return self.viewport().width() / max(self.view.viewRect().width(), 1e-9)

    def _on_range(self) -> None:
        if self._shape:
            self.zoomed.emit(self._scale())
