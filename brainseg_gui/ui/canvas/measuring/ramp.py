"""The colours of a probability: evenly spaced for the eye, whatever colours it can tell apart."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5.QtGui import QColor

NAME = "viridis"  # lightness rises evenly, and by it alone the ramp can be read
OPACITY = 0.72  # over the slice, of what is not nothing


@cache
def ramp() -> tuple[QColor, ...]:
    """Return the colours of 0 to 100 percent."""
    return tuple(QColor(*map(int, each[:3])) for each in _bytes())


@cache
def overlay_colours() -> NDArray[np.uint32]:
    """Return (101,) premultiplied ARGB of 0 to 100 percent over a slice; nothing for 0."""
    alpha = np.full(101, round(255 * OPACITY), np.uint32)
    alpha[0] = 0
    red, green, blue = (_bytes()[:, :3].astype(np.uint32) * alpha[:, None] // 255).T
    return (alpha << np.uint32(24)) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue


def _bytes() -> NDArray[np.uint8]:
    return np.asarray(pg.colormap.get(NAME).getLookupTable(0.0, 1.0, 101), np.uint8)
