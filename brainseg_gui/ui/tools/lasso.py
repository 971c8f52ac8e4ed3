"""Draw around what is to be added, taken away, or brought back from another layer."""

from __future__ import annotations

import enum

import numpy as np

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.regions import enclosed
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port, ToolOption


class Brings(enum.IntEnum):
    """What comes into the mask where a line encloses it."""

    ALL = 0
    NOTHING = 1
    PREDICTION = 2
    REFERENCE = 3

    @property
    def layer(self) -> Layer | None:
        """Return the layer that it comes from, None where it is all or nothing."""
        return _LAYERS.get(self)


_LAYERS = {Brings.PREDICTION: Layer.PREDICTION, Brings.REFERENCE: Layer.REFERENCE}
BRINGS = ToolOption(
    "lasso_brings",
    "What lasso and polygon do",
    *(0, 3, 0),
    choices=("Add", "Take away", "Prediction", "Reference"),
)


class Lasso(DragTool):
    """A line drawn freely, which closes itself when the button comes up."""

    def __init__(self) -> None:
        self._line: list[Point] = []

    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Draw on, and in the end fill what the line encloses."""
        if event is start:
            self._line = []
        self._line.append(event.point)
        brings = chosen(port, start)
        if isinstance(event, Release):
            fill(port, self._line, brings, "Lasso")
            return self.rest(port, event)
        return Overlay(
            lines=((*self._line, self._line[0]),),
            keys=STOPPABLE,
            says=f"{promise(port, brings)}; Esc stops",
        )


def chosen(port: Port, start: Press) -> Brings:
    """Return what a line that begins so brings."""
    return Brings.NOTHING if start.takes_away else Brings(int(port.options[BRINGS.name]))


def promise(port: Port, brings: Brings) -> str:
    """Return what closing the line will do."""
    layer = brings.layer
    if layer is None:
        return f"Closing it will {'take away' if brings else 'add'} what is inside"
    if port.layer(layer) is None:
        return f"There is no {layer.value} here: closing it will do nothing"
    return f"Inside, the mask will be that of the {layer.value}"


def fill(port: Port, line: list[Point], brings: Brings, text: str) -> None:
    """Bring something into the mask where a closed line encloses it, as one step."""
    box, inside = enclosed(line, port.pixels.shape)
    layer = brings.layer
    if layer is None:
        port.paint(box, changed(port.mask, box, inside, brings is Brings.NOTHING))
        port.commit(f"{text}, taken away" if brings else text)
        return
    source = port.layer(layer)
    if source is not None:
        port.paint(box, np.where(inside, source[box.slices], port.mask[box.slices]))
        port.commit(f"{text}, back to {layer.value}")


def changed(mask: Mask, box: Box, inside: Mask, erases: bool) -> Mask:
    """Return the (h, w) pixels of a box with a region of it added or taken away."""
    part = mask[box.slices]
    return part & ~inside if erases else part | inside
