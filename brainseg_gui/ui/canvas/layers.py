"""The three masks over the image and how each is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QObject, Qt, pyqtSignal

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.mask_item import LayerStyle, MaskItem
from brainseg_gui.ui.widgets.settings import LAYER_COLOURS, LAYER_WIDTHS

FAINT = 0.12


@dataclass(frozen=True)
class LayerSpec:
    """One layer as menus and panels name it, with the style it has before the reader's own."""

    name: str
    title: str
    style: LayerStyle


def _spec(layer: Layer, line: Qt.PenStyle) -> LayerSpec:
    style = LayerStyle(LAYER_COLOURS[layer].default, line, LAYER_WIDTHS[layer].default)
    return LayerSpec(layer.value, layer.value.capitalize(), style)


LAYERS: tuple[LayerSpec, ...] = (
    _spec(Layer.REFERENCE, Qt.SolidLine),
    _spec(Layer.PREDICTION, Qt.DashLine),
    _spec(Layer.CORRECTION, Qt.SolidLine),
)


class Layers(QObject):
    """Holds the mask items; eye, fill and opacity of each, and the ways to hide them all.

    Signals
    -------
    changed()
        What is shown of a layer changed; panels and menus read it again.
    """

    changed = pyqtSignal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._items = {
            spec.name: MaskItem(spec.style, editable=spec.name == "correction") for spec in LAYERS
        }
        # The prediction's dashes stay visible on the broad line of a correction that follows it.
        for name, z in (("reference", 10), ("correction", 11), ("prediction", 12)):
            canvas.add_layer(self._items[name], z)
        self._shown = dict.fromkeys(self._items, True)
        self._filled = dict.fromkeys(self._items, True)
        self._opacity = dict.fromkeys(self._items, FAINT)
        self._hidden = False
        self._outline_only = False
        self._apply()

    def set_mask(self, name: str, mask: np.ndarray | None) -> None:
        """Show another mask in a layer, or none."""
        self._items[name].set_mask(mask)

    def refresh(self, name: str, box: Box) -> None:
        """Redraw a part of a layer whose mask was edited in place."""
        self._items[name].refresh(box)

    def style(self, name: str) -> LayerStyle:
        """Return a layer's colour and line."""
        return self._items[name].style

    def set_style(self, name: str, style: LayerStyle) -> None:
        """Draw a layer with another colour and line."""
        self._items[name].set_style(style)
        self.changed.emit()

    def shown(self, name: str) -> bool:
        """Tell whether the layer's eye is open."""
        return self._shown[name]

    def filled(self, name: str) -> bool:
        """Tell whether the layer's inside is tinted."""
        return self._filled[name]

    def opacity(self, name: str) -> float:
        """Return the strength of a layer's tint, 0 to 1."""
        return self._opacity[name]

    @property
    def hidden(self) -> bool:
        """Tell whether all layers are hidden."""
        return self._hidden

    @property
    def outline_only(self) -> bool:
        """Tell whether every fill is off."""
        return self._outline_only

    def show(self, name: str, shown: bool) -> None:
        """Open or close a layer's eye."""
        self._shown[name] = shown
        self._apply()

    def uncover(self, name: str) -> None:
        """Show a layer whatever hid it: nobody should paint what he cannot see."""
        if self._hidden or not self._shown[name]:
            self._hidden = False
            self._shown[name] = True
            self._apply()

    def swap(self) -> None:
        """Show the reference instead of the prediction, or the other way round."""
        reference = not self._shown["reference"] or self._shown["prediction"]
        self._shown["reference"] = reference
        self._shown["prediction"] = not reference
        self._apply()

    def set_filled(self, name: str, filled: bool) -> None:
        """Tint a layer's inside, or leave the outline alone."""
        self._filled[name] = filled
        self._apply()

    def set_opacity(self, name: str, opacity: float) -> None:
        """Set the strength of a layer's tint."""
        self._opacity[name] = min(max(opacity, 0.0), 1.0)
        self._apply()

    def turn_opacity(self, steps: int) -> None:
        """Make every tint stronger or fainter."""
        for name, opacity in self._opacity.items():
            self._opacity[name] = min(max(opacity + 0.06 * steps, 0.0), 1.0)
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
        for name, item in self._items.items():
            item.setVisible(self._shown[name] and not self._hidden)
            item.set_parts(fill=self._filled[name] and not self._outline_only, outline=True)
            item.set_fill_opacity(self._opacity[name])
        self.changed.emit()
