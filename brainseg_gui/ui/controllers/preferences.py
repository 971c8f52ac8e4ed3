"""What the reader sets while a window is open, brought to its parts at once."""

from __future__ import annotations

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QAction

from brainseg_gui.ui.canvas.layers import LAYERS, Layers
from brainseg_gui.ui.canvas.mask_item import LayerStyle
from brainseg_gui.ui.widgets.settings import ADVANCE, LAYER_COLOURS, LAYER_WIDTHS, settings

_STYLES = {setting.key for table in (LAYER_COLOURS, LAYER_WIDTHS) for setting in table.values()}


class Preferences(QObject):
    """Gives the layers their colours and lines, and the commands what is chosen elsewhere."""

    def __init__(self, layers: Layers, advance: QAction) -> None:
        super().__init__(layers)
        self._layers, self._advance = layers, advance
        settings.changed.connect(self._on_setting)
        self._style_layers()
        self._check_advance()

    def _on_setting(self, key: str) -> None:
        if key in _STYLES:
            self._style_layers()
        elif key == ADVANCE.key:
            self._check_advance()

    def _check_advance(self) -> None:
        self._advance.setChecked(settings.get(ADVANCE))

    def _style_layers(self) -> None:
        for spec in LAYERS:
            layer = spec.layer
            colour, width = settings.get(LAYER_COLOURS[layer]), settings.get(LAYER_WIDTHS[layer])
            style = LayerStyle(colour, spec.style.line, width)
            if style != self._layers.style(layer):
                self._layers.set_style(layer, style)
