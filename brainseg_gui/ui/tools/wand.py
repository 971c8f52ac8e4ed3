"""Take what is like the pixel that was pressed, and hangs together with it."""

from __future__ import annotations

import math

import numpy as np

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.masks.regions import Alike
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port, ToolOption

TOLERANCE = ToolOption("wand_tolerance", "Tolerance of the wand", 1, 100, 8, " %")
PER_PIXEL = 0.1  # percent of tolerance for each canvas pixel that the mouse is dragged


class Wand(DragTool):
    """Press for what is alike; drag away for more of it, and back for less."""

    def __init__(self) -> None:
        self._before: Mask = np.zeros((0, 0), bool)
        self._painted: Box | None = None
        self._alike: Alike | None = None
        self._spread = 0.0  # of the slice's intensities

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Paint the area live; the release keeps it."""
        if event is start:
            self._begin(port, start)
        if isinstance(event, Release) or self._alike is None:
            port.commit("Wand, taken away" if start.takes_away else "Wand")
            return self.rest(port, event)
        percent = port.options[TOLERANCE.name] + PER_PIXEL * math.dist(event.screen, start.screen)
        box, found = self._alike.within(percent / 100 * self._spread)
        whole = box if self._painted is None else box.joined_with(self._painted)
        mask = self._before[whole.slices].copy()
        part = mask[box.moved(-whole.top, -whole.left).slices]
        part[:] = part & ~found if start.takes_away else part | found
        port.paint(whole, mask)
        self._painted = box
        area = int(np.count_nonzero(found))
        return Overlay(
            keys=STOPPABLE, says=f"{area} px within {percent:.0f} %: let go to keep, Esc stops"
        )

    def _begin(self, port: Port, start: Press) -> None:
        """Look at the pixel that was pressed, if one was."""
        row, column = math.floor(start.point[0]), math.floor(start.point[1])
        height, width = port.pixels.shape
        inside = 0 <= row < height and 0 <= column < width
        self._alike = Alike(port.pixels, (row, column)) if inside else None
        self._before, self._painted = port.mask.copy(), None
        self._spread = float(port.pixels.max() - port.pixels.min())
