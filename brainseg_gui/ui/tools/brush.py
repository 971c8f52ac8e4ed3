"""Paint the correction with a round or square brush."""

from __future__ import annotations

import math
from dataclasses import dataclass

from brainseg_gui.core.geometry import Point
from brainseg_gui.core.masks.stroke import swept
from brainseg_gui.core.types import Mask, Pixels
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port, Ring, ToolOption

SIZE = ToolOption("brush", "Brush size", 1, 200, default=16, suffix=" px")
SHAPE = ToolOption("brush_shape", "Shape of brush and eraser", 0, 1, 0, choices=("Round", "Square"))
RANGE = ToolOption(
    "brush_range",
    "Intensity range: the brush takes only what is like the pixel where the stroke begins",
    *(0, 50, 0),
    suffix=" %",
    prefix="± ",
    lowest="any value",
)
SAYS = "Let go to keep the stroke; Esc takes it back"
LIGHTEST = 0.5  # of its width has a brush that a stylus hardly presses


@dataclass(frozen=True)
class Likeness:
    """Intensities that a stroke takes."""

    middle: float
    by: float

    def __str__(self) -> str:
        return f"{self.middle:.0f} ± {self.by:.0f}"

    def holds(self, pixels: Pixels) -> Mask:
        """Return which of (h, w) pixels have one of them."""
        like: Mask = abs(pixels - self.middle) <= self.by
        return like


class Brush(DragTool):
    """Paint along the mouse; the right button or Ctrl erases.

    A stylus that hardly presses paints half as wide as one that presses with all its might.
    """

    erases = False
    size = SIZE

    def __init__(self) -> None:
        self._last: Point = (0.0, 0.0)
        self._like: Likeness | None = None  # of the stroke under way, once it is on the slice
        self._spread: float | None = None  # of the slice's intensities

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Paint from where the mouse was to where it is."""
        erases = self._takes_away(start)
        if isinstance(event, Release):
            port.commit("Erase" if erases else "Brush stroke")
            return self.rest(port, event)
        if event is start:
            self._last, self._like = event.point, None
        self._like = self._like or self.likeness(port, event.point)
        self._paint(port, event, erases)
        self._last = event.point
        return Overlay(self._ring(port, event, erases, self._like), keys=STOPPABLE, says=SAYS)

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Show what a press would touch."""
        like = self.likeness(port, event.point)
        return Overlay(self._ring(port, event, self._takes_away(event), like))

    def likeness(self, port: Port, point: Point) -> Likeness | None:
        """Return what a stroke that begins here takes; None for everything, and off the slice."""
        percent = port.options[RANGE.name]
        row, column = math.floor(point[0]), math.floor(point[1])
        height, width = port.pixels.shape
        if not percent or not (0 <= row < height and 0 <= column < width):
            return None
        if self._spread is None:
            self._spread = float(port.pixels.max() - port.pixels.min())
        return Likeness(float(port.pixels[row, column]), percent / 100 * self._spread)

    def _paint(self, port: Port, event: Pointer, erases: bool) -> None:
        found = swept(
            port.pixels.shape,
            self._last,
            event.point,
            self._width(port, event),
            square=bool(port.options[SHAPE.name]),
        )
        if found is None:
            return
        box, covered = found
        if self._like is not None:
            covered &= self._like.holds(port.pixels[box.slices])
        part = port.mask[box.slices]
        port.paint(box, part & ~covered if erases else part | covered)

    def _width(self, port: Port, event: Pointer) -> float:
        return port.options[self.size.name] * (LIGHTEST + (1 - LIGHTEST) * event.pressure)

    def _ring(self, port: Port, event: Pointer, erases: bool, like: Likeness | None) -> Ring:
        return Ring(
            event.point,
            self._width(port, event),
            erases,
            square=bool(port.options[SHAPE.name]),
            label="" if like is None else str(like),
        )

    def _takes_away(self, event: Pointer) -> bool:
        return self.erases or event.takes_away
