"""Move an island, or the whole mask, by whole pixels."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.masks.islands import Island
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Modifiers, Pointer, Press, Release
from brainseg_gui.ui.tools.islands import Finder
from brainseg_gui.ui.tools.tool import STOPPABLE, Cursor, DragTool, Overlay, Port


class Move(DragTool):
    """Drag an island; with Shift, or beside all of them, the whole mask.

    What leaves the slice is cut off when the button comes up, not before.
    """

    def __init__(self) -> None:
        self._finder = Finder()
        self._before: Mask = np.zeros((0, 0), bool)
        self._held: Island | None = None
        self._painted: Box | None = None

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Show the mask as it would be; the release keeps it."""
        if event is start:
            self._before = port.mask.copy()
            self._held = self._what(port, start)
            self._painted = None if self._held is None else self._held.box
        down = round(event.point[0] - start.point[0])
        right = round(event.point[1] - start.point[1])
        if isinstance(event, Release):
            port.commit(f"Move {_way(down, right)}")
            return self.rest(port, event)
        if self._held is None or self._painted is None:
            return Overlay(keys=STOPPABLE, says="There is nothing to move")
        box = self._held.box.moved(down, right).clipped(port.pixels.shape)
        touched = self._painted.joined_with(box)  # at first where it lay itself
        port.paint(touched, moved(self._before, self._held, down, right)[touched.slices])
        self._painted = box
        return Overlay(
            cursor=Cursor.CLOSED_HAND,
            keys=STOPPABLE,
            says=f"Moved {_way(down, right)}; Esc puts it back",
        )

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Outline what a press would take hold of."""
        whole = Modifiers.SHIFT in event.modifiers
        island = None if whole else self._finder.at(port.mask, event.point)
        if island is None:
            return Overlay(says="Drag to move the whole mask")
        return Overlay(
            lines=self._finder.outline(island),
            cursor=Cursor.OPEN_HAND,
            says="Drag to move this island; with Shift the whole mask",
        )

    def _what(self, port: Port, start: Press) -> Island | None:
        """Return what is taken hold of: an island, or the mask as one."""
        whole = Modifiers.SHIFT in start.modifiers
        island = None if whole else self._finder.at(port.mask, start.point)
        if island is None and (box := box_of(port.mask)) is not None:
            return Island(box, port.mask[box.slices].copy())
        return island


def moved(mask: Mask, part: Island, down: int, right: int) -> Mask:
    """Return an (H, W) mask in which a part lies so many pixels farther down and to the right."""
    result = mask.copy()
    result[part.box.slices] &= ~part.pixels
    there = part.box.moved(down, right)
    seen = there.clipped(mask.shape)
    from_there = seen.moved(-there.top, -there.left)
    result[seen.slices] |= part.pixels[from_there.slices]
    return result


def _way(down: int, right: int) -> str:
    rows = f"{abs(down)} px {'down' if down > 0 else 'up'}" if down else ""
    columns = f"{abs(right)} px {'right' if right > 0 else 'left'}" if right else ""
    return " and ".join(way for way in (rows, columns) if way) or "0 px"
