"""One mask over the image: an outline that keeps its width at every zoom, and a faint fill."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5 import sip
from PyQt5.QtCore import QLineF, QRectF, Qt
from PyQt5.QtGui import QColor, QImage, QPainter, QPainterPath, qRgba
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.masks.outline import block_edges, contours
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.canvas.pens import pen, ratio

THIN = 1.0  # of an outline that stepped back, in pixels of the window
Span = tuple[float, float]  # columns of the slice, from and to


@dataclass(frozen=True)
class LayerStyle:
    """How a layer is told from the others, colour-blind readers included.

    Attributes
    ----------
    colour : str
        Hexadecimal RGB.
    line : Qt.PenStyle
    width : float
        Of the outline, in pixels of the window.
    """

    colour: str
    line: Qt.PenStyle
    width: float


class MaskItem(QGraphicsItem):
    """Paints a bool mask without copying it; after a brush move only the touched box is redrawn.

    A mask that is being edited is outlined along its pixel edges, which can be redrawn box by
    box; a fixed one by its contour, which takes dashes.
    """

    def __init__(self, style: LayerStyle, *, editable: bool = False) -> None:
        super().__init__()
        self._style = style
        self._editable = editable
        self._mask: Mask | None = None
        self._fill: QImage | None = None
        self._outline = QPainterPath()
        self._show_fill = True
        self._show_outline = True
        self._opacity = 0.0
        self._thin = False
        self._span: Span | None = None
        # exposedRect is the whole item without this flag, and a dab would repaint everything.
        self.setFlag(QGraphicsItem.ItemUsesExtendedStyleOption)
        self.set_fill_opacity(0.15)

    def set_mask(
        self, mask: Mask | None, outline: Sequence[NDArray[np.float64]] | None = None
    ) -> None:
        """Show another mask. It is not copied: `refresh` shows later changes.

        Parameters
        ----------
        mask : (H, W) bool or None
        outline : sequence of (N, 2) arrays, optional
            Its contours as row, column; worked out here where they are not at hand.
        """
        self.prepareGeometryChange()
        self._mask = mask
        self._fill = None
        self._outline = QPainterPath()
        if mask is not None:
            self._fill = _image_on(mask)
            self._apply_colours()
            if not self._editable:
                self._outline = _path(contours(mask) if outline is None else outline)
        self.update()

    def refresh(self, box: Box) -> None:
        """Redraw what lies in a box, after the mask's pixels there changed."""
        margin = self._reach + 1  # an edge may belong to the neighbour outside the box
        self.update(
            QRectF(
                box.left - margin,
                box.top - margin,
                box.right - box.left + 2 * margin,
                box.bottom - box.top + 2 * margin,
            )
        )

    @property
    def style(self) -> LayerStyle:
        """Return colour and line."""
        return self._style

    def set_style(self, style: LayerStyle) -> None:
        """Draw with another colour and line."""
        self.prepareGeometryChange()
        self._style = style
        self._apply_colours()
        self.update()

    def set_fill_opacity(self, opacity: float) -> None:
        """Set how strongly the inside is tinted, from 0 to 1."""
        self._opacity = opacity
        self._apply_colours()
        self.update()

    def set_parts(self, *, fill: bool, outline: bool) -> None:
        """Choose what is drawn of the mask."""
        self._show_fill, self._show_outline = fill, outline
        self.update()

    def set_thin(self, thin: bool) -> None:
        """Draw the outline as thin as it can be seen, or as wide as its style says."""
        if thin != self._thin:
            self._thin = thin
            self.update()

    def set_span(self, span: Span | None) -> None:
        """Draw only what lies between two columns; None: all of it."""
        if span != self._span:
            self._span = span
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the image's rectangle and a little around it for the pen."""
        if self._mask is None:
            return QRectF()
        height, width = self._mask.shape
        reach = self._reach
        return QRectF(-reach, -reach, width + 2 * reach, height + 2 * reach)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw what is exposed."""
        if self._mask is None or self._fill is None or painter is None or option is None:
            return
        exposed = _box_within(option.exposedRect, self._mask.shape, self._reach)
        if exposed is None:
            return
        painter.save()
        if self._span is not None:
            (left, right), part = self._span, self.boundingRect()
            part.setLeft(left)
            part.setRight(right)
            painter.setClipRect(part, Qt.IntersectClip)
        if self._show_fill and self._opacity > 0:
            self._draw_fill(painter, self._fill, exposed)
        if self._show_outline:
            self._draw_outline(painter, exposed)
        painter.restore()

    @property
    def _width(self) -> float:
        return min(self._style.width, THIN) if self._thin else self._style.width

    @property
    def _reach(self) -> int:
        """Return how far the pen reaches beyond an edge, in pixels of a slice in full size."""
        return max(1, int(self._style.width / 2))

    def _draw_fill(self, painter: QPainter, fill: QImage, exposed: Box) -> None:
        """Draw only where the mask is: scaling an empty image takes thirty times as long."""
        assert self._mask is not None
        filled = box_of(self._mask[exposed.slices])
        if filled is None:
            return
        part = QRectF(
            exposed.left + filled.left,
            exposed.top + filled.top,
            filled.right - filled.left,
            filled.bottom - filled.top,
        )
        painter.setRenderHint(QPainter.SmoothPixmapTransform, False)
        painter.drawImage(part, fill, part)

    def _draw_outline(self, painter: QPainter, exposed: Box) -> None:
        painter.setPen(pen(painter, self._style.colour, self._width, self._style.line))
        painter.setBrush(Qt.NoBrush)
        if self._editable:
            assert self._mask is not None
            edges = block_edges(self._mask, exposed, _step(painter))
            if not len(edges):
                return
            lines = sip.array(QLineF, len(edges))  # one by one they take eight times as long
            np.frombuffer(lines, float).reshape(-1, 4)[:] = edges[:, [1, 0, 3, 2]]
            painter.drawLines(lines)
        else:
            painter.setRenderHint(QPainter.Antialiasing)
            painter.drawPath(self._outline)

    def _apply_colours(self) -> None:
        if self._fill is not None:
            colour = QColor(self._style.colour)
            tint = qRgba(colour.red(), colour.green(), colour.blue(), round(255 * self._opacity))
            self._fill.setColorTable([qRgba(0, 0, 0, 0), tint])


def _step(painter: QPainter) -> int:
    """Return how many pixels of the slice, a power of 2, lie within one of the screen, or 1."""
    scale = painter.worldTransform().m11() * ratio(painter)
    return 1 << min(int(math.log2(1 / scale)), 3) if 0 < scale < 1 else 1


def _image_on(mask: Mask) -> QImage:
    """Return an indexed image that shares the mask's memory: True is colour 1."""
    height, width = mask.shape
    # Of a buffer Qt makes a copy as soon as colours are set; memory given by address it shares.
    address = sip.voidptr(mask.ctypes.data)
    return QImage(address, width, height, mask.strides[0], QImage.Format_Indexed8)


def _path(lines: Sequence[NDArray[np.float64]]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.addPath(pg.arrayToQPath(line[:, 1], line[:, 0]))
    return path


def _box_within(rect: QRectF, shape: tuple[int, ...], margin: int) -> Box | None:
    box = Box(
        max(int(rect.top()) - margin, 0),
        min(int(rect.bottom()) + margin + 1, shape[0]),
        max(int(rect.left()) - margin, 0),
        min(int(rect.right()) + margin + 1, shape[1]),
    )
    return box if box.top < box.bottom and box.left < box.right else None
