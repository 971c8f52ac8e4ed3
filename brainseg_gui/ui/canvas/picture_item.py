"""The picture of a slice, in the form in which Qt scales it fastest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5 import sip
from PyQt5.QtCore import pyqtSignal
from PyQt5.QtGui import QImage

from brainseg_gui.core.types import Pixels
from brainseg_gui.core.view import Levels

# Of each grey level, opaque. Qt scales 8-bit grey to a canvas of 1024 x 1024 in 1.7 ms, this in
# 0.3 ms. Its own conversion shares the work among threads, and waits for them where others work.
GREYS = np.uint32(0xFF000000) + np.arange(256, dtype=np.uint32) * np.uint32(0x010101)


Colours = NDArray[np.uint32]  # (H, W) of 0xAARRGGBB


def colours_of(pixels: Pixels, levels: Levels) -> Colours:
    """Return how (H, W) float32 pixels look between the levels that are black and white."""
    low, high = levels
    scaled = (pixels - np.float32(low)) * np.float32(255 / max(high - low, 1e-6))
    return np.take(GREYS, np.clip(scaled, 0, 255).astype(np.uint8))


class PictureItem(pg.ImageItem):
    """An `ImageItem` of one (H, W) float channel, converted when pixels or levels change.

    Signals
    -------
    levelled()
        It has other levels.
    """

    levelled = pyqtSignal()
    _ready: tuple[Levels, Colours] | None = None  # the picture's colours, and with which levels

    def setLevels(self, levels: Levels | None, update: bool = True) -> None:
        """Take other levels, and say so."""
        super().setLevels(levels, update)
        self.levelled.emit()

    def show(self, pixels: Pixels, levels: Levels, colours: Colours | None = None) -> None:
        """Show (H, W) float32 pixels; their `colours_of` these levels may be there already."""
        self.setImage(pixels, levels=levels, autoLevels=False)
        if colours is not None:
            self._ready = levels, colours

    def setImage(self, *args: Any, **options: Any) -> None:
        """Take other pixels, whose colours nobody has made yet."""
        self._ready = None
        super().setImage(*args, **options)

    def render(self) -> None:
        """Make the picture from pixels and levels."""
        self._unrenderable = self.image is None or self.image.size == 0
        if self._unrenderable:
            return
        levels = (float(self.levels[0]), float(self.levels[1]))
        if self._ready is None or self._ready[0] != levels:
            self._ready = levels, colours_of(self.image, levels)
        self._argb = self._ready[1]  # Qt does not copy it
        height, width = self._argb.shape
        self.qimage = QImage(
            sip.voidptr(self._argb.ctypes.data),
            width,
            height,
            self._argb.strides[0],
            QImage.Format_ARGB32_Premultiplied,
        )
        self._renderRequired = False
