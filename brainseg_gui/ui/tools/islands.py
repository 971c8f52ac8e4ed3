"""Delete the island that is clicked, or with Ctrl keep only it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.masks.islands import Island, Islands
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Lines, Overlay, Port, ToolOption, put

SMALL = ToolOption("small_island", "Islands that are small", 1, 999, 20, " px", "under ")


def as_lines(outlines: Iterable[NDArray[np.float64]]) -> Lines:
    """Return (N, 2) outlines for drawing."""
    return tuple(tuple(map(tuple, line.tolist())) for line in outlines)


class Finder:
    """Finds the island under the mouse, and looks anew only where the mask has changed."""

    def __init__(self) -> None:
        self._islands: Islands | None = None
        self._outlined: Island | None = None
        self._outline: Lines = ()

    def at(self, mask: Mask, point: Point) -> Island | None:
        """Return the island of a mask at a point, or None."""
        if self._islands is None or not self._islands.are_of(mask):
            self._islands = Islands(mask)
        return self._islands.at(point)

    def outline(self, island: Island) -> Lines:
        """Return the outline of an island, for drawing."""
        if island is not self._outlined:
            corner = island.box.top, island.box.left
            self._outline = as_lines(line + corner for line in contours(island.pixels))
            self._outlined = island
        return self._outline


class DeleteIsland(DragTool):
    """Hover to see an island, click to delete it; with Ctrl or the right button all others go.

    What was under the mouse at the press goes when the button comes up; Esc before that stops.
    """

    def __init__(self) -> None:
        self._finder = Finder()

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Delete at the release."""
        if not isinstance(event, Release):
            return self._shown(port, start, stoppable=True)
        island = self._finder.at(port.mask, start.point)
        if island is not None and start.takes_away:
            put(port, island.whole(port.mask.shape), "Keep one island")
        elif island is not None:
            port.paint(island.box, port.mask[island.box.slices] & ~island.pixels)
            port.commit("Delete island")
        return self.rest(port, event)

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Outline what a click would be about, and say what it would do."""
        return self._shown(port, event)

    def _shown(self, port: Port, event: Pointer, *, stoppable: bool = False) -> Overlay:
        keys = STOPPABLE if stoppable else frozenset()
        island = self._finder.at(port.mask, event.point)
        if island is None:
            return Overlay(keys=keys)
        does = "Keeps only this island" if event.takes_away else "Deletes this island"
        return Overlay(
            lines=self._finder.outline(island),
            crosses=() if event.takes_away else (_middle(island),),
            keys=keys,
            says=f"{does} of {island.area} px; Ctrl or the right button keeps only it",
        )


def _middle(island: Island) -> Point:
    box = island.box
    return (box.top + box.bottom) / 2, (box.left + box.right) / 2
