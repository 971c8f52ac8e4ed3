"""Thumbnails of the worklist: kept as bytes, turned into pixmaps when a row is painted."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtGui import QImage, QPixmap

from brainseg_gui.core.image.orientation import Turn, turned

PIXMAPS = 1024  # kept ready: many screens full, 10 MB
_Drawn = tuple[NDArray[np.uint8], Turn, QPixmap]


class Thumbnails:
    """Small pictures by path; `put` is called by the indexer's thread, the rest by the GUI's."""

    def __init__(self) -> None:
        self._pixels: dict[Path, NDArray[np.uint8]] = {}
        self._pixmaps: OrderedDict[Path, _Drawn] = OrderedDict()

    def put(self, path: Path, pixels: NDArray[np.uint8]) -> None:
        """Keep the (S, S) uint8 picture of a slice, as its file has it."""
        self._pixels[path] = pixels

    def clear(self) -> None:
        """Forget all."""
        self._pixels.clear()
        self._pixmaps.clear()

    def pixmap(self, path: Path, turn: Turn = Turn.NONE) -> QPixmap | None:
        """Return the picture of a slice as it is turned, None where there is none yet."""
        pixels = self._pixels.get(path)
        if pixels is None:
            return None
        ready = self._pixmaps.get(path)
        if ready is None or ready[0] is not pixels or ready[1] is not turn:  # it was read anew
            ready = self._pixmaps[path] = (pixels, turn, _pixmap(turned(pixels, turn)))
            if len(self._pixmaps) > PIXMAPS:
                self._pixmaps.popitem(last=False)
        self._pixmaps.move_to_end(path)
        return ready[2]


def _pixmap(pixels: NDArray[np.uint8]) -> QPixmap:
    height, width = pixels.shape
    return QPixmap.fromImage(
        QImage(pixels.tobytes(), width, height, width, QImage.Format_Grayscale8)
    )
