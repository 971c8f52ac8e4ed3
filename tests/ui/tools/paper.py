"""Paper to try tools on, and hands for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.ui.tools.events import Button, Event, Modifiers, Move, Press, Release
from brainseg_gui.ui.tools.table import TOOLS, options_of
from brainseg_gui.ui.tools.tool import Corrector, Kept, Overlay

SHAPE = (40, 50)


class Paper:
    """A port whose mask is an array."""

    def __init__(self, mask: Mask | None = None) -> None:
        self.pixels: Pixels = np.zeros(SHAPE, np.float32)
        self.probability: Probability | None = None
        self.layers: dict[Layer, Mask] = {}
        self.corrector: Corrector | None = None
        self.asked: list[tuple[str, Callable[[], Any]]] = []
        self.mask: Mask = np.zeros(SHAPE, bool) if mask is None else mask.copy()
        self.options = {option.name: option.default for option in options_of(TOOLS)}
        self.steps: list[str] = []
        self.spacing_mm: float | None = None
        self.versions: list[Kept] = []
        self.moves: list[tuple[Point, Point]] = []
        self.fits = 0
        self._before = self.mask.copy()

    def set_option(self, name: str, value: int) -> None:
        self.options[name] = value

    def layer(self, layer: Layer) -> Mask | None:
        return self.layers.get(layer)

    def paint(self, box: Box, mask: Mask) -> None:
        self.mask[box.slices] = mask

    def commit(self, text: str) -> None:
        if not np.array_equal(self.mask, self._before):
            self.steps.append(text)
            self._before = self.mask.copy()

    def cancel(self) -> None:
        self.mask[:] = self._before

    def ask(self, key: str, function: Callable[[], Any]) -> None:
        self.asked.append((key, function))

    def move_view(self, held: Point, to: Point) -> None:
        self.moves.append((held, to))

    def fit_view(self) -> None:
        self.fits += 1


class Gesture:
    """A tool at work on paper."""

    def __init__(self, name: str, paper: Paper) -> None:
        spec = next(spec for spec in TOOLS if spec.name == name)
        self._run: Generator[Overlay, Event, None] = spec.make().run(paper)
        self.overlay = next(self._run)

    def __call__(self, *events: Event) -> Overlay:
        for event in events:
            self.overlay = self._run.send(event)
        return self.overlay

    def drag(
        self,
        *points: Point,
        button: Button = Button.LEFT,
        held: Modifiers = Modifiers.NONE,
    ) -> Overlay:
        """Press at the first point, move over all, release at the last."""
        self(Press(points[0], points[0], button, held))
        self(*(Move(point, point, button, held) for point in points[1:]))
        return self(Release(points[-1], points[-1], button, held))
