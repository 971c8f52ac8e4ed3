"""Move the threshold of the network's probability, and see what comes and goes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.islands import Islands
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.ui.tools.events import Event, Key, Move, Option, Press, Release, Wheel
from brainseg_gui.ui.tools.islands import as_lines
from brainseg_gui.ui.tools.tool import Lines, Overlay, Port, ToolOption, put

THRESHOLD = ToolOption("threshold", "Threshold of the probability", 1, 99, 50, " %", "p ≥ ")
PER_PIXEL = 0.15  # percent for each canvas pixel that the mouse is dragged to the right
HALF = 0.005  # of a step, by which what was rounded to whole steps may be off
KEYS = frozenset({"Return", "Escape"})
MISSING = "The probability of this slice is not known: predict it first"


@dataclass(frozen=True, eq=False)
class Cut:
    """The mask at a threshold, in a box outside of which it is empty, ready to be shown."""

    box: Box
    part: Mask
    outline: Lines
    says: str


class Threshold:
    """Drag, turn the wheel with Shift or Alt, or type; nothing changes before it is taken.

    Letting go of a drag takes it, and so does Enter; Esc drops it.
    """

    def __init__(self) -> None:
        self._start: Press | None = None
        self._began = 0.0  # threshold at the press
        self._pending = False
        self._source: Mask | None = None  # whose probability is kept
        self._probability: Probability | None = None
        self._reach = Box(0, 0, 0, 0)  # of every threshold
        self._cuts: dict[int, Cut] = {}

    def run(self, port: Port) -> Generator[Overlay, Event, None]:
        """Follow mouse, wheel and field, and put the mask in place when it is taken."""
        while True:
            event = yield self._overlay(port)
            now = port.options[THRESHOLD.name]
            if isinstance(event, Press):
                self._start, self._began = event, now
            elif isinstance(event, Move) and self._start is not None:
                way = event.screen[1] - self._start.screen[1]
                self._turn(port, self._began + PER_PIXEL * way)
            elif isinstance(event, Wheel):
                self._turn(port, now + (1 if event.steps > 0 else -1))
            elif isinstance(event, Option):
                self._pending = True
            elif isinstance(event, Release):
                self._end(port, takes=self._start is not None)
            elif isinstance(event, Key):
                self._end(port, takes=event.name == "Return")

    def _turn(self, port: Port, percent: float) -> None:
        value = min(max(round(percent), THRESHOLD.low), THRESHOLD.high)
        if value != port.options[THRESHOLD.name]:
            port.set_option(THRESHOLD.name, value)
            self._pending = True

    def _end(self, port: Port, *, takes: bool) -> None:
        """Take the mask that is shown as one step, or leave all as it was."""
        cut = self._cut(port) if takes and self._pending else None
        self._start, self._pending = None, False
        if cut is not None:
            mask = np.zeros(port.pixels.shape, bool)
            mask[cut.box.slices] = cut.part
            put(port, mask, f"Threshold {port.options[THRESHOLD.name] / 100:.2f}")

    def _overlay(self, port: Port) -> Overlay:
        if not self._pending:
            return Overlay(says="" if self._known(port) is not None else MISSING)
        cut = self._cut(port)
        if cut is None:
            return Overlay(keys=KEYS, says=MISSING)
        how = "Let go" if self._start is not None else "Enter"
        return Overlay(
            lines=cut.outline, keys=KEYS, says=f"{cut.says}. {how} takes it, Esc drops it"
        )

    def _cut(self, port: Port) -> Cut | None:
        """Return the mask at the threshold as it is now, None without a probability."""
        probability, percent = self._known(port), int(port.options[THRESHOLD.name])
        if probability is None:
            return None
        if percent not in self._cuts:
            self._cuts = {percent: _cut_at(probability, self._reach, percent)}
        return self._cuts[percent]

    def _known(self, port: Port) -> Probability | None:
        """Return the probability, computed anew only where there is another prediction."""
        source = port.layer(Layer.PREDICTION)
        if source is not self._source or self._probability is None:
            self._source, self._probability, self._cuts = source, port.probability, {}
            if self._probability is not None:
                reached = box_of(self._probability >= THRESHOLD.low / 100 - HALF)
                self._reach = reached or Box(0, 0, 0, 0)
        return self._probability


def _cut_at(probability: Probability, box: Box, percent: int) -> Cut:
    part: Mask = probability[box.slices] >= percent / 100 - HALF
    areas = Islands(part).areas
    pieces = f"{len(areas)} island{'' if len(areas) == 1 else 's'}"
    outline = as_lines(line + np.array((box.top, box.left)) for line in contours(part))
    says = f"p ≥ {percent / 100:.2f}: {areas.sum()} px in {pieces}"
    return Cut(box, part, outline, says)
