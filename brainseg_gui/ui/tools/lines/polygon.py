"""Click the corners of what is to be added, or with Ctrl taken away."""

from __future__ import annotations

import math
from collections.abc import Generator

from brainseg_gui.core.geometry import Point
from brainseg_gui.ui.tools.events import DoubleClick, Event, Key, Move, Pointer, Press, Release
from brainseg_gui.ui.tools.lines.brings import ADD, Brings
from brainseg_gui.ui.tools.lines.lasso import chosen, fill, offer
from brainseg_gui.ui.tools.tool import Overlay, Port

NEAR = 8.0  # canvas pixels within which a press takes hold of a corner
KEYS = frozenset({"Escape", "Return", "Backspace"})
SAYS = "Enter or double click closes it; Backspace: last corner back, Esc: all"


class Polygon:
    """Corners that can be moved until the polygon is closed."""

    def __init__(self) -> None:
        self._corners: list[Point] = []
        self._screen: list[Point] = []
        self._held: int | None = None
        self._brings: Brings = ADD
        self._promise = ""

    def run(self, port: Port) -> Generator[Overlay, Event, None]:
        """Collect corners, and fill what they enclose."""
        mouse: Pointer | None = None
        while True:
            event = yield self._overlay(port, mouse)
            if isinstance(event, Pointer):
                mouse = event
            if isinstance(event, Key):
                self._key(port, event)
            elif isinstance(event, DoubleClick):  # its first press was the last corner
                self._close(port)
            elif isinstance(event, Press):
                self._press(port, event)
            elif isinstance(event, Move) and self._held is not None:
                self._corners[self._held] = event.point
                self._screen[self._held] = event.screen
            elif isinstance(event, Release):
                self._held = None

    def _press(self, port: Port, event: Press) -> None:
        near = (math.dist(event.screen, corner) <= NEAR for corner in self._screen)
        self._held = next((number for number, is_near in enumerate(near) if is_near), None)
        if self._held is None:
            if not self._corners:
                self._brings = chosen(port, event)
                self._promise = self._brings.promise(port)
            self._held = len(self._corners)
            self._corners.append(event.point)
            self._screen.append(event.screen)

    def _key(self, port: Port, event: Key) -> None:
        if event.name == "Return":
            self._close(port)
        elif event.name == "Backspace" and self._corners:
            self._forget(len(self._corners) - 1)
        else:
            self._forget(0)

    def _close(self, port: Port) -> None:
        if len(self._corners) >= 3:
            fill(port, self._corners, self._brings, "Polygon")
        self._forget(0)

    def _forget(self, since: int) -> None:
        del self._corners[since:], self._screen[since:]
        self._held = None

    def _overlay(self, port: Port, mouse: Pointer | None) -> Overlay:
        if not self._corners:
            return Overlay(says="" if mouse is None else offer(port, mouse, "Click its corners"))
        ahead = () if mouse is None or self._held is not None else (mouse.point,)
        line = (*self._corners, *ahead, self._corners[0])
        return Overlay(
            lines=(line,),
            marks=tuple(self._corners),
            keys=KEYS,
            says=f"{self._promise}. {SAYS}",
        )
