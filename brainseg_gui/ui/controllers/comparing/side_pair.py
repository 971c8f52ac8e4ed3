"""The two masks that are compared, drawn in place of all layers: both, one, or a part of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from PyQt5.QtCore import QObject, Qt

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.canvas.mask_item import LayerStyle, MaskItem, Span
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from brainseg_gui.ui.controllers.looking.look_back import ABOVE_ALL_LAYERS, STYLE

Parts = Mapping[Only, Span | None]


class VersionItems:
    """Draws those of A and B that are versions, and so no layers."""

    def __init__(self, canvas: Canvas) -> None:
        self._items = {only: MaskItem(STYLE) for only in Only}
        self._masks: dict[Only, Mask] = {}
        self._shown: set[Only] = set()
        for item in self._items.values():
            canvas.add_layer(item, ABOVE_ALL_LAYERS)
            item.setVisible(False)

    def show(self, comparison: Comparison | None, wanted: Collection[Only] = tuple(Only)) -> None:
        """Draw A, B or both, as far as they are versions; without a comparison, nothing."""
        self._shown = set()
        if comparison is not None:
            self._shown = {it for it in wanted if not comparison.side(it).is_layer}
            for only in self._shown:
                self._draw(only, comparison.mask(only), version_style(comparison, only))

    def _draw(self, only: Only, mask: Mask, style: LayerStyle) -> None:
        item = self._items[only]
        if item.style != style:
            item.set_style(style)
        if self._masks.get(only) is not mask:
            self._masks[only] = mask
            item.set_mask(mask)
        item.set_span(None)

    def set_span(self, only: Only, span: Span | None) -> bool:
        """Draw one of them between two columns; False where it is not drawn."""
        if only in self._shown:
            self._items[only].set_span(span)
        return only in self._shown

    def follow(self, *, hidden: bool, outline_only: bool) -> None:
        """Hidden and reduced to an outline with the layers."""
        for only, item in self._items.items():
            item.setVisible(only in self._shown and not hidden)
            item.set_parts(fill=not outline_only, outline=True)


class SidePair(QObject):
    """Draws what it is told of A and B; a layer by its own item, a version by one of its own."""

    def __init__(self, canvas: Canvas, layers: Layers) -> None:
        super().__init__(canvas)
        self._layers, self._versions = layers, VersionItems(canvas)
        self._drawn: dict[Layer, Span | None] | None = None
        layers.changed.connect(self._follow)

    def show(self, comparison: Comparison, parts: Parts) -> None:
        """Draw A, B or both, each between two columns or whole, and nothing else."""
        self._versions.show(comparison, parts)
        self.move(comparison, parts)
        self._follow()

    def move(self, comparison: Comparison, parts: Parts) -> None:
        """Draw other parts of the same."""
        self._drawn = {
            comparison.side(only).layer: span
            for only, span in parts.items()
            if not self._versions.set_span(only, span)
        }
        self._layers.draw_only(self._drawn)

    def end(self) -> None:
        """Draw the layers again."""
        if self._drawn is not None:
            self._drawn = None
            self._versions.show(None)
            self._layers.draw_only(None)
            self._follow()

    @property
    def intact(self) -> bool:
        """Tell whether nothing else is drawn: a stroke brings the correction back."""
        return self._drawn is not None and self._layers.only is self._drawn

    def style(self, comparison: Comparison, only: Only) -> LayerStyle:
        """Return how one of the two is drawn."""
        side = comparison.side(only)
        if side.is_layer:
            return self._layers.style(side.layer)
        return version_style(comparison, only)

    def _follow(self) -> None:
        self._versions.follow(hidden=self._layers.hidden, outline_only=self._layers.outline_only)


def version_style(comparison: Comparison, only: Only) -> LayerStyle:
    """Return how a version is drawn: of two, the second one is dashed."""
    both = not (comparison.a.is_layer or comparison.b.is_layer)
    return replace(STYLE, line=Qt.DashLine) if both and only is Only.B else STYLE
