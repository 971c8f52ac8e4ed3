"""Take what is like the pixel that was pressed, and hangs together with it."""

from __future__ import annotations

import math

import numpy as np

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.masks.regions import alike
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.lasso import changed
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port, ToolOption

TOLERANCE = ToolOption("wand_tolerance", "Tolerance of the wand", 1, 100, 8, " %")
PER_PIXEL = 0.1  # percent of tolerance for each canvas pixel that the mouse is dragged


class Wand(DragTool):
    """Press for what is alike; drag away for more of it, and back for less."""

    def __init__(self) -> None:
        self._before: Mask = np.zeros((0, 0), bool)
        self._painted: Box | None = None

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Paint the area live; the release keeps it."""
        seed = math.floor(start.point[0]), math.floor(start.point[1])
        inside = 0 <= seed[0] < port.pixels.shape[0] and 0 <= seed[1] < port.pixels.shape[1]
        if isinstance(event, Release) or not inside:
            port.commit("Wand, taken away" if start.takes_away else "Wand")
            return self.rest(port, event)
        if event is start:
            self._before, self._painted = port.mask.copy(), None
        percent = port.options[TOLERANCE.name] + PER_PIXEL * math.dist(event.screen, start.screen)
        spread = float(port.pixels.max() - port.pixels.min())
        box, found = alike(port.pixels, seed, percent / 100 * spread)
        whole = box if self._painted is None else box.joined_with(self._painted)
        mask = self._before.copy()
        mask[box.slices] = changed(self._before, box, found, start.takes_away)
        port.paint(whole, mask[whole.slices])
        self._painted = box
        area = int(np.count_nonzero(found))
        return Overlay(keys=STOPPABLE, says=f"{area} px within {percent:.0f} %; Esc stops")
