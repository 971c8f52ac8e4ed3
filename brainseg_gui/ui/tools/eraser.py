"""Take pixels off the correction."""

from __future__ import annotations

from brainseg_gui.core.geometry import Point
from brainseg_gui.ui.tools.brush import Brush, Likeness
from brainseg_gui.ui.tools.tool import Port, ToolOption

SIZE = ToolOption("eraser", "Eraser size", 1, 200, default=16, suffix=" px")


class Eraser(Brush):
    """A brush that always erases, whatever lies there, and has a size of its own."""

    erases = True
    size = SIZE

    def likeness(self, port: Port, point: Point) -> Likeness | None:
        """Return None: it takes everything."""
        return None
