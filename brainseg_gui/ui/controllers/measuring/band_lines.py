"""Between which lines the outline of the prediction moves, drawn while that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QAction

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.measures.band import band_lines
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.measuring.kinds import Kind
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.jobs.background import Background
from brainseg_gui.ui.widgets.settings import AREA_BAND, settings

if TYPE_CHECKING:
    from brainseg_gui.ui.canvas.measuring.lines_item import LinesItem


class BandLines(QObject):
    """Draws where the probability is 0.3 and 0.7, dotted, in the prediction's colour.

    They are shown where the prediction is, and asked for once for all slices and starts.
    """

    def __init__(
        self,
        screen: Screen,
        background: Background,
        canvas: Canvas,
        layers: Layers,
        action: QAction,
    ) -> None:
        super().__init__(canvas)
        self._screen, self._background, self._layers = screen, background, layers
        self._on = settings.get(AREA_BAND)
        action.setChecked(self._on)
        self._canvas = canvas
        self.item: LinesItem | None = None  # made when it is first wanted
        screen.changed.connect(self._on_screen)
        background.answered.connect(self._on_answer)
        layers.changed.connect(self._hide_or_show)

    def show(self, on: bool) -> None:
        """Draw the lines from now on, or leave them out."""
        self._on = on
        settings.put(AREA_BAND, on)
        self._ask(self._screen.now)

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is None or before is None or now.prediction is not before.prediction:
            self._ask(now)

    def _ask(self, now: OnScreen | None) -> None:
        """Take the old lines away, and have those of this prediction worked out."""
        if self.item is not None and not self.item.is_empty:
            self.item.show_lines(())
        said = now.prediction if now is not None else None
        if self._on and said is not None and said.percent is not None:
            self._background.ask(Kind.BAND, said, partial(band_lines, said.percent))

    def _on_answer(self, kind: int, about: object, lines: Sequence[NDArray[np.float64]]) -> None:
        now = self._screen.now
        if kind == Kind.BAND and self._on and now is not None and now.prediction is about:
            if self.item is None:
                self.item = self._make()
            self.item.show_lines(lines, self._layers.style(Layer.PREDICTION).colour)
            self._hide_or_show()

    def _make(self) -> LinesItem:
        from brainseg_gui.ui.canvas.measuring.lines_item import LinesItem  # not at the start

        item = LinesItem()
        self._canvas.view.addItem(item, ignoreBounds=True)
        return item

    def _hide_or_show(self) -> None:
        if self.item is not None:
            shown = self._layers.shown(Layer.PREDICTION) and not self._layers.hidden
            self.item.setVisible(shown)
