"""Paint the correction with a round brush."""

from __future__ import annotations

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.masks.stroke import brushed
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port, Ring, ToolOption

SIZE = ToolOption("brush", "Brush size", 1, 200, default=16, suffix=" px")


class Brush(DragTool):
    """Paint along the mouse; the right button or Ctrl erases."""

    erases = False

    def __init__(self) -> None:
        self._last: Point = (0.0, 0.0)

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Paint from where the mouse was to where it is."""
        erases = self._takes_away(start)
        if isinstance(event, Release):
            port.commit("Erase" if erases else "Brush stroke")
            return self.rest(port, event)
        begins = self._last if event is not start else event.point
        painted = brushed(port.mask, begins, event.point, port.options[SIZE.name], not erases)
        if painted is not None:
            port.paint(*painted)
        self._last = event.point
        return Overlay(Ring(event.point, port.options[SIZE.name], erases), keys=STOPPABLE)

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Show what a press would touch."""
        return Overlay(Ring(event.point, port.options[SIZE.name], self._takes_away(event)))

    def _takes_away(self, event: Pointer) -> bool:
        return self.erases or event.takes_away
