"""What only one of two masks has, tinted over the image; the one of them is hatched too."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from PyQt5 import sip
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import (
    QBitmap,
    QBrush,
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QRegion,
    qRgba,
)
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.core import palette
from brainseg_gui.core.masks.pieces import Difference, Only, Piece
from brainseg_gui.ui.canvas.pens import ratio

COLOURS = {Only.A: palette.ADDED, Only.B: palette.MISSED}
FILL, KEPT = 0.5, 0.16  # strength of what is to be looked at, and of what was kept or left
BEGUN = 2  # is added to the kind of what was kept
STEP = 7  # pixels of the window between the lines of the hatching
HATCH = QColor("#ffffff")


class DifferenceItem(QGraphicsItem):
    """Paints a `Difference`: A's part plain, B's part with lines across it."""

    def __init__(self) -> None:
        super().__init__()
        self._difference: Difference | None = None
        self._kinds: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self._tint = QImage()
        self._hatched: QPainterPath | None = None
        self.setAcceptedMouseButtons(Qt.NoButton)

    def show_difference(self, difference: Difference | None, kept: Collection[Piece] = ()) -> None:
        """Show a difference, or none; pieces that were kept or left are fainter."""
        self.prepareGeometryChange()
        self._difference, self._hatched = difference, None
        if difference is not None and difference.box is not None:
            # Of rows of this many bytes Qt needs no copy.
            height, width = difference.kinds.shape
            self._kinds = np.zeros((height, -(-width // 4) * 4), np.uint8)
            self._kinds[:, :width] = difference.kinds
            box = difference.box
            for piece in kept:
                inner = piece.box.moved(-box.top, -box.left)
                self._kinds[inner.slices][piece.pixels] += BEGUN
            address = sip.voidptr(self._kinds.ctypes.data)
            stride = self._kinds.strides[0]
            self._tint = QImage(address, width, height, stride, QImage.Format_Indexed8)
            self._tint.setColorTable(_tints())
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the rectangle around all of it."""
        box = self._difference.box if self._difference is not None else None
        if box is None:
            return QRectF()
        return QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the tints, then the lines across B's."""
        place = self.boundingRect()
        if painter is None or place.isEmpty():
            return
        painter.save()
        painter.setRenderHint(QPainter.SmoothPixmapTransform, False)
        painter.drawImage(place, self._tint)
        if self._hatched is None:
            self._hatched = _path(self._kinds, self._tint.width()).translated(place.topLeft())
        painter.fillPath(self._hatched, hatching(painter))
        painter.restore()


def hatching(painter: QPainter) -> QBrush:
    """Return a brush of thin slanted lines, as far apart at every zoom and on every screen."""
    scale = ratio(painter)
    side = max(round(STEP * scale), 2)
    tile = QPixmap(side, side)
    tile.fill(Qt.transparent)
    lines = QPainter(tile)
    lines.setRenderHint(QPainter.Antialiasing)
    lines.setPen(QPen(HATCH, scale))
    for at in (-side, 0, side):
        lines.drawLine(at, side, at + side, 0)
    lines.end()
    brush = QBrush(tile)
    # A pattern goes with what is painted; this one stays with the window.
    back, _ = painter.deviceTransform().inverted()
    brush.setTransform(back)
    return brush


def _tints() -> list[int]:
    """Return the colours of 0, A, B, and of A and B once they were kept."""
    tints = [
        qRgba(*COLOURS[only], round(255 * strength)) for strength in (FILL, KEPT) for only in Only
    ]
    return [qRgba(0, 0, 0, 0), *tints]


def _path(kinds: NDArray[np.uint8], width: int) -> QPainterPath:
    """Return the pixels of B that are still to be looked at, as rectangles."""
    hatched = np.packbits(kinds == Only.B, axis=1)
    rows = np.zeros((len(hatched), -(-hatched.shape[1] // 4) * 4), np.uint8)
    rows[:, : hatched.shape[1]] = hatched
    bits = rows.tobytes()  # which Qt does not copy
    image = QImage(bits, width, len(rows), rows.strides[0], QImage.Format_Mono)
    image.setColorTable([QColor(Qt.color0).rgb(), QColor(Qt.color1).rgb()])
    path = QPainterPath()
    path.addRegion(QRegion(QBitmap.fromImage(image)))
    return path
