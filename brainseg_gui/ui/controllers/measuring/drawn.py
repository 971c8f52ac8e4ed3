"""The diameters over the slice, while they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.measuring.measuring import Measuring
from brainseg_gui.ui.controllers.on_screen import Screen

if TYPE_CHECKING:
    from brainseg_gui.core.measures.measures import Measures
    from brainseg_gui.ui.canvas.measuring.diameters_item import DiametersItem


class Drawn(QObject):
    """Draws the diameters of the mask on the screen.

    They hide where all layers are hidden, and where an earlier mask is shown.
    """

    def __init__(
        self, screen: Screen, measuring: Measuring, canvas: Canvas, layers: Layers
    ) -> None:
        super().__init__(canvas)
        self._screen, self._measuring = screen, measuring
        self._canvas, self._layers = canvas, layers
        self._on = False
        self.item: DiametersItem | None = None  # made when it is first asked for
        measuring.measured.connect(self._draw)
        layers.changed.connect(self._hide_or_show)
        screen.changed.connect(self._hide_or_show)

    def show(self, on: bool) -> None:
        """Draw them, or leave them out."""
        self._on = on
        if on and self.item is None:
            self.item = self._make()
        self._hide_or_show()
        self._draw(self._measuring.found)

    def _make(self) -> DiametersItem:
        from brainseg_gui.ui.canvas.measuring.diameters_item import DiametersItem  # not at start

        item = DiametersItem()
        self._canvas.view.addItem(item, ignoreBounds=True)
        return item

    def _hide_or_show(self) -> None:
        if self.item is not None:
            now = self._screen.now
            present = now is not None and now.past is None
            self.item.setVisible(self._on and present and not self._layers.hidden)

    def _draw(self, found: Measures | None) -> None:
        if self.item is None:
            return
        both = found.diameters if self._on and found is not None else None
        if found is None or both is None:
            self.item.show_diameters(None)
            return
        from brainseg_gui.ui.panels.measuring.words import length

        texts = length(found, both.longest.length), length(found, both.perpendicular.length)
        self.item.show_diameters(both, texts)
