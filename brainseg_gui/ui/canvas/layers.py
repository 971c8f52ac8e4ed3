"""The three masks over the image and how each is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, Qt, pyqtSignal

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.mask_item import LayerStyle, MaskItem, Span
from brainseg_gui.ui.widgets.settings import LAYER_COLOURS, LAYER_WIDTHS, title

FAINT = 0.12  # of a fill, once it is asked for
TURN = 0.06  # of a notch of the wheel


@dataclass(frozen=True)
class LayerSpec:
    """One layer as menus and panels name it, with the style it has before the reader's own."""

    layer: Layer
    title: str
    style: LayerStyle


def _spec(layer: Layer, line: Qt.PenStyle) -> LayerSpec:
    style = LayerStyle(LAYER_COLOURS[layer].default, line, LAYER_WIDTHS[layer].default)
    return LayerSpec(layer, title(layer), style)


LAYERS: tuple[LayerSpec, ...] = (
    _spec(Layer.REFERENCE, Qt.SolidLine),
    _spec(Layer.PREDICTION, Qt.DashLine),
    _spec(Layer.CORRECTION, Qt.SolidLine),
)


class Layers(QObject):
    """Holds the mask items; eye, fill and opacity of each, and the ways to hide them all.

    Attributes
    ----------
    covered : str
        What is shown in the place of the slice, as a sentence; empty for the slice itself.

    Signals
    -------
    changed()
        What is shown of a layer changed; panels and menus read it again.

    Raises
    ------
    KeyError
        By whatever takes a layer, for `Layer.NOTHING`: that one is never drawn.
    """

    changed = pyqtSignal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._items = {
            spec.layer: MaskItem(spec.style, editable=spec.layer is Layer.CORRECTION)
            for spec in LAYERS
        }
        # The prediction's dashes stay visible on the broad line of a correction that follows it.
        for layer, z in ((Layer.REFERENCE, 10), (Layer.CORRECTION, 11), (Layer.PREDICTION, 12)):
            canvas.add_layer(self._items[layer], z)
        self._shown = dict.fromkeys(self._items, True)
        # Any tint takes from bright tissue what is looked for in it: a mask begins as its outline.
        self._filled = dict.fromkeys(self._items, False)
        self._opacity = dict.fromkeys(self._items, FAINT)
        self._hidden = False
        self.covered = ""
        self._outline_only = False
        self._corrected = False
        self._only: Mapping[Layer, Span | None] | None = None
        self._apply()

    def set_mask(
        self, layer: Layer, mask: Mask | None, outline: Sequence[NDArray[np.float64]] | None = None
    ) -> None:
        """Show another mask in a layer, or none; its contours, where they are at hand.

        While there is a correction, the prediction that it replaces steps back: thin, unfilled.
        """
        self._items[layer].set_mask(mask, outline)
        if layer is Layer.CORRECTION and self._corrected is not (mask is not None):
            self._corrected = mask is not None
            self._apply()

    def redraw(self, layer: Layer) -> None:
        """Redraw a whole layer whose mask was changed in place."""
        self._items[layer].update()

    def refresh(self, layer: Layer, box: Box) -> None:
        """Redraw a part of a layer whose mask was edited in place."""
        self._items[layer].refresh(box)

    def style(self, layer: Layer) -> LayerStyle:
        """Return a layer's colour and line."""
        return self._items[layer].style

    def set_style(self, layer: Layer, style: LayerStyle) -> None:
        """Draw a layer with another colour and line."""
        self._items[layer].set_style(style)
        self.changed.emit()

    def shown(self, layer: Layer) -> bool:
        """Tell whether the layer's eye is open."""
        return self._shown[layer]

    def filled(self, layer: Layer) -> bool:
        """Tell whether the layer's inside is tinted."""
        return self._filled[layer]

    def opacity(self, layer: Layer) -> float:
        """Return the strength of a layer's tint, 0 to 1."""
        return self._opacity[layer]

    @property
    def hidden(self) -> bool:
        """Tell whether all layers are hidden."""
        return self._hidden

    @property
    def outline_only(self) -> bool:
        """Tell whether every fill is off."""
        return self._outline_only

    @property
    def only(self) -> Mapping[Layer, Span | None] | None:
        """Return the layers that are drawn in place of those with an open eye, if so."""
        return self._only

    def draw_only(self, only: Mapping[Layer, Span | None] | None) -> None:
        """Draw some layers whatever their eyes say, each between two columns or whole.

        None: draw those with an open eye again.
        """
        same = self._only is not None and only is not None and self._only.keys() == only.keys()
        self._only = only
        if same and only is not None:  # a line that is dragged: nothing but that changes
            for layer, span in only.items():
                self._items[layer].set_span(span)
        else:
            self._apply()

    def is_whole(self, layer: Layer) -> bool:
        """Tell whether all of a layer is drawn, unless all layers are hidden."""
        if self._only is None:
            return self._shown[layer]
        return layer in self._only and self._only[layer] is None

    def show(self, layer: Layer, shown: bool) -> None:
        """Open or close a layer's eye."""
        self._shown[layer] = shown
        self._apply()

    def uncover(self, layer: Layer) -> None:
        """Show a layer whatever hid it: nobody should paint what he cannot see."""
        if self._hidden or not self._shown[layer] or not self.is_whole(layer):
            self._hidden = False
            self._shown[layer] = True
            if self._only is not None:
                self._only = {**self._only, layer: None}
            self._apply()

    def show_only(self, layer: Layer) -> None:
        """Open a layer's eye and close all others."""
        self._hidden = False
        self._shown = {each: each is layer for each in self._shown}
        self._apply()

    def swap(self) -> None:
        """Show the reference instead of the prediction, or the other way round."""
        reference = not self._shown[Layer.REFERENCE] or self._shown[Layer.PREDICTION]
        self._shown[Layer.REFERENCE] = reference
        self._shown[Layer.PREDICTION] = not reference
        self._apply()

    def set_filled(self, layer: Layer, filled: bool) -> None:
        """Tint a layer's inside, or leave the outline alone."""
        self._filled[layer] = filled
        self._apply()

    def set_opacity(self, layer: Layer, opacity: float) -> None:
        """Tint a layer's inside this strongly."""
        self._filled[layer] = True
        self._opacity[layer] = min(max(opacity, 0.0), 1.0)
        self._apply()

    def turn_opacity(self, steps: int) -> None:
        """Make every tint stronger or fainter; where there is none, it begins from nothing."""
        for layer, opacity in self._opacity.items():
            begins = opacity if self._filled[layer] else 0.0
            if self._filled[layer] or steps > 0:
                self._filled[layer] = True
                self._opacity[layer] = min(max(begins + TURN * steps, 0.0), 1.0)
        self._apply()

    def hide_all(self, hidden: bool) -> None:
        """Hide every layer without closing its eye."""
        self._hidden = hidden
        self._apply()

    def set_outline_only(self, outline_only: bool) -> None:
        """Switch all fills off, or back to what each was."""
        self._outline_only = outline_only
        self._apply()

    def _apply(self) -> None:
        for layer, item in self._items.items():
            drawn = self._shown[layer] if self._only is None else layer in self._only
            item.setVisible(drawn and not self._hidden)
            item.set_span(None if self._only is None else self._only.get(layer))
            back = layer is Layer.PREDICTION and self._corrected and self._only is None
            filled = self._filled[layer] and not self._outline_only and not back
            item.set_parts(fill=filled, outline=True)
            item.set_thin(back)
            item.set_fill_opacity(self._opacity[layer])
        self.changed.emit()
