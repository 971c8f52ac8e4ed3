"""Draw around what is to be added, or with Ctrl taken away."""

from __future__ import annotations

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.masks.regions import enclosed
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port


class Lasso(DragTool):
    """A line drawn freely, which closes itself when the button comes up."""

    def __init__(self) -> None:
        self._line: list[Point] = []

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Draw on, and in the end fill what the line encloses."""
        if event is start:
            self._line = []
        self._line.append(event.point)
        if isinstance(event, Release):
            fill(port, self._line, start.takes_away, "Lasso")
            return self.rest(port, event)
        verb = "take away" if start.takes_away else "add"
        return Overlay(
            lines=((*self._line, self._line[0]),),
            keys=STOPPABLE,
            says=f"Let go to {verb} what is inside; Esc stops",
        )


def fill(port: Port, line: list[Point], erases: bool, text: str) -> None:
    """Add what a closed line encloses to the mask, or take it away, as one step."""
    box, inside = enclosed(line, port.pixels.shape)
    port.paint(box, changed(port.mask, box, inside, erases))
    port.commit(f"{text}, taken away" if erases else text)


def changed(mask: Mask, box: Box, inside: Mask, erases: bool) -> Mask:
    """Return the (h, w) pixels of a box with a region of it added or taken away."""
    part = mask[box.slices]
    return part & ~inside if erases else part | inside
