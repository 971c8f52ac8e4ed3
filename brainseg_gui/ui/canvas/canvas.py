"""The slice on the screen: image, layers, zoom and position."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt5.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PyQt5.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.types import Pixels
from brainseg_gui.core.view import Levels
from brainseg_gui.ui.canvas.mask_item import MaskItem
from brainseg_gui.ui.canvas.overlay_item import OverlayItem
from brainseg_gui.ui.canvas.picture_item import Colours, PictureItem
from brainseg_gui.ui.canvas.pointer import Hand
from brainseg_gui.ui.canvas.scale_bar import draw_label, draw_scale_bar, draw_warning
from brainseg_gui.ui.canvas.stylus import KINDS
from brainseg_gui.ui.widgets.settings import PEN_PRESSURE, settings
from brainseg_gui.ui.widgets.theme import FAINT

ZOOM_STEP = 1.2
BESIDE_CAPTION = 200  # pixels, for the buttons
LEAST_AROUND = 12.0  # image pixels beside a mask that is zoomed to
SMALLEST_SCALE, LARGEST_SCALE = 0.02, 200.0  # screen pixels per image pixel


class Canvas(pg.GraphicsView):
    """Shows one slice with its layers, and says in image pixels what the mouse does.

    pyqtgraph's own handling of the mouse is bypassed: it waits for a drag threshold.

    Signals
    -------
    gesture(Event)
        What the tool in use should hear.
    pointed_at(object)
        (row, column) of the pixel under the mouse, or None outside the image.
    zoomed(float)
        Screen pixels per image pixel.
    size_turned(int steps)
        Shift and wheel.
    opacity_turned(int steps)
        Ctrl and wheel.
    levels_held(bool), levels_dragged(float across, float up), levels_reset()
        Ctrl, Shift and drag, from where it began, in pixels of the window; a double click.
    menu_wanted(QPoint)
        The right button, where the tool has no use for it, or the menu key; on the whole screen.
    painted()
    """

    gesture = pyqtSignal(object)
    pointed_at = pyqtSignal(object)
    zoomed = pyqtSignal(float)
    size_turned = pyqtSignal(int)
    opacity_turned = pyqtSignal(int)
    levels_held = pyqtSignal(bool)
    levels_dragged = pyqtSignal(float, float)
    levels_reset = pyqtSignal()
    menu_wanted = pyqtSignal(QPoint)
    painted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background="#000000")
        self.setObjectName("canvas")
        self.setFocusPolicy(Qt.StrongFocus)
        self.setMouseTracking(True)
        self.view = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self.view.setDefaultPadding(0.02)
        self.setCentralItem(self.view)
        self.image = PictureItem(axisOrder="row-major")
        self.view.addItem(self.image)
        self.overlay = OverlayItem()
        self.view.addItem(self.overlay, ignoreBounds=True)
        self.spacing_mm: float | None = None
        self.caption = ""
        self.warning = ""  # in large letters, of what the reader must not miss
        self.hand = Hand(self)
        self._shape: tuple[int, int] | None = None
        self._fitted: tuple[int, int] | None = None  # size of the slice that zoom and position suit
        self.view.sigRangeChanged.connect(self._on_range)

    @property
    def shape(self) -> tuple[int, int] | None:
        """Return (H, W) of what is shown, None where nothing is."""
        return self._shape

    def add_layer(self, layer: MaskItem, z: float) -> None:
        """Put a mask layer over the image; a larger z lies higher."""
        layer.setZValue(z)
        self.view.addItem(layer, ignoreBounds=True)

    def show_image(self, pixels: Pixels, levels: Levels, colours: Colours | None = None) -> None:
        """Show what `PictureItem.show` takes; zoom and position stay, also at another size."""
        self._shape = pixels.shape  # type: ignore[assignment]
        before, self._fitted = self._fitted, self._shape
        self.image.show(pixels, levels, colours)
        self.zoomed.emit(self.scale_factor)
        if before is None:
            self.fit()
        elif before != pixels.shape:
            factor = max(pixels.shape) / max(before)
            left, top, width, height = self.view.viewRect().getRect()
            as_before = QRectF(left * factor, top * factor, width * factor, height * factor)
            self.view.setRange(as_before, padding=0)

    def warn(self, text: str) -> None:
        """Show what the reader must not miss over the slice; "" for nothing."""
        if text != self.warning:
            self.warning = text
            self.viewport().update()

    def clear(self) -> None:
        """Show nothing; zoom and position wait for the next slice."""
        self._shape = None
        self.image.clear()

    # --- zoom and position ---

    def forget_view(self) -> None:
        """Show the next slice whole."""
        self._fitted = None

    def fit(self) -> None:
        """Show the whole slice."""
        if self._shape:
            height, width = self._shape
            self.view.setRange(QRectF(0, 0, width, height), padding=0.02)

    def show_box(self, box: Box) -> None:
        """Show a part of the slice, and as much around it as makes it known."""
        around = max(LEAST_AROUND, 0.3 * max(box.bottom - box.top, box.right - box.left))
        part = QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)
        self.view.setRange(part.adjusted(-around, -around, around, around), padding=0)

    def show_actual_size(self) -> None:
        """Show each pixel of the slice as one of the window, about the middle."""
        self.zoom(1 / self.scale_factor)

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom by a factor about a point in image coordinates, else about the middle."""
        scale = self.scale_factor
        factor = min(max(scale * factor, SMALLEST_SCALE), LARGEST_SCALE) / scale
        centre = about or self.view.viewRect().center()
        self.view.scaleBy((1 / factor, 1 / factor), center=centre)

    def move_view(self, held: Point, to: Point) -> None:
        """Move the slice so that what lies at `to` now shows what lay at `held`."""
        self.view.translateBy(x=held[1] - to[1], y=held[0] - to[0])

    @property
    def scale_factor(self) -> float:
        """Return screen pixels per image pixel."""
        return float(self.viewport().width() / max(self.view.viewRect().width(), 1e-9))

    def to_pixels(self, position: QPointF) -> Point:
        """Return widget coordinates as (row, column); pixel (i, j) covers [i, i+1) x [j, j+1)."""
        point = self.view.mapSceneToView(self.mapToScene(position.toPoint()))
        return point.y(), point.x()

    # --- what Qt says; `Hand` makes of it what the tool hears ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.setFocus(Qt.MouseFocusReason)
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, and say where the mouse is."""
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture that says that it came quickly."""
        self.hand.press(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Take a stylus by itself: what is accepted comes no second time, as a mouse."""
        if event.type() not in KINDS:
            return bool(super().viewportEvent(event))
        if event.type() == QEvent.TabletPress:
            self.setFocus(Qt.MouseFocusReason)
        self.hand.stylus(event, by_pressure=settings.get(PEN_PRESSURE))
        event.accept()
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu by its key; what the mouse means by a press, `Hand` knows."""
        if event.reason() == QContextMenuEvent.Keyboard and self._shape:
            self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor; Shift, Ctrl and Alt turn something else."""
        self.hand.wheel(event)

    def enterEvent(self, event: object) -> None:
        """Take the keys, for Space and Ctrl, unless a text is being typed."""
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self.setFocus(Qt.MouseFocusReason)

    def leaveEvent(self, event: object) -> None:
        """Take ring and read-out away."""
        self.hand.leave()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that the tool asked for from the commands that have them."""
        if event.type() == QEvent.ShortcutOverride and self.hand.wants(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold Space to pan; hand the tool its keys; everything else is a shortcut."""
        if not self.hand.key(event, down=True):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Release Space or a modifier."""
        if not self.hand.key(event, down=False):
            event.ignore()

    def focusOutEvent(self, event: object) -> None:
        """A key released elsewhere is never heard of."""
        self.hand.let_go_of_space()
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
            metrics, room = painter.fontMetrics(), max(area.width() - BESIDE_CAPTION, 60)
            caption = metrics.elidedText(self.caption, Qt.ElideMiddle, room)
            draw_label(painter, 12, 12 + metrics.ascent(), caption)
            draw_scale_bar(painter, area, self.scale_factor, self.spacing_mm)
            draw_warning(painter, area, self.warning)
        painter.restore()
        self.painted.emit()

    def _on_range(self) -> None:
        if self._shape:
            self.zoomed.emit(self.scale_factor)
