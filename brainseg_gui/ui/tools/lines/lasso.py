"""Draw around what is to be added, taken away, brought back from another mask, or mended."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.masks.regions import enclosed
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.lines.brings import ADD, BRINGS, TAKE_AWAY, WAYS, Brings
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port


class Lasso(DragTool):
    """A line drawn freely, which closes itself when the button comes up."""

    def __init__(self) -> None:
        self._line: list[Point] = []
        self._brings: Brings = ADD
        self._says = ""

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Draw on, and in the end fill what the line encloses."""
        if event is start:
            self._line, self._brings = [], chosen(port, start)
            self._says = f"{self._brings.promise(port)}; Esc stops"
        self._line.append(event.point)
        if isinstance(event, Release):
            fill(port, self._line, self._brings, "Lasso")
            return self.rest(port, event)
        return Overlay(lines=((*self._line, self._line[0]),), keys=STOPPABLE, says=self._says)

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Say what a line would do."""
        return Overlay(says=offer(port, event, "Draw around it"))


def chosen(port: Port, start: Pointer) -> Brings:
    """Return what a line that begins so brings."""
    return TAKE_AWAY if start.takes_away else WAYS[int(port.options[BRINGS.name])]


def offer(port: Port, event: Pointer, how: str) -> str:
    """Return what a line that begins here would do, where it does not just add; else ""."""
    brings = chosen(port, event)
    return "" if brings is ADD else f"{how}: {brings.text.lower()}; Ctrl takes away"


def fill(port: Port, line: list[Point], brings: Brings, text: str) -> None:
    """Bring something into the mask where a closed line encloses it, as one step."""
    made = brings.mask(port)
    if made is None:
        return
    box, inside = enclosed(line, port.pixels.shape)
    port.paint(box, np.where(inside, made[box.slices], port.mask[box.slices]))
    port.commit(text + brings.step(port))
