"""Draw the outline aside; what is near follows softly, and the mask with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.masks.bending import Outline, along, bent, redrawn
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.masks.patch import agree
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port, ToolOption

REACH = ToolOption(
    "contour_reach",
    "How far along the outline it follows",
    *(4, 300, 40),
    suffix=" px",
    prefix="reach ",
)
NEAR = 12.0  # image pixels within which the outline is taken hold of
NOTHING_NEAR = "Press on the outline of the mask to drag it"


@dataclass(frozen=True, eq=False)
class Held:
    """The place of an outline that is under the mouse.

    Attributes
    ----------
    line : (N, 2)
        The whole outline.
    at : int
        Which of its points.
    """

    line: Outline
    at: int

    @property
    def point(self) -> Point:
        """Return where it is."""
        row, column = self.line[self.at].tolist()
        return row, column

    def part(self, line: Outline, reach: float) -> tuple[tuple[Point, ...], ...]:
        """Return what of the outline follows, as it is or as it has become, in one piece."""
        turned = np.roll(np.arange(len(line) - 1), len(line) // 2 - self.at)
        follows = turned[along(self.line, self.at)[turned] <= reach]
        return (tuple(map(tuple, line[follows].tolist())),)


class Contour(DragTool):
    """Drag the outline of an island or of a hole; Esc puts it back."""

    def __init__(self) -> None:
        self._seen: Mask = np.zeros((0, 0), bool)  # whose outlines are known
        self._lines: list[Outline] = []
        self._held: Held | None = None
        self._before: Mask = self._seen
        self._painted: Box | None = None

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Bend the outline to where the mouse is; the release keeps it."""
        if event is start:
            self._held = self._near(port.mask, start.point)
            self._before, self._painted = port.mask.copy(), None
        held = self._held
        if isinstance(event, Release) or held is None:
            port.commit("Drag outline")
            return self.rest(port, event)
        reach = port.options[REACH.name]
        by = event.point[0] - start.point[0], event.point[1] - start.point[1]
        line = bent(held.line, held.at, by, reach)
        box, part = redrawn(self._before, held.line, line)
        whole = box if self._painted is None else box.joined_with(self._painted)
        mask = self._before[whole.slices].copy()
        mask[box.moved(-whole.top, -whole.left).slices] = part
        port.paint(whole, mask)
        self._painted = box
        says = f"Let go to keep the outline so; it follows for {reach:.0f} px. Esc puts it back"
        return Overlay(lines=held.part(line, reach), keys=STOPPABLE, says=says)

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Show the place that a press would take hold of, and what would follow."""
        held = self._near(port.mask, event.point)
        if held is None:
            return Overlay(says=NOTHING_NEAR)
        reach = port.options[REACH.name]
        return Overlay(
            lines=held.part(held.line, reach),
            marks=(held.point,),
            says=f"Drag this place of the outline; {reach:.0f} px on either side follow",
        )

    def _near(self, mask: Mask, point: Point) -> Held | None:
        if not agree(mask, self._seen):
            self._seen, self._lines = mask.copy(), contours(mask)
        nearest: tuple[float, Held] | None = None
        for line in self._lines:
            away = np.hypot(*(line - point).T)
            at = int(np.argmin(away))
            if away[at] <= (NEAR if nearest is None else nearest[0]):
                nearest = float(away[at]), Held(line, at)
        return None if nearest is None else nearest[1]
