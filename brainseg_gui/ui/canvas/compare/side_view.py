"""A second view of the slice, right of the first: the same part of it, with another mask."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QRectF, Qt

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.mask_item import LayerStyle, MaskItem
from brainseg_gui.ui.canvas.overlay_item import OverlayItem
from brainseg_gui.ui.tools.events import DoubleClick, Event, Move, Press
from brainseg_gui.ui.tools.tool import Cursor, Overlay

ABOVE, CROSS = 11, 110  # where a mask lies, and what is drawn over the tools' lines
NONE = LayerStyle("#ffffff", Qt.SolidLine, 1.0)  # until there is a mask
HAND = Overlay(cursor=Cursor.OPEN_HAND)


class SideView(Canvas):
    """Shows one mask; the mouse moves the slice and zooms, and paints nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("side_view")
        # What is painted on is outlined along its pixels: nothing is worked out after a stroke.
        self._items = {edited: MaskItem(NONE, editable=edited) for edited in (False, True)}
        for item in self._items.values():
            self.add_layer(item, ABOVE)
        self._hold: Point | None = None
        self.overlay.show_overlay(HAND)
        self.hand.right_is_tools = False
        self.gesture.connect(self._on_gesture)

    def show_mask(self, mask: Mask | None, *, edited: bool = False) -> None:
        """Show a mask; `edited` where it is painted on."""
        for key, item in self._items.items():
            item.set_mask(mask if key is edited else None)

    def show_as(self, style: LayerStyle, *, fill: float, hidden: bool) -> None:
        """Draw the mask with a line and a tint, 0 for none, or not at all."""
        for item in self._items.values():
            if style != item.style:
                item.set_style(style)
            item.set_fill_opacity(fill)
            item.setVisible(not hidden)

    def _on_gesture(self, event: Event) -> None:
        """Move the slice as the tool Pan does."""
        if isinstance(event, DoubleClick):
            self.fit()
        elif isinstance(event, Press):
            self._hold = event.point
        elif isinstance(event, Move) and self._hold is not None:
            self.move_view(self._hold, event.point)
        elif not isinstance(event, Move):
            self._hold = None


class Link(QObject):
    """Two views of one slice: the same zoom and place, and a cross where the mouse is in the other.

    The crosses are drawn over what the tools draw.
    """

    def __init__(self, first: Canvas, second: Canvas) -> None:
        super().__init__(second)
        self._busy = False
        for one, other in ((first, second), (second, first)):
            cross = OverlayItem()
            cross.setZValue(CROSS)
            other.view.addItem(cross, ignoreBounds=True)
            one.pointed_at.connect(lambda pixel, cross=cross: _show_cross(cross, pixel))
            one.view.sigRangeChanged.connect(
                lambda *_, one=one, other=other: self.follow(one, other)
            )
        second.view.sigResized.connect(lambda *_: self.follow(first, second))

    def follow(self, one: Canvas, other: Canvas) -> None:
        """Show in the other view what the one shows: the same middle, as large."""
        if self._busy or not (one.isVisible() and other.isVisible()):
            return
        self._busy = True
        scale, middle = one.scale_factor, one.view.viewRect().center()
        area = other.viewport().rect()
        part = QRectF(0, 0, area.width() / scale, area.height() / scale)
        part.moveCenter(middle)
        other.view.setRange(part, padding=0)
        self._busy = False


def _show_cross(cross: OverlayItem, pixel: tuple[int, int] | None) -> None:
    """Draw a cross over the middle of a pixel, or none."""
    at = () if pixel is None else ((pixel[0] + 0.5, pixel[1] + 0.5),)
    cross.show_overlay(Overlay(crosses=at))
