"""Draw around what is to be added, taken away, brought back from another layer, or mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks import operations
from brainseg_gui.core.masks.operations import Context
from brainseg_gui.core.masks.regions import enclosed
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Pointer, Press, Release
from brainseg_gui.ui.tools.operations import OPERATIONS, Operation
from brainseg_gui.ui.tools.tool import STOPPABLE, DragTool, Overlay, Port, ToolOption


@dataclass(frozen=True)
class Brings:
    """What happens to the mask where a line encloses it.

    Attributes
    ----------
    text : str
        As it is chosen.
    step : str
        The name of the step, behind that of the tool.
    promise : str
        What closing the line will do.
    function : callable
        Takes the (H, W) mask and what it may look at, and returns the one that is to be inside.
    layer : Layer or None
        That has to be there.
    """

    text: str
    step: str
    promise: str
    function: Callable[[Mask, Context], Mask]
    layer: Layer | None = None


def _back_to(layer: Layer, function: Callable[[Mask, Context], Mask]) -> Brings:
    return Brings(
        layer.value.capitalize(),
        f", back to {layer.value}",
        f"Inside, the mask will be that of the {layer.value}",
        function,
        layer,
    )


def _within(row: Operation) -> Brings:
    name = row.text.replace("&", "")
    does = name[0].lower() + name[1:]
    return Brings(name, f": {does}", f"Closing it will {does}, but only inside", row.function)


ADD = Brings("Add", "", "Closing it will add what is inside", operations.everything)
TAKE_AWAY = Brings(
    "Take away", ", taken away", "Closing it will take away what is inside", operations.nothing
)
WAYS: tuple[Brings, ...] = (
    ADD,
    TAKE_AWAY,
    _back_to(Layer.PREDICTION, operations.prediction),
    _back_to(Layer.REFERENCE, operations.reference),
    *(_within(row) for row in OPERATIONS if row.within),
)
BRINGS = ToolOption(
    "lasso_brings",
    "What lasso and polygon do",
    *(0, len(WAYS) - 1, 0),
    choices=tuple(way.text for way in WAYS),
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
    return TAKE_AWAY if start.takes_away else WAYS[int(port.options[BRINGS.name])]


def promise(port: Port, brings: Brings) -> str:
    """Return what closing the line will do."""
    if brings.layer is not None and port.layer(brings.layer) is None:
        return f"There is no {brings.layer.value} here: closing it will do nothing"
    return brings.promise


def fill(port: Port, line: list[Point], brings: Brings, text: str) -> None:
    """Bring something into the mask where a closed line encloses it, as one step."""
    layers = {}
    if brings.layer is not None:
        source = port.layer(brings.layer)
        if source is None:
            return
        layers[brings.layer] = source
    box, inside = enclosed(line, port.pixels.shape)
    context = Context(port.pixels, port.probability, layers, options=port.options)
    made = brings.function(port.mask, context)
    port.paint(box, np.where(inside, made[box.slices], port.mask[box.slices]))
    port.commit(text + brings.step)


def changed(mask: Mask, box: Box, inside: Mask, erases: bool) -> Mask:
    """Return the (h, w) pixels of a box with a region of it added or taken away."""
    part = mask[box.slices]
    return part & ~inside if erases else part | inside
