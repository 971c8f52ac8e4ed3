"""The two masks that are compared, drawn in place of all layers: both, one, or a part of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PyQt5.QtCore import QObject, Qt

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.canvas.mask_item import LayerStyle, MaskItem, Span
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from brainseg_gui.ui.controllers.looking.look_back import ABOVE_ALL_LAYERS, STYLE

Parts = Mapping[Only, Span | None]


class SidePair(QObject):
    """Draws what it is told of A and B; a layer by its own item, a version by one of its own."""

    def __init__(self, canvas: Canvas, layers: Layers) -> None:
        super().__init__(canvas)
        self._layers = layers
        self._versions: set[Only] = set()  # that are drawn
        self._items = {only: MaskItem(STYLE) for only in Only}
        self._drawn: dict[Layer, Span | None] | None = None
        for item in self._items.values():
            canvas.add_layer(item, ABOVE_ALL_LAYERS)
            item.setVisible(False)
        layers.changed.connect(self._follow)

    def show(self, comparison: Comparison, parts: Parts) -> None:
        """Draw A, B or both, each between two columns or whole, and nothing else."""
        self._versions = {it for it in parts if comparison.side(it).version is not None}
        for only in self._versions:
            item = self._items[only]
            item.set_style(self.style(comparison, only))
            item.set_mask(comparison.mask(only))
        self.move(comparison, parts)
        self._follow()

    def move(self, comparison: Comparison, parts: Parts) -> None:
        """Draw other parts of the same."""
        self._drawn = {}
        for only, span in parts.items():
            if only in self._versions:
                self._items[only].set_span(span)
            else:
                self._drawn[comparison.side(only).layer] = span
        self._layers.draw_only(self._drawn)

    def end(self) -> None:
        """Draw the layers again."""
        if self._drawn is not None:
            self._drawn = None
            self._versions = set()
            self._layers.draw_only(None)
            self._follow()

    @property
    def intact(self) -> bool:
        """Tell whether nothing else is drawn: a stroke brings the correction back."""
        return self._drawn is not None and self._layers.only is self._drawn

    def style(self, comparison: Comparison, only: Only) -> LayerStyle:
        """Return how one of the two is drawn."""
        side = comparison.side(only)
        if side.version is None:
            return self._layers.style(side.layer)
        both = comparison.a.version is not None and comparison.b.version is not None
        return replace(STYLE, line=Qt.DashLine) if both and only is Only.B else STYLE

    def _follow(self) -> None:
        """Hidden and reduced to an outline with the others."""
        for only, item in self._items.items():
            item.setVisible(only in self._versions and not self._layers.hidden)
            item.set_parts(fill=not self._layers.outline_only, outline=True)
