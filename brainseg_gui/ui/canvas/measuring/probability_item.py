"""What the network said of each pixel, in colours over the slice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt5 import sip
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QImage, QPainter
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from brainseg_gui.core.geometry import box_of
from brainseg_gui.ui.canvas.measuring.ramp import overlay_colours


class ProbabilityItem(QGraphicsItem):
    """Paints (H, W) percent as colours, below the masks; pixels of 0 % are left as they are."""

    def __init__(self) -> None:
        super().__init__()
        self._colours: NDArray[np.uint32] | None = None
        self._picture = QImage()
        self._part = QRectF()
        self.setAcceptedMouseButtons(Qt.NoButton)
        # exposedRect is the whole item without this flag, and a dab would repaint everything.
        self.setFlag(QGraphicsItem.ItemUsesExtendedStyleOption)
        self.setZValue(5)

    def show_percent(self, percent: NDArray[np.uint8] | None) -> None:
        """Show probabilities, or none."""
        self.prepareGeometryChange()
        box = None if percent is None else box_of(percent > 0)
        if percent is None or box is None:
            self._part = QRectF()
        else:
            # Only what is not 0: scaling the rest would take far longer than painting it.
            self._colours = np.take(overlay_colours(), percent[box.slices])
            height, width = box.shape
            address = sip.voidptr(self._colours.ctypes.data)  # which is not copied
            self._picture = QImage(
                address, width, height, 4 * width, QImage.Format_ARGB32_Premultiplied
            )
            self._part = QRectF(box.left, box.top, width, height)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return where the probability is not 0."""
        return self._part

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw what is exposed, pixel by pixel."""
        if painter is None or option is None or self._part.isEmpty():
            return
        exposed = QRectF(option.exposedRect.toAlignedRect()).intersected(self._part)
        painter.setRenderHint(QPainter.SmoothPixmapTransform, False)
        painter.drawImage(exposed, self._picture, exposed.translated(-self._part.topLeft()))
